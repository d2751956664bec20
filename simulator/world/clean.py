"""Cameras that never fail, and what their byte counters show all the same: the noise of the measurement.

One array holds one thing of all cameras, because 300,000 camera-days are 864 million looks. Moments are
microseconds since the run began.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]  # microseconds
Which = NDArray[np.intp] | slice  # numbers of cameras, or all of them
SECOND = 1_000_000
DAY = 86_400 * SECOND
EVERY = slice(None)
RATES = (60_000.0, 500_000.0)  # bytes per second of a camera: 0.5 to 4 Mbit/s


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How often a look at a camera that works shows less than it should. Shares are of 1."""

    still: float = 1e-4  # looks at which the counter stands where it stood at the look before
    bursts: float = 10.0  # per camera and day: for so long nothing comes, and afterwards it goes on
    burst_lasts: tuple[float, float] = (1.0, 20.0)  # seconds, evenly
    restarts: float = 1.0  # per camera and day: the source comes back, its counter begins at zero
    restart_lasts: tuple[float, float] = (1.0, 8.0)  # seconds, evenly
    swing: float = 0.3  # of the bitrate, up or down, from one look to the next
    lost: float = 1e-3  # calls of a gateway's API that fail
    lateness: float = 1.0  # seconds, of a sweep, at most


class Counters:
    """The byte counters of cameras at their gateways."""

    def __init__(self, cameras: int, noise: Noise, chance: np.random.Generator) -> None:
        self._noise = noise
        self._chance = chance
        self._numbers = np.arange(cameras)
        self._rates = chance.uniform(*RATES, cameras) / SECOND
        self._bytes = np.zeros(cameras)  # since the source came
        self._shown = np.zeros(cameras, np.int64)  # at the look before
        self._until = np.zeros(cameras, np.int64)  # up to here it is counted
        self._begins = np.zeros(cameras, np.int64)  # of the interruption that is next, or lasts
        self._ends = np.zeros(cameras, np.int64)
        self._restarts = np.zeros(cameras, np.bool_)
        self._interrupt(self._numbers)

    def at(self, who: Which, at: Moments) -> NDArray[np.int64]:
        """Look at some cameras, each at its own moment, which is never before its last one."""
        swing = self._noise.swing
        rates = self._rates[who] * self._chance.uniform(1 - swing, 1 + swing, at.size)
        (interrupted,) = np.nonzero(self._begins[who] < at)
        if interrupted.size:
            self._pass(self._numbers[who][interrupted], at[interrupted], rates[interrupted])
        self._bytes[who] += (at - self._until[who]) * rates
        self._until[who] = at
        counted = self._bytes[who].astype(np.int64)
        (still,) = np.nonzero(self._chance.random(at.size) < self._noise.still)
        counted[still] = self._shown[self._numbers[who][still]]
        self._shown[who] = counted
        return counted

    def _pass(self, who: NDArray[np.intp], at: Moments, rates: NDArray[np.float64]) -> None:
        """Count up to the end of the last interruption that began by then."""
        while who.size:
            before = np.maximum(self._begins[who] - self._until[who], 0)
            came = self._bytes[who] + before * rates
            self._bytes[who] = np.where(self._restarts[who], 0.0, came)
            self._until[who] = np.minimum(self._ends[who], at)
            over = self._ends[who] <= at
            who, at, rates = who[over], at[over], rates[over]
            self._interrupt(who)
            more = self._begins[who] < at
            who, at, rates = who[more], at[more], rates[more]

    def _interrupt(self, who: NDArray[np.intp]) -> None:
        """Draw the next interruption of each camera, after the one that is over."""
        noise, chance = self._noise, self._chance
        often = noise.bursts + noise.restarts
        if not often:
            self._begins[who] = self._ends[who] = np.iinfo(np.int64).max
            return
        restarts = chance.random(who.size) < noise.restarts / often
        bursts, starts = (
            chance.uniform(*noise.burst_lasts, who.size),
            chance.uniform(*noise.restart_lasts, who.size),
        )
        begins = self._ends[who] + (chance.exponential(DAY / often, who.size)).astype(np.int64)
        self._restarts[who], self._begins[who] = restarts, begins
        self._ends[who] = begins + (np.where(restarts, starts, bursts) * SECOND).astype(np.int64)
