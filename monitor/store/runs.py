"""When a part of the estate was looked at: a row per run of its monitor, with its last committed heartbeat.

Beyond it, nobody looked. A part that is cut in another way than before goes on where its regions were
looked at last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store import lists, unseen
from monitor.store.part import Part
from monitor.store.tables import coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One stretch of looking at a part; `ended_at` None: it goes on, or it was cut off at `seen_at`."""

    part: Part
    source: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    trouble: str = ""  # of the monitor's own, as of its last heartbeat

    @property
    def until(self) -> datetime:
        """The last moment of which it is known that it was looked at."""
        return self.ended_at or self.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a start found."""

    blind_since: datetime | None = None  # since when nobody looked; None: nobody ever did
    streams: int = 0  # how many of them were not known to be unseen
    clean: bool = True  # the last run said goodbye


async def begin(connection: AsyncConnection, part: Part, source: str, now: datetime) -> Recovery:
    """Open a run. Since its part's last end, or last heartbeat where there was no end, nobody looked."""
    before = [run for run in await latest(connection) if run.part.overlaps(part)]
    recovery, began = Recovery(), now
    if before:
        last = max(run.until for run in before)
        streams = await _go_blind(connection, before, part, source, now)
        for run in before:
            await _end(connection, run.part, run.seen_at)
            if run.part != part:
                await lists.dissolve(connection, run.part, run.until)
        clean = all(run.ended_at is not None for run in before)
        recovery, began = Recovery(blind_since=last, streams=streams, clean=clean), max(now, last)
    row = {"part": part.name, "source": source, "began_at": began, "seen_at": began}
    await connection.execute(insert(coverage).values(row))
    return recovery


async def _go_blind(
    connection: AsyncConnection, before: Iterable[Run], part: Part, source: str, now: datetime
) -> int:
    """Say of every region since when it was not looked at."""
    regions = part.regions or await unseen.regions_held(connection)
    since: dict[datetime, set[str]] = {}
    for region in regions:
        ends = [run.until for run in before if run.part.holds(region)]
        if ends:
            since.setdefault(max(ends), set()).add(region)
    counts = [
        await unseen.go_blind(connection, moment, Part.of(some), source=source, now=now)
        for moment, some in since.items()
    ]
    return sum(counts)


async def see(connection: AsyncConnection, part: Part, now: datetime, *, trouble: str | None = None) -> None:
    """Record that the open run was looking until now. `trouble`: of the monitor's own; None: as before."""
    moment = literal(now, coverage.c.seen_at.type)
    later = case((coverage.c.seen_at > moment, coverage.c.seen_at), else_=moment)
    still_open = coverage.c.ended_at.is_(None) & (coverage.c.part == part.name)
    told = {} if trouble is None else {"trouble": trouble or None}
    await connection.execute(update(coverage).where(still_open).values(seen_at=later, **told))


async def end(connection: AsyncConnection, part: Part, now: datetime) -> None:
    """Close the open run: from now on nobody looks."""
    await see(connection, part, now)
    run = next((run for run in await latest(connection) if run.part == part), None)
    if run is not None and run.ended_at is None:
        await _end(connection, part, run.seen_at)
        await unseen.go_blind(connection, run.seen_at, part, source=run.source, now=now)


async def latest(connection: AsyncConnection, moment: datetime | None = None) -> list[Run]:
    """Return the last run of every part there ever was, newest first; or that had begun by a moment."""
    last = select(func.max(coverage.c.run_id)).group_by(coverage.c.part)
    if moment is not None:
        last = last.where(coverage.c.began_at <= moment)
    query = select(coverage).where(coverage.c.run_id.in_(last)).order_by(coverage.c.run_id.desc())
    return [_run(row) for row in await connection.execute(query)]


async def between(connection: AsyncConnection, begin: datetime, end: datetime, part: Part) -> list[Run]:
    """Return the runs that looked at anything of a part and touch [begin, end), oldest first."""
    until = func.coalesce(coverage.c.ended_at, coverage.c.seen_at)
    touching = (coverage.c.began_at < end) & (until > begin)
    query = select(coverage).where(touching).order_by(coverage.c.run_id)
    runs = (_run(row) for row in await connection.execute(query))
    return [run for run in runs if run.part.overlaps(part)]


def _run(row: Any) -> Run:
    return Run(
        part=Part.named(row.part),
        source=row.source,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        trouble=row.trouble or "",
    )


async def _end(connection: AsyncConnection, part: Part, at: datetime) -> None:
    still_open = coverage.c.ended_at.is_(None) & (coverage.c.part == part.name)
    await connection.execute(update(coverage).where(still_open).values(ended_at=at))
