"""`incidents` and `why` on the command line, over a real database."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict, Warn
from monitor.store.lock import Holder
from monitor.store.store import Store
from tests import troubled

FILE = "m.db"


def today(now: datetime) -> date:
    return now.astimezone(ZoneInfo("Asia/Almaty")).date()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder whose database a monitor filled a moment ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    fill(datetime.now(UTC))


def fill(now: datetime) -> None:
    """Write a database anew, as a monitor left it at a moment."""

    async def write() -> None:
        async with Store.open(f"sqlite:///{FILE}", holder=Holder.of_this_process(now)) as store:
            await troubled.fill(store, now, today(now))

    for file in Path().glob(f"{FILE}*"):
        file.unlink()
    asyncio.run(write())


def run(*args: str) -> Result:
    return CliRunner().invoke(app, [*args, "--database", f"sqlite:///{FILE}"])


def told(*args: str) -> dict[str, Any]:
    result = run(*args)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_what_cannot_be_seen_now() -> None:
    """The open incidents, the heaviest first, each with who acts and whom to call."""
    answer = told("incidents", "--json")
    assert (answer["looking"], answer["summary"]) == (True, {"outage": 3, "never_connected": 1})
    keys = ("severity", "scope", "subject", "cause", "owner", "phone")
    assert tuple(answer["rows"][1][key] for key in keys) == (
        *("major", "site", "s2", "contract_lapsed", "education_department", "+77010000003"),
    )
    again = told("incidents", "--open", "--format", "json")["rows"]
    one, other = ([row | {"age_seconds": None} for row in rows] for rows in (answer["rows"], again))
    assert one == other
    assert [row["subject"] for row in told("incidents", "--json", "--region", "Almaty City")["rows"]] == [
        *("s2", "c1"),
    ]


def test_outages_stand_apart_from_the_backlog() -> None:
    """For people there are two tables: what was lost, and what was never connected."""
    lines = run("incidents").stdout.splitlines()
    assert lines[0].startswith("Open incidents, the whole country, ")
    first, second = lines.index("Outages: 3"), lines.index("Never connected yet: 1")
    assert lines[first + 2].startswith("Critical")
    assert "may be available: confirm with procurement" in lines[first + 3]
    assert "=Колледж" in lines[second + 2]


def test_csv_is_no_formula() -> None:
    """CSV has every column under its key, and a name that begins like a formula is none."""
    head, *rows = run("incidents", "--format", "csv").stdout.splitlines()
    assert head.startswith("severity,kind,incident_id,scope,subject,name,cause,since,closed_at")
    assert any(",'=Колледж," in row for row in rows)


def test_since_a_day() -> None:
    """With --since everything that touched the days since then is listed; a day to come is refused."""
    day = today(datetime.now(UTC))
    assert len(told("incidents", "--since", day.isoformat(), "--json")["rows"]) == 4
    late = run("incidents", "--since", (day + timedelta(days=1)).isoformat())
    assert (late.exit_code, late.stdout) == (2, "")
    assert "still to come" in late.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["incidents", "--region", "Almaty"], "nearest: Almaty City", id="region"),
        pytest.param(["incidents", "--since", "soon"], "--since", id="day"),
        pytest.param(["why", "c11"], "did you mean c1?", id="camera"),
    ],
)
def test_wrong_use(args: list[str], said: str) -> None:
    """What cannot be answered ends with 2, the reason on stderr and nothing on stdout."""
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_why_a_camera() -> None:
    """A camera is told link by link, with the rule, its incident, and its last three states."""
    (stream,) = told("why", "c1", "--json")["streams"]
    assert stream["rule"] == "the camera does not answer while its site does"
    assert {each["link"]: each["state"] for each in stream["chain"]}["camera"] == "fault"
    assert stream["incident_id"].startswith("camera:c1:camera_off:")
    states = [each["state"] for each in stream["history"]]
    assert states == ["not_receiving", "receiving", "not_receiving"]
    assert stream["call"] == {"name": "№ 1 мектеп", "role": "duty", "phone": "+77010000002"}
    lines = run("why", "c1").stdout.splitlines()
    assert "  Decided by: the camera does not answer while its site does" in lines
    assert "  Call: № 1 мектеп +77010000002" in lines


def goes_on(now: datetime, *turns: tuple[str, Verdict]) -> None:
    """Commit what is decided of streams after that."""

    async def write() -> None:
        async with Store.open(f"sqlite:///{FILE}", holder=Holder.of_this_process(now)) as store:
            told = [Transition(stream_id=k, verdict=v, since=now, decided_at=now) for k, v in turns]
            await store.commit(told, source="run", first_sequence=await store.next_sequence("run"), now=now)

    asyncio.run(write())


def test_a_revised_cause_is_told_since_the_loss() -> None:
    """Neither `why` nor `status --streams` begins a loss anew when its cause is revised."""
    now = datetime.now(UTC)
    before = told("why", "c1", "--json")["streams"][0]["since"]
    goes_on(now, ("c1@g1", Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_HUNG)))
    (stream,) = told("why", "c1", "--json")["streams"]
    assert (stream["cause"], stream["since"]) == ("camera_hung", before)
    assert [each["cause"] for each in stream["history"]] == [None, "camera_off", "camera_hung"]
    lost = {each["stream_id"]: each for each in told("status", "--streams", "--json")["streams"]}
    assert (lost["c1@g1"]["cause"], lost["c1@g1"]["since"]) == ("camera_hung", before)


def test_what_comes_and_goes_says_so() -> None:
    """While cameras of an open incident flap, the list, the camera and the school say it, received or not."""
    flaps = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS, warnings=(Warn.FLAPPING,))
    goes_on(datetime.now(UTC), ("c3@g1", flaps), ("c4@g1", flaps))
    rows = {row["subject"]: row["flapping"] for row in told("incidents", "--json")["rows"]}
    assert rows == {"g2": False, "s2": True, "c1": False, "s3": False}
    assert "Flapping" in run("incidents").stdout
    (stream,) = told("why", "c3", "--json")["streams"]
    assert stream["incident_id"].startswith("site:s2:contract_lapsed:")
    assert (stream["state"], stream["incident_flapping"]) == ("receiving", True)
    line = f"Incident: Major, Outage, Site, It comes and goes ({stream['incident_id']})"
    assert f"  {line}" in run("why", "c3").stdout.splitlines()
    school = run("why", "i1").stdout.splitlines()
    assert school[0] == "№ 1 мектеп: cameras 4, not received or not known 1"
    assert line in school


def test_why_a_school() -> None:
    """A school is told by incident: its cameras not received, and once who acts."""
    answer = told("why", "i1", "--json")
    assert [each["camera_id"] for each in answer["streams"]] == ["c1", "c3", "c4"]
    assert len(answer["incidents"]) == 2
    text = run("why", "i1").stdout
    assert text.startswith("№ 1 мектеп: cameras 4, not received or not known 3\n")
    assert text.count("Who acts: Education department") == 1


def test_nobody_looks() -> None:
    """When no monitor was heard of lately that is said, and everything is unknown."""
    fill(datetime.now(UTC) - timedelta(hours=2))
    assert run("why", "c2").stdout.startswith("The monitor is not running: nothing is known.\nCamera c2")
    (stream,) = told("why", "c2", "--json")["streams"]
    assert (stream["state"], stream["cause"]) == ("unknown", "monitor_blind")
    assert "Nobody looks now: the list is what was known last." in run("incidents").stdout
    assert told("incidents", "--json")["looking"] is False


def test_no_incident() -> None:
    """Where none is open that is said."""
    result = run("incidents", "--region", "Abai Region")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "No incident is open.")
