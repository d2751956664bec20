"""Told or not: what is owed to each mailbox, written in the transaction that commits the incident.

A notice is owed until whoever told it says so. What ends between telling and saying is told twice; nothing
that was committed is told never. A notice lives as long as its incident is open, or owed.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.incident import Incident, Kind
from monitor.model.notice import Notice, Owed, Settled, Standing, Undelivered
from monitor.store.batch import AT_ONCE, batches
from monitor.store.part import Part
from monitor.store.rows import incident_of
from monitor.store.tables import incidents, mailboxes, notices

_THIS = notices.c.incident_id == bindparam("which")
_SAME = (incidents.c.part == notices.c.part) & (incidents.c.incident_id == notices.c.incident_id)


async def enrol(connection: AsyncConnection, names: Collection[str], now: datetime, part: Part) -> int:
    """Let these be the mailboxes of a part; a new one is owed what is open, and nothing of the past.

    Those of parts that its regions were in before end with them. Returns how many notices were owed to those
    that are mailboxes no more.
    """
    held, dropped = set[str](), 0
    for row in (await connection.execute(select(mailboxes.c.part, mailboxes.c.mailbox))).all():
        theirs = Part.named(row.part)
        if theirs == part and row.mailbox in names:
            held.add(row.mailbox)
        elif theirs.overlaps(part):
            dropped += await _drop(connection, row.mailbox, theirs)
    still_open = _of(incidents, part) & incidents.c.closed_at.is_(None) & incidents.c.lost
    for name in sorted(set(names) - held):
        await connection.execute(insert(mailboxes).values(part=part.name, mailbox=name, since=now))
        found = await connection.execute(select(incidents.c.incident_id).where(still_open))
        await _add(connection, [name], dict.fromkeys(found.scalars(), Owed.OPENING).items(), part)
    return dropped


async def _drop(connection: AsyncConnection, name: str, part: Part) -> int:
    """Take a mailbox out; returns how many notices it was owed."""
    mine = _of(notices, part) & (notices.c.mailbox == name)
    counting = select(func.count()).select_from(notices).where(mine, notices.c.owed.is_not(None))
    owed: int = (await connection.execute(counting)).scalar_one()
    await connection.execute(delete(notices).where(mine))
    await connection.execute(delete(mailboxes).where(_of(mailboxes, part), mailboxes.c.mailbox == name))
    return owed


async def owe(
    connection: AsyncConnection, opened: Iterable[Incident], closed: Iterable[str], part: Part
) -> None:
    """Owe every mailbox what opened, and the end of it to those that have a notice of it."""
    names = await _names(connection, part)
    if not names:
        return
    await _add(connection, names, [(e.incident_id, opening_of(e)) for e in opened if is_told(e)], part)
    ending = update(notices).where(_of(notices, part), _THIS).values(owed=Owed.CLOSING.value)
    for batch in batches(closed, AT_ONCE):
        await connection.execute(ending, [{"which": key} for key in batch])


def is_told(incident: Incident) -> bool:
    """Say whether anybody is told of it: of what was never connected nobody is."""
    return incident.kind is Kind.OUTAGE


def opening_of(incident: Incident) -> Owed:
    """Return what is owed of an incident that nobody knows yet."""
    return Owed.OPENING if incident.closed_at is None else Owed.CLOSING


async def _names(connection: AsyncConnection, part: Part) -> list[str]:
    return list((await connection.execute(select(mailboxes.c.mailbox).where(_of(mailboxes, part)))).scalars())


async def _add(
    connection: AsyncConnection, names: Iterable[str], owed: Collection[tuple[str, Owed]], part: Part
) -> None:
    rows = (
        {"part": part.name, "mailbox": name, "incident_id": key, "owed": what.value}
        for name in names
        for key, what in owed
    )
    for batch in batches(rows, AT_ONCE):
        await connection.execute(insert(notices), batch)


async def of_mailbox(connection: AsyncConnection, mailbox: str, part: Part) -> list[Notice]:
    """Return the notices of a mailbox, oldest incident first."""
    query = (
        select(incidents, notices.c.owed, notices.c.told_at)
        .join_from(notices, incidents, _SAME)
        .where(_of(notices, part), notices.c.mailbox == mailbox)
        .order_by(incidents.c.opened_at, incidents.c.incident_id)
    )
    return [
        Notice(
            mailbox=mailbox,
            incident=incident_of(row),
            owed=Owed(row.owed) if row.owed is not None else None,
            told_at=row.told_at,
        )
        for row in await connection.execute(query)
    ]


async def settle(
    connection: AsyncConnection, mailbox: str, settled: Sequence[Settled], now: datetime, part: Part
) -> None:
    """Owe no more what was told or need not be; what became owed meanwhile stays so."""
    this = _of(notices, part) & (notices.c.mailbox == mailbox) & _THIS
    telling = update(notices).where(this).values(told_at=now)
    paying = update(notices).where(this, notices.c.owed == Owed.OPENING.value).values(owed=None)
    ending = delete(notices).where(this, notices.c.owed == Owed.CLOSING.value)
    for statement, keys in (
        (telling, [each.incident_id for each in settled if each.told]),
        (paying, [each.incident_id for each in settled if each.owed is Owed.OPENING]),
        (ending, [each.incident_id for each in settled if each.owed is Owed.CLOSING]),
    ):
        for batch in batches(keys, AT_ONCE):
            await connection.execute(statement, [{"which": key} for key in batch])
    if any(each.told for each in settled):
        fine = update(mailboxes).values(sent_at=now, failed_at=None, failure=None)
        await connection.execute(fine.where(_of(mailboxes, part), mailboxes.c.mailbox == mailbox))


async def note_failure(
    connection: AsyncConnection, mailbox: str, failure: Undelivered, now: datetime, part: Part
) -> None:
    """Remember that a message could not be handed over."""
    change = update(mailboxes).values(failed_at=now, failure=failure.value)
    await connection.execute(change.where(_of(mailboxes, part), mailboxes.c.mailbox == mailbox))


async def standings(connection: AsyncConnection, part: Part) -> list[Standing]:
    """Return how the mailboxes of monitors of a part fare, by name."""
    counting = (
        select(notices.c.part, notices.c.mailbox, func.count(), func.min(incidents.c.opened_at))
        .join_from(notices, incidents, _SAME)
        .where(notices.c.owed.is_not(None))
        .group_by(notices.c.part, notices.c.mailbox)
    )
    owed = {(row[0], row[1]): (row[2], row[3]) for row in await connection.execute(counting)}
    rows = await connection.execute(select(mailboxes).order_by(mailboxes.c.mailbox, mailboxes.c.part))
    return [
        Standing(
            mailbox=row.mailbox,
            since=row.since,
            sent_at=row.sent_at,
            failed_at=row.failed_at,
            failure=Undelivered(row.failure) if row.failure is not None else None,
            owed=owed.get((row.part, row.mailbox), (0, None))[0],
            oldest=owed.get((row.part, row.mailbox), (0, None))[1],
        )
        for row in rows
        if Part.named(row.part).overlaps(part)
    ]


def _of(table: Table, part: Part) -> ColumnElement[bool]:
    return table.c.part == part.name
