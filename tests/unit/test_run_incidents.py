"""Incidents of a whole monitor on virtual time: planned work, revised causes, streams that come and go."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from exporters.why.belonging import flapping_now
from monitor.model.allowances import Maintenance, Subject
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, State, Warn
from probes.failure import Failure
from simulator.virtual_clock import EPOCH
from tests.selfchecked import Ours, ours
from tests.toy import estate


def seconds(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()


def announce(it: Ours, subject: Subject, subject_id: str, *, lasts: float) -> None:
    """Register a maintenance window that begins now."""
    window = Maintenance(
        maintenance_id="m",
        subject=subject,
        subject_id=subject_id,
        starts_at=it.loop.now(),
        ends_at=it.loop.now() + timedelta(seconds=lasts),
        approver="Police IT",
        reason="a new disk",
    )
    it.store.apply(replace(estate(), maintenance={"m": window}), it.loop.now())


def of_gateway(it: Ours) -> list[Incident]:
    return [each for each in it.open() if each.scope is Scope.GATEWAY]


def warnings(it: Ours) -> Sequence[Warn]:
    """Return the warnings of c0's stream."""
    return it.service.board.streams["c0@g"].verdict.warnings


def flapping(it: Ours) -> set[str]:
    """Return what is about which the open incidents are that flap now."""
    board = it.service.board
    opened = list(board.incidents.values())
    found = flapping_now(opened, board, it.loop.now().date())
    return {each.subject for each in opened if each.incident_id in found}


def test_planned_work_at_a_gateway_opens_no_incident() -> None:
    """A gateway that goes down in its window is planned; what outlasts the window is told, and closes."""

    async def story(it: Ours) -> None:
        announce(it, Subject.GATEWAY, "g", lasts=1200)
        await asyncio.sleep(10)
        down_at = it.loop.seconds
        it.toy.gateway_down = True
        await asyncio.sleep(900)
        assert it.shown()["c0@g"] == (State.UNKNOWN, Cause.PLANNED)
        assert of_gateway(it) == []
        await asyncio.sleep(350)
        assert it.shown()["c0@g"] == (State.UNKNOWN, Cause.GATEWAY_DOWN)
        (told,) = of_gateway(it)
        assert 0 <= seconds(told.opened_at) - down_at <= 31
        it.toy.gateway_down = False
        await asyncio.sleep(60)
        assert of_gateway(it) == []

    ours(story)


def test_planned_work_at_a_gateway_that_ends_in_time_is_nobodys_incident() -> None:
    """A gateway that is back before its window ends was never told."""

    async def story(it: Ours) -> None:
        announce(it, Subject.GATEWAY, "g", lasts=1200)
        await asyncio.sleep(10)
        it.toy.gateway_down = True
        await asyncio.sleep(600)
        it.toy.gateway_down = False
        await asyncio.sleep(900)
        assert it.shown()["c0@g"] == (State.RECEIVING, None)

    assert not [each for each in ours(story).store.incidents_told if each.scope is Scope.GATEWAY]


def test_planned_work_closes_no_incident_of_a_gateway() -> None:
    """A gateway that went down before its window keeps its incident."""

    async def story(it: Ours) -> None:
        it.toy.gateway_down = True
        await asyncio.sleep(120)
        (told,) = of_gateway(it)
        announce(it, Subject.GATEWAY, "g", lasts=1200)
        await asyncio.sleep(300)
        assert of_gateway(it) == [told]
        assert it.shown()["c0@g"] == (State.UNKNOWN, Cause.GATEWAY_DOWN)

    ours(story)


def test_a_revised_cause_is_told_since_the_picture_is_lost() -> None:
    """A successor and the board date a loss back to its beginning, the history has an interval per cause."""

    async def story(it: Ours) -> None:
        it.toy.broken = {"c0": Failure.UNAUTHORIZED}
        await asyncio.sleep(120)
        (first,) = (each for each in it.open() if each.subject == "c0")
        assert first.cause is Cause.CANNOT_TELL
        it.toy.broken = {"c0": Failure.TIMED_OUT}
        await asyncio.sleep(700)
        (second,) = (each for each in it.open() if each.subject == "c0")
        assert (second.cause, second.predecessor) == (Cause.CAMERA_HUNG, first.incident_id)
        assert second.opened_at == first.opened_at
        assert it.service.board.streams["c0@g"].told_since == first.opened_at
        spans = (await it.store.intervals("c0@g", EPOCH, it.loop.now()))[-2:]
        assert [each.verdict.cause for each in spans] == [Cause.CANNOT_TELL, Cause.CAMERA_HUNG]
        assert spans[0].ended_at == spans[1].began_at > first.opened_at
        it.loop.seconds += 600
        await asyncio.sleep(200)
        assert [each for each in it.open() if each.subject == "c0"] == [second]
        assert it.service.board.streams["c0@g"].told_since == first.opened_at

    ours(story)


def test_a_loss_from_before_planned_work_is_not_planned() -> None:
    """A camera that was lost before a window is lost for its own cause, also when that is revised in it."""

    async def story(it: Ours) -> None:
        it.toy.broken = {"c0": Failure.UNAUTHORIZED}
        await asyncio.sleep(120)
        announce(it, Subject.SITE, "s0", lasts=7200)
        await asyncio.sleep(60)
        it.toy.broken = {"c0": Failure.TIMED_OUT}
        await asyncio.sleep(700)
        it.loop.seconds += 600
        await asyncio.sleep(700)
        assert it.shown()["c0@g"] == (State.NOT_RECEIVING, Cause.CAMERA_HUNG)
        assert [each.cause for each in it.open() if each.subject == "c0"] == [Cause.CAMERA_HUNG]

    ours(story)


async def cut(it: Ours, *, lasts: float) -> None:
    """Cut a site off for a while."""
    it.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
    await asyncio.sleep(lasts)
    it.toy.broken = {}
    await asyncio.sleep(90)


def test_a_site_that_flaps_says_so_until_it_is_calm() -> None:
    """Lost twice in half an hour: the incident is held open and flaps, its streams carry the warning."""

    async def story(it: Ours) -> None:
        await cut(it, lasts=150)
        it.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(150)
        assert warnings(it) == (Warn.FLAPPING,)
        assert flapping(it) == {"s0"}
        it.toy.broken = {}
        await asyncio.sleep(90)
        assert it.shown()["c0@g"] == (State.RECEIVING, None)
        assert warnings(it) == (Warn.FLAPPING,)
        assert flapping(it) == {"s0"}
        await asyncio.sleep(1860)
        assert flapping(it) == set()
        assert {each.subject for each in it.open()} == {"s1"}  # of the camera that is enrolled nowhere
        assert warnings(it) == ()

    ours(story)


def test_a_stream_that_flapped_and_stays_lost_is_calm_in_the_end() -> None:
    """Half an hour after its last change a lost stream does not flap any more, and its incident neither."""

    async def story(it: Ours) -> None:
        await cut(it, lasts=150)
        it.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(150)
        assert flapping(it) == {"s0"}
        await asyncio.sleep(1900)
        assert flapping(it) == set()
        assert "s0" in {each.subject for each in it.open()}
        assert warnings(it) == ()

    ours(story)


def test_a_loss_in_planned_work_is_no_flapping() -> None:
    """After a fault and planned work that outlasts its window, all is closed when the picture is back."""

    async def story(it: Ours) -> None:
        await cut(it, lasts=150)
        announce(it, Subject.SITE, "s0", lasts=240)
        await asyncio.sleep(40)
        await cut(it, lasts=400)
        assert it.shown()["c0@g"] == (State.RECEIVING, None)
        assert {each.subject for each in it.open()} == {"s1"}

    it = ours(story)
    told = {each.incident_id for each in it.store.incidents_told if each.subject == "s0"}
    assert len(told) == 2  # of the fault, and of what outlasted the window


def test_neighbours_behind_a_gateway_that_is_down_are_not_said_to_be_received() -> None:
    """The evidence on a stream that nobody sees counts no neighbour as received that nobody sees either."""

    async def story(it: Ours) -> None:
        it.toy.gateway_down = True
        await asyncio.sleep(150)
        evidence = dict(it.service.board.streams["c0@g"].verdict.evidence)
        assert evidence["site"].startswith("of 1 other cameras 0 are received")

    ours(story)
