"""The last states of a stream: none twice in a row, and since when the last one holds."""

from datetime import UTC, datetime, timedelta

import pytest

from exporters.why.past import last_states, since_of
from monitor.model.verdict import Cause, State, Verdict, Warn
from monitor.store.rows import Interval

START = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVED = Verdict(state=State.RECEIVING)
WARNED = Verdict(state=State.RECEIVING, warnings=(Warn.FLAPPING,))
OFF = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)
HUNG = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_HUNG)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def spans(*told: tuple[Verdict, float, float | None]) -> list[Interval]:
    return [
        Interval(
            stream_id="c@g",
            verdict=verdict,
            began_at=at(begin),
            ended_at=at(end) if end is not None else None,
        )
        for verdict, begin, end in told
    ]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        pytest.param(
            spans((RECEIVED, 0, 5), (WARNED, 5, 9), (RECEIVED, 9, None)),
            spans((RECEIVED, 0, None)),
            id="a warning that came and went",
        ),
        pytest.param(spans((OFF, 0, 5), (HUNG, 5, None)), spans((OFF, 0, 5), (HUNG, 5, None)), id="causes"),
        pytest.param(
            spans((RECEIVED, 0, 5), (RECEIVED, 60, None)),
            spans((RECEIVED, 0, 5), (RECEIVED, 60, None)),
            id="a time out of the register",
        ),
        pytest.param(
            spans((RECEIVED, 0, 5), (OFF, 5, 5), (WARNED, 5, None)),
            spans((WARNED, 0, None)),
            id="what held for no time",
        ),
        pytest.param(
            spans((OFF, 0, 1), (RECEIVED, 1, 2), (OFF, 2, 3), (HUNG, 3, None)),
            spans((RECEIVED, 1, 2), (OFF, 2, 3), (HUNG, 3, None)),
            id="the last three",
        ),
        pytest.param([], [], id="none"),
    ],
)
def test_last_states(told: list[Interval], shown: list[Interval]) -> None:
    """Neighbours of one state and cause are one; a cause of its own is a state of its own."""
    assert last_states(told) == shown


def test_since_when_a_state_holds() -> None:
    """A received stream is so since it was told received, not since its last warning."""
    history = last_states(spans((OFF, 0, 5), (RECEIVED, 5, 9), (WARNED, 9, None)))
    assert since_of(history, at(9)) == at(5)
    assert since_of([], at(9)) == at(9)
