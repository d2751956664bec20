"""State intervals: one row per committed transition, each ended where the next of its stream begins.

A transition can be back-dated, but never into what was told before: its beginning is cut to the
beginning of the interval that it ends (which may leave that one without length) and to the end of the
stream's last interval when none is open. So the intervals of a stream never overlap, and have no gap but
where the stream was out of the register.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, bindparam, case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.store.rows import VERDICT, Interval, VerdictRows
from monitor.store.tables import intervals

AT_ONCE = 1000  # rows of one statement: between two, the event loop goes on
MOST_NAMED = 1000  # values that one statement names

BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)

Value = TypeVar("Value")
Open = dict[str, tuple[int | None, datetime]]  # by stream: the open interval, and where the next may begin


def batches(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Cut values into lists of at most `size`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


async def write(
    connection: AsyncConnection, transitions: Sequence[Transition], *, source: str, first_sequence: int
) -> None:
    """Write transitions in their order; those that (source, sequence) shows as written are left out."""
    known = await _written(connection, source, first_sequence, len(transitions))
    numbered = [
        (sequence, transition)
        for sequence, transition in enumerate(transitions, start=first_sequence)
        if sequence not in known
    ]
    before = await _open(connection, {transition.stream_id for _, transition in numbered})
    lines = _Lines(before, source)
    for some in batches(numbered, AT_ONCE):
        lines.add(some)
        await asyncio.sleep(0)  # the event loop goes on
    ending = update(intervals).where(intervals.c.interval_id == bindparam("which"))
    for batch in batches(lines.ends, AT_ONCE):
        await connection.execute(ending, batch)
    for batch in batches(lines.rows, AT_ONCE):
        await connection.execute(insert(intervals), batch)


class _Lines:
    """Works out which open intervals end where, and the new rows; a stream may come more than once."""

    def __init__(self, before: Open, source: str) -> None:
        self.ends: list[dict[str, Any]] = []
        self.rows: list[dict[str, Any]] = []
        self._before = before
        self._source = source
        self._columns = VerdictRows()
        self._latest: dict[str, dict[str, Any]] = {}

    def add(self, numbered: Iterable[tuple[int, Transition]]) -> None:
        """Go on with transitions and their sequence numbers."""
        for sequence, transition in numbered:
            row = {
                "stream_id": transition.stream_id,
                **self._columns.columns(transition.verdict),
                "began_at": self._begin(transition.stream_id, transition.since),
                "ended_at": None,
                "decided_at": transition.decided_at,
                "source": self._source,
                "sequence": sequence,
            }
            self._latest[transition.stream_id] = row
            self.rows.append(row)

    def _begin(self, stream_id: str, since: datetime) -> datetime:
        """End what is before at the moment from which the next may hold, and return that."""
        previous = self._latest.get(stream_id)
        if previous is not None:
            previous["ended_at"] = max(since, previous["began_at"])
            return cast("datetime", previous["ended_at"])
        interval_id, earliest = self._before.get(stream_id, (None, since))
        begins = max(since, earliest)
        if interval_id is not None:
            self.ends.append({"which": interval_id, "ended_at": begins})
        return begins


async def _written(connection: AsyncConnection, source: str, first: int, count: int) -> set[int]:
    numbers = select(intervals.c.sequence).where(
        intervals.c.source == source, intervals.c.sequence.between(first, first + count - 1)
    )
    return set((await connection.execute(numbers)).scalars())


async def _open(connection: AsyncConnection, stream_ids: set[str]) -> Open:
    """Find where the next interval of each stream may begin at the earliest."""
    found: Open = {}
    for batch in batches(sorted(stream_ids), MOST_NAMED):
        held = select(intervals.c.stream_id, intervals.c.interval_id, intervals.c.began_at).where(
            intervals.c.ended_at.is_(None), intervals.c.stream_id.in_(batch)
        )
        for stream_id, interval_id, began_at in await connection.execute(held):
            found[stream_id] = (interval_id, began_at)
        closed = [stream_id for stream_id in batch if stream_id not in found]
        past = (
            select(intervals.c.stream_id, func.max(intervals.c.ended_at))
            .where(intervals.c.stream_id.in_(closed))
            .group_by(intervals.c.stream_id)
        )
        for stream_id, ended_at in await connection.execute(past):
            found[stream_id] = (None, ended_at)
    return found


async def close(connection: AsyncConnection, stream_ids: Iterable[str], at: datetime) -> None:
    """End what holds of streams, with nothing after it."""
    for batch in batches(stream_ids, MOST_NAMED):
        held = intervals.c.ended_at.is_(None) & intervals.c.stream_id.in_(batch)
        await connection.execute(update(intervals).where(held).values(ended_at=_not_before_it_began(at)))


async def go_blind(connection: AsyncConnection, since: datetime, *, source: str, now: datetime) -> int:
    """Say of every stream that nobody looks since then; returns of how many that is new.

    Three statements, at any size. The new rows are written as ended first, because a stream has at most
    one open interval at any moment.
    """
    last = (await connection.execute(select(func.max(intervals.c.interval_id)))).scalar() or 0
    blind = Cause.MONITOR_BLIND.value
    seen = intervals.c.ended_at.is_(None) & intervals.c.cause.is_distinct_from(blind)
    begins = _not_before_it_began(since)
    columns = {**VerdictRows().columns(BLIND), "decided_at": now, "source": source}
    rows = select(
        intervals.c.stream_id,
        begins,
        begins,
        *(literal(value, intervals.c[name].type) for name, value in columns.items()),
    ).where(seen)
    names = ["stream_id", "began_at", "ended_at", *columns]
    await connection.execute(insert(intervals).from_select(names, rows))
    older = intervals.c.interval_id <= last
    await connection.execute(update(intervals).where(seen, older).values(ended_at=begins))
    ours = (intervals.c.interval_id > last) & (intervals.c.source == source) & intervals.c.sequence.is_(None)
    done = await connection.execute(update(intervals).where(ours).values(ended_at=None))
    return done.rowcount


def _not_before_it_began(at: datetime) -> ColumnElement[datetime]:
    moment = literal(at, intervals.c.began_at.type)
    return case((intervals.c.began_at > moment, intervals.c.began_at), else_=moment)


async def next_sequence(connection: AsyncConnection, source: str) -> int:
    """Return the number that a source's next transition gets."""
    last = select(func.max(intervals.c.sequence)).where(intervals.c.source == source)
    number = (await connection.execute(last)).scalar()
    return 0 if number is None else int(number) + 1


async def held(connection: AsyncConnection) -> Mapping[str, tuple[Verdict, datetime]]:
    """Return the verdict that holds of every stream, and since when."""
    rows = VerdictRows()
    query = select(intervals.c.stream_id, intervals.c.began_at, *VERDICT).where(
        intervals.c.ended_at.is_(None)
    )
    return {
        stream_id: (rows.verdict(tuple(verdict)), began_at)
        async for stream_id, began_at, *verdict in stream(connection, query)
    }


async def between(
    connection: AsyncConnection, stream_id: str | None, begin: datetime, end: datetime
) -> list[Interval]:
    """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first per stream."""
    ends_later = intervals.c.ended_at.is_(None) | (intervals.c.ended_at > begin)
    query = (
        select(intervals.c.stream_id, intervals.c.began_at, intervals.c.ended_at, *VERDICT)
        .where(intervals.c.began_at < end, ends_later)
        .order_by(intervals.c.stream_id, intervals.c.interval_id)
    )
    if stream_id is not None:
        query = query.where(intervals.c.stream_id == stream_id)
    rows = VerdictRows()
    return [
        Interval(stream_id=name, verdict=rows.verdict(tuple(verdict)), began_at=began, ended_at=ended)
        async for name, began, ended, *verdict in stream(connection, query)
    ]


async def stream(connection: AsyncConnection, query: Any) -> AsyncIterator[Any]:
    """Give a query's rows one by one, letting the event loop go on between batches."""
    async with connection.stream(query) as result:
        async for batch in result.partitions(AT_ONCE):
            for row in batch:
                yield row
