"""Counts and rates over states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.indicators import Tally, best, tally
from monitor.model.verdict import State

R, N, U = State.RECEIVING, State.NOT_RECEIVING, State.UNKNOWN


@pytest.mark.parametrize(
    ("states", "registered", "rate", "coverage"),
    [
        pytest.param([], 0, None, None, id="nothing is due: no rate at all"),
        pytest.param([R, R, N, U], 4, 0.5, 0.75, id="unknown counts as not integrated"),
        pytest.param([U, U], 2, 0.0, 0.0, id="nothing is known"),
        pytest.param([R], 1, 1.0, 1.0, id="all of it"),
    ],
)
def test_rate_and_coverage(
    states: list[State], registered: int, rate: float | None, coverage: float | None
) -> None:
    """A rate is received over registered, coverage is known over registered, null over nothing."""
    counted = tally(states)
    assert (counted.registered, counted.rate, counted.coverage) == (registered, rate, coverage)


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        pytest.param([], U, id="nothing"),
        pytest.param([N, R], R, id="one received is enough"),
        pytest.param([N, U], U, id="one unknown keeps it from being lost"),
        pytest.param([N, N], N, id="all lost"),
    ],
)
def test_best(states: list[State], whole: State) -> None:
    """The state of a whole is the best state of its parts, where lost is the worst."""
    assert best(states) is whole


@given(st.lists(st.sampled_from(State)), st.lists(st.sampled_from(State)))
def test_tallies_add_up(one: list[State], other: list[State]) -> None:
    """The tally of two lists together is the sum of both tallies, whatever their order."""
    a, b, both = tally(one), tally(other), tally([*other, *one])
    assert both == Tally(
        receiving=a.receiving + b.receiving,
        not_receiving=a.not_receiving + b.not_receiving,
        unknown=a.unknown + b.unknown,
    )
