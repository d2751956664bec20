"""State intervals: one row per committed transition, each ended where the next of its stream begins.

A transition can be back-dated, but never into what was told before: its beginning is cut to the
beginning of the interval that it ends (which may leave that one without length) and to the end of the
stream's last interval when none is open. So the intervals of a stream never overlap, and have no gap but
where the stream was out of the register.

Every interval has the region in whose name it was written, so that monitors of other regions leave it
alone. A stream that moves is taken over by the first word of the monitor that it moved to, which is always
that nobody looked yet; the monitor that it left has nothing more to say of it.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.store.batch import AT_ONCE, MOST_NAMED, batches, stream
from monitor.store.part import Part
from monitor.store.rows import VERDICT, Interval, VerdictRows
from monitor.store.tables import intervals

WHOLE, NOWHERE = Part(), MappingProxyType(dict[str, str]())

Homes = Mapping[str, str]  # the regions of cameras, by their ids


@dataclass(frozen=True, slots=True)
class _Held:
    """What a stream's next interval comes after."""

    interval_id: int | None  # the open interval
    earliest: datetime  # where the next may begin
    region: str  # of the last interval


async def write(
    connection: AsyncConnection,
    transitions: Sequence[Transition],
    *,
    source: str,
    first_sequence: int,
    part: Part = WHOLE,
    homes: Homes = NOWHERE,
) -> None:
    """Write transitions in their order; those that (source, sequence) shows as written are left out."""
    known = await _written(connection, source, first_sequence, len(transitions))
    numbered = [
        (sequence, transition)
        for sequence, transition in enumerate(transitions, start=first_sequence)
        if sequence not in known
    ]
    before = await _before(connection, {transition.stream_id for _, transition in numbered})
    lines = _Lines(before, source, part, homes)
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

    def __init__(self, before: Mapping[str, _Held], source: str, part: Part, homes: Homes) -> None:
        self.ends: list[dict[str, Any]] = []
        self.rows: list[dict[str, Any]] = []
        self._before = before
        self._source = source
        self._part = part
        self._homes = homes
        self._columns = VerdictRows()
        self._latest: dict[str, dict[str, Any]] = {}

    def add(self, numbered: Iterable[tuple[int, Transition]]) -> None:
        """Go on with transitions and their sequence numbers."""
        for sequence, transition in numbered:
            region = self._region(transition)
            if region is None:
                continue
            row = {
                "stream_id": transition.stream_id,
                "region": region,
                **self._columns.columns(transition.verdict),
                "began_at": self._begin(transition.stream_id, transition.since),
                "ended_at": None,
                "decided_at": transition.decided_at,
                "source": self._source,
                "sequence": sequence,
            }
            self._latest[transition.stream_id] = row
            self.rows.append(row)

    def _region(self, transition: Transition) -> str | None:
        """Return in whose name to write; None: not in ours."""
        home = self._homes.get(transition.stream_id.partition("@")[0])
        held = self._before.get(transition.stream_id)
        if held is None or held.interval_id is None:
            return home if home is not None or not self._part.whole else ""
        if self._part.holds(held.region) or transition.stream_id in self._latest:
            return home if home is not None else held.region
        return home if transition.verdict.cause is Cause.MONITOR_BLIND else None

    def _begin(self, stream_id: str, since: datetime) -> datetime:
        """End what is before at the moment from which the next may hold, and return that."""
        previous = self._latest.get(stream_id)
        if previous is not None:
            previous["ended_at"] = max(since, previous["began_at"])
            return cast("datetime", previous["ended_at"])
        held = self._before.get(stream_id)
        begins = max(since, held.earliest) if held is not None else since
        if held is not None and held.interval_id is not None:
            self.ends.append({"which": held.interval_id, "ended_at": begins})
        return begins


async def _written(connection: AsyncConnection, source: str, first: int, count: int) -> set[int]:
    numbers = select(intervals.c.sequence).where(
        intervals.c.source == source, intervals.c.sequence.between(first, first + count - 1)
    )
    return set((await connection.execute(numbers)).scalars())


async def _before(connection: AsyncConnection, stream_ids: set[str]) -> dict[str, _Held]:
    """Find what the next interval of each stream comes after."""
    found: dict[str, _Held] = {}
    names = (intervals.c.stream_id, intervals.c.interval_id, intervals.c.began_at, intervals.c.region)
    for batch in batches(sorted(stream_ids), MOST_NAMED):
        held = select(*names).where(intervals.c.ended_at.is_(None), intervals.c.stream_id.in_(batch))
        for stream_id, interval_id, began_at, region in await connection.execute(held):
            found[stream_id] = _Held(interval_id, began_at, region)
        closed = [stream_id for stream_id in batch if stream_id not in found]
        past = (
            select(intervals.c.stream_id, func.max(intervals.c.ended_at))
            .where(intervals.c.stream_id.in_(closed))
            .group_by(intervals.c.stream_id)
        )
        for stream_id, ended_at in await connection.execute(past):
            found[stream_id] = _Held(None, ended_at, "")
    return found


async def next_sequence(connection: AsyncConnection, source: str) -> int:
    """Return the number that a source's next transition gets."""
    last = select(func.max(intervals.c.sequence)).where(intervals.c.source == source)
    number = (await connection.execute(last)).scalar()
    return 0 if number is None else int(number) + 1


async def held(connection: AsyncConnection, part: Part) -> Mapping[str, tuple[Verdict, datetime]]:
    """Return the verdict that holds of every stream of a part, and since when."""
    return {
        interval.stream_id: (interval.verdict, interval.began_at)
        async for interval, _ in at(connection, None, part)
    }


async def connected(connection: AsyncConnection, part: Part) -> frozenset[str]:
    """Return the streams of a part that were received at least once."""
    which = (intervals.c.state == State.RECEIVING.value) & part.has(intervals.c.region)
    found = await connection.execute(select(intervals.c.stream_id).where(which).distinct())
    return frozenset(found.scalars())


async def lost_since(
    connection: AsyncConnection, stream_ids: Collection[str] | None, moment: datetime | None, part: Part
) -> Mapping[str, datetime]:
    """Return since when streams are lost that were not received since, whatever causes were named.

    Of these streams, None: of all of a part; as it was at a moment, None: now. What nobody saw ends no loss.
    """
    known = intervals.c.began_at <= moment if moment is not None else true()
    if stream_ids is None:
        return await _lost(connection, known & part.has(intervals.c.region))
    found: dict[str, datetime] = {}
    for batch in batches(sorted(stream_ids), MOST_NAMED):
        found |= await _lost(connection, known & intervals.c.stream_id.in_(batch))
    return found


async def _lost(connection: AsyncConnection, which: ColumnElement[bool]) -> Mapping[str, datetime]:
    """Find the first loss of each stream after it was last received."""
    name, number, state = intervals.c.stream_id, intervals.c.interval_id, intervals.c.state
    received = (
        select(name, func.max(number).label("last"))
        .where(which, state == State.RECEIVING.value)
        .group_by(name)
        .subquery()
    )
    query = (
        select(name, func.min(intervals.c.began_at))
        .join(received, received.c.stream_id == name, isouter=True)
        .where(which, state == State.NOT_RECEIVING.value, number > func.coalesce(received.c.last, 0))
        .group_by(name)
    )
    return dict((await connection.execute(query)).all())


async def at(
    connection: AsyncConnection, moment: datetime | None, part: Part
) -> AsyncIterator[tuple[Interval, str]]:
    """Give the interval that held of every stream of a part, with its region; no moment: that holds now."""
    which: ColumnElement[bool] = intervals.c.ended_at.is_(None)
    if moment is not None:
        which = (which | (intervals.c.ended_at > moment)) & (intervals.c.began_at <= moment)
    rows = VerdictRows()
    names = (intervals.c.stream_id, intervals.c.region, intervals.c.began_at, intervals.c.ended_at)
    query = select(*names, *VERDICT).where(which, part.has(intervals.c.region))
    async for stream_id, region, began_at, ended_at, *verdict in stream(connection, query):
        found = rows.verdict(tuple(verdict))
        yield Interval(stream_id=stream_id, verdict=found, began_at=began_at, ended_at=ended_at), region


async def between(
    connection: AsyncConnection, stream_id: str | None, begin: datetime, end: datetime, part: Part
) -> list[Interval]:
    """Return the intervals of one stream (None: of all of a part) that touch [begin, end), oldest first."""
    ends_later = intervals.c.ended_at.is_(None) | (intervals.c.ended_at > begin)
    query = (
        select(intervals.c.stream_id, intervals.c.began_at, intervals.c.ended_at, *VERDICT)
        .where(intervals.c.began_at < end, ends_later)
        .order_by(intervals.c.stream_id, intervals.c.interval_id)
    )
    if stream_id is not None:
        query = query.where(intervals.c.stream_id == stream_id)
    else:
        query = query.where(part.has(intervals.c.region))
    rows = VerdictRows()
    return [
        Interval(stream_id=name, verdict=rows.verdict(tuple(verdict)), began_at=began, ended_at=ended)
        async for name, began, ended, *verdict in stream(connection, query)
    ]
