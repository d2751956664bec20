"""State intervals by stream, each ended where the next begins; the same rules as the table of intervals.

A line is the spans of one stream in the order in which they were written: they never overlap, and only the
last one can be open. So a moment is found by halving. Spans are nothing to the garbage collector, which
would otherwise go through a whole country's history again and again while a day of it is written.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec

from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.store.rows import Interval
from monitor.store.types import in_utc
from monitor.store.unseen import BLIND

BEGAN_AT = attrgetter("began_at")


class Span(msgspec.Struct, gc=False):
    """From when until when a verdict held; None: it holds now."""

    verdict: Verdict
    began_at: datetime
    ended_at: datetime | None = None

    def end(self, at: datetime) -> datetime:
        """End it, not before it began; returns when."""
        self.ended_at = ended_at = max(at, self.began_at)
        return ended_at


Line = list[Span]


class History:
    """What held of every stream, and which transitions of which source are in it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._written: dict[str, set[int]] = {}  # sequence numbers by source

    def write(self, transitions: Sequence[Transition], *, source: str, first_sequence: int) -> None:
        """Write transitions in their order, all or none; those that are written already are left out."""
        written = self._written.get(source, set())
        fresh = [
            transition
            for sequence, transition in enumerate(transitions, start=first_sequence)
            if sequence not in written
        ]
        for transition in fresh:  # what has to be refused is refused before anything is written
            in_utc(transition.since)
            in_utc(transition.decided_at)
        for transition in fresh:
            line = self._lines.setdefault(transition.stream_id, [])
            _turn(line, transition.verdict, in_utc(transition.since))
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
                line[-1].end(at)

    def go_blind(self, since: datetime) -> int:
        """Say of every stream that nobody looks since then; returns of how many that is new."""
        seen = [
            line
            for line in self._lines.values()
            if line[-1].ended_at is None and line[-1].verdict.cause is not Cause.MONITOR_BLIND
        ]
        for line in seen:
            _turn(line, BLIND, since)
        return len(seen)

    def held(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        return {
            stream_id: (line[-1].verdict, line[-1].began_at)
            for stream_id, line in self._lines.items()
            if line[-1].ended_at is None
        }

    def connected(self) -> frozenset[str]:
        """Return the streams that were received at least once."""
        return frozenset(
            stream_id
            for stream_id, line in self._lines.items()
            if any(span.verdict.state is State.RECEIVING for span in line)
        )

    def lost_since(self, stream_ids: Collection[str] | None, moment: datetime | None) -> dict[str, datetime]:
        """Return since when streams (None: all) are lost that were not received since."""
        found: dict[str, datetime] = {}
        for stream_id in self._lines if stream_ids is None else stream_ids:
            for span in self._lines.get(stream_id, ()):
                if moment is not None and span.began_at > moment:
                    break
                if span.verdict.state is State.RECEIVING:
                    found.pop(stream_id, None)
                elif span.verdict.state is State.NOT_RECEIVING:
                    found.setdefault(stream_id, span.began_at)
        return found

    def at(self, moment: datetime | None) -> Iterator[Interval]:
        """Give the interval that held of every stream; no moment: that holds now."""
        for stream_id, line in self._lines.items():
            index = len(line) if moment is None else bisect_right(line, moment, key=BEGAN_AT)
            if index == 0:
                continue
            found = line[index - 1]
            if found.ended_at is None or (moment is not None and found.ended_at > moment):
                yield _interval(stream_id, found)

    def between(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first."""
        stream_ids = sorted(self._lines) if stream_id is None else [stream_id]
        return [
            _interval(name, span)
            for name in stream_ids
            for span in self._lines.get(name, ())
            if span.began_at < end and (span.ended_at is None or span.ended_at > begin)
        ]


def _turn(line: Line, verdict: Verdict, since: datetime) -> None:
    """Begin a span, not before what was told already."""
    if line:
        last = line[-1]
        since = last.end(since) if last.ended_at is None else max(since, last.ended_at)
    line.append(Span(verdict, since))


def _interval(stream_id: str, span: Span) -> Interval:
    return Interval(stream_id=stream_id, verdict=span.verdict, began_at=span.began_at, ended_at=span.ended_at)
