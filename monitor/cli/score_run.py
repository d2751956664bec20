"""One monitor over one make-believe world, on virtual time, from the first sweep to the last."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.cli.score_estate import estate_of, start_of
from monitor.cli.score_store import ScoreStore
from monitor.cli.score_world import WorldSeams
from monitor.model.incident import Incident
from monitor.model.login import Login
from monitor.model.verdict import Transition
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.service import Service
from monitor.run.surroundings import ShiftRules, Surroundings
from probes.base import Secret
from simulator.scoring.told import Incident as ToldIncident
from simulator.scoring.told import Told
from simulator.virtual_clock import VirtualLoop, run_virtual
from simulator.world.answers import World
from simulator.world.places import Places
from simulator.world.schedule import Schedule

PROGRESS_EVERY = 600.0  # seconds of virtual time
COLLECT_AFTER = 50_000  # objects that were made and not freed
RULES = ShiftRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Everything that was told in one run."""

    told: tuple[Told, ...]
    incidents: tuple[ToldIncident, ...]


def watch(
    places: Places, schedule: Schedule, *, on_progress: Callable[[float, int], None] = lambda _s, _t: None
) -> Watched:
    """Let the monitor watch a world for as long as its schedule lasts. Virtual time: seconds, not hours.

    `on_progress` is given the second of the run, and how many verdicts were told by then.
    """
    loop = VirtualLoop()
    start = start_of(schedule)

    def now() -> datetime:
        return start + timedelta(seconds=loop.seconds)

    estate = estate_of(places, schedule)
    seams = WorldSeams(World(places, schedule.faults), seconds=loop.time, now=now)
    login = Login(username="monitor", password=Secret("made up"))
    logins = {("camera", key): login for key in estate.cameras}
    logins |= {("recorder", key): login for key in estate.recorders}
    store = ScoreStore()
    store.apply(estate, start)
    around = Surroundings(
        records=store,
        source_of=seams.gateway,
        probe=seams.probe,
        edge_probe=seams.edge,
        recorder_of=seams.recorder,
        canaries=seams,
        rules=RULES,
        clock=Clock(now),
        meter=SilentMeter(),
    )

    async def main() -> None:
        await store.put_logins(logins, start)
        await _watch(around, store, schedule.seconds, on_progress)

    with _settled_collector():
        run_virtual(main(), loop)
    return Watched(
        told=tuple(_told(each, start) for each in store.told),
        incidents=tuple(_incident(each, start) for _, each in sorted(store.told_incidents.items())),
    )


@contextmanager
def _settled_collector() -> Iterator[None]:
    """Walk seldom over what is alive: an estate stays, and a look leaves no cycles."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _watch(
    around: Surroundings, store: ScoreStore, seconds: float, on_progress: Callable[[float, int], None]
) -> None:
    service = asyncio.create_task(Service(around, run_id="score").run())
    loop = asyncio.get_running_loop()
    while loop.time() < seconds and not service.done():
        await asyncio.sleep(min(PROGRESS_EVERY, seconds - loop.time()))
        on_progress(loop.time(), len(store.told))
    service.cancel()
    with suppress(asyncio.CancelledError):
        await service


def _told(transition: Transition, start: datetime) -> Told:
    verdict = transition.verdict
    return Told(
        transition.stream_id,
        verdict.state.value,
        verdict.cause.value if verdict.cause is not None else None,
        (transition.since - start).total_seconds(),
        (transition.decided_at - start).total_seconds(),
    )


def _incident(incident: Incident, start: datetime) -> ToldIncident:
    closed = incident.closed_at
    return ToldIncident(
        incident_id=incident.incident_id,
        scope=incident.scope.value,
        subject=incident.subject,
        cause=incident.cause.value,
        opened_at=(incident.opened_at - start).total_seconds(),
        closed_at=(closed - start).total_seconds() if closed is not None else None,
        region=incident.region,
    )
