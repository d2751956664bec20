"""What one scrape of 10,000 institutions costs us, and how long it keeps the event loop to itself.

CPU is that of the serving process: rendering, compressing and sending over HTTP on loopback. The scraper
is another process. Between two scrapes the streams of one institution in a hundred change. A first scrape
is one right after a register was read. The garbage collector is set as in the running monitor.
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

from bench.country import CAMERAS_EACH, INSTITUTIONS, NEW_YEAR, country, incidents
from bench.figure import Figure, at_most, told
from exporters.http.app import make_app
from exporters.http.serve import serve
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.meter import Counters
from monitor.cli.assembly import settle_collector
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.settings.keys import Baseline

CHANGED = INSTITUTIONS // 100
SCRAPES, FIRST_SCRAPES = 7, 5
FIRST_TARGET, CHANGED_TARGET, TURN_TARGET = 250.0, 60.0, 50.0  # ms of CPU
SERIES_TARGET = 200_000
ZONE = ZoneInfo("Asia/Almaty")
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


def _board() -> Board:
    board = Board()
    board.load(Index.of(country()), {})
    board.apply(_transitions(RECEIVED, range(INSTITUTIONS)), incidents())
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
    exposition = Exposition(board, counters, baseline=baseline, zone=ZONE, now=lambda: NEW_YEAR)
    app = make_app(metrics=exposition.chunks, not_ready=list, version="0")
    async with serve(app, "127.0.0.1", 0) as address:
        scraper = Scraper(f"{address.url}/metrics")
        try:
            settle_collector()
            return await _scrapes(board, scraper, await _count(exposition))
        finally:
            scraper.close()


async def _count(exposition: Exposition) -> int:
    """Count the series of one scrape, a forecast included."""
    keeping = asyncio.create_task(exposition.keep_fresh())
    lines = 0
    while not lines:
        await asyncio.sleep(1)
        text = b"".join([chunk async for chunk in exposition.chunks()])
        lines = text.count(b"\n") - text.count(b"\n#") - 1 if b"\ncctv_forecast_cameras{" in text else 0
    keeping.cancel()
    return lines


async def _scrapes(board: Board, scraper: Scraper, series: int) -> list[Figure]:
    _, size = await scraper.scrape("identity")
    firsts = [await _first(board, scraper) for _ in range(FIRST_SCRAPES)]
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
    whole = f"{INSTITUTIONS} institutions of {CAMERAS_EACH} cameras, {series} series, {size / 1e6:.1f} MB"
    changed = f"median; {whole}, 1 % changed"
    gzip = f"of a scrape that is compressed, {packed[1] / 1e6:.2f} MB sent; {changed}"
    first, longest = sorted(firsts)[FIRST_SCRAPES // 2], "longest turn, its CPU time"
    return [
        at_most("metrics_render_series", series, "series", SERIES_TARGET, whole),
        at_most("metrics_render_first_cpu", first * 1000, "ms", FIRST_TARGET, f"median; {whole}"),
        at_most("metrics_render_plain_cpu", plain[0] * 1000, "ms", CHANGED_TARGET, changed),
        told("metrics_render_gzip_cpu", packed[0] * 1000, "ms", gzip),
        at_most("metrics_render_loop_held", turns.cpu * 1000, "ms", TURN_TARGET, longest),
        at_most(
            "metrics_render_loop_held_first",
            first_turns.cpu * 1000,
            "ms",
            TURN_TARGET,
            f"{longest}, of the first scrape after a register was loaded",
        ),
        told("metrics_render_loop_held_wall", turns.wall * 1000, "ms", "the same with what else ran here"),
    ]


async def _first(board: Board, scraper: Scraper) -> float:
    """Return the CPU seconds of a scrape right after a register was read."""
    board.load(board.index, board.streams)
    return (await scraper.scrape("identity"))[0]


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
        zone=ZONE,
        now=lambda: NEW_YEAR,
    )
    ours = asyncio.run(_render_twice(exposition))
    return [
        told(
            "metrics_render_times_cheaper",
            usual / ours,
            "times",
            f"prometheus_client's collector and generate_latest, four series per institution: "
            f"{usual * 1000:.0f} ms, {size / 1e6:.1f} MB; ours, every series: {ours * 1000:.1f} ms; "
            "nothing sent, nothing changed",
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
