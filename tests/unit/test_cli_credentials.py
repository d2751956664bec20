"""Passwords that devices refused, on the command line: listed, and told to be tried anew."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.model.login import Refusals
from monitor.store.lock import Holder
from monitor.store.store import Store

SHEETS = {
    "institutions": (
        "institution_id,name,region,type,ownership\n"
        "i1,Мектеп,750000000,school,public\ni2,Сад,310000000,kindergarten,private\n"
    ),
    "sites": "site_id,institution_id,name\ns1,i1,Main\ns2,i2,Main\n",
    "recorders": "recorder_id,site_id,kind,url\nr1,s2,hikvision,http://10.0.0.9/\n",
    "cameras": "camera_id,site_id,url\nc1,s1,rtsp://10.0.0.1/\nc2,s1,rtsp://10.0.0.2/\nc3,s2,rtsp://10.0.0.3/\n",
}
PASSWORDS = "kind,id,username,password\n" + "".join(
    f"{kind},{ident},admin,canary\n"
    for kind, ident in [("camera", "c1"), ("camera", "c2"), ("recorder", "r1")]
)
FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
LAST = FIRST + timedelta(minutes=10)
REFUSED = {
    "c1": Refusals(count=3, since=FIRST, last=LAST),
    "onvif:c2": Refusals(count=1, since=FIRST, last=FIRST),
    "recorder:r1": Refusals(count=4, since=LAST),
    "gone": Refusals(count=3, since=FIRST),
}


async def put(refusals: Mapping[str, Refusals | None]) -> None:
    holder = Holder.of_this_process(LAST)
    async with Store.open("sqlite:///monitor.db", holder=holder) as store:
        await store.put_refusals(refusals, LAST)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a register of two regions, whose devices refused their passwords."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for kind, text in SHEETS.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "passwords.csv").write_text(PASSWORDS)
    assert run("register", "import", *(f"{kind}.csv" for kind in SHEETS)).exit_code == 0
    assert run("credentials", "import", "passwords.csv").exit_code == 0
    asyncio.run(put(REFUSED))
    return tmp_path


def run(*args: str) -> Result:
    """Run the program."""
    return CliRunner().invoke(app, args)


def rows(*args: str) -> list[dict[str, Any]]:
    """List what was refused."""
    result = run("credentials", "list", *args, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return found


def names(*args: str) -> list[tuple[str, str, bool]]:
    return [(row["way"], row["ident"], row["withheld"]) for row in rows(*args)]


def test_what_is_withheld_is_listed() -> None:
    """Cameras, recorders and ONVIF alike, those withheld longest first; what left is not there."""
    assert names() == [("camera", "c1", True), ("recorder", "r1", True), ("onvif", "c2", False)]
    first, second, third = rows()
    assert (first["refused"], first["since"]) == (3, FIRST.isoformat())
    assert first["withheld_since"] == LAST.isoformat()
    assert (second["withheld_since"], third["withheld_since"]) == (LAST.isoformat(), None)
    assert names("--region", "310000000") == [("recorder", "r1", True)]
    assert "Withheld since" in run("credentials", "list").stdout


def test_a_password_is_told_to_be_tried_anew_once() -> None:
    """Those named are tried anew and the journal has it; said again, it changes nothing."""
    first, second = run("credentials", "retry", "c1"), run("credentials", "retry", "c1")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == "devices whose password is tried anew: 1; a running monitor does so soon\n"
    assert second.stdout == "none of them refused its password; nothing is changed\n"
    assert [ident for _, ident, _ in names()] == ["r1", "c2"]
    journal = run("register", "journal").stdout
    assert journal.count("credentials retry  credentials retry") == 1
    assert "canary" not in journal


@pytest.mark.parametrize(
    ("args", "left"),
    [
        pytest.param(["--all"], [], id="all"),
        pytest.param(["--all", "--region", "310000000"], ["c1", "c2"], id="of a region"),
        pytest.param(["c2", "r1"], ["c1"], id="by their ids, a camera over ONVIF"),
    ],
)
def test_which_passwords_are_tried_anew(args: list[str], left: list[str]) -> None:
    """Only those that are meant."""
    assert run("credentials", "retry", *args).exit_code == 0
    assert [ident for _, ident, _ in names()] == left


def test_importing_a_password_again_lets_it_be_tried() -> None:
    """Whoever imports the same row again says that it shall be tried."""
    result = run("credentials", "import", "passwords.csv")
    assert "0 added, 0 changed, 3 unchanged" in result.stdout
    assert "of the unchanged 3 had been refused and are tried anew" in result.stdout
    assert names() == []
    again = json.loads(run("credentials", "import", "passwords.csv", "--json").stdout)
    assert (again["unchanged"], again["tried_anew"]) == (3, 0)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param([], "name devices by their ids, or all with --all", id="nobody"),
        pytest.param(["c1", "--all"], "name devices by their ids, or all with --all", id="both"),
        pytest.param(["c1", "--region", "310000000"], "which --region narrows", id="a region of one"),
        pytest.param(["rr1"], "no camera and no recorder is called 'rr1'; nearest: r1", id="nearly"),
        pytest.param(["zzzz"], "no camera and no recorder is called 'zzzz'\n", id="not at all"),
        pytest.param(["--all", "--region", "Atlantis"], "no region is called 'Atlantis'", id="no region"),
    ],
)
def test_what_is_refused(args: list[str], said: str) -> None:
    """Wrong use changes nothing and says what is wrong."""
    result = run("credentials", "retry", *args)
    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert len(names()) == 3
