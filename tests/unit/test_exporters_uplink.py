"""Uplinks as rows: which sites can carry their cameras, by which figures."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.tables.table import as_lines
from exporters.tables.uplink import uplink_counts, uplink_rows, uplink_table
from exporters.terminal.words import Words
from monitor.law.load import load_rules
from monitor.law.uplink import UplinkRules
from monitor.model.allowances import Exclusion, Reason, Subject
from monitor.model.channels import Channel
from monitor.model.estate import Estate, Site
from tests.agreements import RULES, contract
from tests.uplinks import MANY, REGION, line, school

DAY = date(2026, 6, 1)
LAW = load_rules()
UPLINKS = UplinkRules.of(LAW, DAY)
OLD = contract("old", (1, 1), (3, 31))


def row_of(estate: Estate, measured: Mapping[str, int] | None = None) -> Mapping[str, Any]:
    (row,) = uplink_rows(estate, DAY, RULES, UPLINKS, {}, measured)
    return row


@pytest.mark.parametrize(
    ("estate", "expected"),
    [
        pytest.param(
            school([None] * 16, line(5000)),
            (16, 16, "assumed", 64_000, 5000, 1, "impossible", "memory"),
            id="sixteen cameras on the line of the rule: one fits",
        ),
        pytest.param(
            school([2000, 2000], line(5000)),
            (2, 0, "configured", 4000, 5000, 2, "feasible", None),
            id="two configured cameras fit",
        ),
        pytest.param(
            school([2000, 2500], line(5000)),
            (2, 0, "configured", 4500, 5000, 2, "tight", None),
            id="more than the share is tight",
        ),
        pytest.param(
            school([2000, None], line(10_000)),
            (2, 1, "assumed", 6000, 10_000, 2, "feasible", "memory"),
            id="one assumed makes the sum assumed",
        ),
        pytest.param(
            school([2000], line(None)),
            (1, 0, "configured", 2000, None, None, "unknown", None),
            id="no upload is registered",
        ),
        pytest.param(
            school([2000], uplink=3000),
            (1, 0, "configured", 2000, 3000, 1, "feasible", None),
            id="no channel: the site's own figure",
        ),
    ],
)
def test_a_row(estate: Estate, expected: tuple[object, ...]) -> None:
    """A row sets what the cameras need, and on what that rests, against the contracted upload."""
    row = row_of(estate)
    keys = ("cameras", "cameras_assumed", "basis", "needed_kbps", "up_kbps", "fitting", "uplink")
    assert tuple(row[key] for key in (*keys, "confidence")) == expected


def test_a_measured_bitrate_goes_before_all() -> None:
    """What was measured is told as measured; the least sure camera names the basis."""
    estate = school([2000, 2000], line(5000))
    assert (row := row_of(estate, {"sc0": 900, "sc1": 1100}))["basis"] == "measured"
    assert row["needed_kbps"] == 2000
    assert row_of(estate, {"sc0": 900})["basis"] == "configured"


@pytest.mark.parametrize(
    ("lines", "up", "status"),
    [
        pytest.param([line(5000), line(7000)], 12_000, "covered", id="both under contract"),
        pytest.param([line(5000), line(7000, None, OLD)], 5000, "covered", id="not the lapsed one"),
        pytest.param([line(7000, None, OLD)], 7000, "lapsed", id="only a lapsed one: as it was contracted"),
        pytest.param(
            [line(5000), line(7000, needed_until=date(2026, 5, 31))], 5000, "covered", id="no longer needed"
        ),
        pytest.param([], 1000, None, id="none: the site's"),
    ],
)
def test_the_channels_in_use(lines: list[tuple[Channel, Any]], up: int, status: str | None) -> None:
    """The upload is that of the channels under contract on the day, else of those that are needed."""
    row = row_of(school([2000], *lines, uplink=1000))
    assert (row["up_kbps"], row["status"]) == (up, status)


@pytest.mark.parametrize(
    ("headcount", "down", "required", "enough"),
    [
        pytest.param(400, 20_000, 20_000, True, id="400 heads: 20 Mbit/s are enough"),
        pytest.param(401, 20_000, 20_050, False, id="401 heads: they are not"),
        pytest.param(1200, None, 60_000, None, id="no download is registered"),
        pytest.param(None, 20_000, None, None, id="no headcount"),
    ],
)
def test_the_download(headcount: int | None, down: int | None, required: int | None, enough: object) -> None:
    """The contracted download is set against the rule by headcount; what is not known is not judged."""
    row = row_of(school([2000], line(5000, down), headcount=headcount))
    assert (row["required_down_kbps"], row["down_enough"]) == (required, enough)


@pytest.mark.parametrize(("down", "enough"), [(20_000, None), (60_000, True)])
def test_a_headcount_is_of_all_sites(down: int, enough: object) -> None:
    """Of an institution with two sites nobody knows how many heads are in one: too little may be enough."""
    one = school([2000], line(5000, down), headcount=1200)
    other = Site(site_id="t", institution_id="s", name="Annex")
    assert row_of(replace(one, sites=one.sites | {"t": other}))["down_enough"] is enough


def test_before_the_rule_nothing_is_required() -> None:
    """The rule of ITU holds from 2023; before it no download is required."""
    day = date(2022, 6, 1)
    (row,) = uplink_rows(
        school([2000], line(5000, 1000), headcount=500), day, RULES, UplinkRules.of(LAW, day), {}
    )
    assert (row["required_down_kbps"], row["down_enough"]) == (None, None)


def test_only_cameras_in_scope_need_the_uplink() -> None:
    """A camera that is excluded or not in service is not counted, and a site without any has no row."""
    exclusion = Exclusion(
        subject=Subject.CAMERA,
        subject_id="sc0",
        starts_on=DAY,
        ends_on=DAY,
        reason=Reason.OTHER,
        approver="office",
        document="1",
    )
    two = replace(school([2000, 2000], line(5000)), exclusions=(exclusion,))
    assert row_of(two)["cameras"] == 1
    one = replace(school([2000], line(5000)), exclusions=(exclusion,))
    assert uplink_rows(one, DAY, RULES, UPLINKS, {}) == []


def test_the_worst_is_first() -> None:
    """Impossible uplinks come first, those that leave most cameras out before the others."""
    rows = uplink_rows(MANY, DAY, RULES, UPLINKS, {REGION: "Almaty City"})
    assert [row["site_id"] for row in rows] == ["eight out", "one out", "tight", "unknown", "fits"]
    assert {key.value: count for key, count in uplink_counts(rows).items()} == {
        "impossible": 2,
        "tight": 1,
        "unknown": 1,
        "feasible": 1,
    }
    assert {row["region_name"] for row in rows} == {"Almaty City"}


@pytest.mark.parametrize("locale", LOCALES)
def test_in_every_language(locale: str) -> None:
    """Every column has a heading, and verdict and basis have words."""
    words = Words(translations(locale), ZoneInfo("Asia/Almaty"))
    lines = as_lines(uplink_table(uplink_rows(MANY, DAY, RULES, UPLINKS, {})), words)
    assert len(lines) == 6
    assert words.text("uplink.impossible") in lines[1]
    assert words.text("bitrate.configured") in lines[1]
