"""Refused log-ins per camera, and when to stop: an account must never be tried into a lock.

The counts outlive the process: one that dies and is started again, again and again, goes on counting.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

import structlog

from monitor.model.login import Refusals
from monitor.run.clock import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger()

RETRY = 1.0  # seconds until a refused write is tried again


class Shelf(Protocol):
    """Where the counts are kept."""

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        """Keep the counts of these cameras; None: it has no refusals any more."""


class LogIns:
    """Counts refused checks in a row by camera, and remembers which counts the store does not have yet."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._refused: dict[str, Refusals] = {}
        self._unkept: set[str] = set()
        self._wake = asyncio.Event()

    def load(self, refused: Mapping[str, Refusals]) -> None:
        """Go on from what the store holds."""
        self._refused = dict(refused)

    def may_try(self, camera_id: str) -> bool:
        """False after `most` refused checks in a row, until told otherwise."""
        refused = self._refused.get(camera_id)
        return refused is None or refused.count < self._most

    def count(self, camera_id: str) -> int:
        """Return how many checks in a row were refused."""
        refused = self._refused.get(camera_id)
        return refused.count if refused is not None else 0

    def withheld(self) -> list[str]:
        """List those whose password is not offered any more."""
        return [key for key, refused in self._refused.items() if refused.count >= self._most]

    def note(self, camera_id: str, *, refused: bool, at: datetime) -> None:
        """Count a check in which the password was refused; an accepted one clears the count."""
        if not refused:
            self.forget([camera_id])
            return
        before = self._refused.get(camera_id) or Refusals(count=0, since=at)
        self._refused[camera_id] = Refusals(count=before.count + 1, since=before.since)
        self._change(camera_id)

    def forget(self, cameras: Iterable[str]) -> None:
        """Start anew with these cameras: they have another password, or are others than they were."""
        for camera_id in cameras:
            if self._refused.pop(camera_id, None) is not None:
                self._change(camera_id)

    def _change(self, camera_id: str) -> None:
        self._unkept.add(camera_id)
        self._wake.set()

    async def keep(self, shelf: Shelf, clock: Clock, store_errors: tuple[type[Exception], ...]) -> None:
        """Write every change at once, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            camera_ids, self._unkept = self._unkept, set()
            try:
                await shelf.put_refusals({key: self._refused.get(key) for key in camera_ids}, clock.now())
            except store_errors as error:
                self._unkept |= camera_ids
                self._wake.set()
                log.warning("refusals_not_written", error=type(error).__name__, retry_seconds=RETRY)
                await asyncio.sleep(RETRY)
