"""Contracts as rows: status by urgency, the forecast's days, the calendar; and regions by their names."""

import json
import time
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.tables.calendar import calendar_rows, calendar_table
from exporters.tables.contracts import crossing_counts, status_counts, status_rows, status_table
from exporters.tables.forecast import forecast_rows, forecast_table, outlook
from exporters.tables.regions import UnknownRegion, find_region, region_names, within
from exporters.tables.table import Share, as_csv, as_lines, as_records
from exporters.terminal.words import Words
from monitor.law.contracts import ChannelStatus
from monitor.law.crossing import Crossing, SiteVideo
from monitor.model.allowances import Exclusion, Reason, Subject
from monitor.model.channels import Contract, ContractForm, Stage
from monitor.model.estate import Camera, Estate, Institution, InstitutionType, Ownership, Site
from monitor.model.parties import Contact, PartyKind, Payer, Role
from monitor.model.regions import known_regions
from monitor.model.verdict import Owner
from tests.agreements import RULES, channel, contract

ALMATY_CITY, AKMOLA = "750000000", "110000000"
DAY = date(2026, 12, 1)
YEAR = contract("year", (1, 1), (12, 31), payer_id="edu")
OLD = contract("old", (1, 1), (10, 31), payer_id="edu")
OLDER = contract("older", (2025, 1, 1), (2025, 12, 31))
BRIDGE = contract("bridge", (11, 1), (12, 31), form=ContractForm.EXTENSION, payer_id="edu")
LONG = contract("long", (1, 1), (2028, 12, 31), provider="Q")
AWARDED = contract("new", (2027, 1, 1), (2027, 12, 31), Stage.AWARDED)


def estate(contracts: dict[str, list[Contract]], cameras: int = 2, **given: Any) -> Estate:
    """Build a site per channel, every other one in Akmola, with so many cameras each."""
    keys = list(contracts)
    regions = {key: (ALMATY_CITY, AKMOLA)[number % 2] for number, key in enumerate(keys)}
    return Estate(
        institutions={
            key: Institution(
                institution_id=key,
                name=f"School {key}",
                region=regions[key],
                type=InstitutionType.SCHOOL,
                ownership=Ownership.PUBLIC,
            )
            for key in keys
        },
        sites={key: Site(site_id=key, institution_id=key, name="Main") for key in keys},
        cameras={
            f"{key}{n}": Camera(camera_id=f"{key}{n}", site_id=key, url=f"rtsp://{key}{n}/")
            for key in keys
            for n in range(cameras)
        },
        channels={key: channel(key, key) for key in keys},
        contracts=tuple(replace(each, channel_id=key) for key, own in contracts.items() for each in own),
        payers={"edu": Payer(payer_id="edu", name="Education department", region=ALMATY_CITY)},
        contacts=(
            Contact(party=PartyKind.PAYER, party_id="edu", role=Role.PROCUREMENT, phone="+77270000001"),
            Contact(party=PartyKind.PROVIDER, party_id="P", role=Role.SUPPORT, phone="+77270000002"),
            Contact(party=PartyKind.PROVIDER, party_id="P", role=Role.DUTY, phone="+77270000003"),
        ),
        **given,
    )


ESTATE = estate(
    {"a": [YEAR], "b": [OLDER], "c": [], "d": [LONG], "e": [OLD], "f": [OLD, BRIDGE], "g": [AWARDED]}
)
NAMES = region_names(ESTATE, "en")


def test_the_most_urgent_is_first() -> None:
    """Lapsed come before never contracted, at risk, covered and not needed; the longest dark first."""
    rows = status_rows(ESTATE, DAY, RULES)
    assert [(row["channel"], row["status"]) for row in rows] == [
        ("b", "lapsed"),
        ("e", "lapsed"),
        ("c", "never_contracted"),
        ("a", "at_risk"),
        ("f", "at_risk"),
        ("d", "covered"),
        ("g", "not_needed"),
    ]
    assert status_counts(rows) == {
        ChannelStatus.LAPSED: 2,
        ChannelStatus.NEVER_CONTRACTED: 1,
        ChannelStatus.AT_RISK: 2,
        ChannelStatus.COVERED: 1,
        ChannelStatus.NOT_NEEDED: 1,
    }


@pytest.mark.parametrize(
    ("channel_id", "expected"),
    [
        pytest.param(
            "a",
            {
                "institution": "School a",
                "site": "Main",
                "provider": "P",
                "payer": "Education department",
                "since": "2026-01-01",
                "ends_on": "2026-12-31",
                "days_left": 30,
                "step": 30,
                "last_safe_day": "2026-11-01",
                "bridging": "not_needed",
                "window_from": "2027-01-01",
                "window_to": "2027-02-28",
                "legal_basis": "KZ-106VIII-?",
                "confidence": "missing",
                "basis_note": "may_be_available",
                "owner": "education_department",
                "payer_phone": "+77270000001",
                "provider_phone": "+77270000003",
            },
            id="at risk",
        ),
        pytest.param(
            "e",
            {
                "since": "2026-11-01",
                "days_dark": 31,
                "lapse_cause": "unknown",
                "bridging": "eligible_unused",
                "bridging_days_used": 31,
                "bridging_days_left": 30,
                "basis_note": "may_be_available",
                "owner": "education_department",
            },
            id="lapsed, a bridge may stand",
        ),
        pytest.param(
            "f",
            {
                "bridging": "in_use",
                "bridging_form": "extension",
                "bridging_days_left": 30,
                "contract_number": "bridge",
            },
            id="bridged",
        ),
        pytest.param(
            "b",
            {"since": "2026-01-01", "bridging": "expired_no_award", "owner": "school", "payer": None},
            id="nobody bridged; the school pays itself",
        ),
        pytest.param(
            "c",
            {
                "since": None,
                "ends_on": None,
                "provider": None,
                "owner": "education_department",
                "remarks": None,
            },
            id="never contracted, public",
        ),
        pytest.param(
            "d",
            {
                "step": None,
                "owner": None,
                "bridging": "not_needed",
                "legal_basis": None,
                "remarks": "crosses_year",
            },
            id="covered for long",
        ),
    ],
)
def test_a_row(channel_id: str, expected: dict[str, object]) -> None:
    """A row says until when, what may be done, who must act and whom to call; JSON has plain values."""
    records = as_records(status_table(status_rows(ESTATE, DAY, RULES), whole=True))
    row = next(record for record in records if record["channel"] == channel_id)
    assert {key: row[key] for key in expected} == expected
    assert json.loads(json.dumps(row)) == row


LIT, DARK, DIM = (
    SiteVideo(streams=5, received=1, lost=4),
    SiteVideo(streams=5, lost=4),
    SiteVideo(streams=5, lost=3),
)


@pytest.mark.parametrize(
    ("channel_id", "video", "crossing"),
    [
        pytest.param("d", LIT, "ok", id="covered and received"),
        pytest.param("a", DARK, "technical_outage", id="at risk is covered, and dark"),
        pytest.param("e", DARK, "lapsed_and_dark", id="lapsed and dark"),
        pytest.param("c", DARK, "lapsed_and_dark", id="never contracted and dark"),
        pytest.param("e", LIT, "working_uncovered", id="lapsed and received"),
        pytest.param("e", DIM, "unknown", id="too little is known"),
        pytest.param("e", None, "unknown", id="no stream of the site"),
        pytest.param("g", LIT, None, id="not needed"),
    ],
)
def test_contract_and_video(channel_id: str, video: SiteVideo | None, crossing: str | None) -> None:
    """A channel's row crosses its site's cover with the video of the site's cameras."""
    videos = {channel_id: video} if video is not None else {}
    rows = status_rows(ESTATE, DAY, RULES, videos)
    assert [row["crossing"] for row in rows if row["channel"] == channel_id] == [crossing]
    needed = sum(row["crossing"] is not None for row in rows)
    assert sum(crossing_counts(rows).values()) == needed == 6


def test_where_nobody_looked_the_video_is_unknown() -> None:
    """Unknown is not dark: without anybody who looks no channel is told to be out."""
    assert crossing_counts(status_rows(ESTATE, DAY, RULES, None))[Crossing.UNKNOWN] == 6


def test_a_spare_channel_that_lapsed_is_not_working_uncovered() -> None:
    """A site is covered when any channel that it needs is, so its picture rests on no goodwill."""
    spare = channel("spare", "a")
    lapsed = replace(OLD, channel_id="spare")
    one = estate({"a": [YEAR]})
    both = replace(one, channels=one.channels | {"spare": spare}, contracts=(*one.contracts, lapsed))
    rows = status_rows(both, DAY, RULES, {"a": LIT})
    assert [(row["status"], row["crossing"]) for row in rows] == [("lapsed", "ok"), ("at_risk", "ok")]


@pytest.mark.parametrize("locale", LOCALES)
def test_tables_in_every_language(locale: str) -> None:
    """Every column has a heading and every word a text; nobody is ever told to be entitled."""
    words = Words(translations(locale), ZoneInfo("Asia/Almaty"))
    tables = [
        status_table(status_rows(ESTATE, DAY, RULES)),
        forecast_table(forecast_rows(outlook(ESTATE, DAY, 60, {"a0"}, baseline=0.62), NAMES)),
        calendar_table(calendar_rows(ESTATE, DAY, 365, RULES, NAMES)),
    ]
    for table in tables:
        lines = as_lines(table, words)
        assert len(lines) == len(table.rows) + 1
        assert not any("entitled" in line for line in lines)
        assert len(as_csv(table).splitlines()) == len(table.rows) + 1
    assert translations(locale).text("basis.may_be_available") in as_lines(tables[0], words)[2]
    crossing = translations(locale).text("remark.crosses_year")
    assert [line.endswith(crossing) for line in as_lines(tables[0], words) if crossing in line] == [True]


def test_who_must_act_is_the_payer() -> None:
    """A private institution without any contract must act itself; whoever pays does otherwise."""
    lonely = estate({"c": []})
    private = replace(lonely.institutions["c"], ownership=Ownership.PRIVATE)
    rows = status_rows(replace(lonely, institutions={"c": private}), DAY, RULES)
    assert rows[0]["owner"] is Owner.SCHOOL


def test_the_forecast_by_region_and_provider() -> None:
    """Rows are for everything, each region and each provider: on the first day and where they change."""
    small = estate({"a": [YEAR], "b": [LONG]})
    told = outlook(small, DAY, 60, {"a0", "a1", "b0"}, baseline=0.62)
    rows = [
        (row["day"], row["region"], row["provider"], row["covered"], row["receiving"], row["cameras"])
        for row in forecast_rows(told, NAMES)
    ]
    new_year = date(2027, 1, 1)
    assert rows == [
        (DAY, None, None, 4, 3, 4),
        (DAY, None, "P", 2, 2, 2),
        (DAY, None, "Q", 2, 1, 2),
        (DAY, AKMOLA, None, 2, 1, 2),
        (DAY, ALMATY_CITY, None, 2, 2, 2),
        (new_year, None, None, 2, 1, 4),
        (new_year, None, "P", 0, 0, 2),
        (new_year, ALMATY_CITY, None, 0, 0, 2),
    ]
    last = forecast_rows(told, NAMES)[5]
    assert (last["rate"], last["covered_rate"], last["change"]) == (0.25, 0.5, -2)
    assert (last["baseline"], last["below_baseline"]) == (0.62, True)
    assert len(forecast_rows(told, NAMES, every_day=True)) == 60 * 5


def test_the_forecast_of_one_region() -> None:
    """Asked of one region, rows are for it and for its providers."""
    told = outlook(within(ESTATE, AKMOLA), DAY, 60, None, region=AKMOLA, baseline=0.62)
    rows = forecast_rows(told, NAMES)
    assert {row["region"] for row in rows} == {AKMOLA}
    assert {row["provider"] for row in rows} == {None, "P", "Q"}


def test_when_nobody_looks_only_the_cover_is_foretold() -> None:
    """Unknown is not dark: the rate is left out, and the cover is set against the baseline."""
    row = forecast_rows(outlook(estate({"a": [YEAR]}), DAY, 60, None, baseline=0.62), NAMES)[0]
    assert (row["receiving"], row["rate"], row["covered"], row["below_baseline"]) == (None, None, 2, False)


def test_of_nothing_there_is_no_rate() -> None:
    """Without cameras in scope there are no rows, and no total."""
    told = outlook(estate({"a": [YEAR]}, cameras=0), DAY, 60, None)
    assert not forecast_rows(told, NAMES)
    assert told.total is None


def test_only_what_is_in_scope_counts() -> None:
    """A camera left out by an approved exclusion, or not in service, is in no rate."""
    exclusion = Exclusion(
        subject=Subject.CAMERA,
        subject_id="a0",
        starts_on=DAY,
        ends_on=DAY,
        reason=Reason.OTHER,
        approver="office",
        document="1",
    )
    one = estate({"a": [YEAR]}, cameras=3, exclusions=(exclusion,))
    later = replace(one.cameras["a1"], commissioned_on=date(2026, 12, 2))
    told = outlook(replace(one, cameras=one.cameras | {"a1": later}), DAY, 2, {"a0", "a1", "a2"})
    row = forecast_rows(told, NAMES)[0]
    assert (row["cameras"], row["covered"], row["receiving"]) == (1, 1, 1)


def test_the_calendar() -> None:
    """What falls on one day in one region with one provider is one row, with its channels and cameras."""
    rows = calendar_rows(estate({"a": [YEAR], "x": [], "b": [YEAR]}), date(2026, 10, 1), 365, RULES, NAMES)
    assert [
        (row["day"], row["event"], row["region_name"], row["channels"], row["cameras"]) for row in rows
    ] == [
        (date(2026, 11, 1), "last_safe_day", "Almaty City", 2, 4),
        (date(2026, 12, 31), "cover_ends", "Almaty City", 2, 4),
        (date(2027, 1, 1), "window_opens", "Almaty City", 2, 4),
        (date(2027, 2, 28), "window_closes", "Almaty City", 2, 4),
    ]
    assert rows[0]["month"] == "2026-11"
    soon = calendar_rows(estate({"a": [YEAR]}), date(2026, 12, 31), 1, RULES, NAMES)
    assert [row["event"] for row in soon] == ["cover_ends"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("750000000", ALMATY_CITY, id="code"),
        pytest.param("Almaty City", ALMATY_CITY, id="English"),
        pytest.param("  almaty  CITY ", ALMATY_CITY, id="blanks and case"),
        pytest.param("город Алматы", ALMATY_CITY, id="Russian"),
        pytest.param("Ақмола облысы", AKMOLA, id="Kazakh"),
    ],
)
def test_a_region_by_its_name(asked: str, found: str) -> None:
    """A region is its code or its whole name in any language."""
    assert find_region(asked, known_regions()).region == found


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        pytest.param("Almaty", "Almaty City", id="a city and a region: not guessed"),
        pytest.param("Akmola Regon", "Akmola Region", id="misspelt"),
        pytest.param("Акмолинская", "Akmola Region", id="half a name"),
        pytest.param("510000000", r"nearest: .+ \(\d{9}\), ", id="a code of before"),
    ],
)
def test_an_unknown_region(asked: str, near: str) -> None:
    """What is no region's name is refused, and the nearest are named."""
    with pytest.raises(UnknownRegion, match=near) as refused:
        find_region(asked, known_regions())
    assert 1 <= len(refused.value.near) <= 3


def test_one_region_of_a_register() -> None:
    """Only what lies in the region is left."""
    part = within(ESTATE, AKMOLA)
    assert set(part.channels) == set(part.sites) == {"b", "d", "f"}
    assert {each.channel_id for each in part.contracts} == {"b", "d", "f"}
    assert len(part.cameras) == 6


def test_a_share_remembers_its_counts() -> None:
    """Not quite all is never told as 100 %, and JSON has the plain number."""
    assert json.dumps(Share(1, 4)) == "0.25"
    assert (Share(1, 4).part, Share(1, 4).whole) == (1, 4)


def test_a_country_is_told_at_once() -> None:
    """20,000 channels become rows in a few seconds of CPU time."""
    many = estate({str(n): [OLD, BRIDGE] for n in range(20_000)}, cameras=1)
    begun = time.process_time()
    assert len(status_rows(many, DAY, RULES)) == 20_000
    assert time.process_time() - begun < 4.0
