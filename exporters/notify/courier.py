"""One mailbox at work: reads what it is owed, waits for what belongs together, hands over, and says so.

At least once: what was handed over is marked afterwards. A mark that the store refuses is kept and made
before anything else is sent, so that one message is not sent again and again meanwhile.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from exporters.notify.base import Message, Notifier
from exporters.notify.news import Digest, News, decide
from exporters.notify.waits import wait_after
from monitor.model.incident import Incident
from monitor.model.notice import Notice, Settled, Undelivered
from monitor.run.streams import Index
from monitor.settings.notify import Receiver

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BEAT = 2.0  # seconds between looks at what is owed
AFTER_MISTAKE = 60.0  # seconds


class Outbox(Protocol):
    """What couriers need of the store."""

    async def notices(self, mailbox: str) -> Sequence[Notice]:
        """Return what a mailbox is owed, and what of it is open, oldest incident first."""
        ...

    async def open_incidents(self) -> Sequence[Incident]:
        """Return the incidents that are not closed."""
        ...

    async def settle_notices(self, mailbox: str, settled: Sequence[Settled], now: datetime) -> None:
        """Owe a mailbox no more what was told or need not be."""

    async def note_undelivered(self, mailbox: str, failure: Undelivered, now: datetime) -> None:
        """Remember that a message could not be handed over."""


class Tally(Protocol):
    """Counts what becomes of messages."""

    def notified(self, notifier: str, *, sent: bool) -> None:
        """A message was handed over, or could not be."""

    def waiting(self, mailbox: str, news: int) -> None:
        """So much is to be told to a mailbox and was not yet; what is held back is not among it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What all couriers share."""

    outbox: Outbox
    index: Callable[[], Index | None]  # the register of now; None: it is not loaded yet
    write: Callable[[Receiver, Sequence[News], datetime], Message]
    tally: Tally
    now: Callable[[], datetime]
    random: Callable[[], float]  # 0 to 1
    store_errors: tuple[type[Exception], ...]  # the same call may succeed later


class Courier:
    """Serves one mailbox: one address of one receiver."""

    def __init__(
        self, office: Office, receiver: Receiver, mailbox: str, notifier: Notifier, *, kind: str
    ) -> None:
        self._office = office
        self._receiver = receiver
        self._mailbox = mailbox
        self._notifier = notifier
        self._kind = kind
        self._unmarked: list[Settled] = []  # handed over, and the store does not know it yet
        self._since: datetime | None = None  # there has been something to tell
        self._retry_at: datetime | None = None
        self._failures = 0  # in a row

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            try:
                await self.turn()
            except self._office.store_errors as error:
                log.warning("notices_not_kept", mailbox=self._mailbox, error=type(error).__name__)
            except Exception:  # our own mistake: it stays owed, and the monitor watches on
                log.exception("courier_failed", mailbox=self._mailbox)
                await asyncio.sleep(AFTER_MISTAKE)
            await asyncio.sleep(BEAT)

    async def turn(self) -> None:
        """Look once at what is owed; hand over what is due."""
        index, now = self._office.index(), self._office.now()
        await self._mark(now)
        if index is None:
            return
        digest = await self._digest(index, now)
        self._office.tally.waiting(self._mailbox, len(digest.news))
        if digest.aside:
            await self._office.outbox.settle_notices(self._mailbox, digest.aside, now)
        if self._is_due(digest.news, now):
            await self._hand_over(digest.news, now)

    async def _digest(self, index: Index, now: datetime) -> Digest:
        notices = await self._office.outbox.notices(self._mailbox)
        still_open = await self._office.outbox.open_incidents()  # afterwards: it knows all that notices do
        return decide(self._receiver, notices, still_open, index, now)

    def _is_due(self, news: Sequence[News], now: datetime) -> bool:
        if not news:
            self._since = None
            return False
        self._since = self._since or now
        together = now - self._since >= timedelta(seconds=self._receiver.group_seconds)
        return together and (self._retry_at is None or now >= self._retry_at)

    async def _hand_over(self, news: Sequence[News], now: datetime) -> None:
        failure = await self._notifier.send(self._office.write(self._receiver, news, now))
        self._office.tally.notified(self._kind, sent=failure is None)
        now = self._office.now()
        if failure is None:
            log.info("notified", mailbox=self._mailbox, news=len(news), incidents=_ids(news))
            self._since, self._retry_at, self._failures = None, None, 0
            self._unmarked = [settled for each in news for settled in each.settles]
            self._office.tally.waiting(self._mailbox, 0)
            await self._mark(now)
            return
        self._failures += 1
        wait = wait_after(self._failures, self._office.random())
        self._retry_at = now + timedelta(seconds=wait)
        log.warning(
            "not_notified",
            mailbox=self._mailbox,
            failure=failure.value,
            news=len(news),
            retry_seconds=round(wait),
        )
        await self._office.outbox.note_undelivered(self._mailbox, failure, now)

    async def _mark(self, now: datetime) -> None:
        if self._unmarked:
            await self._office.outbox.settle_notices(self._mailbox, self._unmarked, now)
            self._unmarked = []


def _ids(news: Iterable[News], most: int = 10) -> list[str]:
    return [each.incident.incident_id for each in news][:most]
