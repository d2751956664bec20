"""What one scrape of 10,000 institutions costs us, and how long it keeps the event loop to itself.

CPU is that of the serving process: rendering, compressing and sending over HTTP on loopback. The scraper
is another process. Between two scrapes the streams of one institution in a hundred change.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from bench.figure import Figure, at_most, told
from exporters.http.app import make_app
from exporters.http.serve import serve
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.meter import Counters
from monitor.model.channels import Channel, Contract
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
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.settings.keys import Baseline

INSTITUTIONS, CAMERAS_EACH = 10_000, 10
CHANGED = INSTITUTIONS // 100
SCRAPES = 7
CPU_TARGET, TURN_TARGET = 100.0, 50.0  # ms
TYPES = tuple(InstitutionType)
RECEIVED = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)

# Reads the whole answer and prints its size: one line in for each scrape, one line out.
SCRAPER = """
import sys, urllib.request
for line in sys.stdin:
    url, coding = line.split()
    request = urllib.request.Request(url, headers={"Accept-Encoding": coding})
    with urllib.request.urlopen(request) as answer:
        print(len(answer.read()), flush=True)
"""


class Turns:
    """The longest turn of the running loop: CPU and wall time between two of its rounds."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self._watching = True
        self._seen = (time.thread_time(), time.perf_counter())
        asyncio.get_running_loop().call_soon(self._tick)

    def _tick(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        self.cpu = max(self.cpu, now[0] - self._seen[0])
        self.wall = max(self.wall, now[1] - self._seen[1])
        self._seen = now
        if self._watching:
            asyncio.get_running_loop().call_soon(self._tick)

    def stop(self) -> None:
        """Watch no longer."""
        self._watching = False


class Scraper:
    """Another process that scrapes when told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRAPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _scrape(self, coding: str) -> int:
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        asked.write(f"{self._url} {coding}\n")
        asked.flush()
        return int(answered.readline())

    async def scrape(self, coding: str) -> tuple[float, int]:
        """Return our CPU seconds for one scrape, and how many bytes were sent."""
        began = time.process_time()
        size = await asyncio.to_thread(self._scrape, coding)
        return time.process_time() - began, size

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def figures() -> Iterator[Figure]:
    """Scrape the same country with and without compression, first and later."""
    yield from asyncio.run(_measure(_board()))
    yield from _compare()


def _estate() -> Estate:
    numbers = range(INSTITUTIONS)
    cameras = [(number, camera) for number in numbers for camera in range(CAMERAS_EACH)]
    return Estate(
        institutions={
            f"kz-{n:06d}": Institution(
                institution_id=f"kz-{n:06d}",
                name=f"№ {n} «Сынақ» мектебі",
                region=f"{(11 + n % 20) * 10_000_000}",
                type=TYPES[n % len(TYPES)],
                ownership=Ownership.PUBLIC,
            )
            for n in numbers
        },
        sites={
            f"s-{n:06d}": Site(site_id=f"s-{n:06d}", institution_id=f"kz-{n:06d}", name="") for n in numbers
        },
        cameras={
            f"c-{n:06d}-{c}": Camera(
                camera_id=f"c-{n:06d}-{c}", site_id=f"s-{n:06d}", url="rtsp://127.0.0.1/"
            )
            for n, c in cameras
        },
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="110000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://127.0.0.1/")},
        enrolments=tuple(
            Enrolment(camera_id=f"c-{n:06d}-{c}", gateway_id="g", stream_key=f"{n}/{c}") for n, c in cameras
        ),
        channels={f"s-{n:06d}": Channel(channel_id=f"s-{n:06d}", site_id=f"s-{n:06d}") for n in numbers},
        contracts=tuple(
            Contract(
                customer_bin="220440000000",
                contract_number=f"2026/{n}",
                contract_date=date(2025, 12, 20),
                channel_id=f"s-{n:06d}",
                provider=f"Provider {n % 5}",
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
            )
            for n in numbers
        ),
    )


def _board() -> Board:
    board = Board()
    board.load(Index.of(_estate()), {})
    board.apply(_transitions(RECEIVED, range(INSTITUTIONS)))
    return board


def _transitions(verdict: Verdict, numbers: range) -> list[Transition]:
    now = datetime.now(UTC)
    return [
        Transition(stream_id=f"c-{n:06d}-{c}@g", verdict=verdict, since=now, decided_at=now)
        for n in numbers
        for c in range(CAMERAS_EACH)
    ]


def _change(board: Board, turn: int) -> None:
    verdict = LOST if turn % 2 == 0 else RECEIVED
    board.apply(_transitions(verdict, range(0, INSTITUTIONS, INSTITUTIONS // CHANGED)))


async def _measure(board: Board) -> list[Figure]:
    counters = Counters(version="0", python="0")
    baseline = (Baseline(unit="cameras", as_of=date(2023, 3, 7), ratio=0.62),)
    exposition = Exposition(
        board, counters, baseline=baseline, zone=ZoneInfo("Asia/Almaty"), now=lambda: datetime.now(UTC)
    )
    app = make_app(metrics=exposition.chunks, not_ready=list, version="0")
    async with serve(app, "127.0.0.1", 0) as address:
        scraper = Scraper(f"{address.url}/metrics")
        try:
            return await _scrapes(board, scraper)
        finally:
            scraper.close()


async def _scrapes(board: Board, scraper: Scraper) -> list[Figure]:
    _, size = await scraper.scrape("identity")
    board.load(board.index, board.streams)  # as when the register was read again
    first, _ = await scraper.scrape("identity")
    board.load(board.index, board.streams)
    first_turns = Turns()
    await scraper.scrape("identity")
    first_turns.stop()
    plain = await _several(board, scraper, "identity")
    packed = await _several(board, scraper, "gzip")
    turns = Turns()  # apart from the CPU: watching every turn costs some itself
    await _several(board, scraper, "gzip")
    await _several(board, scraper, "identity")
    turns.stop()
    whole = f"{INSTITUTIONS} institutions of {CAMERAS_EACH} cameras, {size / 1e6:.1f} MB, 1 % changed"
    sent = f"{whole}, {packed[1] / 1e6:.2f} MB sent"
    return [
        at_most("metrics_render_gzip_cpu", packed[0] * 1000, "ms", CPU_TARGET, f"median; {sent}"),
        at_most("metrics_render_plain_cpu", plain[0] * 1000, "ms", CPU_TARGET, f"median; {whole}"),
        at_most(
            "metrics_render_loop_held", turns.cpu * 1000, "ms", TURN_TARGET, "longest turn, its CPU time"
        ),
        at_most(
            "metrics_render_loop_held_first",
            first_turns.cpu * 1000,
            "ms",
            TURN_TARGET,
            "longest turn of the first scrape after a register was loaded, its CPU time",
        ),
        told("metrics_render_loop_held_wall", turns.wall * 1000, "ms", "the same with what else ran here"),
        told(
            "metrics_render_first_cpu",
            first * 1000,
            "ms",
            "first scrape of a newly loaded register",
        ),
    ]


async def _several(board: Board, scraper: Scraper, coding: str) -> tuple[float, int]:
    """Return the median CPU seconds of several scrapes, and the size of the last."""
    costs, size = [], 0
    for turn in range(SCRAPES):
        _change(board, turn)
        cost, size = await scraper.scrape(coding)
        costs.append(cost)
    return sorted(costs)[SCRAPES // 2], size


class _AsUsual:
    """The same four series per institution, made by the client library's collector."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def collect(self) -> Iterator[Metric]:
        for name in ("cameras", "cameras_receiving", "cameras_unknown", "info"):
            family = GaugeMetricFamily(f"cctv_{name}", name, labels=("institution", "region", "type"))
            for key, institution in self._board.index.estate.institutions.items():
                counts = self._board.cameras_of(key)
                family.add_metric((key, institution.region, institution.type.value), counts.registered)
            yield family


def _compare() -> list[Figure]:
    board = _board()
    registry = CollectorRegistry()
    registry.register(_AsUsual(board))
    began = time.process_time()
    size = len(generate_latest(registry))
    usual = time.process_time() - began
    exposition = Exposition(
        board,
        Counters(version="0", python="0"),
        baseline=(),
        zone=ZoneInfo("Asia/Almaty"),
        now=lambda: datetime.now(UTC),
    )
    ours = asyncio.run(_render_twice(exposition))
    return [
        told(
            "metrics_render_times_cheaper",
            usual / ours,
            "times",
            f"prometheus_client's collector and generate_latest: {usual * 1000:.0f} ms, {size / 1e6:.1f} MB; "
            f"ours: {ours * 1000:.1f} ms, contracts included, nothing sent, nothing changed",
        )
    ]


async def _render_twice(exposition: Exposition) -> float:
    """Return the CPU seconds of the second rendering, without HTTP."""
    cost = 0.0
    for _ in range(2):
        began = time.process_time()
        async for _chunk in exposition.chunks():
            pass
        cost = time.process_time() - began
    return cost
