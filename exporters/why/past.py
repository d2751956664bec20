"""What was said of a stream until now, as people ask for it: state by state, and none of them twice."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from monitor.store.rows import Interval

BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)  # before every history
LAST_STATES = 3


def last_states(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the last states of a stream, oldest first.

    A warning that came or went, or newer evidence, begins an interval of its own in the history, and no
    state; what held for no time at all is left out.
    """
    told: list[Interval] = []
    for each in intervals:
        if each.ended_at is not None and each.ended_at <= each.began_at:
            continue
        if told and _goes_on(told[-1], each):
            told[-1] = replace(each, began_at=told[-1].began_at)
        else:
            told.append(each)
    return told[-LAST_STATES:]


def since_of(history: Sequence[Interval], said: datetime) -> datetime:
    """Return since when the last state of a history holds, of which the last word was `said` then."""
    if not history or history[-1].ended_at is not None:
        return said
    return min(history[-1].began_at, said)


def _goes_on(before: Interval, after: Interval) -> bool:
    same = before.verdict.state is after.verdict.state and before.verdict.cause is after.verdict.cause
    return same and before.ended_at == after.began_at
