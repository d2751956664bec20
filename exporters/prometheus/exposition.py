"""All metrics of one monitor as text, in chunks.

One scrape shows the estate as it was at one instant: lines are brought up to date under a lock, copied,
and only then sent. Between any two pieces of work the loop is yielded.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from exporters.prometheus import catalogue
from exporters.prometheus.contracts import ContractLines
from exporters.prometheus.forecast import ForecastLines
from exporters.prometheus.incidents import IncidentLines
from exporters.prometheus.institutions import Block, InstitutionLines
from exporters.prometheus.meter import Counters
from exporters.prometheus.regions import RegionLines
from exporters.prometheus.sites import SiteLabels, SiteLines
from exporters.prometheus.text import Form
from monitor.law.load import rules_as_shipped
from monitor.law.rules import Rules
from monitor.run.board import Board
from monitor.settings.keys import Baseline

log: structlog.stdlib.BoundLogger = structlog.get_logger()

CHUNK = 1000  # lines in one chunk: about 100 KB


class Exposition:
    """What a scrape answers: the estate from the board, the monitor's own doing from its counters.

    `now` returns an aware moment; `zone` is where a contract's days begin; `law` judges contracts (None: the
    rules shipped); regions are named in the language of `locale`.
    """

    def __init__(
        self,
        board: Board,
        counters: Counters,
        *,
        baseline: Sequence[Baseline],
        zone: ZoneInfo,
        now: Callable[[], datetime],
        law: Rules | None = None,
        locale: str = "en",
    ) -> None:
        self._board = board
        self._counters = counters
        self._zone = zone
        self._now = now
        labels = SiteLabels()
        self._institutions = InstitutionLines()
        self._regions = RegionLines()
        self._sites = SiteLines(labels)
        self._contracts = ContractLines(zone, labels, law if law is not None else rules_as_shipped())
        self._forecast = ForecastLines(zone)
        self._incidents = IncidentLines(locale)
        self._lock = asyncio.Lock()  # two scrapes must not take one board's changes from each other
        self._baseline = tuple(
            catalogue.BASELINE.sample((figure.unit, figure.as_of.isoformat()), figure.value)
            for figure in baseline
        )

    async def keep_fresh(self, every: float = 1.0) -> None:
        """Encode what changed every so many seconds, until cancelled: no scrape has to wait for it.

        Only here is it looked ahead: without it there is no forecast. A mistake of our own is logged, and
        tried again.
        """
        while True:
            try:
                async with self._lock:
                    await self._refresh()
                await self._forecast.refresh(self._board, self._today())
            except Exception:
                log.exception("metrics_not_fresh")
            await asyncio.sleep(every)

    async def chunks(self, form: Form = Form.TEXT) -> AsyncGenerator[bytes]:
        """Give the whole text. Each chunk is complete lines; the loop is yielded between any two."""
        async with self._lock:
            await self._refresh()
            estate = self._blocks()
        for piece in self._counters.encode(form):
            yield piece
            await asyncio.sleep(0)
        for family, lines in estate:
            for chunk in _chunks(family.head_in(form), lines):
                yield chunk
                await asyncio.sleep(0)
        if form.end:
            yield form.end

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()

    async def _refresh(self) -> None:
        """Bring everything up to date. The last turn leaves nothing anywhere: all is of one instant."""
        kept = (self._contracts, self._sites, self._institutions)
        while True:
            day = self._today()
            left = [lines.encode_some(self._board, day) for lines in kept]  # a batch of each
            if not any(left):
                break
            await asyncio.sleep(0)
        self._regions.refresh(self._board)
        self._incidents.refresh(self._board)
        self._counters.keep_gateways(self._board.index.estate.gateways.keys())

    def _blocks(self) -> list[Block]:
        return [
            *self._institutions.blocks(),
            (catalogue.BASELINE, self._baseline),
            *self._regions.blocks(self._board),
            *self._sites.blocks(),
            *self._contracts.blocks(),
            *self._forecast.blocks(),
            *_unmatched(self._board),
            *self._incidents.blocks(),
        ]


def _chunks(head: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    yield head + b"".join(lines[:CHUNK])
    for first in range(CHUNK, len(lines), CHUNK):
        yield b"".join(lines[first : first + CHUNK])


def _unmatched(board: Board) -> list[Block]:
    gateways = board.index.estate.gateways
    found = [(key, counts) for key, counts in board.unmatched.items() if key in gateways]
    paths, streams = catalogue.PATHS_UNMATCHED, catalogue.STREAMS_UNMATCHED
    return [
        (paths, tuple(paths.sample((key,), counts[0]) for key, counts in found)),
        (streams, tuple(streams.sample((key,), counts[1]) for key, counts in found)),
    ]
