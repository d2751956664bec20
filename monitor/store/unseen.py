"""Streams that nobody looks at any more: because the monitor ended or was cut off, or because they left."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.verdict import Cause, State, Verdict
from monitor.store.batch import MOST_NAMED, batches
from monitor.store.part import Part
from monitor.store.rows import VerdictRows
from monitor.store.tables import intervals

BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)


async def close(connection: AsyncConnection, stream_ids: Iterable[str], at: datetime, part: Part) -> None:
    """End what holds of streams of a part, with nothing after it."""
    for batch in batches(stream_ids, MOST_NAMED):
        held = _holds_now(part) & intervals.c.stream_id.in_(batch)
        await connection.execute(update(intervals).where(held).values(ended_at=_not_before_it_began(at)))


async def go_blind(
    connection: AsyncConnection, since: datetime, part: Part, *, source: str, now: datetime
) -> int:
    """Say of every stream of a part that nobody looks since then; returns of how many that is new.

    Three statements, at any size. The new rows are written as ended first, because a stream has at most
    one open interval at any moment.
    """
    last = (await connection.execute(select(func.max(intervals.c.interval_id)))).scalar() or 0
    blind = Cause.MONITOR_BLIND.value
    seen = _holds_now(part) & intervals.c.cause.is_distinct_from(blind)
    begins = _not_before_it_began(since)
    columns = {**VerdictRows().columns(BLIND), "decided_at": now, "source": source}
    rows = select(
        intervals.c.stream_id,
        intervals.c.region,
        begins,
        begins,
        *(literal(value, intervals.c[name].type) for name, value in columns.items()),
    ).where(seen)
    names = ["stream_id", "region", "began_at", "ended_at", *columns]
    await connection.execute(insert(intervals).from_select(names, rows))
    older = intervals.c.interval_id <= last
    await connection.execute(update(intervals).where(seen, older).values(ended_at=begins))
    ours = (intervals.c.interval_id > last) & (intervals.c.source == source) & intervals.c.sequence.is_(None)
    done = await connection.execute(update(intervals).where(ours).values(ended_at=None))
    return done.rowcount


async def regions_held(connection: AsyncConnection) -> set[str]:
    """Return the regions that anything is said of now."""
    query = select(intervals.c.region).where(intervals.c.ended_at.is_(None)).distinct()
    return set((await connection.execute(query)).scalars())


def _holds_now(part: Part) -> ColumnElement[bool]:
    return intervals.c.ended_at.is_(None) & part.has(intervals.c.region)


def _not_before_it_began(at: datetime) -> ColumnElement[datetime]:
    moment = literal(at, intervals.c.began_at.type)
    return case((intervals.c.began_at > moment, intervals.c.began_at), else_=moment)
