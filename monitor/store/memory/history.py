"""State intervals by stream, each ended where the next begins; the same rules as the table of intervals.

A line is the intervals of one stream in the order in which they were written: they never overlap, and
only the last one can be open. So a moment is found by halving, and ending costs one element.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from monitor.model.verdict import Cause, Transition, Verdict
from monitor.store.rows import Interval
from monitor.store.types import in_utc
from monitor.store.unseen import BLIND

Line = list[Interval]
BEGAN_AT = attrgetter("began_at")


class History:
    """What held of every stream, and which transitions of which source are in it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._written: dict[str, set[int]] = {}  # sequence numbers by source

    def write(self, transitions: Sequence[Transition], *, source: str, first_sequence: int) -> None:
        """Write transitions in their order, all or none; those that are written already are left out."""
        written = self._written.get(source, set())
        fresh = [
            (transition.stream_id, transition.verdict, in_utc(transition.since))
            for sequence, transition in enumerate(transitions, start=first_sequence)
            if sequence not in written and in_utc(transition.decided_at)
        ]
        for stream_id, verdict, since in fresh:
            self._turn(self._lines.setdefault(stream_id, []), stream_id, verdict, since)
        written.update(range(first_sequence, first_sequence + len(transitions)))
        if written:
            self._written[source] = written

    def next_sequence(self, source: str) -> int:
        """Return the number that a source's next transition gets."""
        return max(self._written.get(source, ()), default=-1) + 1

    def close(self, stream_ids: Iterable[str], at: datetime) -> None:
        """End what holds of streams, with nothing after it."""
        for stream_id in stream_ids:
            line = self._lines.get(stream_id)
            if line is not None and line[-1].ended_at is None:
                _end(line, at)

    def go_blind(self, since: datetime) -> int:
        """Say of every stream that nobody looks since then; returns of how many that is new."""
        seen = [
            (stream_id, line)
            for stream_id, line in self._lines.items()
            if line[-1].ended_at is None and line[-1].verdict.cause is not Cause.MONITOR_BLIND
        ]
        for stream_id, line in seen:
            self._turn(line, stream_id, BLIND, since)
        return len(seen)

    def held(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        return {interval.stream_id: (interval.verdict, interval.began_at) for interval in self.at(None)}

    def at(self, moment: datetime | None) -> Iterator[Interval]:
        """Give the interval that held of every stream; no moment: that holds now."""
        for line in self._lines.values():
            index = len(line) if moment is None else bisect_right(line, moment, key=BEGAN_AT)
            if index == 0:
                continue
            found = line[index - 1]
            if found.ended_at is None or (moment is not None and found.ended_at > moment):
                yield found

    def between(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first."""
        stream_ids = sorted(self._lines) if stream_id is None else [stream_id]
        return [
            interval
            for name in stream_ids
            for interval in self._lines.get(name, ())
            if interval.began_at < end and (interval.ended_at is None or interval.ended_at > begin)
        ]

    @staticmethod
    def _turn(line: Line, stream_id: str, verdict: Verdict, since: datetime) -> None:
        """Begin an interval, not before what was told already."""
        if line:
            ended_at = line[-1].ended_at
            since = _end(line, since) if ended_at is None else max(since, ended_at)
        line.append(Interval(stream_id=stream_id, verdict=verdict, began_at=since, ended_at=None))


def _end(line: Line, at: datetime) -> datetime:
    """End the open interval of a line, not before it began; returns when."""
    held = line[-1]
    ended_at = max(at, held.began_at)
    line[-1] = Interval(
        stream_id=held.stream_id, verdict=held.verdict, began_at=held.began_at, ended_at=ended_at
    )
    return ended_at
