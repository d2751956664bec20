"""What a person may say beside the files of an import, and what is noted of it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.register import app
from monitor.register.change import Change
from monitor.store.store import Store
from tests.small_sheets import FILES

CAMERAS = "camera_id,site_id,url\n"


def register(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


def imported(*args: str) -> Any:
    """Import and give the JSON answer."""
    return json.loads(register("import", "--json", *args).stdout)


def day(days: int) -> str:
    """Name a day from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def journal() -> Any:
    return json.loads(register("journal", "--json").stdout)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder whose database has held the small register for ten days."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for name, text in FILES.items():
        Path(f"{name}.csv").write_text(text)
    assert register("import", "--as-of", day(-10), *(f"{name}.csv" for name in FILES)).exit_code == 0
    return tmp_path


def test_partial_imports_the_good_rows_and_notes_the_others(here: Path) -> None:
    """Exit code 1, the good rows are in, the bad ones are told and counted in the journal."""
    (here / "cameras.csv").write_text(CAMERAS + "c7,s0,rtsp://c7/\nc8,s0,http://c8/\nc9,s9,rtsp://c9/\n")
    (here / "damaged.csv").write_bytes(b"PK\x03\x04rubbish")
    assert register("import", "cameras.csv", "damaged.csv").exit_code == 1
    assert "c7" not in register("show", "cameras").stdout
    result = register("import", "--partial", "cameras.csv", "damaged.csv")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].endswith("left out: bad rows 3, good rows 1")
    assert register("show", "cameras", "c7").exit_code == 0
    damaged, cameras, *_ = journal()
    assert (damaged["rows"], damaged["refused"], damaged["file"]) == (0, 1, "damaged.csv")
    assert (cameras["rows"], cameras["refused"], cameras["added"]) == (1, 2, 1)
    assert cameras["command"] == "register import --partial"
    assert cameras["sha256"] == hashlib.sha256((here / "cameras.csv").read_bytes()).hexdigest()


def test_much_that_would_end_wants_a_second_word(here: Path) -> None:
    """Exit code 1 and nothing written without --confirm; the answer says how much of what would end."""
    (here / "streams.csv").write_text("camera_id,gateway_id,stream_key\nc0,g,c0\n")
    result = register("import", "--complete", "Ақмола облысы", "streams.csv")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == [
        "3 of 4 streams of region 110000000 would end; say --confirm if that is meant",
        "nothing was imported: too much would end",
    ]
    assert imported("--complete", "110000000", "streams.csv")["needs_confirm"] is True
    found = imported("--complete", "110000000", "--confirm", "streams.csv")
    assert (found["imported"], found["changes"]["streams"]["ended"]) == (True, 3)
    assert journal()[0]["command"] == "register import --complete 110000000"


def test_a_change_is_dated_back(here: Path) -> None:
    """The change holds from the beginning of that day; the days before know nothing of it."""
    (here / "cameras.csv").write_text(CAMERAS + "c9,s1,rtsp://c9/\n")
    assert register("import", "--as-of", day(-5), "cameras.csv").exit_code == 0
    assert "c9" in register("show", "cameras", "--as-of", day(-5)).stdout
    assert "c9" not in register("show", "cameras", "--as-of", day(-7)).stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(("--as-of", day(-20)), "a change cannot be dated to", id="before the last change"),
        pytest.param(("--as-of", day(3)), "is still to come", id="in days to come"),
        pytest.param(("--complete", "Almaty"), "did you mean Almaty Region or Almaty City", id="no region"),
        pytest.param(("--confirm",), "--confirm goes with --complete", id="confirm nothing"),
        pytest.param(("--complete", "all", "--partial"), "do not go together", id="partial and complete"),
    ],
)
def test_what_cannot_be_wished_is_exit_code_2(here: Path, args: tuple[str, ...], said: str) -> None:
    """It is told on stderr, and nothing is written."""
    (here / "cameras.csv").write_text(CAMERAS + "c9,s1,rtsp://c9/\n")
    result = register("import", *args, "cameras.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "c9" not in register("show", "cameras").stdout


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compared with an older register is refused with what to do, and nothing of it is written."""
    write = Store.apply_register

    async def late(store: Store, change: Change, now: datetime, **others: Any) -> int:
        await write(store, Change(change.base_revision, change.parts), now)
        return await write(store, change, now, **others)

    monkeypatch.setattr(Store, "apply_register", late)
    (here / "cameras.csv").write_text(CAMERAS + "c9,s1,rtsp://c9/\n")
    result = register("import", "cameras.csv")
    assert (result.exit_code, "import again" in result.stderr) == (2, True)
    assert all(entry["revision"] == 1 for entry in journal())


def test_one_sheet_of_a_workbook_is_named_in_what_is_said(here: Path) -> None:
    """A refusal of a workbook names its sheet, in text and in JSON."""
    assert register("export", "book.xlsx").exit_code == 0
    (here / "sites.csv").write_text("site_id,institution_id,name\ns0,i,\n")
    (bad,) = imported("sites.csv")["bad"]
    assert (bad["file"], bad["sheet"], bad["line"], bad["column"]) == ("sites.csv", None, 2, "name")
    found = imported("book.xlsx", "sites.csv")
    assert {each["sheet"] for each in found["files"]} >= {None, "sites", "cameras"}
    text = register("import", "book.xlsx", "cameras.csv").stdout
    assert "bad: cameras.csv:2: camera_id: c0 is there already, at book.xlsx[cameras]:2; leave one" in text


@pytest.mark.usefixtures("here")
def test_a_user_without_a_name_is_noted_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the user may have no name; the journal has the number then."""

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert register("import", "sites.csv").exit_code == 0
    assert journal()[0]["who"].startswith("uid ")


@pytest.mark.usefixtures("here")
def test_very_many_bad_rows_are_told_in_part() -> None:
    """People see the first two hundred and how many more there are; the JSON has all of them."""
    Path("cameras.csv").write_text(CAMERAS + "".join(f"n{n},s0,x\n" for n in range(1500)))
    lines = register("import", "cameras.csv").stdout.splitlines()
    assert "bad: and 1,300 more; --json lists them all" in lines
    assert lines[-1] == "nothing was imported: bad rows 1,500, good rows 0"
    assert len(imported("cameras.csv")["bad"]) == 1500
