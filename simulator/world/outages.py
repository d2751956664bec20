"""The truth: which streams did not arrive, from when to when, and for which causes.

It is what a monitor that knew everything would say. A monitor that looks from outside is right a little
later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from simulator.world.fault import Cause, Fault, strongest
from simulator.world.places import Places
from simulator.world.timeline import strike

TOGETHER = 60.0  # seconds: what comes back for less has not come back


@dataclass(frozen=True, slots=True)
class Span:
    """One cause of one stream's outage."""

    cause: Cause
    starts: float
    ends: float
    fault: int = -1  # its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of an outage in which the same causes hold."""

    starts: float
    ends: float
    causes: frozenset[Cause]

    @property
    def cause(self) -> Cause:
        """The one that hides the others."""
        return strongest(self.causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A longest time in which one camera's stream was not to be had at its centre."""

    camera_id: str
    spans: tuple[Span, ...]  # by their beginnings
    short: bool  # nothing in it is long enough to be confirmed

    @property
    def starts(self) -> float:
        """Second in which it began."""
        return self.spans[0].starts

    @property
    def ends(self) -> float:
        """Second in which the stream was back."""
        return max(span.ends for span in self.spans)

    def causes(self, starts: float, ends: float) -> frozenset[Cause]:
        """Return every cause that holds at some time in [starts, ends]."""
        return frozenset(span.cause for span in self.spans if span.starts <= ends and starts < span.ends)

    def phases(self) -> list[Phase]:
        """Cut it where a cause begins or ends."""
        cuts = sorted({moment for span in self.spans for moment in (span.starts, span.ends)})
        found = []
        for starts, ends in pairwise(cuts):
            causes = frozenset(s.cause for s in self.spans if s.starts <= starts and ends <= s.ends)
            if causes:
                found.append(Phase(starts=starts, ends=ends, causes=causes))
        return found


def outages_of(places: Places, faults: Iterable[Fault]) -> dict[str, list[Outage]]:
    """List the outages of every camera that had one, in the order of time."""
    spans: dict[str, list[Span]] = {}
    short = {fault.number for fault in faults if fault.short}
    for fault in faults:
        for camera_id in fault.cameras:
            struck = strike(fault, places.cameras[camera_id])
            span = Span(fault.cause, struck.starts, struck.stream_ends, fault.number)
            spans.setdefault(camera_id, []).append(span)
    return {camera_id: list(_outages(camera_id, found, short)) for camera_id, found in sorted(spans.items())}


def _outages(camera_id: str, spans: list[Span], short: set[int]) -> Iterator[Outage]:
    """Join what overlaps, and what is parted by less than a monitor needs to see that it is back."""
    run: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.starts, each.fault)):
        if run and span.starts > max(each.ends for each in run) + TOGETHER:
            yield _outage(camera_id, run, short)
            run = []
        run.append(span)
    if run:
        yield _outage(camera_id, run, short)


def _outage(camera_id: str, run: list[Span], short: set[int]) -> Outage:
    return Outage(camera_id=camera_id, spans=tuple(run), short=all(span.fault in short for span in run))
