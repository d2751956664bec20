"""The register's past: every version of an entry, and what changed between two moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.register.columns import SHEETS, key_of
from monitor.register.kinds import Entry, Key, Kind
from monitor.store.batch import stream
from monitor.store.estate import Rows
from monitor.store.selection import held
from monitor.store.tables import REGISTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What the register said of an entry from one moment up to another; None: it says so now."""

    entry: Entry
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Say whether the register said so at a moment."""
        return self.valid_from <= moment and (self.valid_to is None or self.valid_to > moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a later register says otherwise of one kind; of changed entries, before and after."""

    added: tuple[Entry, ...] = ()
    changed: tuple[tuple[Entry, Entry], ...] = ()
    ended: tuple[Entry, ...] = ()


async def versions(connection: AsyncConnection, kind: Kind, key: Key) -> list[Version]:
    """Return everything that was ever said of one entry, oldest first; nothing of a key never registered."""
    table, read = REGISTER[kind], Rows(kind)
    query = select(table.c.valid_from, table.c.valid_to, *read.columns).order_by(table.c.row_id)
    for name, value in zip(SHEETS[kind].key, key, strict=True):
        column = table.c[name]
        query = query.where(column == (date.fromisoformat(value) if isinstance(column.type, Date) else value))
    return [
        Version(entry=read.entry(columns), valid_from=begins, valid_to=ends)
        for begins, ends, *columns in await connection.execute(query)
    ]


async def changes(connection: AsyncConnection, begin: datetime, end: datetime) -> Mapping[Kind, Difference]:
    """Return what differs between the registers of two moments; kinds that do not differ are left out."""
    found = {kind: await _difference(connection, kind, begin, end) for kind in Kind}
    return {kind: difference for kind, difference in found.items() if difference != Difference()}


async def _difference(connection: AsyncConnection, kind: Kind, begin: datetime, end: datetime) -> Difference:
    table = REGISTER[kind]
    gone = held(table, begin) & (table.c.valid_to <= end)
    come = held(table, end) & (table.c.valid_from > begin)
    return difference_of(await _by_key(connection, kind, gone), await _by_key(connection, kind, come))


def difference_of(before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> Difference:
    """Compare what only the earlier register says with what only the later one says."""
    return Difference(
        added=tuple(entry for key, entry in after.items() if key not in before),
        changed=tuple(
            (before[key], entry) for key, entry in after.items() if key in before and before[key] != entry
        ),
        ended=tuple(entry for key, entry in before.items() if key not in after),
    )


async def _by_key(connection: AsyncConnection, kind: Kind, which: ColumnElement[bool]) -> dict[Key, Entry]:
    read = Rows(kind)
    query = select(*read.columns).where(which).order_by(REGISTER[kind].c.row_id)
    entries = [read.entry(row) async for row in stream(connection, query)]
    return {key_of(kind, entry): entry for entry in entries}
