"""The monitor at work, from the store's last word to the present, until it is told to stop.

Time in which nobody looked is recorded as such: before a start, and when the process itself stood still.
"""

import asyncio

import structlog

from monitor.run.access import Keyring
from monitor.run.backlog import Backlog
from monitor.run.board import Board, Present
from monitor.run.poller import NotNow
from monitor.run.selfcheck import WasBlindError
from monitor.run.shift import Shift
from monitor.run.streams import Index
from monitor.run.surroundings import Surroundings
from probes.base import Observation

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Service:
    """One monitor: shift after shift over one board."""

    def __init__(self, around: Surroundings, *, run_id: str) -> None:
        self.board = Board()
        self._around = around
        self._run_id = run_id
        self._keyring = Keyring(around.records.logins, errors=around.key_errors)
        self._shifts = 0
        self._shift: Shift | None = None

    def not_ready(self) -> list[str]:
        """Say why the present cannot be trusted yet; empty when it can."""
        return self._shift.not_ready() if self._shift is not None else ["the register is not loaded"]

    def backlog(self) -> Backlog | None:
        """Count what waits now; None: no shift is at work."""
        return self._shift.backlog() if self._shift is not None else None

    async def check_now(self, camera_id: str) -> Observation:
        """Look at one camera because somebody asks. Raises LookupError, and NotNow when that cannot be."""
        if self._shift is None:
            raise NotNow("the register is not loaded")
        return await self._shift.check_now(camera_id)

    async def run(self) -> None:
        """Work until cancelled, then end the run in the store."""
        try:
            while True:
                try:
                    await self._work()
                except* WasBlindError:
                    log.warning("was_blind", shift=self._shifts)
        finally:
            if self._shifts:
                await asyncio.shield(self._around.records.end_run(self._around.clock.now()))

    async def _work(self) -> None:
        self._around.clock.set()
        records, began = self._around.records, self._around.clock.now()
        self._shifts += 1
        source = f"{self._run_id}#{self._shifts}"
        await records.begin_run(source, began)
        index = Index.of(await records.load_estate(began))
        verdicts = await records.open_verdicts()
        await records.close_streams(verdicts.keys() - index.by_id.keys(), began)
        self.board.load(index, {key: Present(verdict, since) for key, (verdict, since) in verdicts.items()})
        shift = Shift(self._around, self.board, self._keyring, source=source, began=began)
        try:
            self._shift = shift
            await shift.run()
        finally:
            self._shift = None
