"""Which day of a channel is covered, at risk, lapsed; and what that makes of its video."""

import itertools
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.contracts import (
    ChannelStanding,
    ChannelStatus,
    cover,
    site_standings,
    standing,
    standings,
)
from monitor.law.coverage import last_day, need_of, runs_of
from monitor.law.crossing import Crossing, SiteVideo, cross
from monitor.law.lapses import LapseCause, fits_lapse, lapses
from monitor.law.remarks import Remark, all_remarks
from monitor.model.channels import Channel, Contract, Stage
from monitor.model.estate import Estate
from tests.agreements import RULES, Day, channel, contract, on

SPRING = contract("spring", (1, 1), (3, 31))
SUMMER = contract("summer", (4, 1), (8, 31))
AUTUMN = contract("autumn", (9, 1), (12, 31))
BRIDGE = contract("bridge", (3, 15), (5, 14))
YEAR = contract("year", (1, 1), (12, 31))
BACK_DATED = contract("late", (1, 1), (12, 31), contract_date=date(2026, 2, 10))
TERMINATED = contract("broken", (1, 1), (5, 10), Stage.TERMINATED)
NOT_SHORTENED = contract("broken", (1, 1), (12, 31), Stage.TERMINATED)
NEXT_YEAR = contract("next", (2027, 1, 1), (2027, 12, 31))
FIRST = date(2026, 1, 1)
LAPSED, NEVER = ChannelStatus.LAPSED, ChannelStatus.NEVER_CONTRACTED
AT_RISK, COVERED, NOT_NEEDED = ChannelStatus.AT_RISK, ChannelStatus.COVERED, ChannelStatus.NOT_NEEDED


@pytest.mark.parametrize(
    ("contracts", "day", "covered", "named"),
    [
        pytest.param([], (2, 1), None, None, id="never contracted is not lapsed"),
        pytest.param([AUTUMN], (2, 1), None, None, id="not begun yet is not lapsed either"),
        pytest.param([SPRING], (1, 1), True, "spring", id="the first day counts"),
        pytest.param([SPRING], (3, 31), True, "spring", id="the last day counts"),
        pytest.param([SPRING], (4, 1), False, "spring", id="the day after does not"),
        pytest.param([SPRING, AUTUMN], (6, 1), False, "spring", id="a gap between two"),
        pytest.param([SPRING, BRIDGE], (4, 1), True, "bridge", id="an overlap carries on"),
        pytest.param([BRIDGE, SPRING, AUTUMN], (9, 1), True, "autumn", id="order does not matter"),
        pytest.param([replace(YEAR, stage=Stage.AWARDED)], (2, 1), None, None, id="an award covers nothing"),
        pytest.param([replace(YEAR, stage=Stage.REGISTERED)], (2, 1), True, "year", id="registered covers"),
        pytest.param([TERMINATED], (5, 9), False, "broken", id="terminated does not cover the day it is"),
        pytest.param([NOT_SHORTENED], (5, 9), False, "broken", id="not even when it was not shortened"),
        pytest.param([TERMINATED, SUMMER], (5, 11), True, "summer", id="another one carries on"),
    ],
)
def test_cover(contracts: list[Contract], day: Day, covered: bool | None, named: str | None) -> None:
    """A day is covered when any contract in force holds it; else the last one that ended is named."""
    found = cover(contracts, on(day))
    assert found.covered is covered
    assert (found.contract.contract_number if found.contract else None) == named


@pytest.mark.parametrize(
    ("contracts", "day", "status", "since", "until", "step"),
    [
        pytest.param([YEAR], (10, 1), COVERED, (1, 1), (12, 31), None, id="91 days left"),
        pytest.param([YEAR], (10, 2), AT_RISK, (1, 1), (12, 31), 90, id="90 days left"),
        pytest.param([YEAR], (11, 1), AT_RISK, (1, 1), (12, 31), 60, id="60 days left"),
        pytest.param([YEAR], (12, 1), AT_RISK, (1, 1), (12, 31), 30, id="30 days left"),
        pytest.param([YEAR], (12, 17), AT_RISK, (1, 1), (12, 31), 14, id="14 days left"),
        pytest.param([YEAR], (12, 24), AT_RISK, (1, 1), (12, 31), 7, id="7 days left"),
        pytest.param([YEAR], (12, 31), AT_RISK, (1, 1), (12, 31), 7, id="the last day"),
        pytest.param([YEAR], (2027, 1, 1), LAPSED, (2027, 1, 1), (12, 31), None, id="the first dark day"),
        pytest.param([YEAR, NEXT_YEAR], (12, 31), COVERED, (1, 1), (2027, 12, 31), None, id="gapless"),
        pytest.param([SPRING, SUMMER], (3, 30), COVERED, (1, 1), (8, 31), None, id="the next day another"),
        pytest.param(
            [SPRING, AUTUMN], (3, 30), AT_RISK, (1, 1), (3, 31), 7, id="a later one is no successor"
        ),
        pytest.param(
            [SPRING, replace(SUMMER, stage=Stage.AWARDED)], (3, 30), AT_RISK, (1, 1), (3, 31), 7, id="awarded"
        ),
        pytest.param([SPRING, AUTUMN], (6, 1), LAPSED, (4, 1), (3, 31), None, id="lapsed between two"),
        pytest.param([SPRING, BRIDGE], (3, 20), AT_RISK, (1, 1), (5, 14), 60, id="an overlap carries on"),
        pytest.param([BACK_DATED], (2, 10), COVERED, (1, 1), (12, 31), None, id="back-dated covers"),
        pytest.param([BACK_DATED], (2, 9), NEVER, (1, 1), None, None, id="back-dated, not concluded yet"),
        pytest.param([TERMINATED], (5, 10), LAPSED, (5, 10), (5, 9), None, id="the day of termination"),
        pytest.param([NOT_SHORTENED], (6, 1), LAPSED, (6, 1), (5, 31), None, id="termination not dated"),
        pytest.param([], (2, 1), NEVER, None, None, None, id="never contracted, need of unknown beginning"),
        pytest.param(
            [replace(YEAR, stage=Stage.FAILED)], (2, 1), NEVER, (1, 1), None, None, id="its tender failed"
        ),
        pytest.param([AUTUMN], (2, 1), NOT_NEEDED, None, None, None, id="before its first contract"),
    ],
)
def test_standing(
    contracts: list[Contract],
    day: Day,
    status: ChannelStatus,
    since: Day | None,
    until: Day | None,
    step: int | None,
) -> None:
    """A channel is covered, at risk within a step, lapsed, never contracted, or not needed on a day."""
    found = standing(channel(), contracts, on(day), RULES)
    assert (found.status, found.step) == (status, step)
    assert found.since == (on(since) if since else None)
    assert found.covered_until == (on(until) if until else None)
    covered = status in {COVERED, AT_RISK}
    assert found.days_left == ((on(until) - on(day)).days if covered and until else None)


@pytest.mark.parametrize(
    ("needed_from", "needed_until", "day", "status"),
    [
        pytest.param((3, 1), None, (2, 28), NOT_NEEDED, id="before the need"),
        pytest.param((3, 1), None, (3, 1), AT_RISK, id="its first day"),
        pytest.param((2025, 9, 1), None, (2025, 12, 31), NEVER, id="needed before any contract"),
        pytest.param(None, (3, 31), (3, 31), COVERED, id="ends with the need: no risk"),
        pytest.param(None, (3, 31), (4, 1), NOT_NEEDED, id="after the need"),
        pytest.param(None, (4, 1), (3, 31), AT_RISK, id="the need goes one day further"),
        pytest.param(None, (4, 1), (4, 1), LAPSED, id="and that day is dark"),
    ],
)
def test_the_need(needed_from: Day | None, needed_until: Day | None, day: Day, status: ChannelStatus) -> None:
    """Only days between needed_from and needed_until, both counted, can be at risk or lapsed."""
    given_channel = channel(
        needed_from=on(needed_from) if needed_from else None,
        needed_until=on(needed_until) if needed_until else None,
    )
    assert standing(given_channel, [SPRING], on(day), RULES).status is status


@pytest.mark.parametrize(
    ("stage", "cause"),
    [
        pytest.param(Stage.NOT_PLANNED, LapseCause.NOT_PLANNED, id="not planned"),
        pytest.param(Stage.NO_BUDGET, LapseCause.NO_BUDGET, id="no budget"),
        pytest.param(Stage.PLANNED, LapseCause.TENDER_NOT_ANNOUNCED, id="planned only"),
        pytest.param(Stage.ANNOUNCED, LapseCause.UNKNOWN, id="under way: no reason yet"),
        pytest.param(Stage.FAILED, LapseCause.TENDER_FAILED, id="failed"),
        pytest.param(Stage.APPEALED, LapseCause.APPEAL, id="appealed"),
        pytest.param(Stage.AWARDED, LapseCause.AWARDED_NOT_SIGNED, id="awarded"),
        pytest.param(Stage.PROVIDER_REFUSED, LapseCause.PROVIDER_REFUSED, id="refused"),
        pytest.param(None, LapseCause.UNKNOWN, id="nothing is procured"),
    ],
)
def test_the_cause_of_a_lapse(stage: Stage | None, cause: LapseCause) -> None:
    """The stage of what is being procured says why no contract follows."""
    wanted = [contract("new", (4, 1), (12, 31), stage)] if stage is not None else []
    lapse = standing(channel(), [SPRING, *wanted], date(2026, 4, 11), RULES).lapse
    assert lapse is not None
    assert (lapse.first, lapse.days(date(2026, 4, 11))) == (date(2026, 4, 1), 11)
    assert lapse.preceding is SPRING
    assert (lapse.stage, lapse.cause) == (stage, cause)


def test_the_procurement_entered_last_counts() -> None:
    """A failed tender that was announced again is under way."""
    failed = contract("t1", (4, 1), (12, 31), Stage.FAILED, contract_date=date(2026, 2, 1))
    again = contract("t2", (4, 1), (12, 31), Stage.ANNOUNCED, contract_date=date(2026, 4, 5))
    assert standing(channel(), [again, SPRING, failed], date(2026, 4, 11), RULES).procured is again


SPANS = st.tuples(
    st.integers(0, 60), st.integers(0, 25), st.sampled_from(Stage), st.integers(-3, 3)
)  # begins, lasts, stage, concluded


def drawn(spans: list[tuple[int, int, Stage, int]]) -> list[Contract]:
    """Build contracts from small numbers of days since the first of the year."""
    return [
        Contract(
            customer_bin="220440000009",
            contract_number=str(number),
            contract_date=FIRST + timedelta(begins + concluded),
            channel_id="ch",
            provider="P",
            starts_on=FIRST + timedelta(begins),
            ends_on=FIRST + timedelta(begins + lasts),
            stage=stage,
        )
        for number, (begins, lasts, stage, concluded) in enumerate(spans)
    ]


def is_covered(contracts: list[Contract], day: date, today: date) -> bool:
    """Say by the sentences of the law whether a day is covered, seen from today."""
    for each in contracts:
        inside = each.starts_on <= day <= each.ends_on and each.contract_date <= today
        if each.stage in {Stage.SIGNED, Stage.REGISTERED} and inside:
            return True
        if each.stage is Stage.TERMINATED and inside and day != each.ends_on and day < today:
            return True
    return False


@given(st.lists(SPANS, max_size=5), st.integers(0, 90))
def test_runs_are_the_covered_days(spans: list[tuple[int, int, Stage, int]], at: int) -> None:
    """A day is in a run exactly when a contract in force holds it, and two runs never touch."""
    contracts, today = drawn(spans), FIRST + timedelta(at)
    runs = runs_of(contracts, today)
    for day in (FIRST + timedelta(offset) for offset in range(-5, 95)):
        assert any(run.holds(day) for run in runs) == is_covered(contracts, day, today)
    assert all((later.first - earlier.last).days > 1 for earlier, later in itertools.pairwise(runs))
    assert all(last_day(run.contract, today) == run.last for run in runs)


@given(
    st.lists(SPANS, max_size=5),
    st.none() | st.integers(-5, 70),
    st.none() | st.integers(0, 95),
    st.integers(-3, 95),
)
def test_lapses_are_the_days_needed_and_not_covered(
    spans: list[tuple[int, int, Stage, int]], needed: int | None, until: int | None, at: int
) -> None:
    """Lapses are maximal runs: their days are exactly those needed and not covered, and none touch."""
    contracts, today = drawn(spans), FIRST + timedelta(at)
    wanted = channel(
        needed_from=FIRST + timedelta(needed) if needed is not None else None,
        needed_until=FIRST + timedelta(until) if until is not None else None,
    )
    need, runs = need_of(wanted, contracts), runs_of(contracts, today)
    found = lapses(need, runs, contracts, today)
    begins = wanted.needed_from or min((each.starts_on for each in contracts), default=None)
    for day in (FIRST + timedelta(offset) for offset in range(-6, at + 1)):
        needed_now = begins is not None and begins <= day <= (wanted.needed_until or date.max)
        dark = needed_now and not is_covered(contracts, day, today)
        assert any(lapse.holds(day) for lapse in found) == dark
    assert all(a.last and (b.first - a.last).days > 1 for a, b in itertools.pairwise(found))
    agrees(standing(wanted, contracts, today, RULES), contracts, today, begins)


def agrees(found: ChannelStanding, contracts: list[Contract], today: date, begins: date | None) -> None:
    """Hold a standing against the plain sentences."""
    covered = is_covered(contracts, today, today)
    needed = (begins is None or begins <= today) and today <= (found.channel.needed_until or date.max)
    assert found.needed == needed
    assert found.covered == (needed and covered)
    ever = any(is_covered(contracts, FIRST + timedelta(day), today) for day in range((today - FIRST).days))
    assert (found.status is LAPSED) == (needed and not covered and ever)
    if found.covered and found.covered_until is not None:
        assert not is_covered(contracts, found.covered_until + timedelta(1), today)


@pytest.mark.parametrize(
    ("contracts", "day", "expected"),
    [
        pytest.param([YEAR], (6, 1), (), id="a fiscal year"),
        pytest.param([contract("n", (2, 1), (2027, 1, 31))], (6, 1), (Remark.CROSSES_YEAR,), id="crosses"),
        pytest.param([BACK_DATED], (6, 1), (Remark.BACK_DATED,), id="back-dated"),
        pytest.param([NOT_SHORTENED], (6, 1), (Remark.TERMINATED_AHEAD,), id="terminated, not shortened"),
        pytest.param([TERMINATED], (6, 1), (), id="terminated and shortened"),
        pytest.param([SPRING, BRIDGE], (6, 1), (Remark.OVERLAPPING,), id="overlapping"),
        pytest.param([SPRING, SUMMER], (6, 1), (), id="gapless is no overlap"),
        pytest.param([SPRING, replace(BRIDGE, stage=Stage.FAILED)], (6, 1), (), id="not in force"),
    ],
)
def test_remarks(contracts: list[Contract], day: Day, expected: tuple[Remark, ...]) -> None:
    """What is odd about a contract is told, and it covers all the same."""
    assert all_remarks(contracts[0], contracts, on(day), RULES) == expected


def test_the_pack_may_let_a_contract_cross_the_year() -> None:
    """No remark where the rules allow two fiscal years."""
    longer = replace(RULES.terms[0], fiscal_years=2)
    crossing = contract("n", (2, 1), (2027, 1, 31))
    assert not all_remarks(crossing, [crossing], date(2026, 6, 1), replace(RULES, terms=[longer]))


@pytest.mark.parametrize(
    ("covered", "received", "expected"),
    [
        pytest.param(True, True, Crossing.OK, id="covered and received"),
        pytest.param(True, False, Crossing.TECHNICAL_OUTAGE, id="covered and dark"),
        pytest.param(False, False, Crossing.LAPSED_AND_DARK, id="not covered and dark"),
        pytest.param(False, True, Crossing.WORKING_UNCOVERED, id="not covered and received"),
        pytest.param(True, None, Crossing.UNKNOWN, id="nobody looked"),
        pytest.param(False, None, Crossing.UNKNOWN, id="nobody looked, not covered"),
        pytest.param(None, True, Crossing.UNKNOWN, id="nothing needed"),
    ],
)
def test_crossing(covered: bool | None, received: bool | None, expected: Crossing) -> None:
    """Contract and video together say what it is; unknown video is never dark."""
    assert cross(covered, received) is expected


@pytest.mark.parametrize(
    ("streams", "received", "lost", "arrives"),
    [
        pytest.param(10, 1, 9, True, id="one camera of ten is enough"),
        pytest.param(10, 0, 10, False, id="all lost"),
        pytest.param(10, 0, 8, False, id="as many lost as must be"),
        pytest.param(10, 0, 7, None, id="too little is known to be lost"),
        pytest.param(10, 0, 0, None, id="nothing is known"),
        pytest.param(0, 0, 0, None, id="no camera that could be received"),
    ],
)
def test_a_site_is_dark_when_enough_is_known_to_be_lost(
    streams: int, received: int, lost: int, arrives: bool | None
) -> None:
    """A site of which nothing is received is dark from the packs' share of lost streams on, else unknown."""
    assert SiteVideo(streams=streams, received=received, lost=lost).arrives(RULES) is arrives


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        pytest.param([0, 1, 2, 3, None], True, id="four of five within three days"),
        pytest.param([0, 1, 2, 4, None], False, id="one too late"),
        pytest.param([-1, 0, 0, 0, 0], True, id="one earlier, four of five fit"),
        pytest.param([-1, -1, 0, 0, 0], False, id="two earlier"),
        pytest.param([], False, id="no streams"),
    ],
)
def test_a_loss_that_fits(lost: list[int | None], expected: bool) -> None:
    """The contract is the probable cause when most streams went dark within days of its end."""
    ended = date(2026, 3, 31)
    days = [ended + timedelta(each) if each is not None else None for each in lost]
    assert fits_lapse(ended, days, RULES) is expected


def test_a_site_is_covered_by_any_of_its_channels() -> None:
    """The best needed channel speaks for the site; each keeps its own standing."""
    channels = [
        channel("a"),
        channel("b"),
        channel("c", "t"),
        channel("d", "u", needed_until=date(2026, 1, 2)),
    ]
    contracts = [
        replace(SPRING, channel_id="a"),
        replace(YEAR, channel_id="b"),
        replace(SPRING, channel_id="c"),
    ]
    estate = Estate(channels={each.channel_id: each for each in channels}, contracts=tuple(contracts))
    sites = site_standings(standings(estate, date(2026, 6, 1), RULES))
    assert {key: (site.status, site.covered) for key, site in sites.items()} == {
        "s": (COVERED, True),
        "t": (LAPSED, False),
        "u": (NOT_NEEDED, None),
    }
    assert [each.status for each in sites["s"].channels] == [LAPSED, COVERED]


def test_a_country_is_judged_at_once() -> None:
    """20,000 channels with two contracts each take well under a second of CPU time."""
    channels = {str(n): Channel(channel_id=str(n), site_id=str(n)) for n in range(20_000)}
    contracts = [replace(each, channel_id=key) for key in channels for each in (SPRING, AUTUMN)]
    estate = Estate(channels=channels, contracts=tuple(contracts))
    begun = time.process_time()
    assert len(standings(estate, date(2026, 6, 1), RULES)) == len(channels)
    assert time.process_time() - begun < 1.0
