"""The monitor's own trouble on virtual time: it makes everything unknown, and never blames a school."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.judge.selfcheck import Result
from monitor.model.estate import Enrolment
from monitor.model.incident import Scope, Severity
from monitor.model.verdict import Cause, Owner, State
from monitor.run.canaries import Answer
from probes.failure import Failure
from simulator.virtual_clock import EPOCH
from tests.selfchecked import SETTLED, STREAMS, Ours, no_canaries, ours
from tests.toy import estate

BLIND = (State.UNKNOWN, Cause.MONITOR_BLIND)
RECEIVED = (State.RECEIVING, None)
NOWHERE = (State.NOT_RECEIVING, Cause.NOT_ENROLLED)
FULL = Answer(Result.FAILED, "No space left on device")
CUT = SETTLED  # when stories cut the monitor off
BEAT = 10.0


def as_before(it: Ours) -> None:
    """Hold that the estate is received and no incident is open but the old backlog."""
    assert it.shown() == dict.fromkeys(STREAMS[:4], RECEIVED) | {"c4@": NOWHERE}
    assert [each.cause for each in it.open()] == [Cause.NOT_ENROLLED]


def test_three_minutes_without_a_network() -> None:
    """Everything is unknown since the first failed test, in one incident, and received again afterwards."""

    async def story(it: Ours) -> None:
        it.cut()
        await asyncio.sleep(45)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        assert {CUT <= it.since(key) <= CUT + BEAT for key in STREAMS} == {True}
        assert "blind" in it.service.not_ready()[0]
        await asyncio.sleep(135)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        it.mend()
        await asyncio.sleep(60)
        as_before(it)
        assert min(it.since(key) for key in STREAMS[:4]) >= CUT + 180
        assert it.service.not_ready() == []

    it = ours(story)
    told = [each for each in it.store.incidents_told if each.cause is not Cause.NOT_ENROLLED]
    opened, closed = told
    assert (opened.scope, opened.subject, opened.severity) == (Scope.MONITOR, "all", Severity.CRITICAL)
    assert (opened.owner, opened.streams, opened.cameras) == (Owner.MONITOR_OPERATOR, 5, 5)
    assert closed == replace(opened, closed_at=closed.closed_at)
    assert closed.closed_at is not None
    assert CUT + 180 <= (closed.closed_at - EPOCH).total_seconds() <= CUT + 180 + BEAT + 3
    assert it.ear.blind == [True, False]
    assert {each.verdict.state for each in it.store.told[9:]} == {
        State.UNKNOWN,
        State.RECEIVING,
        State.NOT_RECEIVING,
    }
    assert len(it.store.told) == 9 + 5 + 5


@pytest.mark.parametrize("moment", range(0, 30, 3))
def test_a_blink_of_the_network_is_not_told(moment: int) -> None:
    """A network that is away for fifteen seconds, whenever that is, changes nothing."""

    async def story(it: Ours) -> None:
        await asyncio.sleep(moment)
        it.cut()
        await asyncio.sleep(15)
        it.mend()
        await asyncio.sleep(200)
        as_before(it)

    assert len(ours(story).store.told) == 9


def test_what_was_lost_before_is_lost_again_after() -> None:
    """A camera that is off before, while and after we are blind has one incident, which outlives that."""

    async def story(it: Ours) -> None:
        off = {"c0": Failure.CONNECT_REFUSED}
        it.toy.broken = off
        await asyncio.sleep(120)
        assert it.shown()["c0@g"] == (State.NOT_RECEIVING, Cause.CAMERA_OFF)
        before = it.open()
        it.cut()
        await asyncio.sleep(300)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        assert it.open(but=Scope.MONITOR) == before
        it.mend()
        it.toy.broken = off
        await asyncio.sleep(150)
        assert it.shown()["c0@g"] == (State.NOT_RECEIVING, Cause.CAMERA_OFF)
        assert it.open() == before

    ours(story)


def test_a_loss_that_waits_for_evidence_is_not_told_by_the_blind() -> None:
    """When we lose our network while a site goes dark, fresh answers decide, afterwards."""

    async def story(it: Ours) -> None:
        it.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(12)
        it.cut()
        await asyncio.sleep(120)
        it.mend()
        await asyncio.sleep(200)
        as_before(it)

    it = ours(story)
    assert {each.verdict.cause for each in it.store.told} <= {None, Cause.MONITOR_BLIND, Cause.NOT_ENROLLED}


def test_a_gateway_that_is_down_when_we_see_again() -> None:
    """After blindness a gateway has its own three intervals, and then its own incident."""

    async def story(it: Ours) -> None:
        it.cut()
        await asyncio.sleep(200)
        it.mend()
        it.toy.gateway_down = True
        await asyncio.sleep(50)
        assert it.shown()["c0@g"] == BLIND
        assert not [each for each in it.open() if each.scope in {Scope.GATEWAY, Scope.MONITOR}]
        await asyncio.sleep(100)
        assert it.shown()["c0@g"] == (State.UNKNOWN, Cause.GATEWAY_DOWN)
        assert [each.scope for each in it.open() if each.cause is Cause.GATEWAY_DOWN] == [Scope.GATEWAY]

    ours(story)


def test_blind_from_the_start() -> None:
    """A monitor that never had a network says so before it says anything else."""

    async def story(it: Ours) -> None:
        assert it.shown() | {"c4@": BLIND} == dict.fromkeys(STREAMS, BLIND)
        assert [each.scope for each in it.open(but=Scope.SITE)] == [Scope.MONITOR]
        it.mend()
        await asyncio.sleep(60)
        as_before(it)

    assert ours(story, first=Ours.cut).ear.blind == [True, False]


def test_a_restart_while_blind_goes_on_with_its_incident() -> None:
    """A shift that begins blind keeps the incident of the one before, and closes it when it sees."""

    async def story(it: Ours) -> None:
        it.cut()
        await asyncio.sleep(60)
        before = it.open(but=Scope.SITE)
        it.loop.seconds += 600
        await asyncio.sleep(5)
        assert it.open(but=Scope.SITE) == before
        await asyncio.sleep(60)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        assert it.open(but=Scope.SITE) == before
        it.mend()
        await asyncio.sleep(60)
        as_before(it)

    ours(story)


def test_the_estate_itself_tells_where_no_canary_is_set() -> None:
    """Without control addresses, a gateway and two sites that fail together are rather us than they."""

    async def story(it: Ours) -> None:
        it.cut()
        it.outside.net = no_canaries().net
        await asyncio.sleep(180)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        assert [each.scope for each in it.open(but=Scope.SITE)] == [Scope.MONITOR]
        it.mend()
        it.outside.net = no_canaries().net
        await asyncio.sleep(90)
        as_before(it)

    ours(story, outside=no_canaries())


def test_a_gateway_alone_is_not_us() -> None:
    """Without control addresses, a gateway that is down while schools answer is the gateway's trouble."""

    async def story(it: Ours) -> None:
        it.toy.gateway_down = True
        await asyncio.sleep(150)
        assert it.shown()["c0@g"] == (State.UNKNOWN, Cause.GATEWAY_DOWN)
        assert it.ear.blind == []

    ours(story, outside=no_canaries())


@pytest.mark.parametrize("moment", [0.02, 5.0, 15.0, 29.0])
@pytest.mark.parametrize("stall", [1.3, 3.0, 50.0])
def test_a_stall_gives_no_false_alarm(moment: float, stall: float) -> None:
    """While the loop stands still everything that is asked fails; nothing is told, and it is asked again."""

    async def story(it: Ours) -> None:
        sweep, probe = it.toy.sweep, it.toy.probe
        await asyncio.sleep(moment)
        it.toy.gateway_down = True
        it.toy.broken = dict.fromkeys(("c0", "c1"), Failure.TIMED_OUT)
        await asyncio.sleep(0.05)
        it.loop.seconds += stall
        await asyncio.sleep(0.2)
        it.toy.gateway_down, it.toy.broken = False, {}
        await asyncio.sleep(200)
        as_before(it)
        assert (sweep, probe) == (it.toy.sweep, it.toy.probe)
        assert len(it.ear.windows) >= 1
        assert it.ear.windows[0] >= stall

    assert len(ours(story).store.told) == 9


def test_a_stall_right_in_a_sweep_of_still_counters() -> None:
    """A sweep during which the loop stood still for three seconds says of no stream that it stands still."""

    async def story(it: Ours) -> None:
        ledger = it.service._shift._desk.ledgers["g"]  # type: ignore[union-attr]
        it.toy.silent = {"c0", "c1", "c2", "c3"}
        for _ in range(10):
            it.loop.seconds += 3
            await asyncio.sleep(3)
        assert {each.run for each in ledger.standings.values()} == {None}
        it.toy.silent = set()
        await asyncio.sleep(100)
        as_before(it)

    ours(story)


def test_a_loop_that_hardly_runs_is_blindness() -> None:
    """When the loop stands still most of the time, nothing is known any more."""

    async def story(it: Ours) -> None:
        for _ in range(12):
            it.loop.seconds += 8
            await asyncio.sleep(2)
        assert it.shown() == dict.fromkeys(STREAMS, BLIND)
        await asyncio.sleep(90)
        as_before(it)

    ours(story)


def test_a_full_disk_is_told_and_blinds_nobody() -> None:
    """What cannot be written is no reason not to look."""

    async def story(it: Ours) -> None:
        it.outside.room = FULL
        await asyncio.sleep(60)
        assert it.ear.found["disk"].failed
        assert it.ear.found["disk"].detail == FULL.detail
        as_before(it)
        assert it.service.not_ready() == [f"disk: {FULL.detail}"]
        assert it.service.not_looking() == []
        assert await it.trouble() == f"disk: {FULL.detail}"
        it.outside.room = Answer(Result.OK)
        await asyncio.sleep(20)
        assert not it.ear.found["disk"].failed
        assert (it.service.not_ready(), await it.trouble()) == ([], "")

    assert ours(story).ear.blind == []


def test_a_database_that_is_away_is_told_and_blinds_nobody() -> None:
    """What was seen meanwhile is committed afterwards, with the moment at which it was seen."""

    async def story(it: Ours) -> None:
        it.store.away = True
        it.toy.silent = {"c2"}
        await asyncio.sleep(120)
        assert it.ear.found["database"].failed
        assert it.service.not_ready()[-1].startswith("database: no heartbeat was committed for ")
        assert it.shown()["c2@g"] == RECEIVED
        it.store.away = False
        await asyncio.sleep(60)
        assert not it.ear.found["database"].failed
        assert it.shown()["c2@g"] == (State.NOT_RECEIVING, Cause.GATEWAY_SILENT)
        assert it.since("c2@g") <= CUT + 31

    assert ours(story).ear.blind == []


@pytest.mark.parametrize("step", [3600.0, -3600.0, 86_400.0, -86_400.0, 20.0, -20.0])
def test_a_step_of_the_clock_loses_nothing(step: float) -> None:
    """A step forward is followed once it is certain, no moment is lived twice; and no stream is lost."""

    async def story(it: Ours) -> None:
        it.ahead = step
        await asyncio.sleep(BEAT)
        assert it.ear.found["clock"].failed
        assert it.service.not_ready()[-1].startswith("clock: the machine's clock is ")
        await asyncio.sleep(180)
        assert it.ear.found["clock"].failed == (step < -1000)
        as_before(it)
        it.toy.silent = {"c2"}
        await asyncio.sleep(90)
        assert it.shown()["c2@g"] == (State.NOT_RECEIVING, Cause.GATEWAY_SILENT)

    it = ours(story)
    causes = {each.verdict.cause for each in it.store.told}
    assert causes == {None, Cause.MONITOR_BLIND, Cause.NOT_ENROLLED, Cause.GATEWAY_SILENT}

    async def read() -> None:
        for key in STREAMS:
            spans = await it.store.intervals(key, EPOCH - timedelta(days=9), EPOCH + timedelta(days=9))
            for span, after in pairwise(spans):
                assert span.ended_at is not None
                assert span.began_at <= span.ended_at <= after.began_at

    asyncio.run(read())


def test_a_clock_that_drifts_is_followed() -> None:
    """A clock that is corrected little by little is followed without a word."""

    async def story(it: Ours) -> None:
        for _ in range(60):
            it.ahead += 0.2
            await asyncio.sleep(10)
        as_before(it)
        it.toy.silent = {"c2"}
        await asyncio.sleep(90)
        assert abs(it.since("c2@g") - it.ahead - (CUT + 600)) <= 31

    assert len(ours(story).store.told) == 10


def test_a_clock_that_steps_there_and_back_is_not_followed() -> None:
    """A step that is taken back before the next test but one leaves everything as it was."""

    async def story(it: Ours) -> None:
        it.ahead = 3600
        await asyncio.sleep(8)
        it.ahead = 0
        await asyncio.sleep(120)
        as_before(it)

    assert len(ours(story).store.told) == 9


def test_a_register_that_changes_while_we_are_blind() -> None:
    """Streams that join while we are blind are unknown for it like all others."""

    async def story(it: Ours) -> None:
        it.cut()
        await asyncio.sleep(60)
        old = estate()
        cameras = {**old.cameras, "c5": replace(old.cameras["c4"], camera_id="c5")}
        joined = Enrolment(camera_id="c4", gateway_id="g", stream_key="c0")
        it.store.apply(replace(old, cameras=cameras, enrolments=(*old.enrolments[1:], joined)), it.wall())
        await asyncio.sleep(60)
        assert it.shown() == dict.fromkeys(("c0@", "c1@g", "c2@g", "c3@g", "c4@g", "c5@"), BLIND)
        it.mend()
        await asyncio.sleep(90)
        assert it.shown()["c4@g"] == RECEIVED
        assert it.shown()["c5@"] == NOWHERE

    ours(story)
