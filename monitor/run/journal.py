"""From decided to committed to told, in that order and by one writer.

Nothing reaches the board, the metrics or the log before the store has it. What the store refuses is
kept and tried again with the same sequence numbers, so that a write that did go through counts once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from monitor.model.incident import Incident
from monitor.model.verdict import Transition
from monitor.run.board import Board
from monitor.run.clock import Clock
from monitor.run.meter import Meter

log: structlog.stdlib.BoundLogger = structlog.get_logger()

FIRST_RETRY, LAST_RETRY = 1.0, 30.0  # seconds between tries of a refused write
MOST_LINES = 20  # transitions of one commit that get a log line each; more get one line per kind


class Book(Protocol):
    """What the journal needs of the store."""

    async def commit(
        self,
        transitions: Sequence[Transition],
        incidents: Sequence[Incident] = (),
        *,
        source: str,
        first_sequence: int,
        now: datetime,
    ) -> None:
        """Write all in one transaction; a repeated (source, sequence) is the same write."""


class Journal:
    """The queue between the desk and the store."""

    def __init__(
        self,
        *,
        book: Book,
        board: Board,
        source: str,
        clock: Clock,
        meter: Meter,
        store_errors: tuple[type[Exception], ...] = (OSError,),
        told: Callable[[Sequence[Transition], Sequence[Incident]], None] = lambda _t, _i: None,
    ) -> None:
        self._book = book
        self._board = board
        self._source = source
        self._clock = clock
        self._meter = meter
        self._store_errors = store_errors
        self._told = told
        self._sequence = 0
        self._transitions: list[Transition] = []
        self._under_way = 0  # transitions that are being written
        self._incidents: list[Incident] = []
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()

    def put(self, transitions: Sequence[Transition], incidents: Sequence[Incident] = ()) -> None:
        """Queue what was decided; it is told once it is committed."""
        self._transitions += transitions
        self._incidents += incidents
        if transitions or incidents:
            self._wake.set()

    @property
    def queued(self) -> int:
        """How many transitions the store does not have yet."""
        return len(self._transitions) + self._under_way

    async def run(self) -> None:
        """Commit and tell until cancelled."""
        while True:
            await self._wake.wait()
            await self.flush()

    async def flush(self) -> None:
        """Commit everything queued now, however often the store has to be asked."""
        async with self._writing:  # sequence numbers are given in the order of commits
            await self._flush()

    async def _flush(self) -> None:
        self._wake.clear()
        transitions, self._transitions = self._transitions, []
        incidents, self._incidents = self._incidents, []
        if not transitions and not incidents:
            return
        self._under_way = len(transitions)
        await self._commit(transitions, incidents)
        self._under_way = 0
        self._sequence += len(transitions)
        self._board.apply(transitions, incidents)
        self._told(transitions, incidents)
        _tell_log(transitions, incidents)

    async def _commit(self, transitions: Sequence[Transition], incidents: Sequence[Incident]) -> None:
        delay = FIRST_RETRY
        while True:
            began = self._clock.monotonic()
            try:
                await self._book.commit(
                    transitions,
                    incidents,
                    source=self._source,
                    first_sequence=self._sequence,
                    now=self._clock.now(),
                )
            except self._store_errors as error:
                self._meter.commit_failed()
                log.warning("commit_failed", error=type(error).__name__, retry_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(LAST_RETRY, delay * 2)
            else:
                self._meter.committed(transitions, seconds=self._clock.monotonic() - began)
                return


def _tell_log(transitions: Sequence[Transition], incidents: Sequence[Incident]) -> None:
    for incident in incidents:
        log.warning(
            "incident_closed" if incident.closed_at else "incident_opened",
            incident=incident.incident_id,
            cause=incident.cause.value,
            owner=incident.owner.value,
            streams=incident.streams,
        )
    if len(transitions) <= MOST_LINES:
        for transition in transitions:
            verdict = transition.verdict
            cause = verdict.cause.value if verdict.cause is not None else None
            since = transition.since.isoformat()
            log.info(
                "transition", stream=transition.stream_id, state=verdict.state.value, cause=cause, since=since
            )
        return
    kinds = Counter(
        (t.verdict.state.value, t.verdict.cause.value if t.verdict.cause else None) for t in transitions
    )
    for (state, cause), count in kinds.items():
        log.info("transitions", state=state, cause=cause, count=count)
