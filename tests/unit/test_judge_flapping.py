"""A stream that comes and goes is named so, and its incident is told once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.judge.flapping import Flaps
from monitor.judge.folding import Place
from monitor.judge.incidents import Incidents
from monitor.model.verdict import Cause, State, Transition, Verdict

START = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = Place(camera_id="c", site_id="s", institution_id="i", region="110000000")
WORDS = {"+": State.RECEIVING, "-": State.NOT_RECEIVING, "?": State.UNKNOWN}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("states", "every", "flapping"),
    [
        pytest.param("+", 5, False, id="received"),
        pytest.param("+-", 5, False, id="lost once"),
        pytest.param("+-+", 5, False, id="lost once and back"),
        pytest.param("+-+-", 5, True, id="lost again"),
        pytest.param("+-+-+", 5, True, id="and back again"),
        pytest.param("+-+-", 16, False, id="too slow"),
        pytest.param("+?-?+?-", 5, True, id="what nobody sees is no change, and hides none"),
        pytest.param("+?+?+?+", 5, False, id="a gateway that comes and goes"),
        pytest.param("----", 5, False, id="one loss told again"),
    ],
)
def test_flapping(states: str, every: float, *, flapping: bool) -> None:
    """Three changes between received and not within half an hour are flapping."""
    flaps = Flaps()
    for number, state in enumerate(states):
        flaps.note("c@g", WORDS[state], at(number * every))
    assert flaps.flapping("c@g", at((len(states) - 1) * every)) is flapping


@pytest.mark.parametrize(
    ("states", "flapping"),
    [
        pytest.param("+-+p+", False, id="lost once, and once in planned work"),
        pytest.param("+p+p+-", False, id="twice in planned work, and lost once"),
        pytest.param("+-+p-+", False, id="planned work that overran is no loss either"),
        pytest.param("+-+-p+", False, id="a window that was announced afterwards"),
        pytest.param("+-+p+-", True, id="what was lost twice beside planned work"),
    ],
)
def test_planned_losses_do_not_count(states: str, *, flapping: bool) -> None:
    """What is lost by maintenance (p) is no flapping, also not when it outlasts its window."""
    flaps = Flaps()
    for number, state in enumerate(states):
        flaps.note("c@g", WORDS.get(state, State.NOT_RECEIVING), at(number), planned=state == "p")
    assert flaps.flapping("c@g", at(len(states))) is flapping


def test_a_calm_stream_is_told_once() -> None:
    """Half an hour after its last change a stream is calm; it is listed once."""
    flaps = Flaps()
    for number, state in enumerate("+-+-"):
        flaps.note("c@g", WORDS[state], at(number))
    assert flaps.calm(at(32)) == []
    assert flaps.calm(at(34)) == ["c@g"]
    assert flaps.calm(at(34)) == []


def live(minutes: Iterable[float], *, until: float) -> list[tuple[float, bool]]:
    """Lose and find a stream at these minutes in turn; list when an incident was told, and if it was open."""
    flaps = Flaps()
    incidents = Incidents({"c@g": PLACE}.get, connected=["c@g"], flaps=flaps)
    story = {minute: number % 2 == 0 for number, minute in enumerate(minutes)}
    told: list[tuple[float, bool]] = []
    flaps.note("c@g", State.RECEIVING, at(0))
    for minute in range(int(until)):
        found = incidents.settle(lambda _: False, at(minute))
        if minute in story:
            change = turn(Cause.CAMERA_OFF if story[minute] else None, minute)
            flaps.note("c@g", change.verdict.state, change.decided_at)
            found += incidents.take([change])
        told += [(minute, each.closed_at is None) for each in found]
    return told


def turn(cause: Cause | None, minute: float) -> Transition:
    verdict = Verdict(state=State.RECEIVING if cause is None else State.NOT_RECEIVING, cause=cause)
    return Transition(stream_id="c@g", verdict=verdict, since=at(minute), decided_at=at(minute))


def test_a_flapping_camera_is_told_twice_an_hour_at_most() -> None:
    """Lost every six minutes for hours: two incidents open, and the second stays until the camera is calm."""
    told = live(range(3, 237, 3), until=300)
    assert told == [(3, True), (6, False), (9, True), (259, False)]


def test_a_camera_that_is_steady_is_told_each_time() -> None:
    """Two losses an hour apart are two incidents."""
    assert live([10, 20, 80, 90], until=120) == [(10, True), (20, False), (80, True), (90, False)]


def test_a_planned_loss_does_not_hold_an_incident_open() -> None:
    """A camera that flapped, and is lost in planned work now leaves: its incident closed when it was back."""
    flaps = Flaps()
    incidents = Incidents({"c@g": PLACE}.get, connected=["c@g"], flaps=flaps)
    flaps.note("c@g", State.RECEIVING, at(0))
    for minute, cause in ((1, Cause.CAMERA_OFF), (2, None), (3, Cause.CAMERA_OFF), (4, None)):
        change = turn(cause, minute)
        flaps.note("c@g", change.verdict.state, change.decided_at)
        incidents.take([change])
    (held,) = incidents.open
    (closed,) = incidents.take([turn(Cause.PLANNED, 6)])
    assert (closed.incident_id, closed.closed_at) == (held.incident_id, at(4))
