"""For how long the monitor looked: time that is in doubt counts once it is certain that we saw."""

from typing import Protocol

from monitor.run.clock import Clock
from monitor.run.meter import Meter
from monitor.run.selfcheck import Blindness


class Check(Protocol):
    """What is asked of the self-check."""

    @property
    def in_doubt(self) -> bool:
        """Whether anything may fail for us now."""
        ...

    @property
    def blindness(self) -> Blindness | None:
        """What makes us blind; None: we see."""
        ...


class Looking:
    """Tells a meter how long we looked, beat by beat, from its making on."""

    def __init__(self, check: Check, clock: Clock, meter: Meter) -> None:
        self._check = check
        self._clock = clock
        self._meter = meter
        self._until = clock.monotonic()
        self._doubtful = 0.0  # seconds of which is not known yet whether we saw

    def beat(self) -> None:
        """Count the time since the last beat."""
        before, self._until = self._until, self._clock.monotonic()
        self._doubtful += self._until - before
        if self._check.blindness is not None:
            self._doubtful = 0.0
        elif not self._check.in_doubt:
            self._meter.looked(self._doubtful)
            self._doubtful = 0.0
