"""Sweeps of one gateway: one call answers for many streams, and a few are asked again soon after.

The sweeper looks and hands on. The ledger judges, the desk decides causes, the journal commits.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from monitor.judge.ledger import Change, Ledger
from monitor.judge.outages import GatewayStanding, follow
from monitor.judge.patience import Standing, ask_again_at
from monitor.judge.progress import Flow, Reading
from monitor.judge.selfcheck import Worth
from monitor.model.incident import Incident
from monitor.model.sample import Sample
from monitor.model.verdict import State
from monitor.run.clock import Clock
from monitor.run.desk import Desk
from monitor.run.meter import Meter
from monitor.run.scheduler import Scheduler
from probes.centre.base import CentreSource, Sweep

FIRST_AGAIN = timedelta(seconds=5)  # after a first sample there is nothing to compare with: look soon
SLOWED_AGAIN = timedelta(seconds=13)  # after a stream slowed: a short break is over by then
SHORTEST_SLEEP = 0.001  # seconds; rounding must never make us spin
SOON = 5.0  # seconds until a sweep is made anew during which something of ours may have failed
TOGETHER = 0.2  # seconds; second looks that are due about the same time are made in one call


class Sweeper:
    """Keeps one gateway's streams judged."""

    def __init__(
        self,
        *,
        gateway_id: str,
        source: CentreSource,
        ledger: Ledger,
        desk: Desk,
        clock: Clock,
        meter: Meter,
        on_judged: Callable[[str, Sequence[Change], Incident | None], None],
        on_doubt: Callable[[Iterable[str]], None],
        on_sampled: Callable[[Sample], None] = lambda _: None,
        worth: Callable[[datetime], Worth] = lambda _: Worth.ALL,
    ) -> None:
        self.gateway_id = gateway_id
        self.source = source
        self.ledger = ledger
        self.tried = False  # a whole sweep was made, whatever it said
        self._desk = desk
        self._clock = clock
        self._meter = meter
        self._on_judged = on_judged  # after every whole sweep, and when a second look changed something
        self._on_doubt = on_doubt  # cameras whose stream just stopped moving
        self._on_sampled = on_sampled  # after every whole sweep
        self._worth = worth  # of an answer that is there now, by when it was asked for
        self._wake = asyncio.Event()
        self._schedule = Scheduler(period=ledger.rules.interval.total_seconds())
        self._again: dict[str, datetime] = {}
        self._doubted: set[str] = set()
        desk.ledgers[gateway_id] = ledger
        desk.gateways.setdefault(gateway_id, GatewayStanding(gateway_id=gateway_id))

    async def run(self) -> None:
        """Sweep on the gateway's grid, at once for the first time, until cancelled."""
        self._schedule.add(self.gateway_id, self._clock.monotonic())
        self._schedule.hasten(self.gateway_id, self._clock.monotonic())
        while True:
            await self._sleep_until_due()
            for due in self._schedule.pop(self._clock.monotonic()):
                await self._sweep_all(due.lateness)
            now = self._clock.now()
            keys = tuple(key for key, moment in self._again.items() if moment <= now)
            if keys:
                await self._look_again(keys)

    def hasten(self) -> None:
        """Sweep at once: what was seen before does not count any more."""
        self._schedule.hasten(self.gateway_id, self._clock.monotonic())
        self._wake.set()

    async def _look_again(self, keys: tuple[str, ...]) -> None:
        """Look at a few streams. A look that failed tells nothing; the whole sweep speaks of the gateway."""
        asked = keys if self.source.needs_keys else self.ledger.beside(keys)  # a relay pays for each
        began = self._clock.now()
        sweep = await self.source.sweep(asked)
        worth = self._worth(began)
        if sweep.failure is None and worth is not Worth.NOTHING:
            self._hand_on(sweep, None, suspect=worth is Worth.GOOD, due=keys)
        else:
            self._again = {key: moment for key, moment in self._again.items() if key not in keys}

    async def _sleep_until_due(self) -> None:
        waits = (
            [next_at - self._clock.monotonic()] if (next_at := self._schedule.next_at()) is not None else []
        )
        if self._again:
            soonest = min(self._again.values()) - self._clock.now()
            waits.append(max(TOGETHER, soonest.total_seconds()))
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(SHORTEST_SLEEP, min(waits))):
                await self._wake.wait()

    async def _sweep_all(self, lateness: float) -> None:
        began = self._clock.now()
        sweep = await self._whole_sweep()
        worth = self._worth(began)
        self.tried = True
        self._meter.sweep_done(sweep, lateness=lateness)
        if worth is not Worth.NOTHING:
            self._judge(sweep, suspect=worth is Worth.GOOD)
        self._on_sampled(self._sample(sweep))

    def _judge(self, sweep: Sweep, *, suspect: bool) -> None:
        """Let a whole sweep speak of the gateway and of its streams; a suspect one is made anew soon."""
        incident = None
        if suspect and not self.ledger.suspect:  # never twice in a row: looking more often may be the trouble
            self._schedule.hasten(self.gateway_id, self._clock.monotonic() + SOON)
        if sweep.failure is None or not suspect:
            incident = self._follow(sweep)
        self._hand_on(sweep, incident, suspect=suspect)

    def _follow(self, sweep: Sweep) -> Incident | None:
        """Say whether the gateway answers; returns its incident when that opened or closed one."""
        if sweep.failure is not None:
            self._desk.note_sweep_failure(self.gateway_id, f"{sweep.failure.value} {sweep.detail}".strip())
        before = self._desk.gateways[self.gateway_id]
        windows, failing_since = self._desk.index.windows, before.failing_since or sweep.at
        standing, incident = follow(
            before,
            answered=sweep.failure is None,
            at=sweep.at,
            streams=len(self.ledger.streams),
            rules=self.ledger.rules,
            planned=windows.of_gateway(self.gateway_id, failing_since, self._clock.now()) is not None,
        )
        self._desk.gateways[self.gateway_id] = standing
        return incident

    def _sample(self, sweep: Sweep) -> Sample:
        answered = sweep.failure is None
        return Sample(
            gateway_id=self.gateway_id,
            at=sweep.at,
            seconds=sweep.seconds,
            paths=len(sweep.samples) if answered else 0,
            moved=len(self.ledger.streams) - len(self.ledger.flows) if answered else 0,
            failure=sweep.failure.value if sweep.failure is not None else None,
        )

    async def _whole_sweep(self) -> Sweep:
        """Ask for all streams; a source that cannot list them is given every key of the ledger."""
        if not self.source.needs_keys:
            return await self.source.sweep()
        sweep = await self.source.sweep(tuple(self.ledger.streams))
        return msgspec.structs.replace(sweep, complete=True, asked=())

    def _hand_on(
        self,
        sweep: Sweep,
        incident: Incident | None,
        *,
        suspect: bool,
        due: tuple[str, ...] | None = None,
    ) -> None:
        changes = self.ledger.take(sweep, suspect=suspect, due=due)
        unsettled = self.ledger.unsettled()
        self._plan_second_looks(sweep, unsettled, due)
        self._raise_doubts(unsettled)
        if changes or sweep.complete:
            self._on_judged(self.gateway_id, changes, incident)

    def _plan_second_looks(
        self, sweep: Sweep, unsettled: Mapping[str, Standing], due: tuple[str, ...] | None
    ) -> None:
        """Decide anew for the streams just looked at; the others keep their time."""
        looked = unsettled.keys() if due is None else unsettled.keys() & set(due)
        kept = {key: moment for key, moment in self._again.items() if key in unsettled and key not in looked}
        fresh = {key: self._again_at(key, unsettled[key], sweep.at) for key in looked}
        self._again = kept | {key: moment for key, moment in fresh.items() if moment is not None}

    def _again_at(self, key: str, standing: Standing, at: datetime) -> datetime | None:
        if standing.run is None and self.ledger.flows.get(key) is not Flow.FIRST:
            return at + SLOWED_AGAIN
        if self.ledger.flows.get(key) is Flow.FIRST:
            return at + FIRST_AGAIN
        return ask_again_at(standing, self.ledger.rules, at)

    def _raise_doubts(self, unsettled: Mapping[str, Standing]) -> None:
        """Ask for a look at the school, once per run, of every camera whose stream stopped, or seems to."""
        bad = {key for key, standing in unsettled.items() if standing.run is Reading.BAD}
        bad |= {key for key in self.ledger.still if self.ledger.standings[key].state is State.RECEIVING}
        fresh = bad - self._doubted
        self._doubted = bad
        if fresh:
            self._on_doubt([self.ledger.streams[key].camera_id for key in fresh])
