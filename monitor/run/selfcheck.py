"""The monitor tests itself: its network, clock, disk, database and event loop, on a short beat.

It begins before the first sweep. While something is in doubt, what fails tells nothing; once the monitor is
blind, nothing does until it sees again. A store that refuses does not blind: what was seen is told later.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from monitor.judge.selfcheck import (
    Check,
    Finding,
    Result,
    Sight,
    SightRules,
    SuspectWindows,
    Worth,
    follow,
)
from monitor.run.canaries import Answer, Canaries
from monitor.run.clock import Clock
from monitor.run.hearsay import Hearsay
from monitor.run.loop_watch import LoopWatch
from monitor.run.meter import Meter

log: structlog.stdlib.BoundLogger = structlog.get_logger()

STEPS = 2  # tests in a row that find the machine's clock elsewhere, before we go by it
SLOWER = 0.1  # by which our clock runs slower while the machine's is behind it
MOSTLY = 0.5  # the share of a beat that the loop stands still, from which on nothing can be looked at


class WasBlindError(Exception):
    """The process did not run for a while: what was known is too old to go on from."""


class ClockSteppedError(WasBlindError):
    """The machine's clock was set: moments from before and from now on do not go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """How often the monitor tests itself, and what it takes for trouble."""

    every: float = 10.0  # seconds
    sight: SightRules = field(default_factory=SightRules)
    clock_step: float = 5.0  # seconds
    database_silence: float = 30.0  # seconds without a committed heartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Blindness:
    """What makes the monitor blind."""

    since: datetime
    doubtful_since: datetime  # just after the last test that was good
    why: str


KEEPING = (Check.DISK, Check.DATABASE, Check.CLOCK)  # by which what is seen is kept, and dated
BESIDE_DATABASE = (Check.DISK, Check.CLOCK)  # what is told to the database: that it answers shows by itself


class SelfCheck:
    """Tests, remembers what the tests came to, and says what an answer is worth."""

    def __init__(
        self,
        *,
        canaries: Canaries,
        rules: CheckRules,
        clock: Clock,
        meter: Meter,
        beat_age: Callable[[], float],
        gateways: Callable[[], Collection[str]],
        on_blind: Callable[[Blindness], None],
        on_seeing: Callable[[datetime], None],
        on_unsure: Callable[[], None],
    ) -> None:
        self.hearsay = Hearsay()
        self.loop = LoopWatch(clock, self._stalled)
        self.blindness: Blindness | None = None
        self._canaries = canaries
        self._rules = rules
        self._clock = clock
        self._meter = meter
        self._beat_age = beat_age  # seconds since the last committed heartbeat
        self._gateways = gateways  # of the register
        self._on_blind = on_blind
        self._on_seeing = on_seeing  # told since when
        self._on_unsure = on_unsure  # looks at schools must tell whether it is us
        self._findings: dict[Check, Finding] = {}
        self._sights = {Check.NETWORK: Sight(), Check.LOOP: Sight()}
        self._windows = SuspectWindows()
        self._steps = 0

    @property
    def in_doubt(self) -> bool:
        """Say whether anything may fail for us now."""
        return any(sight.since is not None for sight in self._sights.values())

    def troubles(self) -> list[str]:
        """Say what keeps us from seeing."""
        return [f"the monitor is blind: {self.blindness.why}"] if self.blindness is not None else []

    def ailments(self, checks: Iterable[Check] = KEEPING) -> list[str]:
        """Say what of our own is in trouble that does not blind us: we see, and may not keep what we see."""
        found = map(self._findings.get, checks)
        return [f"{each.check.value}: {each.detail}" for each in found if each is not None and each.failed]

    def resume(self, since: datetime) -> None:
        """Go on from a blindness that was told before a restart: it ends when tests are good."""
        self._sights[Check.NETWORK] = Sight(blind=True, since=since)
        self.blindness = Blindness(since=since, doubtful_since=since, why="not known to see yet")
        self._meter.sight_is(blind=True)

    def worth(self, began: datetime) -> Worth:
        """Say what an answer that is there now is worth, which was asked for at `began`."""
        self.loop.notice()
        if self.blindness is not None:
            return Worth.NOTHING
        if self.in_doubt or self._windows.touch(began, self._clock.now()):
            return Worth.GOOD
        return Worth.ALL

    async def run(self) -> None:
        """Test on the beat until cancelled. Raises ClockSteppedError once the clock's step is certain."""
        due = self._clock.monotonic()
        while True:
            due = max(due + self._rules.every, self._clock.monotonic())
            await asyncio.sleep(due - self._clock.monotonic())
            await self.look()

    async def look(self) -> None:
        """Make every test once."""
        at = self._clock.now()
        network, disk = await asyncio.gather(self._canaries.network(), self._canaries.disk())
        findings = (
            self._network(network, at),
            self._loop(at),
            self._database(at),
            Finding(check=Check.DISK, result=disk.result, at=at, detail=disk.detail),
            self._wall(at),
        )
        for finding in findings:
            self._take(finding)
        self._see()
        if self._steps >= STEPS:
            raise ClockSteppedError

    def _network(self, answer: Answer, at: datetime) -> Finding:
        """Believe the control addresses; without any, what the estate itself says."""
        if answer.result is Result.UNTOLD:
            gateways = self._gateways()
            if self.hearsay.unsure(gateways):
                self._on_unsure()
            return self.hearsay.finding(gateways, at)
        failed = answer.result is Result.FAILED
        return Finding(check=Check.NETWORK, result=answer.result, at=at, detail=answer.detail, blinds=failed)

    def _loop(self, at: datetime) -> Finding:
        stood, seconds = self.loop.take_stood()
        if not stood:
            return Finding(check=Check.LOOP, result=Result.OK, at=at)
        detail = f"the event loop stood still for {stood:.1f} s of {seconds:.1f}"
        began, mostly = at - timedelta(seconds=seconds), stood >= MOSTLY * seconds
        return Finding(check=Check.LOOP, result=Result.FAILED, at=began, detail=detail, blinds=mostly)

    def _database(self, at: datetime) -> Finding:
        age = self._beat_age()
        if age <= self._rules.database_silence:
            return Finding(check=Check.DATABASE, result=Result.OK, at=at)
        detail = f"no heartbeat was committed for {age:.0f} s"
        return Finding(check=Check.DATABASE, result=Result.FAILED, at=at, detail=detail)

    def _wall(self, at: datetime) -> Finding:
        """Follow the machine's clock where it differs a little.

        A step forward is told and, if it stays, taken. No moment is lived twice: after a step back our
        clock runs slower until the machine's is there.
        """
        offset = self._clock.offset()
        if abs(offset) <= self._rules.clock_step:
            self._steps = 0
            self._clock.set()
            return Finding(check=Check.CLOCK, result=Result.OK, at=at)
        if offset > 0:
            self._steps += 1
        else:
            self._steps = 0
            self._clock.hold_back(self._rules.every * SLOWER)
        detail = f"the machine's clock is {abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} ours"
        return Finding(check=Check.CLOCK, result=Result.FAILED, at=at, detail=detail)

    def _take(self, finding: Finding) -> None:
        self._meter.selfcheck_done(finding)
        before = self._findings.get(finding.check)
        self._findings[finding.check] = finding
        if finding.failed and (before is None or not before.failed):
            log.warning("selfcheck_failed", check=finding.check.value, detail=finding.detail)
        elif not finding.failed and before is not None and before.failed:
            log.info("selfcheck_passed", check=finding.check.value)
        sight = self._sights.get(finding.check)
        if sight is not None:
            after = self._sights[finding.check] = follow(sight, finding, self._rules.sight)
            if sight.doubtful_since is not None and after.since is None:
                self._suspect(sight.doubtful_since, self._clock.now())

    def _see(self) -> None:
        """Tell when all of it together makes us blind, or does not any more."""
        blind = [sight for sight in self._sights.values() if sight.blind]
        if blind and self.blindness is None:
            self._go_blind(blind)
        elif not blind and self.blindness is not None:
            self.blindness = None
            self._meter.sight_is(blind=False)
            seeing = [sight.good_since for sight in self._sights.values() if sight.good_since is not None]
            self._on_seeing(max(seeing, default=self._clock.now()))

    def _go_blind(self, sights: list[Sight]) -> None:
        now = self._clock.now()
        self.blindness = Blindness(
            since=min(sight.since or now for sight in sights),
            doubtful_since=min(sight.doubtful_since or now for sight in sights),
            why="; ".join(sight.detail for sight in sights),
        )
        self._meter.sight_is(blind=True)
        self._on_blind(self.blindness)

    def _stalled(self, begin: datetime, end: datetime) -> None:
        if self._suspect(begin, end):
            log.warning("loop_stalled", seconds=round((end - begin).total_seconds(), 3))

    def _suspect(self, begin: datetime, end: datetime) -> bool:
        new = self._windows.add(begin, end)
        if new:
            self._meter.window_suspect((end - begin).total_seconds())
        return new
