"""The dated register in the database: as it was at a moment, and how a change ends rows and begins others."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, cast, get_type_hints

from sqlalchemy import ColumnElement, bindparam, case, func, insert, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.estate import Camera, Estate
from monitor.register.change import Change
from monitor.register.change import Part as ChangedPart
from monitor.register.columns import SHEETS
from monitor.register.entries import estate_of
from monitor.register.kinds import Entry, Kind
from monitor.store import log_ins
from monitor.store.batch import AT_ONCE, batches, stream
from monitor.store.error import StoreChangedError
from monitor.store.part import Part
from monitor.store.selection import held, wanted
from monitor.store.tables import REGISTER, plain_type, revisions

CLOCKS_DIFFER = timedelta(hours=1)  # a register written "in the future" by less than this holds at once
MOST_KNOWN = 20_000  # values of a column that are kept once


async def load(connection: AsyncConnection, now: datetime, part: Part) -> Estate:
    """Return the register as of now, or what a part of it needs.

    What was imported by a clock that is a little ahead of ours holds already: otherwise it would be
    overlooked, for its revision is known.
    """
    newest = (await connection.execute(select(func.max(revisions.c.at)))).scalar()
    return await load_past(connection, followed_at(now, newest), part)


def followed_at(now: datetime, newest: datetime | None) -> datetime:
    """Return as of when the register is followed now, given when it was changed last."""
    return newest if newest is not None and now < newest <= now + CLOCKS_DIFFER else now


async def load_past(connection: AsyncConnection, moment: datetime, part: Part) -> Estate:
    """Return the register exactly as of a moment, or what a part of it needs."""
    conditions = wanted(part, moment)
    found = {
        kind: [entry async for entry in _entries(connection, kind, moment, conditions.get(kind, true()))]
        for kind in Kind
    }
    return estate_of(found, await revision_of(connection))


async def revision_of(connection: AsyncConnection) -> int:
    """Return the number of the last change of the register or of the credentials."""
    return (await connection.execute(select(func.max(revisions.c.revision)))).scalar() or 0


async def span(connection: AsyncConnection) -> tuple[datetime, datetime] | None:
    """Return the days of the first and the last change of the register; None when there was none."""
    moments = select(func.min(revisions.c.at), func.max(revisions.c.at)).where(revisions.c.what == "register")
    first, last = (await connection.execute(moments)).one()
    return (first, last) if first is not None else None


async def add_revision(
    connection: AsyncConnection,
    what: str,
    now: datetime,
    *,
    added: int = 0,
    changed: int = 0,
    ended: int = 0,
) -> int:
    """Count a change of the register or the credentials; returns its number."""
    number = await revision_of(connection) + 1
    counts = {"added": added, "changed": changed, "ended": ended}
    await connection.execute(insert(revisions).values(revision=number, at=now, what=what, **counts))
    return number


async def apply(
    connection: AsyncConnection, change: Change, now: datetime, progress: Callable[[int], None]
) -> int:
    """Write a change; returns the new revision, or the old one when the change is empty.

    Raises StoreChangedError when the register is not the one that the change was made for. `progress` is
    told how many rows were written.
    """
    revision = await revision_of(connection)
    refuse_stale(change, revision)
    if change.empty:
        return revision
    written = 0
    for kind, part in change.parts.items():
        async for count in _write_part(connection, kind, part, now):
            written += count
            progress(written)
    await log_ins.forget(connection, other_cameras(change))
    added, changed, ended = change.counts()
    return await add_revision(connection, "register", now, added=added, changed=changed, ended=ended)


def refuse_stale(change: Change, revision: int) -> None:
    """Raise StoreChangedError when a change was made for another register than that of this revision."""
    if revision != change.base_revision:
        raise StoreChangedError("somebody else changed the register meanwhile; import again")


def other_cameras(change: Change) -> list[str]:
    """Return the cameras that a change makes others than they were: what they refused counts no more."""
    cameras = change.parts.get(Kind.CAMERAS, ChangedPart())
    return [each.camera_id for each in (*cameras.changed, *cameras.ended) if isinstance(each, Camera)]


async def _write_part(
    connection: AsyncConnection, kind: Kind, part: ChangedPart, now: datetime
) -> AsyncIterator[int]:
    table, key = REGISTER[kind], SHEETS[kind].key
    moment = literal(now, table.c.valid_from.type)
    ends = case((table.c.valid_from > moment, table.c.valid_from), else_=moment)
    ending = update(table).where(table.c.valid_to.is_(None)).values(valid_to=ends)
    for name in key:
        ending = ending.where(table.c[name] == bindparam(f"key_{name}"))
    for batch in batches((*part.changed, *part.ended), AT_ONCE):
        keys = [{f"key_{name}": getattr(entry, name) for name in key} for entry in batch]
        await connection.execute(ending, keys)
        yield len(batch)
    names = tuple(table.c.keys())[1:-2]  # without row_id, valid_from, valid_to
    values = attrgetter(*names)
    for batch in batches((*part.added, *part.changed), AT_ONCE):
        rows = [{**dict(zip(names, values(entry), strict=True)), "valid_from": now} for entry in batch]
        await connection.execute(insert(table), rows)
        yield len(batch)


async def _entries(
    connection: AsyncConnection, kind: Kind, now: datetime, which: ColumnElement[bool]
) -> AsyncIterator[Entry]:
    table, read = REGISTER[kind], Rows(kind)
    query = select(*read.columns).where(held(table, now), which).order_by(table.c.row_id)
    async for row in stream(connection, query):
        yield read.entry(row)


class Rows:
    """Makes entries of one kind of the register from rows of its table."""

    def __init__(self, kind: Kind) -> None:
        self._make = cast("Callable[..., Entry]", SHEETS[kind].row)
        self._names = [field.name for field in fields(SHEETS[kind].row)]
        self._enums = _enums(kind)
        self._known: list[dict[Any, Any]] = [{} for _ in self._names]  # values by column
        self.columns = [REGISTER[kind].c[name] for name in self._names]  # that `entry` wants, in order

    def entry(self, row: Sequence[Any]) -> Entry:
        """Return the entry of a row's columns."""
        given: dict[str, Any] = dict(zip(self._names, map(_once, self._known, row), strict=True))
        for name, enum in self._enums.items():
            if given[name] is not None:
                given[name] = enum(given[name])
        return self._make(**given)


def _once(known: dict[Any, Any], value: Any) -> Any:
    """Return the equal value that came before in its column: most columns repeat themselves."""
    return known.setdefault(value, value) if len(known) < MOST_KNOWN else known.get(value, value)


def _enums(kind: Kind) -> Mapping[str, type[StrEnum]]:
    hints = get_type_hints(SHEETS[kind].row)
    return {
        name: found
        for name, hint in hints.items()
        if isinstance(found := plain_type(hint), type) and issubclass(found, StrEnum)
    }
