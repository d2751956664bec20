"""All metrics of one monitor as text, in chunks.

One scrape shows the estate as it was at one instant: lines are brought up to date under a lock, copied,
and only then sent. Between any two pieces of work the loop is yielded.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from exporters.prometheus import catalogue
from exporters.prometheus.contracts import ContractLines
from exporters.prometheus.incidents import IncidentLines
from exporters.prometheus.institutions import Block, InstitutionLines
from exporters.prometheus.meter import Counters
from exporters.prometheus.text import Form
from monitor.model.verdict import Cause, Proof, State
from monitor.run.board import Board
from monitor.settings.keys import Baseline

CHUNK = 1000  # lines in one chunk: about 100 KB


class Exposition:
    """What a scrape answers: the estate from the board, the monitor's own doing from its counters.

    `now` returns an aware moment; `zone` is where a contract's days begin.
    """

    def __init__(
        self,
        board: Board,
        counters: Counters,
        *,
        baseline: Sequence[Baseline],
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._board = board
        self._counters = counters
        self._zone = zone
        self._now = now
        self._institutions = InstitutionLines()
        self._contracts = ContractLines(zone)
        self._incidents = IncidentLines()
        self._lock = asyncio.Lock()  # two scrapes must not take one board's changes from each other
        self._baseline = tuple(
            catalogue.BASELINE.sample((figure.unit, figure.as_of.isoformat()), figure.value)
            for figure in baseline
        )

    async def keep_fresh(self, every: float = 1.0) -> None:
        """Encode what changed every so many seconds, until cancelled: no scrape has to wait for it."""
        while True:
            async with self._lock:
                await self._refresh()
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

    async def _refresh(self) -> None:
        """Bring everything up to date with one and the same register."""
        while True:
            day = self._now().astimezone(self._zone).date()
            await self._contracts.refresh(self._board, day)
            await self._institutions.refresh(self._board)
            if self._contracts.fresh(self._board, day):
                break
        self._incidents.refresh(self._board)
        self._counters.keep_gateways(self._board.index.estate.gateways.keys())

    def _blocks(self) -> list[Block]:
        return [
            *self._institutions.blocks(),
            (catalogue.BASELINE, self._baseline),
            (catalogue.CONTRACT_EXPIRY, self._contracts.lines),
            *_streams(self._board),
            *_unmatched(self._board),
            *self._incidents.blocks(),
        ]


def _chunks(head: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    yield head + b"".join(lines[:CHUNK])
    for first in range(CHUNK, len(lines), CHUNK):
        yield b"".join(lines[first : first + CHUNK])


def _streams(board: Board) -> list[Block]:
    """Encode every proof and every cause, also those of no stream: a series that appears has no past."""
    proofs, lost = board.proofs, board.streams_lost()
    receiving, not_receiving = catalogue.STREAMS_RECEIVING, catalogue.STREAMS_NOT_RECEIVING
    unknown = catalogue.STREAMS_UNKNOWN
    return [
        (receiving, tuple(receiving.sample((p.value,), proofs[p]) for p in Proof)),
        (
            not_receiving,
            tuple(not_receiving.sample((c.value,), lost[State.NOT_RECEIVING, c]) for c in Cause),
        ),
        (unknown, tuple(unknown.sample((c.value,), lost[State.UNKNOWN, c]) for c in Cause)),
    ]


def _unmatched(board: Board) -> list[Block]:
    gateways = board.index.estate.gateways
    found = [(key, counts) for key, counts in board.unmatched.items() if key in gateways]
    paths, streams = catalogue.PATHS_UNMATCHED, catalogue.STREAMS_UNMATCHED
    return [
        (paths, tuple(paths.sample((key,), counts[0]) for key, counts in found)),
        (streams, tuple(streams.sample((key,), counts[1]) for key, counts in found)),
    ]
