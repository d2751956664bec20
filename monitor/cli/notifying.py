"""Whom the running monitor tells directly: one courier for every address of every receiver."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import CollectorRegistry

from exporters.locale.texts import translations
from exporters.notify import NOTIFIERS
from exporters.notify.addresses import AddressError, read_address, read_addresses
from exporters.notify.base import Message, Notifier
from exporters.notify.courier import Courier, Office
from exporters.notify.news import News
from exporters.notify.text import Ground, Writer
from exporters.prometheus.notifications import NotificationCounters
from exporters.terminal.words import Words
from monitor.law.rules import Rules
from monitor.law.terms import ContractRules
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.settings import Settings
from monitor.settings.notify import Receiver
from monitor.store.error import StoreUnavailableError
from monitor.store.store import Store

KIND = "apprise"  # the only way so far

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def mailboxes_of(receiver: Receiver) -> list[str]:
    """Name the mailboxes of a receiver: one for each address in its file. Raises AddressError."""
    addresses = read_addresses(Path(receiver.urls_file))
    return [f"{receiver.name}#{number}" for number in range(1, len(addresses) + 1)]


def bad_addresses(settings: Settings) -> Iterator[tuple[int, AddressError]]:
    """Find the receivers who could not be told: their places in the configuration, and why."""
    for place, receiver in enumerate(settings.notify.receivers):
        try:
            mailboxes_of(receiver)
        except AddressError as error:
            yield place, error


def notifier_of(receiver: Receiver, mailbox: str) -> Notifier:
    """Make what hands messages to a mailbox; its address is read anew for each."""
    number = int(mailbox.rpartition("#")[2])
    return NOTIFIERS[KIND](partial(read_address, Path(receiver.urls_file), number))


@asynccontextmanager
async def telling(
    store: Store,
    receivers: Sequence[Receiver],
    board: Board,
    *,
    law: Rules,
    zone: ZoneInfo,
    locale: str,
    now: Callable[[], datetime],
    registry: CollectorRegistry,
) -> AsyncIterator[None]:
    """Tell the receivers for as long as the caller works. Raises AddressError, and StoreError in a group.

    Without receivers, nobody is owed anything any more.
    """
    served = {mailbox: each for each in receivers for mailbox in mailboxes_of(each)}
    dropped = await store.enrol_mailboxes(served.keys(), now())
    if dropped:
        log.warning("notices_dropped", count=dropped, reason="their receivers are not configured any more")
    if not served:
        yield
        return

    def index() -> Index | None:
        return board.index if board.revision else None

    def write(receiver: Receiver, news: Sequence[News], moment: datetime) -> Message:
        day = moment.astimezone(zone).date()
        ground = Ground(board=board, day=day, rules=ContractRules.of(law, day))
        words = Words(translations(receiver.locale or locale), zone)
        return Writer(ground, words, moment).message(news)

    office = Office(
        outbox=store,
        index=index,
        write=write,
        tally=NotificationCounters(registry, (KIND,)),
        now=now,
        random=random.random,
        store_errors=(StoreUnavailableError,),
    )
    async with asyncio.TaskGroup() as tasks:
        couriers = [
            tasks.create_task(Courier(office, each, mailbox, notifier_of(each, mailbox), kind=KIND).run())
            for mailbox, each in served.items()
        ]
        yield
        for task in couriers:
            task.cancel()
