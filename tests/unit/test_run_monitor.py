"""The way from looks to verdicts, on virtual time, against a toy estate that we break on purpose."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.judge.ledger import Change, Ledger
from monitor.judge.patience import Rules
from monitor.model.channels import Contract
from monitor.model.estate import (
    Camera,
)
from monitor.model.incident import Incident
from monitor.model.verdict import Cause, State, Transition
from monitor.run.board import Board
from monitor.run.clock import Clock
from monitor.run.desk import Desk
from monitor.run.journal import Journal
from monitor.run.meter import SilentMeter
from monitor.run.poller import Poller, PollRules
from monitor.run.streams import Index
from monitor.run.sweeper import Sweeper
from probes.base import Depth
from probes.failure import Failure
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests.registered import contract
from tests.toy import CAMERAS, Toy, estate

SETTLED = 9  # told until all is quiet: five streams begun, four of them found to be received


@dataclass
class Bench:
    """The parts of the running monitor put together over a toy."""

    toy: Toy
    board: Board
    desk: Desk
    told: list[Transition] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    def state(self, camera: str) -> tuple[State, Cause | None, float]:
        """Return what the board shows of a camera's first stream, and since which second."""
        stream = self.board.index.by_camera[camera][0]
        present = self.board.streams[stream.stream_id]
        return present.verdict.state, present.verdict.cause, (present.since - EPOCH).total_seconds()


class Memory:
    """A store that always says yes."""

    async def commit(
        self, transitions: Sequence[Transition], incidents: Sequence[Incident] = (), **_: Any
    ) -> None:
        """Take it."""


def monitored(
    story: Callable[[Bench], Awaitable[None]], *, contracts: tuple[Contract, ...] = (), **broken: Any
) -> Bench:
    """Run a story against the monitor on virtual time; `broken`: what is so from the start."""
    loop = VirtualLoop()
    toy = Toy(loop, **broken)
    index = Index.of(estate(contracts))
    desk = Desk(index, zone=ZoneInfo("Asia/Almaty"), patience=timedelta(seconds=25))
    bench = Bench(toy, Board(), desk)
    run_virtual(_live(bench, index, story), loop)
    return bench


async def _live(bench: Bench, index: Index, story: Callable[[Bench], Awaitable[None]]) -> None:
    toy, desk, board = bench.toy, bench.desk, bench.board
    clock, meter = Clock(toy.loop.now), SilentMeter()
    board.load(index, {})

    def note(transitions: Sequence[Transition], incidents: Sequence[Incident]) -> None:
        bench.told.extend(transitions)
        bench.incidents.extend(incidents)

    journal = Journal(book=Memory(), board=board, source="run", clock=clock, meter=meter, told=note)

    def judged(gateway_id: str, changes: Sequence[Change], incident: Incident | None) -> None:
        told = [incident] if incident is not None else []
        journal.put(desk.take(changes, clock.now()) + desk.review(gateway_id, clock.now()), told)

    def looked(camera: Camera, look: Any) -> None:
        desk.looks.put(camera.camera_id, look)
        journal.put(desk.look_again(camera.site_id, clock.now()))

    poller = Poller(
        index=index,
        credentials={},
        rules=PollRules(),
        probe=toy.probe,
        clock=clock,
        meter=meter,
        on_look=looked,
        lost=lambda camera: not desk.flowing(camera),
    )
    sweeper = Sweeper(
        gateway_id="g",
        source=toy,
        ledger=Ledger(index.by_gateway["g"], Rules(), at=clock.now()),
        desk=desk,
        clock=clock,
        meter=meter,
        on_judged=judged,
        on_doubt=poller.doubt,
    )

    async def mind_the_desk() -> None:
        while True:
            await asyncio.sleep(1)
            now = clock.now()
            journal.put(desk.overdue(now))
            poller.doubt(desk.second_looks(now))

    journal.put(desk.begin(index.by_id.values(), clock.now()))
    tasks = [
        asyncio.create_task(part) for part in (sweeper.run(), poller.run(), journal.run(), mind_the_desk())
    ]
    await asyncio.sleep(120)
    await story(bench)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def breaks(failure: Failure, cameras: Iterable[str]) -> Callable[[Bench], Awaitable[None]]:
    async def story(bench: Bench) -> None:
        bench.toy.broken = dict.fromkeys(cameras, failure)
        await asyncio.sleep(150)

    return story


async def nothing(_: Bench) -> None:
    await asyncio.sleep(3600)


def test_a_quiet_hour() -> None:
    """A healthy estate is received from the first movement on, and nothing else is ever said."""
    bench = monitored(nothing)
    assert {bench.state(camera)[0] for camera in CAMERAS} == {State.RECEIVING}
    assert bench.state("c4")[:2] == (State.NOT_RECEIVING, Cause.NOT_ENROLLED)
    assert len(bench.told) == SETTLED
    assert bench.board.cameras_of("i").receiving == 4


def test_quiet_polls_are_light() -> None:
    """A camera that the centre receives is asked lightly every five minutes and hardly ever whole."""
    bench = monitored(nothing)
    asked = [depth for camera, depth in bench.toy.checks if camera == "c0"]
    assert 11 <= len(asked) <= 14
    assert asked.count(Depth.MEDIA) <= 1


@pytest.mark.parametrize(
    ("failure", "cameras", "cause"),
    [
        (Failure.CONNECT_TIMEOUT, ["c0"], Cause.CAMERA_OFF),
        (Failure.CONNECT_REFUSED, ["c0"], Cause.CAMERA_OFF),
        (Failure.CONNECT_TIMEOUT, ["c0", "c1"], Cause.SITE_DARK),
        (Failure.TIMED_OUT, ["c0"], Cause.CAMERA_HUNG),
        (Failure.UNAUTHORIZED, ["c0"], Cause.CANNOT_TELL),
        (Failure.NO_MEDIA, ["c0"], Cause.NO_MEDIA),
    ],
)
def test_site_side_causes(failure: Failure, cameras: list[str], cause: Cause) -> None:
    """A loss is named by what its camera and neighbours answer, once, from the first still counter on."""
    bench = monitored(breaks(failure, cameras))
    for camera in cameras:
        state, named, since = bench.state(camera)
        assert (state, named) == (State.NOT_RECEIVING, cause)
        assert 120 <= since <= 151
    assert len(bench.told) == SETTLED + len(cameras)


def test_lapsed_contract_names_itself() -> None:
    """A site dark the day after its contract ended, while the provider's covered site is up: a lapse."""
    day = EPOCH.date()
    contracts = (
        contract("s0", day.replace(year=2025), day - timedelta(days=1), number="1"),
        contract("s1", day, day.replace(month=12), number="2"),
    )
    bench = monitored(breaks(Failure.CONNECT_TIMEOUT, ["c0", "c1"]), contracts=contracts)
    assert bench.state("c0")[1] is Cause.CONTRACT_LAPSED


def test_silent_gateway_path() -> None:
    """A camera that plays at its school while its path stands still is the centre's to mend."""

    async def story(bench: Bench) -> None:
        bench.toy.silent = {"c2"}
        await asyncio.sleep(150)

    assert monitored(story).state("c2")[:2] == (State.NOT_RECEIVING, Cause.GATEWAY_SILENT)


def test_missing_path() -> None:
    """A camera that plays and whose path the gateway does not have is not enrolled there."""

    async def story(bench: Bench) -> None:
        bench.toy.absent = {"c2"}
        await asyncio.sleep(150)

    bench = monitored(story)
    assert bench.state("c2")[:2] == (State.NOT_RECEIVING, Cause.NOT_ENROLLED)
    assert [stream.camera_id for stream in bench.desk.ledgers["g"].missing()] == ["c2"]


def test_gateway_down_is_one_event_and_unknown() -> None:
    """A gateway that refuses for three intervals: one incident, every stream UNKNOWN, and back again."""

    async def story(bench: Bench) -> None:
        bench.toy.gateway_down = True
        await asyncio.sleep(150)
        assert {bench.state(camera)[:2] for camera in CAMERAS} == {(State.UNKNOWN, Cause.GATEWAY_DOWN)}
        assert len(bench.incidents) == 1
        bench.toy.gateway_down = False
        await asyncio.sleep(90)

    bench = monitored(story)
    assert {bench.state(camera)[0] for camera in CAMERAS} == {State.RECEIVING}
    assert [incident.closed_at is None for incident in bench.incidents] == [True, False]
    assert not bench.board.incidents


def test_short_break_is_not_told() -> None:
    """A break shorter than the confirmation is nobody's incident."""

    async def story(bench: Bench) -> None:
        bench.toy.broken = {"c0": Failure.TIMED_OUT}
        await asyncio.sleep(12)
        bench.toy.broken = {}
        await asyncio.sleep(300)

    assert len(monitored(story).told) == SETTLED


def test_cause_is_revised_when_the_site_comes_back_without_the_camera() -> None:
    """A dark site of which one camera answers again becomes a camera that is off, as a new verdict."""

    async def story(bench: Bench) -> None:
        bench.toy.broken = dict.fromkeys(["c0", "c1"], Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(150)
        bench.toy.broken = {"c0": Failure.CONNECT_TIMEOUT}
        await asyncio.sleep(700)

    bench = monitored(story)
    assert bench.state("c1")[0] is State.RECEIVING
    assert bench.state("c0")[:2] == (State.NOT_RECEIVING, Cause.CAMERA_OFF)


@pytest.mark.parametrize("lasts", range(150, 450, 20))
def test_site_that_comes_back_is_not_blamed_on_its_cameras(lasts: int) -> None:
    """While a dark site comes back, camera by camera and the gateway last, no cause but darkness is told."""

    async def story(bench: Bench) -> None:
        bench.toy.broken = dict.fromkeys(["c0", "c1"], Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(lasts)
        bench.toy.silent = {"c0", "c1"}
        bench.toy.broken = {}
        await asyncio.sleep(5)
        bench.toy.silent = set()
        await asyncio.sleep(200)

    bench = monitored(story)
    causes = [each.verdict.cause for each in bench.told[SETTLED:]]
    assert causes == [Cause.SITE_DARK, Cause.SITE_DARK, None, None]


def test_on_demand_path_that_nobody_reads() -> None:
    """A path that is pulled only for a reader tells nothing, and says so instead of "not looked at"."""
    bench = monitored(nothing, on_demand={"c1"})
    assert bench.state("c1")[:2] == (State.UNKNOWN, Cause.CANNOT_TELL)


def test_gateway_that_never_answered() -> None:
    """A gateway that is down since before the first sweep is named once, for all of its streams."""

    async def story(bench: Bench) -> None:
        assert {bench.state(camera)[:2] for camera in CAMERAS} == {(State.UNKNOWN, Cause.GATEWAY_DOWN)}
        bench.toy.gateway_down = False
        await asyncio.sleep(60)

    bench = monitored(story, gateway_down=True, on_demand={"c3"})
    assert len(bench.incidents) == 2
    assert [bench.state(camera)[0] for camera in CAMERAS] == [State.RECEIVING] * 3 + [State.UNKNOWN]
    assert bench.state("c3")[1] is Cause.CANNOT_TELL
