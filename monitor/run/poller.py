"""Looks at cameras at their schools: light on the slow beat, whole once a day, at once on doubt.

Always inside the site's budget. A password that was refused too often is not offered: the camera is then
asked without it, and what it answers is told like any answer. A camera that still asks for a log-in still
refuses the one we have, for no other was offered since; one that is dark or plays says so.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import structlog

from monitor.judge.evidence import SiteLook
from monitor.model.estate import Camera
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from monitor.run.meter import Meter
from monitor.run.scheduler import Scheduler
from monitor.run.streams import Index
from probes.base import CheckOptions, Credentials, Depth, Observation, Probe, Target, Trust
from probes.failure import REFUSED_US

log: structlog.stdlib.BoundLogger = structlog.get_logger()

IDLE = 1.0  # seconds between looks at an empty schedule
SOON = 0.05  # seconds; how finely due looks are told apart
WAITING_FACTOR = 4  # tasks per global slot: enough that a busy site does not hold up the others


class NotNow(Exception):
    """A camera cannot be looked at just now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRules:
    """How often and how deep cameras are asked, and what that may cost a site."""

    light_every: float = 300.0  # seconds between OPTIONS + DESCRIBE
    whole_every: float = 86_400.0  # seconds between whole checks
    timeout: float = 10.0
    media_seconds: float = 1.0
    site_kbps: float = 256.0
    site_concurrency: int = 4
    concurrency: int = 500  # all sites together
    most_bad_log_ins: int = 3


@dataclass(slots=True)
class _Waiting:
    """A look that is due (second of the loop's clock) and how deep it goes."""

    due: float
    depth: Depth = Depth.DESCRIBE


class Poller:
    """Asks every camera of the register at its school."""

    def __init__(
        self,
        *,
        index: Index,
        credentials: Mapping[str, Credentials],
        rules: PollRules,
        probe: Probe,
        clock: Clock,
        meter: Meter,
        on_look: Callable[[Camera, SiteLook], None],
        lost: Callable[[str], bool],
    ) -> None:
        self.index = index
        self.credentials = credentials
        self.log_ins = LogIns(most=rules.most_bad_log_ins)
        self.budgets = Budgets(
            kbps=rules.site_kbps, concurrency=rules.site_concurrency, waited=meter.budget_waited
        )
        self._rules = rules
        self._probe = probe
        self._clock = clock
        self._meter = meter
        self._on_look = on_look
        self._lost = lost  # whether a camera is not received now: then a light look says too little
        self._light = Scheduler(period=rules.light_every)
        self._whole = Scheduler(period=rules.whole_every)
        self._waiting: dict[str, _Waiting] = {}  # due and not started, first come first
        self._under_way: set[str] = set()
        self._asking = 0  # of those under way; the others wait for their site or for a slot
        self._slots = asyncio.Semaphore(rules.concurrency)
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many looks are due and not begun."""
        return len(self._waiting) + len(self._under_way) - self._asking

    def reset(self, index: Index, credentials: Mapping[str, Credentials]) -> None:
        """Take a new register: cameras that left are asked no more, new ones get their beats."""
        gone = self.index.estate.cameras.keys() - index.estate.cameras.keys()
        for camera_id in gone:
            self._light.remove(camera_id)
            self._whole.remove(camera_id)
        self.log_ins.forget(
            camera_id
            for camera_id, camera in self.index.estate.cameras.items()
            if camera != index.estate.cameras.get(camera_id)
            or self.credentials.get(camera_id) != credentials.get(camera_id)
        )
        self.index, self.credentials = index, credentials
        self.budgets.reset()
        self._add_all()

    def doubt(self, cameras: Iterable[str]) -> None:
        """Look at these cameras at once, whole: the centre stopped receiving them."""
        now = self._clock.monotonic()
        for camera_id in cameras:
            self._whole.hasten(camera_id, now)
        self._wake.set()

    async def check_now(self, camera_id: str) -> Observation:
        """Look whole at one camera because somebody asks; what is seen is handed on like any look.

        LookupError: the register has no such camera. NotNow: it is looked at already.
        """
        camera = self.index.estate.cameras.get(camera_id)
        if camera is None:
            raise LookupError(camera_id)
        if camera_id in self._under_way:
            raise NotNow("it is being looked at")
        self._under_way.add(camera_id)
        seen = await self._look(camera, Depth.MEDIA, self._clock.monotonic())
        if seen is None:
            raise NotNow("the look failed by a mistake of the monitor's own")
        return seen

    async def run(self) -> None:
        """Make the looks that come due, until cancelled."""
        self._add_all()
        async with asyncio.TaskGroup() as looks:
            while True:
                self._collect(self._clock.monotonic())
                self._start_some(looks)
                await self._sleep_until_due()

    def _collect(self, now: float) -> None:
        """Put what came due behind what still waits; a whole look stands for a light one."""
        for due in self._whole.pop(now):
            self._waiting.setdefault(due.key, _Waiting(now - due.lateness)).depth = Depth.MEDIA
        for due in self._light.pop(now):
            waiting = self._waiting.setdefault(due.key, _Waiting(now - due.lateness))
            if self._lost(due.key):
                waiting.depth = Depth.MEDIA

    def _start_some(self, looks: asyncio.TaskGroup) -> None:
        """Start what waits, as far as tasks may: when a whole country is in doubt, most of it waits here."""
        room = self._rules.concurrency * WAITING_FACTOR - len(self._under_way)
        for key in list(islice(self._waiting, max(0, room))):
            self._start(looks, key, self._waiting.pop(key))

    def _add_all(self) -> None:
        now = self._clock.monotonic()
        for camera_id in self.index.estate.cameras:
            self._light.add(camera_id, now)
            self._whole.add(camera_id, now)

    async def _sleep_until_due(self) -> None:
        moments = [m for m in (self._light.next_at(), self._whole.next_at()) if m is not None]
        wait = min(moments) - self._clock.monotonic() if moments else IDLE
        if self._waiting:
            wait = SOON
        self._wake.clear()
        try:
            async with asyncio.timeout(max(SOON, min(IDLE, wait))):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start(self, looks: asyncio.TaskGroup, key: str, waiting: _Waiting) -> None:
        camera = self.index.estate.cameras.get(key)
        if camera is None or key in self._under_way:
            return
        self._under_way.add(key)
        looks.create_task(self._look(camera, waiting.depth, waiting.due))

    async def _look(self, camera: Camera, depth: Depth, due: float) -> Observation | None:
        """Make one look. None: a mistake of our own in it, which is logged and says nothing of the camera."""
        budget = self.budgets.of(camera.site_id, self.index.estate)
        try:
            async with budget.slot(), self._slots:
                lateness = self._clock.monotonic() - due
                target = self._target(camera)
                seen = await self._ask(target, depth)
        except Exception:
            self._meter.check_held_back("own_fault")
            log.exception("look_failed", camera=camera.camera_id)
            return None
        else:
            budget.spend(seen.bytes_on_wire)
            self._meter.check_done(seen, lateness=lateness)
            self._note(camera, target.credentials, seen)
            return seen
        finally:
            self._under_way.discard(camera.camera_id)

    async def _ask(self, target: Target, depth: Depth) -> Observation:
        self._asking += 1
        try:
            return await self._probe(target, self._options(depth), now=self._clock.now())
        finally:
            self._asking -= 1

    def _note(self, camera: Camera, offered: Credentials | None, seen: Observation) -> None:
        if self.index.estate.cameras.get(camera.camera_id) != camera:
            return  # it left the register, or is another one now, while we looked
        known = self.credentials.get(camera.camera_id)
        refusals = self.log_ins.count(camera.camera_id)
        if seen.log_ins and offered == known:  # what was refused may be replaced by now
            refused = seen.failure in REFUSED_US
            self.log_ins.note(camera.camera_id, refused=refused, at=self._clock.now())
        self._on_look(camera, SiteLook.of(seen, has_credentials=known is not None, refusals=refusals))

    def _options(self, depth: Depth) -> CheckOptions:
        options = CheckOptions(timeout=self._rules.timeout, media_seconds=self._rules.media_seconds)
        return replace(options, depth=depth)

    def _target(self, camera: Camera) -> Target:
        trust = Trust(fingerprint=camera.tls_fingerprint) if camera.tls_fingerprint else None
        credentials = self.credentials.get(camera.camera_id)
        if credentials is not None and not self.log_ins.may_try(camera.camera_id):
            self._meter.password_withheld()
            credentials = None
        return Target(id=camera.camera_id, url=camera.url, credentials=credentials, trust=trust)
