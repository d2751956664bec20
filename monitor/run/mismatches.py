"""What does not match between the register and the gateways: paths without a stream, and the reverse."""

import structlog

from monitor.judge.ledger import Ledger
from monitor.run.board import Board
from monitor.run.clock import Clock
from monitor.run.records import Records

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Mismatches:
    """The lists of every gateway, written to the store when they changed and counted on the board."""

    def __init__(
        self, records: Records, board: Board, clock: Clock, *, store_errors: tuple[type[Exception], ...]
    ) -> None:
        self._records = records
        self._board = board
        self._clock = clock
        self._store_errors = store_errors
        self._lists: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._changed: set[str] = set()

    def note(self, gateway_id: str, ledger: Ledger) -> None:
        """Take what a gateway's last sweep showed; before its first answer that is nothing."""
        missing = frozenset(stream.stream_key or "" for stream in ledger.missing())
        if ledger.swept_at is not None and self._lists.get(gateway_id) != (ledger.unmatched, missing):
            self._lists[gateway_id] = (ledger.unmatched, missing)
            self._changed.add(gateway_id)

    async def write(self) -> None:
        """Write the lists that changed; what the store refuses waits for the next time."""
        while self._changed:
            gateway_id = self._changed.pop()
            unmatched, missing = self._lists[gateway_id]
            try:
                self._board.unmatched[gateway_id] = await self._records.put_unmatched(
                    gateway_id, sorted(unmatched), sorted(missing), self._clock.now()
                )
            except self._store_errors as error:
                self._changed.add(gateway_id)
                log.warning("lists_not_written", gateway=gateway_id, error=type(error).__name__)
                return
