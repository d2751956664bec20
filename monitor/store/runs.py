"""When the monitor was looking: a row per run, with its last committed heartbeat.

Beyond it, nobody looked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store import history
from monitor.store.tables import coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a start found."""

    blind_since: datetime | None = None  # since when nobody looked; None: nobody ever did
    streams: int = 0  # how many of them were not known to be unseen
    clean: bool = True  # the last run said goodbye


async def begin(connection: AsyncConnection, source: str, now: datetime) -> Recovery:
    """Open a run. Since the last one's end, or its last heartbeat if it had no end, nobody looked."""
    row = await last(connection)
    recovery, began = Recovery(), now
    if row is not None:
        since = row.ended_at or row.seen_at
        await _end(connection, since)
        streams = await history.go_blind(connection, since, source=source, now=now)
        recovery = Recovery(blind_since=since, streams=streams, clean=row.ended_at is not None)
        began = max(now, since)
    await connection.execute(insert(coverage).values(source=source, began_at=began, seen_at=began))
    return recovery


async def see(connection: AsyncConnection, now: datetime) -> None:
    """Record that the open run was looking until now."""
    moment = literal(now, coverage.c.seen_at.type)
    later = case((coverage.c.seen_at > moment, coverage.c.seen_at), else_=moment)
    await connection.execute(update(coverage).where(coverage.c.ended_at.is_(None)).values(seen_at=later))


async def end(connection: AsyncConnection, now: datetime) -> None:
    """Close the open run: from now on nobody looks."""
    await see(connection, now)
    row = await last(connection)
    if row is not None and row.ended_at is None:
        await _end(connection, row.seen_at)
        await history.go_blind(connection, row.seen_at, source=row.source, now=now)


async def last(connection: AsyncConnection) -> Row[Any] | None:
    """Return the last run's row."""
    newest = select(coverage).order_by(coverage.c.run_id.desc()).limit(1)
    return (await connection.execute(newest)).one_or_none()


async def between(
    connection: AsyncConnection, begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when the monitor was looking, as far as it touches [begin, end), oldest first."""
    until = func.coalesce(coverage.c.ended_at, coverage.c.seen_at)
    touching = (coverage.c.began_at < end) & (until > begin)
    query = select(coverage).where(touching).order_by(coverage.c.run_id)
    return [(row.began_at, row.ended_at or row.seen_at) for row in await connection.execute(query)]


async def _end(connection: AsyncConnection, at: datetime) -> None:
    await connection.execute(update(coverage).where(coverage.c.ended_at.is_(None)).values(ended_at=at))
