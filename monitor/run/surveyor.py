"""Looks at what stands around the cameras of a school: the edge of its site, and its recorders.

On the slow beat, and at once when the centre stopped receiving from there; inside the site's budget, like
everything that is asked of a site.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from monitor.judge.evidence import is_strained
from monitor.judge.neighbours import EdgeView, Reach
from monitor.model.estate import Recorder
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from monitor.run.looks import RecorderLook
from monitor.run.meter import Meter
from monitor.run.scheduler import Due, Scheduler
from monitor.run.streams import Index
from probes.base import CheckOptions, Credentials, Probe, Target
from probes.failure import Failure
from probes.recorder.base import RecorderSource

log: structlog.stdlib.BoundLogger = structlog.get_logger()

IDLE = 1.0  # seconds between looks at an empty schedule
SOON = 0.05  # seconds; how finely due looks are told apart
FALLBACK_ZONE = "Asia/Almaty"  # of a region that the register does not have
EDGE_BYTES = 240  # of a connection that is made and closed: six packets
REFUSED = frozenset({Failure.UNAUTHORIZED, Failure.FORBIDDEN})

RecorderOf = Callable[[Recorder, Credentials | None, ZoneInfo], RecorderSource | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked: the edge of a site, or a recorder, by its id."""

    kind: str  # "edge" or "recorder"
    ident: str

    @classmethod
    def named(cls, key: str) -> "Subject":
        """Read the key of a schedule."""
        return cls(*key.split(":", 1))

    @property
    def key(self) -> str:
        """The key in a schedule. No id of the register has a colon."""
        return f"{self.kind}:{self.ident}"


class Surveyor:
    """Asks the edges and recorders of the register."""

    def __init__(
        self,
        *,
        edge_probe: Probe | None,
        recorder_of: RecorderOf,
        every: float,
        timeout: float,
        budgets: Budgets,
        log_ins: LogIns,
        clock: Clock,
        meter: Meter,
        on_edge: Callable[[str, EdgeView], None],
        on_recorder: Callable[[Recorder, RecorderLook], None],
    ) -> None:
        self._edge_probe = edge_probe  # None: edges are not asked
        self._recorder_of = recorder_of  # None for a kind that cannot be asked
        self._timeout = timeout  # seconds, of one question
        self._budgets = budgets
        self._log_ins = log_ins
        self._clock = clock
        self._meter = meter
        self._on_edge = on_edge
        self._on_recorder = on_recorder
        self._index = Index.of_nothing()
        self._credentials: Mapping[str, Credentials] = {}
        self._schedule = Scheduler(period=every)
        self._under_way: set[str] = set()
        self._wake = asyncio.Event()

    def reset(self, index: Index, recorders: Mapping[str, Credentials]) -> None:
        """Take a new register: what left is asked no more, what is new gets its beat."""
        before, wanted = _subjects(self._index), _subjects(index)
        for key in before - wanted:
            self._schedule.remove(key)
        for key in sorted(wanted):
            self._schedule.add(key, self._clock.monotonic())
        old, new = self._index.estate.recorders, index.estate.recorders
        changed = {
            key for key in old if old[key] != new.get(key) or self._credentials.get(key) != recorders.get(key)
        }
        self._log_ins.forget(Subject("recorder", key).key for key in changed)
        self._index, self._credentials = index, recorders

    def doubt(self, cameras: Iterable[str]) -> None:
        """Ask at once about the edges and recorders of these cameras."""
        estate, now = self._index.estate, self._clock.monotonic()
        for camera_id in cameras:
            camera = estate.cameras.get(camera_id)
            if camera is not None:
                self._schedule.hasten(Subject("edge", camera.site_id).key, now)
                self._schedule.hasten(Subject("recorder", camera.recorder_id or "").key, now)
        self._wake.set()

    async def run(self) -> None:
        """Ask what comes due, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for due in self._schedule.pop(self._clock.monotonic()):
                    if due.key not in self._under_way:
                        self._under_way.add(due.key)
                        tasks.create_task(self._ask(due))
                await self._sleep_until_due()

    async def _sleep_until_due(self) -> None:
        next_at = self._schedule.next_at()
        wait = next_at - self._clock.monotonic() if next_at is not None else IDLE
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
            ask = self._ask_edge if subject.kind == "edge" else self._ask_recorder
            await ask(subject.ident, due)
        except Exception:
            self._meter.check_held_back("own_fault")
            log.exception("survey_failed", subject=due.key)
        finally:
            self._under_way.discard(due.key)

    async def _ask_edge(self, site_id: str, due: Due) -> None:
        site, probe = self._index.estate.sites[site_id], self._edge_probe
        if probe is None:
            return
        target = Target(id=site_id, url=f"rtsp://{site.edge}")
        budget = self._budgets.of(site_id, self._index.estate)
        async with budget.slot():
            seen = await probe(target, CheckOptions(timeout=self._timeout), now=self._clock.now())
        budget.spend(EDGE_BYTES)
        self._meter.survey_done("edge", seen.failure, bytes_on_wire=EDGE_BYTES, lateness=due.lateness)
        if self._index.estate.sites.get(site_id) == site:
            view = EdgeView(at=seen.at, reach=Reach.of(seen), strained=is_strained(seen))
            self._on_edge(site_id, view)

    async def _ask_recorder(self, recorder_id: str, due: Due) -> None:
        """Ask a recorder; after too many refused log-ins without one, which still tells whether it lives."""
        recorder = self._index.estate.recorders[recorder_id]
        known = self._credentials.get(recorder_id)
        offered = known if self._log_ins.may_try(due.key) else None
        source = self._recorder_of(recorder, offered, self._zone(recorder.site_id))
        if source is None:
            return
        budget = self._budgets.of(recorder.site_id, self._index.estate)
        try:
            async with budget.slot():
                reading = await source.read()
        finally:
            await source.close()
        budget.spend(reading.bytes_on_wire)
        self._meter.survey_done(
            "recorder", reading.failure, bytes_on_wire=reading.bytes_on_wire, lateness=due.lateness
        )
        if reading.log_ins:
            refused = reading.failure in REFUSED
            self._log_ins.note(due.key, refused=refused, at=self._clock.now())
        if self._index.estate.recorders.get(recorder_id) == recorder:
            self._on_recorder(recorder, RecorderLook.of(reading))

    def _zone(self, site_id: str) -> ZoneInfo:
        """Return the time zone of a site's region."""
        estate = self._index.estate
        region = estate.regions.get(estate.institutions[estate.sites[site_id].institution_id].region)
        return ZoneInfo(region.time_zone if region is not None else FALLBACK_ZONE)


def _subjects(index: Index) -> set[str]:
    edges = (Subject("edge", site.site_id).key for site in index.estate.sites.values() if site.edge)
    recorders = (
        Subject("recorder", each.recorder_id).key for each in index.estate.recorders.values() if each.url
    )
    return {*edges, *recorders}
