"""When it is asked what stands around the cameras: edges of sites, recorders, cameras over ONVIF.

Each kind on its own beat, and at once when the centre stopped receiving from there. Who asks, and what
becomes of the answer, is in edges.py, recorders.py and devices.py.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from monitor.model.estate import Camera
from monitor.run.access import Access
from monitor.run.clock import Clock, offset
from monitor.run.meter import Meter
from monitor.run.scheduler import Due, Scheduler
from monitor.run.streams import Index

log: structlog.stdlib.BoundLogger = structlog.get_logger()

IDLE = 1.0  # seconds between looks at an empty schedule
SOON = 0.05  # seconds; how finely due looks are told apart


class Asker(Protocol):
    """Asks one kind of thing."""

    @property
    def kind(self) -> str:
        """The word for the kind."""
        ...

    @property
    def every(self) -> float:
        """The seconds between two questions to the same one."""
        ...

    @property
    def soon(self) -> float:
        """The seconds within which one is asked that is new to us, also after a start."""
        ...

    def reset(self, index: Index, access: Access) -> None:
        """Take a new register and new log-ins."""

    def subjects(self) -> Iterable[str]:
        """List the ids of all that is asked."""
        ...

    def near(self, camera: Camera) -> str | None:
        """Return whom to ask at once when a camera is in doubt."""
        ...

    async def ask(self, ident: str, lateness: float) -> None:
        """Ask one, within its site's budget, and hand the answer on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked: its kind, and its id."""

    kind: str
    ident: str

    @classmethod
    def named(cls, key: str) -> "Subject":
        """Read the key of a schedule."""
        return cls(*key.split(":", 1))

    @property
    def key(self) -> str:
        """The key in a schedule. No kind has a colon."""
        return f"{self.kind}:{self.ident}"


class Surveyor:
    """Keeps the beats of all askers."""

    def __init__(self, askers: Sequence[Asker], *, clock: Clock, meter: Meter) -> None:
        self._askers = {asker.kind: asker for asker in askers}
        self._schedules = {asker.kind: Scheduler(period=asker.every) for asker in askers}
        self._clock = clock
        self._meter = meter
        self._estate = Index.of_nothing().estate
        self._known: dict[str, set[str]] = {asker.kind: set() for asker in askers}
        self._under_way: set[str] = set()
        self._wake = asyncio.Event()

    def reset(self, index: Index, access: Access) -> None:
        """Take a new register: what left is asked no more, what is new gets its beat."""
        self._estate, now = index.estate, self._clock.monotonic()
        for kind, asker in self._askers.items():
            asker.reset(index, access)
            before, self._known[kind] = self._known[kind], set(asker.subjects())
            for ident in before - self._known[kind]:
                self._schedules[kind].remove(Subject(kind, ident).key)
            for ident in sorted(self._known[kind]):
                self._schedules[kind].add(Subject(kind, ident).key, now)
            for ident in self._known[kind] - before:
                key = Subject(kind, ident).key
                self._schedules[kind].hasten(key, now + offset(key, asker.soon))

    def doubt(self, cameras: Iterable[str]) -> None:
        """Ask at once about what stands around these cameras."""
        now = self._clock.monotonic()
        for camera in filter(None, map(self._estate.cameras.get, cameras)):
            for kind, asker in self._askers.items():
                if (ident := asker.near(camera)) is not None:
                    self._schedules[kind].hasten(Subject(kind, ident).key, now)
        self._wake.set()

    def hasten(self, kind: str, idents: Iterable[str]) -> None:
        """Ask these of one kind at once."""
        for ident in idents:
            self._schedules[kind].hasten(Subject(kind, ident).key, self._clock.monotonic())
        self._wake.set()

    async def run(self) -> None:
        """Ask what comes due, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for schedule in self._schedules.values():
                    for due in schedule.pop(self._clock.monotonic()):
                        if due.key not in self._under_way:
                            self._under_way.add(due.key)
                            tasks.create_task(self._ask(due))
                await self._sleep_until_due()

    async def _sleep_until_due(self) -> None:
        moments = [at for schedule in self._schedules.values() if (at := schedule.next_at()) is not None]
        wait = min(moments) - self._clock.monotonic() if moments else IDLE
        self._wake.clear()
        try:
            async with asyncio.timeout(max(SOON, min(IDLE, wait))):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _ask(self, due: Due) -> None:
        """Ask one. A mistake of our own in it is logged and says nothing of the site."""
        subject = Subject.named(due.key)
        try:
            if subject.ident in self._known[subject.kind]:
                await self._askers[subject.kind].ask(subject.ident, due.lateness)
        except Exception:
            self._meter.check_held_back("own_fault")
            log.exception("survey_failed", subject=due.key)
        finally:
            self._under_way.discard(due.key)
