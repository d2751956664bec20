"""`Ledger` and the second looks of `Sweeper` for many streams at once, as far as byte counters go.

The same rules with an array for each thing that is known of a stream; a test lets both judge the same
sweeps and demands equal standings and equal second looks. Every stream is pushed, none is on demand, and
each is looked at again alone, at its own moment.
"""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.cli.score_clean_rules import (
    BAD,
    FAR,
    GOOD,
    NEVER,
    NO_RUN,
    NOTHING,
    RECEIVING,
    SKIP,
    Codes,
    Moments,
    Numbers,
    Standings,
    ask_again_at,
    micros,
)
from monitor.judge.ledger import SHORTEST_WINDOW, SLOWED
from monitor.judge.patience import Rules
from monitor.run.sweeper import FIRST_AGAIN, SLOWED_AGAIN

LEAST_WINDOW = timedelta(seconds=60)  # that a counter may be old and still be compared with
Counters = NDArray[np.int64]


class Ledgers:
    """The standings of streams that are swept together, and what their next reading depends on."""

    def __init__(self, streams: int, rules: Rules) -> None:
        self.rules = rules
        self.standings = Standings(streams)
        self.again = np.full(streams, FAR)  # when each is looked at a second time
        self.alarms = 0  # streams that were told not received or not known, until they were received
        self._alarmed = np.zeros(streams, np.bool_)
        self._before = np.full(streams, NEVER, np.int64)  # counters
        self._looked_at = np.full(streams, NEVER, np.int64)  # when their windows began
        self._swept_at = np.full(streams, NEVER, np.int64)
        self._rates = np.zeros(streams)  # bytes per microsecond in the window before
        self._slowed = np.zeros(streams, np.bool_)
        self._first = np.zeros(streams, np.bool_)  # nothing to compare with yet

    def sweep(self, who: Numbers, counters: Counters, at: Moments) -> None:
        """Judge whole sweeps that were answered."""
        swept_at = self._swept_at[who]
        old = (swept_at != NEVER) & (at - swept_at > self._longest_window())
        self._before[who[old]] = NEVER
        readings, short = self._read(who, counters, at)
        self._slowed[who] = False
        self._weigh(who, counters, at, readings)
        self._looked_at[who] = np.where(short, self._looked_at[who], at)
        self._before[who], self._swept_at[who] = counters, at
        self._settle(who, readings, at)

    def lose(self, who: Numbers, at: Moments) -> None:
        """Judge whole sweeps that failed."""
        self._settle(who, np.full(who.size, NOTHING, np.int8), at)

    def look(self, who: Numbers, counters: Counters, at: Moments) -> None:
        """Judge second looks that were answered."""
        self._slowed[who] = False
        readings, short = self._read(who, counters, at)
        long = who[~short]
        self._before[long], self._looked_at[long] = counters[~short], at[~short]
        self._settle(who, readings, at)

    def miss(self, who: Numbers) -> None:
        """Take second looks that failed: nobody asks again before the next sweep."""
        self.again[who] = FAR

    def _read(self, who: Numbers, counters: Counters, at: Moments) -> tuple[Codes, NDArray[np.bool_]]:
        """Give the readings, and which windows are too short to show that nothing moves (no reading)."""
        before, since = self._before[who], self._looked_at[who]
        moved = (counters > before) | ((counters > 0) & (counters < before))
        first = before == NEVER
        short = ~moved & ~first & (since != NEVER) & (at - since < micros(SHORTEST_WINDOW))
        self._first[who] = np.where(short, self._first[who], first)
        readings = np.where(moved, GOOD, BAD).astype(np.int8)
        readings[first | short] = SKIP
        return readings, short

    def _weigh(self, who: Numbers, counters: Counters, at: Moments, readings: Codes) -> None:
        """Note which streams brought much less than in the window before."""
        span = at - self._looked_at[who]
        weighed = (readings == GOOD) & (self._looked_at[who] != NEVER) & (span > 0)
        rates = (counters - self._before[who]) / np.maximum(span, 1)
        self._slowed[who] = weighed & (rates < SLOWED * self._rates[who])
        self._rates[who] = np.where(weighed, rates, self._rates[who])

    def _settle(self, who: Numbers, readings: Codes, at: Moments) -> None:
        changed = self.standings.settle(who, readings, at, self.rules)
        if changed.size:
            lost = self.standings.state[changed] != RECEIVING
            self.alarms += int(np.count_nonzero(lost & ~self._alarmed[changed]))
            self._alarmed[changed] = lost
        self._plan(who, at)

    def _plan(self, who: Numbers, at: Moments) -> None:
        """Decide when each is looked at again: seen for the first time, in an open run, or slowed."""
        self.again[who] = FAR
        first, slowed = self._first[who], self._slowed[who]
        running = self.standings.run[who] != NO_RUN
        (open_,) = np.nonzero(first | slowed | running)
        who, at, first, running = who[open_], at[open_], first[open_], running[open_]
        again = np.where(
            running, ask_again_at(self.standings, who, at, self.rules), at + micros(SLOWED_AGAIN)
        )
        self.again[who] = np.where(first, at + micros(FIRST_AGAIN), again)

    def _longest_window(self) -> int:
        return micros(max(LEAST_WINDOW, self.rules.interval * self.rules.blind_after_intervals))
