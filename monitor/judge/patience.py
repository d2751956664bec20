"""How many readings make a state: runs, and back-dating to the first sample of the run.

Probes never retry and sweeps never wait; patience lives here and nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from monitor.judge.progress import Reading
from monitor.model.verdict import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When to believe a run of readings."""

    bad_to_lose: int = 3
    good_to_receive: int = 2
    blind_after_intervals: int = 3
    interval: timedelta = timedelta(seconds=30)
    ask_again: tuple[float, ...] = (5.0, 15.0, 30.0)  # seconds after the first bad reading of a run

    @property
    def bad_span(self) -> timedelta:
        """From the first to the last bad reading of a run that is believed, however many there are between.

        Looks at a neighbour count as well, and must not make a short break look confirmed. A tenth is left
        to the scheduler's lateness.
        """
        last = min(self.bad_to_lose - 1, len(self.ask_again)) - 1
        return timedelta(seconds=0.9 * self.ask_again[last]) if last >= 0 else timedelta()

    @property
    def blind_after(self) -> timedelta:
        """From the first look that told nothing to the last one that makes the stream UNKNOWN.

        The last good look was one interval before the first empty one, so N intervals without a
        valid sample are N - 1 after it. One per cent is left to the scheduler's lateness.
        """
        return self.interval * (self.blind_after_intervals - 1) * 0.99


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The confirmed state of one stream, and the run of readings that may change it."""

    state: State
    since: datetime  # the first sample of the run that confirmed the state
    run: Reading | None = None  # GOOD or BAD readings that disagree with the state
    count: int = 0
    first_at: datetime | None = None  # of that run
    nothing_since: datetime | None = None  # first of the looks that told nothing


_SAYS = {Reading.GOOD: State.RECEIVING, Reading.BAD: State.NOT_RECEIVING}


def settle(standing: Standing, reading: Reading, at: datetime, rules: Rules) -> Standing:
    """Take one reading into account. Returns the same object when nothing changed.

    A look that told nothing neither counts in a run of good or bad ones nor breaks it.
    """
    if reading is Reading.SKIP:
        return standing
    if reading is Reading.NOTHING:
        return _settle_nothing(standing, at, rules)
    if _SAYS[reading] is standing.state:
        if standing.run is None and standing.nothing_since is None:
            return standing
        return Standing(state=standing.state, since=standing.since)
    return _settle_run(standing, reading, at, rules)


def _settle_nothing(standing: Standing, at: datetime, rules: Rules) -> Standing:
    if standing.nothing_since is None:
        return msgspec.structs.replace(standing, nothing_since=at)
    if standing.state is State.UNKNOWN or at - standing.nothing_since < rules.blind_after:
        return standing
    return Standing(state=State.UNKNOWN, since=standing.nothing_since, nothing_since=standing.nothing_since)


def _settle_run(standing: Standing, reading: Reading, at: datetime, rules: Rules) -> Standing:
    if standing.run is reading and standing.first_at is not None:
        count, first_at = standing.count + 1, standing.first_at
    else:
        count, first_at = 1, at
    needed = rules.good_to_receive if reading is Reading.GOOD else rules.bad_to_lose
    if count >= needed and (reading is Reading.GOOD or at - first_at >= rules.bad_span):
        return Standing(state=_SAYS[reading], since=first_at)
    return Standing(state=standing.state, since=standing.since, run=reading, count=count, first_at=first_at)


def ask_again_at(standing: Standing, rules: Rules, at: datetime) -> datetime | None:
    """When a stream in an unconfirmed run should be looked at again; None when it need not be.

    The delays count from the first reading of the run.
    """
    if standing.run is None or standing.first_at is None:
        return None
    due = (standing.first_at + timedelta(seconds=delay) for delay in rules.ask_again)
    return next((moment for moment in due if moment > at), None)
