"""A whole monitor on virtual time over a toy estate, whose own network, disk, clock and loop we can break."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from monitor.judge.selfcheck import Finding, Result
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, State, Transition
from monitor.run.canaries import UNTOLD, Answer
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.service import Service
from monitor.run.surroundings import ShiftRules, Surroundings
from monitor.store.memory import MemoryStore
from probes.centre.base import Sweep
from probes.failure import Failure
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests.toy import Toy, estate

OK = Answer(Result.OK)
AGE = timedelta(minutes=5)
SETTLED = 100.0  # seconds until the estate is received
STREAMS = ("c0@g", "c1@g", "c2@g", "c3@g", "c4@")


class Notebook(MemoryStore):
    """The store's twin, which notes what it was told and can be taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.told: list[Transition] = []
        self.incidents_told: list[Incident] = []

    async def heartbeat(self, now: datetime, *, trouble: str = "") -> None:
        """Refuse while away."""
        if self.away:
            raise OSError("no connection")
        await super().heartbeat(now, trouble=trouble)

    async def commit(
        self, transitions: Sequence[Transition], incidents: Sequence[Incident] = (), **how: Any
    ) -> None:
        """Refuse while away; note what is taken."""
        if self.away:
            raise OSError("no connection")
        await super().commit(transitions, incidents, **how)
        self.told += transitions
        self.incidents_told += incidents


@dataclass
class Dated(Toy):
    """A toy whose answers are dated by the monitor's own clock, as every source dates them."""

    now: Callable[[], datetime] | None = None

    async def sweep(self, stream_keys: Sequence[str] | None = None) -> Sweep:
        """Answer as ever."""
        sweep = await super().sweep(stream_keys)
        return msgspec.structs.replace(sweep, at=self.now()) if self.now is not None else sweep


@dataclass
class Outside:
    """Canaries that answer as a test likes."""

    net: Answer = OK
    room: Answer = OK

    async def network(self) -> Answer:
        """Take three seconds to fail, as a time-out does."""
        await asyncio.sleep(3.0 if self.net.result is Result.FAILED else 0.01)
        return self.net

    async def disk(self) -> Answer:
        """Answer at once."""
        return self.room


class Ear(SilentMeter):
    """Remembers what was reported of the monitor itself."""

    def __init__(self) -> None:
        self.found: dict[str, Finding] = {}
        self.blind: list[bool] = []
        self.windows: list[float] = []

    def selfcheck_done(self, finding: Finding) -> None:
        """Keep the last one of each."""
        self.found[finding.check.value] = finding

    def sight_is(self, *, blind: bool) -> None:
        """Keep them all."""
        self.blind.append(blind)

    def window_suspect(self, seconds: float) -> None:
        """Keep them all."""
        self.windows.append(seconds)


@dataclass
class Ours:
    """One monitor of ours, and everything around it."""

    loop: VirtualLoop
    toy: Dated
    store: Notebook
    outside: Outside
    ear: Ear = field(default_factory=Ear)
    ahead: float = 0.0  # seconds by which the machine's clock was set forward
    rules: ShiftRules = field(default_factory=ShiftRules)
    service: Service = field(init=False)

    def start(self) -> None:
        """Put the monitor together."""
        clock = Clock(self.wall)
        self.toy.now = clock.now
        around = Surroundings(
            records=self.store,
            source_of=lambda _gateway, _credentials: self.toy,
            probe=self.toy.probe,
            rules=self.rules,
            clock=clock,
            meter=self.ear,
            canaries=self.outside,
        )
        self.service = Service(around, run_id="r")

    def wall(self) -> datetime:
        """Return what the machine's clock shows."""
        return self.loop.now() + timedelta(seconds=self.ahead)

    def cut(self) -> None:
        """Cut the monitor off from everything."""
        self.outside.net = Answer(Result.FAILED, "no control address answers: connect_timeout (2)")
        self.toy.gateway_down = True
        self.toy.broken = {f"c{n}": Failure.CONNECT_TIMEOUT for n in range(5)}

    def mend(self) -> None:
        """Connect it again."""
        self.outside.net = OK
        self.toy.gateway_down = False
        self.toy.broken = {}

    def shown(self) -> dict[str, tuple[State, Cause | None]]:
        """Return what the board shows."""
        board = self.service.board.streams
        return {key: (each.verdict.state, each.verdict.cause) for key, each in board.items()}

    def since(self, stream_id: str) -> float:
        """Return since which second the board shows a stream as it is."""
        return (self.service.board.streams[stream_id].since - EPOCH).total_seconds()

    async def trouble(self) -> str:
        """Return what the store was last told of the monitor's own trouble."""
        (part,) = (await self.store.present(self.loop.now(), max_heartbeat_age=AGE)).parts
        return part.trouble

    def open(self, *, but: Scope | None = None) -> list[Incident]:
        """Return the incidents that are open, but for those of a scope."""
        return [each for each in self.service.board.incidents.values() if each.scope is not but]


def ours(
    story: Callable[[Ours], Awaitable[None]],
    *,
    outside: Outside | None = None,
    first: Callable[[Ours], None] = lambda _: None,
) -> Ours:
    """Run a story against a monitor that has looked long enough to know its estate; `first`: before that."""
    loop = VirtualLoop()
    it = Ours(loop, Dated(loop), Notebook(), outside or Outside())
    it.store.apply(estate(), EPOCH)
    first(it)
    run_virtual(live(it, story), loop)
    return it


async def live(it: Ours, story: Callable[[Ours], Awaitable[None]]) -> None:
    """Start, settle, tell the story, stop."""
    it.start()
    task = asyncio.create_task(it.service.run())
    await asyncio.sleep(SETTLED)
    try:
        await story(it)
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def no_canaries() -> Outside:
    """Have no control addresses."""
    return Outside(net=UNTOLD)
