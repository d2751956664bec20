"""Runs of readings, and where a state begins."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.patience import Rules, Standing, ask_again_at, settle
from monitor.judge.progress import Reading
from monitor.model.verdict import State

T0 = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Rules()
LETTERS = {"g": Reading.GOOD, "b": Reading.BAD, "n": Reading.NOTHING, ".": Reading.SKIP}


def run(start: State, readings: str, step: float = 30.0) -> Standing:
    standing = Standing(state=start, since=T0 - timedelta(days=1))
    for index, letter in enumerate(readings):
        standing = settle(standing, LETTERS[letter], T0 + timedelta(seconds=step * index), RULES)
    return standing


R, N, U = State.RECEIVING, State.NOT_RECEIVING, State.UNKNOWN


@pytest.mark.parametrize(
    ("start", "readings", "state", "since"),
    [
        pytest.param(R, "bb", R, None, id="two bad are not enough"),
        pytest.param(R, "bbb", N, 0, id="three bad, from the first"),
        pytest.param(R, "bbgbbb", N, 3, id="a good one breaks the run"),
        pytest.param(R, "bnbnb", N, 0, id="looks without an answer do not break it"),
        pytest.param(N, "g", N, None, id="one good is not enough"),
        pytest.param(N, "gg", R, 0, id="two good, from the first"),
        pytest.param(N, "gbgg", R, 2, id="a bad one breaks the recovery"),
        pytest.param(R, "nn", R, None, id="two intervals without an answer"),
        pytest.param(R, "nnn", U, 0, id="three intervals without an answer"),
        pytest.param(R, "nngnnn", U, 3, id="an answer starts it anew"),
        pytest.param(U, "nnnnnn", U, None, id="unknown stays unknown"),
        pytest.param(U, "gg", R, 0, id="unknown to receiving"),
        pytest.param(U, "bbb", N, 0, id="unknown to not receiving"),
        pytest.param(U, "....", U, None, id="no sample yet"),
        pytest.param(R, "gggg", R, None, id="steady"),
    ],
)
def test_runs(start: State, readings: str, state: State, since: int | None) -> None:
    """Three bad lose, two good gain, three silent intervals blind; each dates from its run's first sample."""
    standing = run(start, readings)
    assert standing.state is state
    expected = T0 - timedelta(days=1) if since is None else T0 + timedelta(seconds=30 * since)
    assert standing.since == expected


def test_quick_second_looks_do_not_blind() -> None:
    """Three failed looks within seconds are not three intervals."""
    assert run(R, "nnn", step=5.0).state is R


def test_steady_reading_costs_nothing() -> None:
    """A reading that agrees returns the very same object."""
    standing = Standing(state=R, since=T0)
    assert settle(standing, Reading.GOOD, T0, RULES) is standing


@pytest.mark.parametrize(("after", "due"), [(0, 5), (5, 15), (15, 30), (30, None)])
def test_ask_again(after: float, due: float | None) -> None:
    """Second looks come 5, 15 and 30 seconds after the first bad reading."""
    standing = run(R, "b")
    expected = None if due is None else T0 + timedelta(seconds=due)
    assert ask_again_at(standing, RULES, T0 + timedelta(seconds=after)) == expected


def test_no_second_look_when_settled() -> None:
    """A confirmed state asks for nothing."""
    assert ask_again_at(run(R, "bbb"), RULES, T0) is None


@given(st.text(alphabet="gbn.", max_size=60), st.sampled_from(list(State)))
def test_since_is_never_in_the_future_and_moves_only_with_the_state(readings: str, start: State) -> None:
    """Whatever comes, a state's start is one of the readings' times and changes only with the state."""
    standing = Standing(state=start, since=T0)
    for index, letter in enumerate(readings):
        at = T0 + timedelta(seconds=30 * index)
        after = settle(standing, LETTERS[letter], at, RULES)
        assert after.since <= at
        assert (after.since == standing.since) or (after.state is not standing.state)
        standing = after
