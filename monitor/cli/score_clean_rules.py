"""`patience.settle` for many streams at once: the same rules, with an array for each field of a standing.

A test drives random readings through both and demands equal standings. Moments are microseconds of one
clock; `NEVER` stands for None.
"""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.judge.patience import Rules

Codes = NDArray[np.int8]
Moments = NDArray[np.int64]  # microseconds
Numbers = NDArray[np.intp]  # of streams
NEVER = -1
FAR = np.iinfo(np.int64).max  # later than every moment

# A reading has the code of the state that it says, a run that of its readings; 0 is also no reading, no run.
UNKNOWN = SKIP = NO_RUN = 0
RECEIVING = GOOD = 1
NOT_RECEIVING = BAD = 2
NOTHING = 3


def micros(span: timedelta) -> int:
    """Give a span as microseconds."""
    return span // timedelta(microseconds=1)


class Standings:
    """The confirmed states of streams, and the runs of readings that may change them."""

    def __init__(self, streams: int, *, state: int = UNKNOWN, since: int = 0) -> None:
        self.state = np.full(streams, state, np.int8)
        self.since = np.full(streams, since, np.int64)
        self.run = np.full(streams, NO_RUN, np.int8)
        self.count = np.zeros(streams, np.int64)
        self.first_at = np.full(streams, NEVER, np.int64)
        self.nothing_since = np.full(streams, NEVER, np.int64)

    def settle(self, who: Numbers, readings: Codes, at: Moments, rules: Rules) -> Numbers:
        """Take one reading of each of `who` into account; returns those whose state changed."""
        odd = readings != self.state[who]
        odd |= (self.run[who] != NO_RUN) | (self.nothing_since[who] != NEVER)
        (touched,) = np.nonzero(odd & (readings != SKIP))
        who, readings, at = who[touched], readings[touched], at[touched]
        before = self.state[who]
        nothing, agrees = readings == NOTHING, readings == before
        counts = ~(nothing | agrees)
        self._settle_nothing(who[nothing], at[nothing], rules)
        self._end_run(who[agrees])
        self.nothing_since[who[~nothing]] = NEVER
        self._settle_run(who[counts], readings[counts], at[counts], rules)
        changed: Numbers = who[self.state[who] != before]
        return changed

    def _end_run(self, who: Numbers) -> None:
        self.run[who], self.count[who], self.first_at[who] = NO_RUN, 0, NEVER

    def _settle_nothing(self, who: Numbers, at: Moments, rules: Rules) -> None:
        fresh = self.nothing_since[who] == NEVER
        self.nothing_since[who[fresh]] = at[fresh]
        long = at - self.nothing_since[who] >= micros(rules.blind_after)
        blind = who[~fresh & long & (self.state[who] != UNKNOWN)]
        self.state[blind], self.since[blind] = UNKNOWN, self.nothing_since[blind]
        self._end_run(blind)

    def _settle_run(self, who: Numbers, readings: Codes, at: Moments, rules: Rules) -> None:
        goes_on = self.run[who] == readings
        count = np.where(goes_on, self.count[who] + 1, 1)
        first_at = np.where(goes_on, self.first_at[who], at)
        good = readings == GOOD
        enough = count >= np.where(good, rules.good_to_receive, rules.bad_to_lose)
        believed = enough & (good | (at - first_at >= micros(rules.bad_span)))
        self.run[who], self.count[who], self.first_at[who] = readings, count, first_at
        sure = who[believed]
        self.state[sure], self.since[sure] = readings[believed], first_at[believed]
        self._end_run(sure)


def ask_again_at(standings: Standings, who: Numbers, at: Moments, rules: Rules) -> Moments:
    """Say when each stream in an unconfirmed run is to be looked at again; FAR when it need not be."""
    running = standings.run[who] != NO_RUN
    first_at, again = standings.first_at[who], np.full(who.size, FAR)
    for delay in sorted(rules.ask_again, reverse=True):
        due = first_at + micros(timedelta(seconds=delay))
        again = np.where(running & (due > at), due, again)
    return again
