"""What the API's answers are read from: the board for the present, the store for the past, the rules."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from monitor.law.rules import Rules
from monitor.model.estate import Estate
from monitor.model.incident import Incident
from monitor.register.kinds import Kind
from monitor.run import picture
from monitor.run.board import Board
from monitor.run.moments import day_of, moment_of
from monitor.run.picture import Picture, picture_of
from monitor.settings.keys import Baseline
from monitor.store.dated import Difference
from monitor.store.journal import JournalEntry
from monitor.store.rows import Interval

T = TypeVar("T")


class Shelf(picture.Shelf, Protocol):
    """What of the store is read here."""

    async def journal(self, limit: int) -> list[JournalEntry]:
        """Return the latest imports, newest first."""
        ...

    async def changes(self, begin: datetime, end: datetime) -> Mapping[Kind, Difference]:
        """Return by kind what the register of `end` says otherwise than that of `begin`."""
        ...

    async def incidents(self, begin: datetime, end: datetime) -> Sequence[Incident]:
        """Return the incidents that touch [begin, end), closed or not."""
        ...

    async def intervals(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream that touch [begin, end), oldest first."""
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
    heartbeat_age: timedelta  # an older heartbeat means that nobody looks

    def today(self) -> date:
        """Return the local day that it is."""
        return day_of(None, self.zone, self.now())

    def day(self, asked: date | None) -> date:
        """Return the local day that is asked about."""
        return day_of(asked, self.zone, self.now())

    def moment(self, asked: date | None) -> datetime:
        """Return the end of a day that is over, else now."""
        return moment_of(asked, self.zone, self.now())

    async def estate(self, asked: date | None) -> Estate:
        """Return the register of a day; today's and that of days to come is the present one."""
        if asked is None or asked >= self.today():
            return self.board.index.estate
        return await self.shelf.register_at(self.moment(asked))

    async def picture(self, asked: date | None) -> Picture:
        """Return what was received at the end of a day, or is now."""
        if asked is None or asked == self.today():
            now = self.now()
            return Picture(
                board=self.board, moment=now, day=self.today(), looking=self.looking(), seen_at=None
            )
        return await picture_of(
            self.shelf, asked, self.zone, self.now(), max_heartbeat_age=self.heartbeat_age
        )

    async def apart(self, work: Callable[[], T]) -> T:
        """Do work that takes its time beside the event loop, so that sweeps go on."""
        return await asyncio.to_thread(work)
