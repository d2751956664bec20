"""Which parts make a running monitor: the store it remembers in, the service, and where it can be read.

`run` and `demo` differ only in what they hand in here.
"""

import asyncio
import gc
import platform
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from exporters.http.access import Access
from exporters.http.api.library import Library
from exporters.http.app import make_app
from exporters.http.serve import Address, serve
from exporters.prometheus.backlog import BacklogCollector, Limits
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.meter import Counters
from exporters.terminal.recent import Recent
from monitor.cli.notifying import telling
from monitor.cli.rules import usable_rules
from monitor.judge.patience import Rules as PatienceRules
from monitor.judge.selfcheck import SightRules
from monitor.law.rules import Rules
from monitor.model.estate import Gateway, Recorder
from monitor.run.canaries import OwnCanaries
from monitor.run.clock import Clock
from monitor.run.gateways import SourceOf
from monitor.run.poller import PollRules
from monitor.run.recorders import RecorderOf
from monitor.run.selfcheck import CheckRules
from monitor.run.service import Service
from monitor.run.surroundings import ShiftRules, Surroundings
from monitor.settings.keys import Baseline, Settings
from monitor.settings.notify import Receiver
from monitor.settings.selfcheck import SelfCheck
from monitor.store.error import StoreError, StoreKeyError, StoreUnavailableError
from monitor.store.part import Part
from monitor.store.store import Store
from probes.base import Credentials, Side, Trust
from probes.centre import CENTRE_SOURCES
from probes.centre.base import CentreSource, GatewayAccess
from probes.onvif.codec import Codec
from probes.onvif.probe import OnvifProbe
from probes.recorder import RECORDER_SOURCES
from probes.recorder.base import RecorderAccess, RecorderSource
from probes.rtsp import RtspProbe
from probes.tcp import TcpProbe

COLLECT_AFTER = 50_000  # objects that were made and not freed


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """Everything about a monitor that is set, and not part of the register."""

    rules: ShiftRules
    sweep_timeout: float  # seconds
    address: tuple[str, int]  # to serve on
    web_config_file: Path | None  # None: nobody is asked for a password
    baseline: Sequence[Baseline]
    law: Rules
    selfcheck: SelfCheck
    folder: Path | None  # of the database; None: it is on a server
    part: str  # of the estate, as the store names it
    locale: str = "en"
    receivers: Sequence[Receiver] = ()  # who is told of incidents directly


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A monitor that works: what it sees, and where it can be read."""

    service: Service
    address: Address
    recent: Recent


def blueprint_of(settings: Settings) -> Blueprint:
    """Read a blueprint out of a configuration."""
    law = usable_rules(settings)
    return Blueprint(
        rules=_rules(settings, law),
        sweep_timeout=settings.sweep.timeout_seconds,
        address=settings.address,
        web_config_file=Path(settings.web_config_file) if settings.web_config_file is not None else None,
        baseline=settings.baseline,
        law=law,
        selfcheck=settings.selfcheck,
        folder=settings.database_folder,
        part=Part.of(settings.regions).name,
        locale=settings.locale,
        receivers=settings.notify.receivers,
    )


def _rules(settings: Settings, law: Rules) -> ShiftRules:
    patience, polls, beat = settings.patience, settings.polls, settings.heartbeat
    return ShiftRules(
        patience=PatienceRules(
            bad_to_lose=patience.bad_to_lose,
            good_to_receive=patience.good_to_receive,
            blind_after_intervals=patience.blind_after_intervals,
            interval=timedelta(seconds=settings.sweep.interval_seconds),
            ask_again=tuple(patience.ask_again_seconds),
        ),
        polls=PollRules(
            light_every=polls.light_every_seconds,
            whole_every=polls.whole_every_seconds,
            timeout=polls.timeout_seconds,
            media_seconds=polls.media_seconds,
            site_kbps=polls.site_kbps,
            site_concurrency=polls.site_concurrency,
            concurrency=polls.concurrency,
            most_bad_log_ins=polls.most_bad_log_ins,
        ),
        zone=settings.zone_info,
        law=law,
        heartbeat_every=beat.every_seconds,
        register_every=settings.register_.refresh_seconds,
        blind_gap=beat.blind_gap_seconds,
        selfcheck=_check_rules(settings),
        samples_kept=timedelta(days=settings.retention.samples_days),
    )


def _check_rules(settings: Settings) -> CheckRules:
    check = settings.selfcheck
    return CheckRules(
        every=check.every_seconds,
        sight=SightRules(failed_to_blind=check.failed_to_blind, good_to_see=check.good_to_see),
        clock_step=check.clock_step_seconds,
        database_silence=3 * settings.heartbeat.every_seconds,
    )


def canaries_of(blueprint: Blueprint, *, now: Callable[[], datetime]) -> OwnCanaries:
    """Make what the monitor tests itself by."""
    check = blueprint.selfcheck
    return OwnCanaries(
        check.canaries,
        probe=TcpProbe(Side.CENTRE),
        now=now,
        timeout=check.timeout_seconds,
        folder=blueprint.folder,
        least_free=check.least_free_mib * 2**20,
    )


def source_of(*, timeout: float, now: Callable[[], datetime]) -> SourceOf:
    """Make the way to ask a gateway of the register."""
    probe = RtspProbe(Side.CENTRE)

    def make(gateway: Gateway, credentials: Credentials | None) -> CentreSource:
        trust = Trust(fingerprint=gateway.tls_fingerprint) if gateway.tls_fingerprint else None
        access = GatewayAccess(
            gateway_id=gateway.gateway_id,
            url=gateway.url,
            now=now,
            credentials=credentials,
            trust=trust,
            timeout=timeout,
            probe=probe,
        )
        return CENTRE_SOURCES[gateway.kind](access)

    return make


def recorder_of(*, timeout: float, now: Callable[[], datetime]) -> RecorderOf:
    """Make the way to ask a recorder of the register; of a kind that cannot be asked there is none."""

    def make(recorder: Recorder, credentials: Credentials | None, zone: ZoneInfo) -> RecorderSource | None:
        source = RECORDER_SOURCES.get(recorder.kind.value)
        if source is None or recorder.url is None:
            return None
        trust = Trust(fingerprint=recorder.tls_fingerprint) if recorder.tls_fingerprint else None
        return source(
            RecorderAccess(
                recorder_id=recorder.recorder_id,
                url=recorder.url,
                now=now,
                credentials=credentials,
                trust=trust,
                timeout=timeout,
                zone=zone,
            )
        )

    return make


@asynccontextmanager
async def at_work(store: Store, blueprint: Blueprint, *, run_id: str) -> AsyncIterator[AtWork]:
    """Serve and prepare the service over an open store; who enters runs `service.run()`."""
    clock = Clock()
    version = metadata.version("cctv-monitor")
    counters = Counters(version=version, python=platform.python_version())
    recent = Recent(counters)
    around = Surroundings(
        records=store,
        source_of=source_of(timeout=blueprint.sweep_timeout, now=clock.now),
        probe=RtspProbe(Side.SITE),
        edge_probe=TcpProbe(Side.SITE),
        device_probe=OnvifProbe(Codec()),
        recorder_of=recorder_of(timeout=blueprint.rules.polls.timeout, now=clock.now),
        canaries=canaries_of(blueprint, now=clock.now),
        part=blueprint.part,
        rules=blueprint.rules,
        clock=clock,
        meter=recent,
        store_errors=(StoreUnavailableError,),
        read_errors=(StoreError,),
        key_errors=(StoreKeyError,),
    )
    service = Service(around, run_id=run_id)
    exposition = Exposition(
        service.board,
        counters,
        baseline=blueprint.baseline,
        zone=blueprint.rules.zone,
        now=clock.now,
        law=blueprint.law,
        locale=blueprint.locale,
    )
    limits = Limits.of(blueprint.rules.patience.interval.total_seconds(), blueprint.rules.polls)
    collector = BacklogCollector(service.backlog, store.size, limits)
    counters.registry.register(collector)
    library = Library(
        board=service.board,
        shelf=store,
        rules=blueprint.law,
        baseline=tuple(blueprint.baseline),
        zone=blueprint.rules.zone,
        locale=blueprint.locale,
        now=clock.now,
        looking=lambda: not service.not_ready(),
        heartbeat_age=timedelta(seconds=blueprint.rules.blind_gap),
    )
    access = access_of(blueprint)
    app = make_app(
        metrics=exposition.chunks,
        not_ready=service.not_ready,
        version=version,
        locale=blueprint.locale,
        library=library,
        check=service.check_now,
        board=service.board,
        access=access,
    )
    told = telling(
        store,
        blueprint.receivers,
        service.board,
        law=blueprint.law,
        zone=blueprint.rules.zone,
        locale=blueprint.locale,
        now=clock.now,
        registry=counters.registry,
    )
    async with (
        serve(app, *blueprint.address, access=access) as address,
        beside(exposition.keep_fresh(), collector.keep_measuring()),
        told,
    ):
        yield AtWork(service=service, address=address, recent=recent)


@asynccontextmanager
async def beside(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Have work done for as long as the block lasts. Raises afterwards what went wrong in it."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def access_of(blueprint: Blueprint) -> Access | None:
    """Read the web configuration; None when there is none. Raises DocumentError, or OSError."""
    if blueprint.web_config_file is None:
        return None
    return Access(blueprint.web_config_file, blueprint.address[0])


def settle_collector() -> None:
    """Make the garbage collector fit a service: what is loaded by now stays, and a check leaves no cycles.

    With Python's own thresholds it takes a tenth of all CPU, walking over checks that are under way.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


async def work_until(service: Service, stop: asyncio.Event) -> None:
    """Run a service until told to stop. Raises what ended it before that."""
    settle_collector()
    work = asyncio.create_task(service.run(), name="service")
    told = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work
    finally:
        told.cancel()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def new_run_id(now: datetime | None = None) -> str:
    """Name one run of this program, so that its writes are told from every other's."""
    return f"run-{(now or datetime.now(UTC)).strftime('%Y%m%dT%H%M%S.%fZ')}-{platform.node()}"
