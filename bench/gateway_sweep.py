"""What one sweep of a gateway with 150,000 paths costs us: ask, parse, progress, judge, transitions.

The gateway's side runs in another process. Three sweeps are told apart: the first (every stream is
new), the one that confirms all of them (150,000 transitions at once), and the steady one.
"""

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bench.figure import Figure, at_most
from monitor.judge.ledger import Change, Ledger
from monitor.judge.outages import GatewayStanding
from monitor.judge.patience import Rules
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.verdict import Transition
from monitor.run.desk import Desk
from monitor.run.streams import Index
from probes.centre import CENTRE_SOURCES
from probes.centre.base import CentreSource, GatewayAccess, Sweep

PATHS = 150_000
CAMERAS_EACH = 10
CPU_TARGET, MEMORY_TARGET = 2.0, 600.0  # seconds, MB


def figures() -> Iterator[Figure]:
    """Sweep a gateway four times and tell what it cost."""
    server = subprocess.Popen(  # our own module, by the interpreter that runs us
        [sys.executable, "-m", "bench.paths_server", str(PATHS)], stdout=subprocess.PIPE, text=True
    )
    try:
        port = int((server.stdout or sys.stdin).readline())
        yield from asyncio.run(_measure(f"http://127.0.0.1:{port}"))
    finally:
        server.terminate()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def _estate(url: str) -> Estate:
    owners = range(PATHS // CAMERAS_EACH)
    cameras = [(owner, number) for owner in owners for number in range(CAMERAS_EACH)]
    return Estate(
        institutions={
            f"i{owner}": Institution(
                institution_id=f"i{owner}",
                name=f"School {owner}",
                region="110000000",
                type=InstitutionType.SCHOOL,
                ownership=Ownership.PUBLIC,
            )
            for owner in owners
        },
        sites={f"s{o}": Site(site_id=f"s{o}", institution_id=f"i{o}", name=f"{o}") for o in owners},
        cameras={
            f"c{o}-{n}": Camera(camera_id=f"c{o}-{n}", site_id=f"s{o}", url="rtsp://127.0.0.1/")
            for o, n in cameras
        },
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="110000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url=url)},
        enrolments=tuple(
            Enrolment(
                camera_id=f"c{o}-{n}", gateway_id="g", stream_key=f"school-{o:06d}/cam-{n}", on_demand=False
            )
            for o, n in cameras
        ),
    )


async def _measure(url: str) -> list[Figure]:
    now = datetime.now(UTC)
    index = Index.of(_estate(url))
    ledger = Ledger(index.by_gateway["g"], Rules(), at=now)
    desk = Desk(index, zone=ZoneInfo("Asia/Almaty"), patience=timedelta(seconds=25))
    desk.ledgers["g"], desk.gateways["g"] = ledger, GatewayStanding(gateway_id="g")
    source = CENTRE_SOURCES["mediamtx"](GatewayAccess(gateway_id="g", url=url, now=lambda: datetime.now(UTC)))
    sweeps = [await _sweep_once(source, ledger, desk) for _ in range(5)]
    await source.close()
    told = [count for _, count in sweeps]
    if PATHS not in told or told[-1]:
        raise RuntimeError(f"the sweeps told {told} transitions: this measures something else")
    first, confirming = sweeps[0][0], sweeps[told.index(PATHS)][0]
    steady = median(cpu for cpu, count in sweeps[1:] if not count)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    compared = f"CPU time of our process alone, {PATHS} paths over HTTP on loopback"
    return [
        at_most("gateway_sweep_steady", steady, "s", CPU_TARGET, compared),
        at_most("gateway_sweep_first", first, "s", CPU_TARGET, compared),
        at_most("gateway_sweep_all_change", confirming, "s", CPU_TARGET, f"{compared}, all of them change"),
        at_most("gateway_sweep_memory", memory, "MB", MEMORY_TARGET, "peak resident, register included"),
    ]


async def _sweep_once(source: CentreSource, ledger: Ledger, desk: Desk) -> tuple[float, int]:
    """Return the CPU seconds of one whole sweep, and how many transitions it made."""
    await asyncio.sleep(0)
    began = time.process_time()
    sweep = await source.sweep()
    if sweep.failure is not None or len(sweep.samples) != PATHS:
        raise RuntimeError(f"the sweep failed: {sweep.failure} {sweep.detail}")
    told = _judge(sweep, ledger, desk)
    return time.process_time() - began, len(told)


def _judge(sweep: Sweep, ledger: Ledger, desk: Desk) -> list[Transition]:
    changes: list[Change] = ledger.take(sweep)
    return desk.take(changes, sweep.at) + desk.review("g", sweep.at)
