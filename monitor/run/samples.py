"""Raw samples of the sweeps: gathered, written together, and forgotten after a while.

They are worth less than anything else that is written: while the store refuses, the oldest are dropped.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.model.sample import Sample
from monitor.run.clock import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger()

WRITE_EVERY = 30.0  # seconds
FORGET_EVERY = timedelta(days=1)
BREATH = 0.2  # seconds between two deletions: whoever else writes gets its turn
MOST_WAITING = 10_000  # samples


class SampleBook(Protocol):
    """What is needed of the store."""

    async def put_samples(self, taken: Sequence[Sample], now: datetime) -> None:
        """Keep samples for a while."""

    async def forget_samples(self, before: datetime, now: datetime) -> int:
        """Delete some of the samples older than `before`; returns how many, 0 when none are left."""
        ...


class Samples:
    """What was sampled and is not written yet."""

    def __init__(
        self,
        *,
        book: SampleBook,
        clock: Clock,
        kept: timedelta,
        store_errors: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        self._book = book
        self._clock = clock
        self._kept = kept
        self._store_errors = store_errors
        self._waiting: deque[Sample] = deque(maxlen=MOST_WAITING)
        self._forgot_at: datetime | None = None

    def add(self, sample: Sample) -> None:
        """Take a sample; it is written with the next ones."""
        self._waiting.append(sample)

    async def run(self) -> None:
        """Write and forget until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY)
            try:
                await self._write()
                await self._forget()
            except self._store_errors as error:
                log.warning("samples_not_written", error=type(error).__name__, waiting=len(self._waiting))

    async def _write(self) -> None:
        taken, self._waiting = self._waiting, deque(maxlen=MOST_WAITING)
        if not taken:
            return
        try:
            await self._book.put_samples(tuple(taken), self._clock.now())
        except self._store_errors:
            taken.extend(self._waiting)  # which drops the oldest
            self._waiting = taken
            raise

    async def _forget(self) -> None:
        """Once a day, delete what is too old, a little at a time."""
        now = self._clock.now()
        if self._forgot_at is not None and now - self._forgot_at < FORGET_EVERY:
            return
        forgotten = 0
        while count := await self._book.forget_samples(now - self._kept, self._clock.now()):
            forgotten += count
            await asyncio.sleep(BREATH)
        self._forgot_at = now
        if forgotten:
            log.info("samples_forgotten", count=forgotten)
