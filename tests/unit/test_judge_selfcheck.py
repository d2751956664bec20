"""From tests of ourselves to blindness, and which answers that spoils."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.selfcheck import (
    Check,
    Finding,
    Result,
    Sight,
    SightRules,
    SuspectWindows,
    follow,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
RESULTS = {"+": Result.OK, "-": Result.FAILED, "?": Result.UNTOLD}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def after(results: Iterable[str]) -> Sight:
    """Follow a test every ten seconds."""
    sight = Sight()
    for index, each in enumerate(results):
        finding = Finding(
            check=Check.NETWORK, result=RESULTS[each], at=at(10 * index), blinds=each == "-", detail=each
        )
        sight = follow(sight, finding, SightRules())
    return sight


@pytest.mark.parametrize(
    ("results", "blind"),
    [
        ("", False),
        ("+++", False),
        ("+--", False),
        ("+---", True),
        ("---", True),
        ("--+-", False),
        ("--?-", True),
        ("---+", True),
        ("---+-+", True),
        ("---+?+", False),
        ("---++", False),
        ("---++--", False),
        ("---++---", True),
        ("???????", False),
    ],
)
def test_three_in_a_row_blind_and_two_open_the_eyes(results: str, blind: bool) -> None:
    """Three failed tests in a row make blind, two good ones end it; what could not tell does neither."""
    assert after(results).blind is blind


@pytest.mark.parametrize(
    ("results", "since", "doubtful_since"),
    [
        pytest.param("++", None, None, id="sees"),
        pytest.param("++-", 20, 10, id="in doubt"),
        pytest.param("++----", 20, 10, id="blind"),
        pytest.param("---", 0, 0, id="blind from the start"),
        pytest.param("++---+", 20, 10, id="not sure to see"),
        pytest.param("++---+-", 20, 10, id="and blind on"),
        pytest.param("++-+", None, None, id="a blink"),
    ],
)
def test_blindness_is_dated_back(results: str, since: float | None, doubtful_since: float | None) -> None:
    """It began with the first failed test of the run; what was asked after the last good one is in doubt."""
    sight = after(results)
    assert sight.since == (None if since is None else at(since))
    assert sight.doubtful_since == (None if doubtful_since is None else at(doubtful_since))


def test_seeing_begins_with_the_first_good_test() -> None:
    """The second good test in a row says that we have seen since the first."""
    assert after("---+-++").good_since == at(50)


def test_trouble_that_does_not_blind_is_none_for_the_eyes() -> None:
    """A failed test of what we can look without leaves sight alone."""
    finding = Finding(check=Check.LOOP, result=Result.FAILED, at=START)
    assert follow(Sight(), finding, SightRules()).since is None


@given(st.lists(st.sampled_from("+-?"), max_size=40))
def test_blindness_always_has_a_beginning(results: list[str]) -> None:
    """Whoever is blind, or in doubt, knows since when; whoever sees is in no doubt after a good test."""
    sight = after(results)
    if sight.blind:
        assert sight.since is not None
    assert (sight.since is None) == (sight.doubtful_since is None)
    if sight.since is not None:
        assert sight.doubtful_since is not None
        assert sight.doubtful_since <= sight.since


@pytest.mark.parametrize(
    ("began", "ended", "met"),
    [(0, 9, False), (0, 10, True), (11, 12, True), (5, 60, True), (13, 14, True), (14, 15, False)],
)
def test_an_exchange_meets_a_window(began: float, ended: float, met: bool) -> None:
    """Only what was under way in the window is spoiled, at its ends too."""
    windows = SuspectWindows()
    assert windows.add(at(10), at(13))
    assert windows.touch(at(began), at(ended)) is met


def test_a_window_found_again_is_the_same_one() -> None:
    """A stall that goes on is one window, and grows; another one is another."""
    windows = SuspectWindows()
    assert windows.add(at(10), at(12))
    assert not windows.add(at(11), at(15))
    assert windows.touch(at(15), at(15))
    assert windows.add(at(30), at(32))
    assert not windows.touch(at(16), at(29))


def test_windows_are_forgotten() -> None:
    """After so long no exchange can have met one any more."""
    windows = SuspectWindows()
    for minute in range(60):
        windows.add(at(60 * minute), at(60 * minute + 2))
    assert len(windows._windows) <= 11
