"""What held of every stream at a moment, now or past, as far as somebody looked.

Where nobody looked, nothing is known: such streams are shown as unseen, whatever was said of them last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.verdict import Verdict
from monitor.store import history, runs
from monitor.store.part import Part
from monitor.store.rows import Interval
from monitor.store.runs import Run
from monitor.store.unseen import BLIND

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Whether one part of the estate is looked at."""

    regions: frozenset[str]  # KATO codes; empty: all of it
    seen_at: datetime  # its last committed heartbeat
    looking: bool
    trouble: str = ""  # of its monitor's own, which does not blind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The committed verdicts, and whether a monitor stands behind them.

    Streams of regions that nobody looks at are UNKNOWN since the last heartbeat there.
    """

    verdicts: Mapping[str, tuple[Verdict, datetime]]
    seen_at: datetime | None  # the last committed heartbeat of any part
    looking: bool  # at any part
    parts: Sequence[Seen] = ()


async def at(
    connection: AsyncConnection, moment: datetime, part: Part, age: timedelta, *, now: bool
) -> Present:
    """Return what held of a part at a moment; `now`: the moment is the present.

    A run that did not end by then was looking if it was heard of later, or not longer than `age` before.
    """
    seen = [run for run in await runs.latest(connection, moment) if run.part.overlaps(part)]
    watched = Watched(seen, moment, age)
    held = history.at(connection, None if now else moment, part)
    return watched.present(
        {interval.stream_id: watched.told(interval, region) async for interval, region in held}
    )


class Watched:
    """Who looked at which region at a moment; the last run of every part that had begun, newest first."""

    def __init__(self, seen: Sequence[Run], moment: datetime, age: timedelta) -> None:
        self._seen = seen
        self._moment = moment
        self._age = age
        self._since: dict[str, datetime | None] = {}

    def told(self, interval: Interval, region: str) -> tuple[Verdict, datetime]:
        """Return what can be said of a stream of which this held, and since when."""
        until = self.unseen_since(region)
        if until is None or interval.verdict == BLIND:
            return interval.verdict, interval.began_at
        return BLIND, max(until, interval.began_at)

    def present(self, verdicts: Mapping[str, tuple[Verdict, datetime]]) -> Present:
        """Put what is told of every stream together with who looked."""
        return Present(
            verdicts=verdicts,
            seen_at=max((min(run.seen_at, self._moment) for run in self._seen), default=None),
            looking=any(map(self.by, self._seen)),
            parts=self.parts(),
        )

    def by(self, run: Run) -> bool:
        """Say whether the monitor of a run was looking."""
        if run.ended_at is not None:
            return run.ended_at > self._moment
        return self._moment - run.seen_at <= self._age

    def unseen_since(self, region: str) -> datetime | None:
        """Return since when nobody looked at a region; None: somebody did."""
        if region not in self._since:
            covering = [run for run in self._seen if run.part.holds(region)]
            looked = any(map(self.by, covering))
            self._since[region] = None if looked else max((run.until for run in covering), default=NEVER)
        return self._since[region]

    def parts(self) -> list[Seen]:
        """List the parts as they are cut now; one that others took over whole is not among them."""
        newer: list[Part] = []
        found: list[Seen] = []
        for run in self._seen:
            regions = run.part.regions.difference(*(part.regions for part in newer))
            if newer and not (regions or (run.part.whole and self._left_over(newer))):
                continue
            newer.append(run.part)
            seen_at = min(run.seen_at, self._moment)
            found.append(Seen(regions=regions, seen_at=seen_at, looking=self.by(run), trouble=run.trouble))
            if run.part.whole:
                break
        return found

    def _left_over(self, parts: Sequence[Part]) -> bool:
        """Say whether streams are in regions of none of these parts."""
        return not all(any(part.holds(region) for part in parts) for region in self._since)
