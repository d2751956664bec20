"""The judge and its patience alone over cameras that never fail: whatever is told of them is a false alarm.

Rules and second looks are those of the monitor (see the modules beside), noise and counters those of
the simulator; there are no looks at schools, no causes and no store.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.cli.score_clean_ledger import Ledgers
from monitor.cli.score_clean_rules import micros
from monitor.judge.patience import Rules
from simulator.world.clean import DAY, EVERY, SECOND, Counters, Noise

MOST_TOGETHER = 25_000  # cameras in one array; above it the caches of a processor no longer help
PER_GATEWAY = 500
CLEAN = Noise()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """What was told of cameras that never failed."""

    camera_days: float
    false_alarms: int
    seconds: float  # of CPU

    @property
    def rate(self) -> float:
        """False alarms per 1,000 camera-days."""
        return 1000 * self.false_alarms / self.camera_days

    def as_dict(self) -> dict[str, float]:
        """Give the keys of `clean` in `score --json`."""
        return {
            "camera_days": round(self.camera_days, 3),
            "false_alarms": self.false_alarms,
            "false_alarms_per_1000_camera_days": round(self.rate, 6),
            "seconds": round(self.seconds, 1),
        }


def watch_clean(camera_days: int, *, seed: int, noise: Noise = CLEAN, rules: Rules | None = None) -> Clean:
    """Watch for at least a day, and for as many days as it takes; the same seed gives the same alarms."""
    began = time.process_time()
    watch = _Watch(min(MOST_TOGETHER, camera_days), noise, rules or Rules(), np.random.default_rng(seed))
    sweeps = math.ceil(camera_days / watch.cameras * DAY / watch.interval)
    for number in range(sweeps):
        watch.sweep(number)
    return Clean(
        camera_days=watch.cameras * sweeps * watch.interval / DAY,
        false_alarms=watch.ledgers.alarms,
        seconds=time.process_time() - began,
    )


class _Watch:
    """Cameras, their counters, and the ledgers that judge them."""

    def __init__(self, cameras: int, noise: Noise, rules: Rules, chance: np.random.Generator) -> None:
        self.cameras = cameras
        self.interval = micros(rules.interval)
        self.ledgers = Ledgers(cameras, rules)
        self._counters = Counters(cameras, noise, chance)
        self._noise, self._chance = noise, chance
        self._every = np.arange(cameras)
        self._gateway = self._every // PER_GATEWAY

    def sweep(self, number: int) -> None:
        """Sweep all gateways; before that make the second looks that are due by then."""
        late = int(self._chance.uniform(0, self._noise.lateness) * SECOND)
        moment = number * self.interval + late
        while (due := np.flatnonzero(self.ledgers.again < moment)).size:
            self._look(due)
        at = np.full(self.cameras, moment)
        lost = self._fail(int(self._gateway[-1]) + 1)
        if not lost.any():
            self.ledgers.sweep(self._every, self._counters.at(EVERY, at), at)
            return
        fails = lost[self._gateway]
        well, ill = np.flatnonzero(~fails), np.flatnonzero(fails)
        self.ledgers.sweep(well, self._counters.at(well, at[well]), at[well])
        self.ledgers.lose(ill, at[ill])

    def _look(self, due: NDArray[np.intp]) -> None:
        fails = self._fail(due.size)
        self.ledgers.miss(due[fails])
        due = due[~fails]
        at = self.ledgers.again[due]
        self.ledgers.look(due, self._counters.at(due, at), at)

    def _fail(self, calls: int) -> NDArray[np.bool_]:
        return self._chance.random(calls) < self._noise.lost
