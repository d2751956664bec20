"""What the API's answers are read from: the board for the present, the store for the past, the rules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.law.rules import Rules
from monitor.model.estate import Estate
from monitor.run.board import Board
from monitor.settings.keys import Baseline
from monitor.store.journal import JournalEntry


class Shelf(Protocol):
    """What of the store is read here."""

    async def load_estate(self, now: datetime) -> Estate:
        """Return the register as of a moment."""
        ...

    async def journal(self, limit: int) -> list[JournalEntry]:
        """Return the latest imports, newest first."""
        ...

    async def register_span(self) -> tuple[datetime, datetime] | None:
        """Return when the register first and last changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that answers are made of."""

    board: Board
    shelf: Shelf
    rules: Rules
    baseline: tuple[Baseline, ...]
    zone: ZoneInfo
    locale: str
    now: Callable[[], datetime]  # UTC
    looking: Callable[[], bool]  # whether the present can be relied on
    apart: Callable[[Callable[[], object]], Awaitable[object]]  # work that must not hold the loop

    def today(self) -> date:
        """The local day that it is."""
        return self.now().astimezone(self.zone).date()

    def day(self, asked: date | None) -> date:
        """The local day that is asked about."""
        return asked if asked is not None else self.today()

    def moment(self, asked: date | None) -> datetime:
        """The end of a day that is over, else now."""
        if asked is None:
            return self.now()
        after = datetime.combine(asked + timedelta(days=1), time(), self.zone)
        return min(self.now(), after.astimezone(UTC) - timedelta(microseconds=1))

    async def estate(self, asked: date | None) -> Estate:
        """Return the register of a day; today's and that of days to come is the present one."""
        if asked is None or asked >= self.today():
            return self.board.index.estate
        return await self.shelf.load_estate(self.moment(asked))
