"""The standing of every stream of one gateway, sweep after sweep.

Mutable, but pure in effect: no clock, no I/O; the same sweeps give the same changes. The common case
(every stream flows as before) allocates nothing per stream, because one gateway may hold 150,000.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from monitor.judge.patience import Rules, Standing, settle
from monitor.judge.progress import READINGS, Flow, Reading, judge_flow
from monitor.model.estate import Stream
from monitor.model.verdict import State
from probes.centre.base import StreamSample, Sweep

SLOWED = 0.6  # of what a stream brought in the window before: it may have stopped in the middle of this one
SHORTEST_WINDOW = timedelta(seconds=4)  # two looks closer than this cannot show that nothing moves
# What flows count as when something of ours may have failed: what moved did, what did not tells nothing.
SUSPECT = {flow: Reading.NOTHING if said is Reading.BAD else said for flow, said in READINGS.items()}


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stream's state was confirmed to be another one."""

    stream: Stream
    standing: Standing
    decided_at: datetime


class Ledger:
    """Standings of the streams enrolled at one gateway, keyed by stream key."""

    def __init__(self, streams: Iterable[Stream], rules: Rules, *, at: datetime) -> None:
        self.rules = rules
        self.streams: dict[str, Stream] = {}
        self.standings: dict[str, Standing] = {}
        self.flows: dict[str, Flow] = {}  # only of streams whose last flow was not ADVANCED
        self.unmatched: frozenset[str] = frozenset()  # paths the register does not know
        self.swept_at: datetime | None = None  # the last complete sweep that was answered
        self._before: dict[str, StreamSample] = {}
        self._looked_at: dict[str, datetime] = {}  # streams whose window began at another moment
        self._open_runs: set[str] = set()
        self._of_site: dict[str, list[str]] = {}
        self._rates: dict[str, float] = {}  # bytes per second in the window before
        self._slowed: set[str] = set()
        self.still: dict[
            str, datetime
        ] = {}  # neighbours seen to stand still, since when; until the next sweep
        self._glances: dict[str, tuple[datetime | None, StreamSample | None]] = {}
        self.suspect = False  # something of ours may have failed during the last sweep
        self.reset(streams, at=at)

    def reset(self, streams: Iterable[Stream], *, at: datetime) -> None:
        """Take a new list of streams, keeping what is known of those that stay under their key."""
        before, old = self.streams, self.standings
        self._of_site = {}
        self.streams = {stream.stream_key: stream for stream in streams if stream.stream_key is not None}
        for key, stream in self.streams.items():
            self._of_site.setdefault(stream.site_id, []).append(key)
        stay = {
            key
            for key, stream in self.streams.items()
            if key in before and before[key].stream_id == stream.stream_id
        }
        fresh = Standing(state=State.UNKNOWN, since=at)
        self.standings = {key: old[key] if key in stay else fresh for key in self.streams}
        self.flows = {key: flow for key, flow in self.flows.items() if key in stay}
        self._open_runs &= stay
        self._slowed &= stay
        self._glances.clear()
        self.still.clear()
        self._rates = {key: rate for key, rate in self._rates.items() if key in stay}

    def go_blind(self, since: datetime) -> None:
        """Know nothing of any stream since then: only fresh samples count from now on."""
        self.standings = dict.fromkeys(self.streams, Standing(state=State.UNKNOWN, since=since))
        self.flows, self.swept_at = {}, None
        self._before, self._looked_at, self._open_runs = {}, {}, set()

    def take(
        self, sweep: Sweep, *, suspect: bool = False, due: Collection[str] | None = None
    ) -> list[Change]:
        """Judge one sweep; returns the streams whose confirmed state changed.

        `suspect`: something of ours may have failed meanwhile, so that only what moved tells anything.

        Of a look at a few streams only those that were `due` count in runs (None: all that were asked): a
        neighbour is evidence of this moment, and no more.
        """
        self.suspect = suspect
        if sweep.failure is not None:
            asked = self.streams if sweep.complete else sweep.asked
            return self._settle_each(((key, Reading.NOTHING) for key in asked), sweep.at)
        if not sweep.complete:
            return self._take_some(sweep, frozenset(sweep.asked if due is None else due))
        if self.swept_at is not None and sweep.at - self.swept_at > self._longest_window():
            self._before = {}  # too old to say "within the window": start again
        changes = self._take_all(sweep)
        self._before = dict(sweep.samples)
        self.swept_at = sweep.at
        self.unmatched = frozenset(sweep.samples.keys() - self.streams.keys())
        return changes

    def beside(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return these stream keys, and those of all other streams of their sites.

        What one stream's standing still means depends on whether its neighbours move at the same moment.
        """
        sites = {self.streams[key].site_id for key in keys if key in self.streams}
        return tuple(key for site_id in sorted(sites) for key in self._of_site[site_id])

    def unsettled(self) -> dict[str, Standing]:
        """Streams worth a second look soon: in an unconfirmed run, seen for the first time, or slowed.

        A stream that stops just after a sweep has still grown at the next one, by less than it should.
        """
        first = {key for key, flow in self.flows.items() if flow is Flow.FIRST}
        return {key: self.standings[key] for key in first | self._open_runs | self._slowed}

    def missing(self) -> tuple[Stream, ...]:
        """Enrolled streams that the gateway does not know."""
        return tuple(self.streams[key] for key, flow in self.flows.items() if flow is Flow.ABSENT)

    def _longest_window(self) -> timedelta:
        return max(timedelta(seconds=60), self.rules.interval * self.rules.blind_after_intervals)

    def _take_all(self, sweep: Sweep) -> list[Change]:
        """The hot loop: a stream that flows and is confirmed costs a few look-ups and no allocation."""
        samples, before, standings, flows = sweep.samples, self._before, self.standings, self.flows
        at, rules, readings = sweep.at, self.rules, SUSPECT if self.suspect else READINGS
        changes: list[Change] = []
        still: dict[str, datetime] = {}
        self._slowed.clear()
        self._glances.clear()
        self.still.clear()
        for key, stream in self.streams.items():
            flow = judge_flow(before.get(key), samples.get(key), on_demand=stream.on_demand)
            if flow is not Flow.ADVANCED:
                if flow is Flow.FLAT and (since := self._short_window(key, at)) is not None:
                    still[key] = since
                    continue
                flows[key] = flow
            else:
                if flows:
                    flows.pop(key, None)
                self._weigh(key, before.get(key), samples[key], at)
            standing = standings[key]
            settled = settle(standing, readings[flow], at, rules)
            if settled is not standing:
                self._put(key, settled, at, changes)
        self._looked_at = still  # their window goes on, however short the interval is
        return changes

    def _weigh(self, key: str, before: StreamSample | None, now: StreamSample, at: datetime) -> None:
        """Note of a stream that moves whether it brought much less than in the window before."""
        since = self._looked_at.get(key, self.swept_at)
        if before is None or before.counter is None or now.counter is None or since is None or at <= since:
            return
        rate = (now.counter - before.counter) / (at - since).total_seconds()
        if rate < SLOWED * self._rates.get(key, 0.0):
            self._slowed.add(key)
        self._rates[key] = rate

    def _take_some(self, sweep: Sweep, due: frozenset[str]) -> list[Change]:
        """A second look at a few streams: those in `sweep.asked`."""
        readings: list[tuple[str, Reading]] = []
        self._slowed.difference_update(due)
        for key in sweep.asked:
            if key not in self.streams:
                continue
            if key not in due:
                self._glance(key, sweep.samples.get(key), sweep.at)
                continue
            sample = sweep.samples.get(key)
            flow = judge_flow(self._before.get(key), sample, on_demand=self.streams[key].on_demand)
            if flow is Flow.FLAT and self._short_window(key, sweep.at) is not None:
                continue
            if flow is Flow.ADVANCED:
                self.flows.pop(key, None)
            else:
                self.flows[key] = flow
            if sample is not None:
                self._before[key] = sample
                self._looked_at[key] = sweep.at
            readings.append((key, (SUSPECT if self.suspect else READINGS)[flow]))
        return self._settle_each(readings, sweep.at)

    def _glance(self, key: str, sample: StreamSample | None, at: datetime) -> None:
        """See whether a neighbour moves just now; its own window goes on as if nobody had looked."""
        since, before = self._glances.get(key, (self.swept_at, self._before.get(key)))
        if since is not None and at - since < SHORTEST_WINDOW:
            return
        flow = judge_flow(before, sample, on_demand=self.streams[key].on_demand)
        if flow is Flow.ADVANCED:
            self.flows.pop(key, None)
            self.still.pop(key, None)
        else:
            self.flows[key] = flow
            self.still.setdefault(key, at)
        if sample is not None:
            self._glances[key] = at, sample

    def _short_window(self, key: str, at: datetime) -> datetime | None:
        """Say when the stream's window began, if that is too short ago to show that nothing moves."""
        since = self._looked_at.get(key, self.swept_at)
        return since if since is not None and at - since < SHORTEST_WINDOW else None

    def _settle_each(self, readings: Iterable[tuple[str, Reading]], at: datetime) -> list[Change]:
        changes: list[Change] = []
        for key, reading in readings:
            standing = self.standings.get(key)
            if standing is None:
                continue
            settled = settle(standing, reading, at, self.rules)
            if settled is not standing:
                self._put(key, settled, at, changes)
        return changes

    def _put(self, key: str, settled: Standing, at: datetime, changes: list[Change]) -> None:
        if settled.state is not self.standings[key].state:
            changes.append(Change(stream=self.streams[key], standing=settled, decided_at=at))
        self.standings[key] = settled
        if settled.run is None:
            self._open_runs.discard(key)
        else:
            self._open_runs.add(key)
