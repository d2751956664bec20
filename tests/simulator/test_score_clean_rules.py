"""The rules for many streams at once are those for one: the same readings give the same standings."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from monitor.cli import score_clean_rules as many
from monitor.judge.patience import Rules, Standing, ask_again_at, settle
from monitor.judge.progress import Reading
from monitor.model.verdict import State

T0 = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Rules()
CODES = {
    Reading.SKIP: many.SKIP,
    Reading.GOOD: many.GOOD,
    Reading.BAD: many.BAD,
    Reading.NOTHING: many.NOTHING,
}
STATES = {State.UNKNOWN: 0, State.RECEIVING: 1, State.NOT_RECEIVING: 2}
Row = list[tuple[int, Reading]]  # milliseconds since the reading before, and the reading
Fields = tuple[int, int, int, int, int, int]

# Gaps at which a span is just long enough, or just not, come often.
gaps = st.sampled_from(
    [1, 4_000, 5_000, 10_000, 13_499, 13_500, 29_700, 30_000, 59_399, 59_400]
) | st.integers(0, 70_000)
rows = st.lists(st.tuples(gaps, st.sampled_from(list(Reading))), max_size=30)
some_rows = st.lists(rows, min_size=1, max_size=4)
any_rules = st.builds(
    Rules,
    bad_to_lose=st.integers(1, 5),
    good_to_receive=st.integers(1, 3),
    blind_after_intervals=st.integers(1, 4),
    ask_again=st.sampled_from([(), (5.0,), (5.0, 15.0, 30.0), (2.0, 7.5)]),
)


def micros(at: datetime | None) -> int:
    return many.NEVER if at is None else many.micros(at - T0)


def fields_of(standing: Standing) -> Fields:
    run = many.NO_RUN if standing.run is None else CODES[standing.run]
    moments = micros(standing.since), micros(standing.first_at), micros(standing.nothing_since)
    return STATES[standing.state], run, standing.count, *moments


def one_by_one(row: Row, start: State, rules: Rules) -> list[tuple[Fields, int]]:
    """Settle one stream; after each reading its standing, and when it is looked at again."""
    standing, at, seen = Standing(state=start, since=T0), T0, []
    for gap, reading in row:
        at += timedelta(milliseconds=gap)
        standing = settle(standing, reading, at, rules)
        again = ask_again_at(standing, rules, at)
        seen.append((fields_of(standing), many.FAR if again is None else micros(again)))
    return seen


def all_at_once(given_rows: list[Row], start: State, rules: Rules) -> list[list[tuple[Fields, int]]]:
    """Settle the n-th readings of all streams together, for every n."""
    them = many.Standings(len(given_rows), state=STATES[start])
    at = np.zeros(len(given_rows), np.int64)
    seen: list[list[tuple[Fields, int]]] = [[] for _ in given_rows]
    for number in range(max(map(len, given_rows))):
        who = np.array([n for n, row in enumerate(given_rows) if len(row) > number], np.intp)
        at[who] += np.array([given_rows[n][number][0] * 1000 for n in who], np.int64)
        readings = np.array([CODES[given_rows[n][number][1]] for n in who], np.int8)
        before = them.state.copy()
        changed = them.settle(who, readings, at[who], rules)
        assert set(changed) == set(np.flatnonzero(before != them.state))
        columns = them.state, them.run, them.count, them.since, them.first_at, them.nothing_since
        for n, again in zip(who, many.ask_again_at(them, who, at[who], rules), strict=True):
            state, run, count, since, first_at, nothing_since = (int(column[n]) for column in columns)
            seen[n].append(((state, run, count, since, first_at, nothing_since), int(again)))
    return seen


@settings(max_examples=400, deadline=None)
@given(some_rows, st.sampled_from(list(State)), any_rules)
def test_many_streams_are_settled_as_one_is(given_rows: list[Row], start: State, rules: Rules) -> None:
    """After every reading each stream has the standing that it would have alone, and the same second look."""
    assert all_at_once(given_rows, start, rules) == [one_by_one(row, start, rules) for row in given_rows]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Rules(bad_to_lose=2, ask_again=(15.0,)), id="two bad ones of the same span"),
        pytest.param(Rules(bad_to_lose=4, ask_again=(5.0, 10.0, 15.0)), id="four bad ones of the same span"),
        pytest.param(Rules(ask_again=(5.0, 14.0)), id="a span shorter by a second"),
        pytest.param(Rules(ask_again=(5.0, 16.0)), id="a span longer by a second"),
        pytest.param(Rules(good_to_receive=1), id="one good one"),
        pytest.param(Rules(good_to_receive=3), id="three good ones"),
        pytest.param(Rules(blind_after_intervals=2), id="two intervals without an answer"),
        pytest.param(Rules(interval=timedelta(seconds=31)), id="longer intervals"),
    ],
)
def test_other_rules_are_noticed(other: Rules) -> None:
    """A rule that differs by one step gives other standings for readings that the comparison finds."""

    def standings(seen: list[tuple[Fields, int]]) -> list[Fields]:
        return [fields for fields, _ in seen]

    def differs(row: Row) -> bool:
        (many_seen,) = all_at_once([row], State.RECEIVING, other)
        return standings(many_seen) != standings(one_by_one(row, State.RECEIVING, RULES))

    find(rows, differs, settings=settings(max_examples=20_000, suppress_health_check=list(HealthCheck)))


def test_other_second_looks_are_noticed() -> None:
    """A look that is due a second later is found out, too."""
    row = [(0, Reading.BAD)]
    later = Rules(ask_again=(6.0, 15.0, 30.0))
    assert all_at_once([row], State.RECEIVING, later) != [one_by_one(row, State.RECEIVING, RULES)]
