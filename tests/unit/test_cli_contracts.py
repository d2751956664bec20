"""The command contracts as a person meets it: three forms, days, regions, exit codes."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import contracts, reading
from monitor.cli.reading import Reading, read_register
from monitor.cli.register import app as register_app
from monitor.law.crossing import SiteVideo
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.verdict import Cause, State, Verdict
from monitor.settings import Settings
from monitor.store.present import Present
from tests.agreements import channel, contract

YEAR = contract("year", (1, 1), (12, 31))
ESTATE = Estate(
    institutions={
        "i": Institution(
            institution_id="i",
            name="=School",
            region="750000000",
            type=InstitutionType.SCHOOL,
            ownership=Ownership.PUBLIC,
        )
    },
    sites={"s": Site(site_id="s", institution_id="i", name="Main")},
    cameras={key: Camera(camera_id=key, site_id="s", url=f"rtsp://{key}/") for key in ("c1", "c2")},
    centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="750000000")},
    gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
    enrolments=tuple(Enrolment(camera_id=c, gateway_id="g", stream_key=c) for c in ("c1", "c2")),
    channels={"ch": channel()},
    contracts=(YEAR,),
)
NOW = datetime(2026, 12, 1, 7, tzinfo=UTC)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[date]:
    """Answer with one school in the place of a database; returns the days that were asked for."""
    days: list[date] = []

    async def answer(_: Settings, day: date, __: datetime) -> Reading:
        days.append(day)
        videos = {"s": SiteVideo(streams=2, received=1, lost=1)}
        return Reading(estate=ESTATE, receiving=frozenset({"c1"}), videos=videos)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    monkeypatch.setattr(contracts, "read_register", answer)
    return days


def run(*args: str) -> Result:
    return CliRunner().invoke(contracts.app, [*args])


def parsed(result: Result) -> dict[str, Any]:
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    ("command", "unit", "rows"),
    [
        pytest.param("status", "channels", 1, id="status"),
        pytest.param("forecast", "cameras", 6, id="forecast: 2 days of 3 groups"),
        pytest.param("calendar", "channels", 4, id="calendar"),
    ],
)
def test_json(asked: list[date], command: str, unit: str, rows: int) -> None:
    """One object on stdout: the day, the region, the unit and the rows."""
    told = parsed(run(command, "--as-of", "2026-11-01", "--format", "json"))
    assert (told["as_of"], told["region"], told["unit"], len(told["rows"])) == (
        "2026-11-01",
        None,
        unit,
        rows,
    )
    assert asked == [date(2026, 11, 1)]


@pytest.mark.usefixtures("asked")
def test_the_summaries() -> None:
    """Status counts its channels, the forecast names the cliff and what its rate rests on."""
    status = parsed(run("status", "--as-of", "2026-12-01", "--format", "json"))
    assert status["summary"] == {
        "lapsed": 0,
        "never_contracted": 0,
        "at_risk": 1,
        "covered": 0,
        "not_needed": 0,
        "crossing": {
            "ok": 1,
            "technical_outage": 0,
            "lapsed_and_dark": 0,
            "working_uncovered": 0,
            "unknown": 0,
        },
    }
    forecast = parsed(run("forecast", "--as-of", "2026-12-01", "--format", "json"))
    assert forecast["cliff"] == {"day": "2027-01-01", "covered": 0, "cameras": 2}
    assert forecast["basis"] == "receiving"
    assert [row["rate"] for row in forecast["rows"]] == [0.5, 0.5, 0.5, 0.0, 0.0, 0.0]


@pytest.mark.usefixtures("asked")
def test_every_day() -> None:
    """With --every-day there is a row for each day and group."""
    told = parsed(run("forecast", "--as-of", "2026-12-01", "--days", "40", "--every-day", "--format", "json"))
    assert len(told["rows"]) == 40 * 3


@pytest.mark.usefixtures("asked")
def test_the_table() -> None:
    """For people there is a heading, the counts, and the table in their language."""
    lines = run("status", "--as-of", "2026-12-01").stdout.splitlines()
    assert lines[0] == "1 Dec 2026, the whole country: channels 1"
    assert "  At risk: 1" in lines
    assert lines[lines.index("Contract and video together:") + 1] == "  In order: 1"
    assert lines[-1].startswith("=School")
    assert "may be available: confirm with procurement" in lines[-1]
    forecast = run("forecast", "--as-of", "2026-12-01", "--region", "Almaty City").stdout.splitlines()
    assert forecast[0] == "From 1 Dec 2026, Almaty City, if nothing is renewed; in cameras"
    assert forecast[1] == "The steepest day is 1 Jan 2027: cameras covered 2 → 0 of 2"


@pytest.mark.usefixtures("asked")
def test_csv() -> None:
    """CSV has every column, and no cell of it is a formula."""
    head, row = run("status", "--as-of", "2026-12-01", "--format", "csv").stdout.splitlines()
    assert head.startswith("region,institution_id,institution,")
    assert row.startswith("750000000,i,'=School,")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["--as-of", "yesterday"], "--as-of", id="a day"),
        pytest.param(
            ["--region", "Almaty"],
            "nearest: Almaty City (750000000), Almaty Region (190000000)\n",
            id="a region",
        ),
        pytest.param(["--as-of", "1999-01-01"], "no rule says at_risk_days on 1999-01-01", id="no law"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_wrong_use(args: list[str], said: str) -> None:
    """What cannot be answered ends with 2, with the reason on stderr and nothing on stdout."""
    result = run("status", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.usefixtures("asked")
def test_one_region() -> None:
    """A region is asked for by name and told by its code; another one has nothing of ours."""
    told = parsed(run("status", "--region", "город Алматы", "--format", "json"))
    assert (told["region"], len(told["rows"])) == ("750000000", 1)
    assert not parsed(run("status", "--region", "Abai Region", "--format", "json"))["rows"]


def test_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no register was imported the command says so and ends with 2."""
    monkeypatch.chdir(tmp_path)
    result = run("status")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "import a register first" in result.stderr


def at(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class FakeStore:
    """A register that has channels since a moment, and what was received."""

    def __init__(self, since: datetime | None, *, looking: bool = True) -> None:
        self.since, self.looking = since, looking
        self.loads = 0

    @asynccontextmanager
    async def open(self, *_: object, **__: object) -> AsyncIterator["FakeStore"]:
        yield self

    async def load_estate(self, now: datetime) -> Estate:
        self.loads += 1
        known = self.since is not None and self.since <= now
        return ESTATE if known else replace(ESTATE, channels={}, contracts=())

    async def present(self, _: datetime, **__: object) -> Present:
        verdicts = {
            "c1@g": (Verdict(state=State.RECEIVING), NOW),
            "c2@g": (Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF), NOW),
        }
        return Present(verdicts=verdicts, seen_at=NOW, looking=self.looking)

    async def register_at(self, moment: datetime) -> Estate:
        return await self.load_estate(moment)

    async def at(self, moment: datetime, **__: object) -> Present:
        verdicts = {"c2@g": (Verdict(state=State.RECEIVING), moment)}
        return Present(verdicts=verdicts, seen_at=moment, looking=self.looking)


@pytest.mark.parametrize(
    ("day", "looking", "receiving"),
    [
        pytest.param(date(2026, 12, 1), True, {"c1"}, id="today: what is received now"),
        pytest.param(date(2027, 6, 1), True, {"c1"}, id="later: what is received now"),
        pytest.param(date.max, True, {"c1"}, id="the greatest day there is"),
        pytest.param(date(2026, 12, 1), False, None, id="nobody looks"),
        pytest.param(date(2026, 11, 30), True, {"c2"}, id="past: what was received at its end"),
        pytest.param(date(2026, 11, 30), False, None, id="past: nobody looked"),
    ],
)
async def test_what_was_received(
    day: date, looking: bool, receiving: set[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A past day has the cameras received at its end, any other those received now; else they are unknown."""
    monkeypatch.setattr(reading, "Store", FakeStore(datetime(2020, 1, 1, tzinfo=UTC), looking=looking))
    assert (await read_register(Settings(), day, NOW)).receiving == receiving


@pytest.mark.parametrize(
    ("day", "looking", "video"),
    [
        pytest.param(date(2026, 12, 1), True, SiteVideo(streams=2, received=1, lost=1), id="today"),
        pytest.param(date(2026, 11, 30), True, SiteVideo(streams=2, received=1), id="past: as far as known"),
        pytest.param(date(2027, 6, 1), True, None, id="a day to come has no video yet"),
        pytest.param(date(2026, 12, 1), False, None, id="nobody looks"),
    ],
)
async def test_the_video_of_a_site(
    day: date, looking: bool, video: SiteVideo | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams are counted by what is known of them on the day; where nobody looked nothing is told."""
    monkeypatch.setattr(reading, "Store", FakeStore(datetime(2020, 1, 1, tzinfo=UTC), looking=looking))
    videos = (await read_register(Settings(), day, NOW)).videos
    assert videos == (None if video is None else {"s": video})


@pytest.mark.parametrize(
    ("since", "day", "known_since"),
    [
        pytest.param(at(3, 5, 12), date(2026, 1, 1), date(2026, 3, 5), id="in between"),
        pytest.param(at(3, 5, 19), date(2026, 1, 1), date(2026, 3, 6), id="local days"),
        pytest.param(at(12, 1, 1), date(2020, 1, 1), date(2026, 12, 1), id="today"),
        pytest.param(at(3, 5, 0), date(2026, 3, 5), None, id="it has them that day"),
        pytest.param(None, date(2026, 1, 1), None, id="never"),
        pytest.param(None, date(2027, 1, 1), None, id="not now, asked of a later day"),
    ],
)
async def test_since_when_channels_are_known(
    since: datetime | None, day: date, known_since: date | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the register of a past day had no channels, the first day that has any is found in few reads."""
    store = FakeStore(since)
    monkeypatch.setattr(reading, "Store", store)
    assert (await read_register(Settings(), day, NOW)).known_since == known_since
    assert store.loads <= 15


def test_no_channels_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A register without channels on the day is no mistake: it says since when it knows any."""
    monkeypatch.chdir(tmp_path)

    async def answer(*_: object) -> Reading:
        return Reading(estate=Estate(), receiving=None, known_since=date(2026, 3, 5))

    monkeypatch.setattr(contracts, "read_register", answer)
    result = run("status", "--as-of", "2026-01-01")
    assert result.exit_code == 0
    assert result.stdout == "The register knew no channels on 1 Jan 2026; it knows some since 5 Mar 2026.\n"
    told = parsed(run("status", "--as-of", "2026-01-01", "--format", "json"))
    assert (told["known_since"], told["rows"]) == ("2026-03-05", [])


SHEETS = {
    "institutions.csv": "institution_id,name,region,type,ownership\ni,School,750000000,school,public\n",
    "sites.csv": "site_id,institution_id,name\ns,i,Main\n",
    "cameras.csv": "camera_id,site_id,url\nc1,s,rtsp://10.0.0.1/\nc2,s,rtsp://10.0.0.2/\n",
    "providers.csv": "provider\nP\n",
    "channels.csv": "channel_id,site_id,up_kbps\nch,s,5000\n",
    "contracts.csv": (
        "customer_bin,contract_number,contract_date,channel_id,provider,starts_on,ends_on\n"
        "220440000009,7,2025-12-20,ch,P,2026-01-01,2026-10-31\n"
    ),
}


def test_from_sheets_to_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was imported is judged at the day; before the register knew channels, it says since when."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for name, text in SHEETS.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "payers.csv").write_text("payer_id,name,region\nedu,Department,750000000\n")
    for sheets, day in ((SHEETS, "2026-03-01"), (["payers.csv"], "2026-05-01")):
        imported = CliRunner().invoke(register_app, ["import", *sheets, "--as-of", day])
        assert imported.exit_code == 0, imported.stdout
    keys = ("status", "since", "days_left", "bridging", "bridging_days_left", "owner")
    lapsed = parsed(run("status", "--as-of", "2026-11-10", "--format", "json"))["rows"]
    assert [tuple(row[key] for key in keys) for row in lapsed] == [
        ("lapsed", "2026-11-01", None, "eligible_unused", 51, "school")
    ]
    covered = parsed(run("status", "--as-of", "2026-06-01", "--format", "json"))["rows"]
    assert [row["status"] for row in covered] == ["covered"]
    forecast = parsed(run("forecast", "--as-of", "2026-10-20", "--format", "json"))
    assert (forecast["basis"], forecast["cliff"]["day"]) == ("covered", "2026-11-01")
    before = parsed(run("status", "--as-of", "2026-01-15", "--format", "json"))
    assert (before["rows"], before["known_since"]) == ([], "2026-03-01")
    for command in ("status", "forecast", "calendar"):
        assert run(command, "--as-of", "2099-12-31").exit_code == 0
