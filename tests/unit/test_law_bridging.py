"""The bridge between a contract that ended and its tender: the window, its states and its counter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.bridging import (
    BasisNote,
    Bridge,
    BridgingState,
    Window,
    add_months,
    bridging,
    volume_kzt,
)
from monitor.law.load import load_rules
from monitor.law.rules import LeadTime, Method
from monitor.law.terms import ContractRules
from monitor.model.channels import Contract, ContractForm, Stage
from tests.agreements import BASIS, LATER, NEW_LAW, OLD_LAW, RULES, Day, channel, contract, on

OLD = contract("old", (2025, 1, 1), (2025, 12, 31))
EXTENSION = contract("ext", (1, 1), (2, 28), form=ContractForm.EXTENSION, monthly_price_kzt=100_000)
SHORT = contract("short", (1, 1), (1, 31), form=ContractForm.SINGLE_SOURCE)
SECOND = contract("second", (2, 1), (2, 28), form=ContractForm.SINGLE_SOURCE)
SINGLE_2024 = contract("2024", (2024, 1, 1), (2024, 2, 29), form=ContractForm.SINGLE_SOURCE)
CHAIN = contract("chain", (3, 1), (4, 30), form=ContractForm.SINGLE_SOURCE)
LONG = contract("long", (1, 1), (3, 1), form=ContractForm.EXTENSION)
TENDER = contract("tender", (2, 16), (12, 31))
NEW_YEAR = contract("new", (1, 1), (12, 31))
NOT_NEEDED, UNUSED = BridgingState.NOT_NEEDED, BridgingState.ELIGIBLE_UNUSED
IN_USE, EXPIRING = BridgingState.IN_USE, BridgingState.EXPIRING
EXPIRED, EXCEEDED = BridgingState.EXPIRED_NO_AWARD, BridgingState.EXCEEDED


@pytest.mark.parametrize(
    ("ended_on", "first", "last"),
    [
        pytest.param((2025, 12, 31), (2026, 1, 1), (2026, 2, 28), id="the year's end"),
        pytest.param((2023, 12, 31), (2024, 1, 1), (2024, 2, 29), id="before a leap February"),
        pytest.param((2099, 12, 31), (2100, 1, 1), (2100, 2, 28), id="2100 is no leap year"),
        pytest.param((2026, 6, 30), (2026, 7, 1), (2026, 8, 31), id="the half-year"),
        pytest.param((2026, 1, 31), (2026, 2, 1), (2026, 3, 31), id="from February"),
        pytest.param((2024, 2, 28), (2024, 2, 29), (2024, 4, 28), id="from 29 February"),
        pytest.param((2026, 5, 14), (2026, 5, 15), (2026, 7, 14), id="the middle of a month"),
        pytest.param((2026, 12, 30), (2026, 12, 31), (2027, 2, 27), id="there is no 31 February"),
        pytest.param((9999, 12, 31), (9999, 12, 31), (9999, 12, 30), id="for ever opens nothing"),
    ],
)
def test_the_window(ended_on: Day, first: Day, last: Day) -> None:
    """The window begins the day after the contract and lasts two calendar months less a day."""
    window = Window.after(on(ended_on), 2)
    assert (window.first, window.last, window.limit) == (on(first), on(last), on(last))


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)), st.integers(0, 40))
def test_months_are_counted_as_calendars_do(day: date, months: int) -> None:
    """The month is exact; the day is the same, or the month's last when the month has none such."""
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_the_window_of_any_end(ended_on: date) -> None:
    """It is two months long and never longer; after a month's end it ends with a month; later ends later."""
    window = Window.after(ended_on, 2)
    assert window.first == ended_on + timedelta(1)
    assert window.last + timedelta(1) == add_months(window.first, 2)
    assert 58 <= (window.last - ended_on).days <= 62
    if window.first.day == 1:
        assert (window.last + timedelta(1)).day == 1
    assert Window.after(ended_on + timedelta(1), 2).last >= window.last


@given(st.integers(1990, 2200))
def test_after_the_cliff_it_ends_with_february(year: int) -> None:
    """The window that follows 31 December ends on the last day of February, in leap years too."""
    assert Window.after(date(year, 12, 31), 2).last + timedelta(1) == date(year + 1, 3, 1)


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)), st.integers(-5, 80))
def test_the_counter_adds_up(ended_on: date, offset: int) -> None:
    """In an open window used and left days are its length; before it none is used, after it none left."""
    window, day = Window.after(ended_on, 2), ended_on + timedelta(offset)
    length = (window.last - window.first).days + 1
    assert window.used(day) + window.left(day) == length
    assert window.holds(day) == (0 < offset <= length)


@pytest.mark.parametrize(
    ("contracts", "day", "state", "used", "left"),
    [
        pytest.param([], (1, 5), NOT_NEEDED, None, None, id="nothing to follow"),
        pytest.param([OLD], (2025, 12, 31), NOT_NEEDED, None, None, id="the contract's last day"),
        pytest.param([OLD], (1, 1), UNUSED, 1, 58, id="the first dark day"),
        pytest.param([OLD], (1, 31), UNUSED, 31, 28, id="a month of it is gone"),
        pytest.param([OLD], (2, 28), UNUSED, 59, 0, id="the window's last day"),
        pytest.param([OLD], (3, 1), EXPIRED, 59, 0, id="nobody used it"),
        pytest.param([OLD, NEW_YEAR], (1, 5), NOT_NEEDED, None, None, id="a gapless successor"),
        pytest.param([OLD, TENDER], (1, 5), UNUSED, 5, 41, id="it ends before the tender contract"),
        pytest.param([OLD, TENDER], (2, 15), UNUSED, 46, 0, id="the day before that"),
        pytest.param([OLD, TENDER], (2, 16), NOT_NEEDED, None, None, id="the tender contract begins"),
        pytest.param([OLD, replace(TENDER, stage=Stage.AWARDED)], (2, 16), UNUSED, 47, 12, id="only awarded"),
        pytest.param([OLD, EXTENSION], (1, 5), IN_USE, 5, 54, id="in use"),
        pytest.param([OLD, EXTENSION], (2, 13), IN_USE, 44, 15, id="15 days left"),
        pytest.param([OLD, EXTENSION], (2, 14), EXPIRING, 45, 14, id="14 days left"),
        pytest.param([OLD, EXTENSION], (2, 28), EXPIRING, 59, 0, id="its last day"),
        pytest.param([OLD, EXTENSION], (3, 1), EXPIRED, 59, 0, id="it ended and nothing follows"),
        pytest.param([OLD, EXTENSION, TENDER], (2, 10), IN_USE, 41, 5, id="the tender contract follows"),
        pytest.param([OLD, SHORT], (1, 10), IN_USE, 10, 21, id="a shorter bridge counts its own days"),
        pytest.param([OLD, SHORT], (2, 1), EXPIRED, 32, 0, id="one in a gap: the rest is gone"),
        pytest.param([OLD, SHORT, SECOND], (2, 1), EXCEEDED, 32, 27, id="a second one in the gap"),
        pytest.param([OLD, EXTENSION, CHAIN], (3, 5), EXCEEDED, 59, 0, id="its end opens no window"),
        pytest.param([OLD, LONG], (1, 5), EXCEEDED, 5, 54, id="one day longer than the limit"),
        pytest.param([OLD, replace(LONG, stage=Stage.PLANNED)], (1, 5), UNUSED, 5, 54, id="only planned"),
        pytest.param([OLD, SECOND], (1, 5), UNUSED, 5, 54, id="it begins later"),
        pytest.param(
            [EXTENSION], (1, 5), IN_USE, 5, 54, id="nothing before it: it counts from its beginning"
        ),
        pytest.param([EXTENSION, CHAIN], (3, 5), EXCEEDED, 59, 0, id="nothing before a chain either"),
        pytest.param(
            [replace(OLD, stage=Stage.TERMINATED, ends_on=on((2025, 11, 1)))],
            (2025, 11, 1),
            UNUSED,
            1,
            60,
            id="a termination opens it",
        ),
    ],
)
def test_states(
    contracts: list[Contract], day: Day, state: BridgingState, used: int | None, left: int | None
) -> None:
    """A gap between tender contracts has one window, and its bridge one state and one counter."""
    found = bridging(channel(), contracts, on(day), RULES)
    assert (found.state, found.days_used, found.days_left) == (state, used, left)


def of(*contracts: Contract, day: Day = (1, 5), rules: ContractRules = RULES) -> Bridge:
    return bridging(channel(), contracts, on(day), rules)


def test_what_is_not_needed_is_not_bridged() -> None:
    """No window opens where the need ends with the contract."""
    ended = channel(needed_until=date(2025, 12, 31))
    assert bridging(ended, [OLD], date(2025, 12, 1), RULES).window is None
    assert bridging(ended, [OLD], date(2026, 1, 5), RULES) == Bridge(state=NOT_NEEDED)


def test_the_window_is_seen_coming() -> None:
    """While the contract runs the window that will follow it is known, and on what it may rest."""
    found = of(OLD, day=(2025, 10, 1))
    assert found.window == Window.after(date(2025, 12, 31), 2)
    assert found.bases == (LATER,)


@pytest.mark.parametrize(
    ("contracts", "day", "expected"),
    [
        pytest.param([OLD], (1, 5), (LATER,), id="unused: the row of that day"),
        pytest.param(
            [contract("o", (2023, 1, 1), (2023, 12, 31))], (2024, 1, 9), (BASIS,), id="under the old law"
        ),
        pytest.param([OLD, EXTENSION], (1, 5), (LATER,), id="in use: the row of its form and day"),
        pytest.param(
            [OLD, replace(EXTENSION, legal_basis=BASIS.code)], (1, 5), (BASIS,), id="the one it names"
        ),
        pytest.param([SINGLE_2024], (2024, 1, 9), (), id="the pack has none for the form"),
        pytest.param([OLD, replace(EXTENSION, legal_basis="FOO")], (1, 5), (), id="none in its place"),
    ],
)
def test_the_legal_basis(contracts: list[Contract], day: Day, expected: tuple[object, ...]) -> None:
    """The legal basis is the pack's row at that date, never one of our own."""
    assert of(*contracts, day=day).bases == expected


@pytest.mark.parametrize(
    ("basis", "codes", "note"),
    [
        pytest.param(None, (LATER.code,), BasisNote.MAY_BE_AVAILABLE, id="it names none"),
        pytest.param(LATER.code, (LATER.code,), BasisNote.MAY_BE_AVAILABLE, id="it holds"),
        pytest.param(BASIS.code, (BASIS.code,), BasisNote.OUT_OF_DAYS, id="it held until 2024"),
        pytest.param("FOO", ("FOO",), BasisNote.NOT_IN_PACKS, id="no pack knows it"),
    ],
)
def test_what_a_contract_names_is_told(basis: str | None, codes: tuple[str, ...], note: BasisNote) -> None:
    """The basis that a contract names stands there, whatever the packs say of it, with what they say."""
    found = of(OLD, replace(EXTENSION, legal_basis=basis), day=(1, 5))
    assert (found.codes, found.note) == (codes, note)


@pytest.mark.parametrize(
    ("starts", "ends", "price", "volume"),
    [
        pytest.param((1, 1), (2, 28), 100_000, 200_000, id="two months"),
        pytest.param((1, 1), (1, 31), 100_000, 100_000, id="one"),
        pytest.param((1, 1), (2, 14), 100_000, 150_000, id="one and a half"),
        pytest.param((1, 15), (3, 14), 100_000, 200_000, id="two from the middle"),
        pytest.param((1, 1), (1, 1), 31_000, 1_000, id="a day"),
        pytest.param((1, 1), (2, 28), None, None, id="no price"),
    ],
)
def test_the_volume(starts: Day, ends: Day, price: int | None, volume: int | None) -> None:
    """A contract comes to its monthly price over its months and part of a month."""
    given_contract = contract("n", starts, ends, monthly_price_kzt=price)
    assert volume_kzt(given_contract, date(2026, 1, 5)) == volume
    assert of(OLD, EXTENSION).volume_kzt == 200_000


LEADS = (
    LeadTime(method=Method.TENDER, days=60, origin=OLD_LAW),
    LeadTime(method=Method.TENDER, days=10, origin=NEW_LAW),
)


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        pytest.param((2024, 12, 31), (2024, 11, 1), id="under the old law"),
        pytest.param((2025, 12, 31), (2025, 12, 21), id="under the new law"),
        pytest.param((2025, 1, 11), (2025, 1, 1), id="the new law's first day is in time"),
        pytest.param((2025, 1, 10), (2024, 11, 11), id="one earlier: it had to start under the old law"),
        pytest.param((2025, 3, 31), (2025, 3, 21), id="the later start counts"),
        pytest.param((2016, 2, 1), None, id="before any rule"),
    ],
)
def test_the_last_safe_day(ends_on: Day, expected: Day | None) -> None:
    """A tender that starts that day, by the lead time of that day, is through when the cover ends."""
    found = replace(RULES, lead_times=LEADS).last_safe_day(on(ends_on))
    assert found == (on(expected) if expected else None)


def test_the_shipped_packs_bridge_two_months() -> None:
    """The packs that come with the program have what is needed here, under the old law and the new one."""
    for day in (date(2024, 6, 1), date(2026, 6, 1)):
        rules = ContractRules.of(load_rules(), day)
        assert rules.at_risk_days == (90, 60, 30, 14, 7)
        assert (rules.expiring_days, rules.correlation_days, rules.correlation_share) == (14, 3, 0.8)
        bridge = rules.bridging_on(day)
        assert bridge is not None
        assert (bridge.months, bridge.chained) == (2, False)
        assert rules.bases_on(day, ContractForm.SINGLE_SOURCE)
        assert rules.last_safe_day(day) is not None


def test_where_no_rule_is_there_is_no_bridge() -> None:
    """A gap of a time of which the packs say nothing has no window."""
    old = contract("o", (2015, 1, 1), (2015, 6, 30))
    assert of(old, day=(2015, 7, 9)) == Bridge(state=NOT_NEEDED)
