"""How late the event loop is, known as soon as it runs again, in whatever order it wakes its sleepers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.run.clock import Clock

BEAT = 0.25  # seconds between two wakings
STALL = 1.0  # seconds without the loop that make what was under way meanwhile suspect
LATE = STALL - BEAT  # the lag from which on the loop may have stood so long: it may have slept a beat before


class LoopWatch:
    """One sleeper that is woken again and again, and what its lateness says."""

    def __init__(self, clock: Clock, on_stall: Callable[[datetime, datetime], None]) -> None:
        self._clock = clock
        self._on_stall = on_stall  # told from when until when; of one stall perhaps more than once
        self._due: float | None = None  # when the sleeper wants to be woken, on the loop's clock
        self._stood = 0.0  # seconds in which the loop stood still, since they were last taken
        self._watched_at: float | None = None  # when they were

    def sleep(self) -> float:
        """The sleeper goes to sleep; returns for how long (seconds)."""
        self._due = self._clock.monotonic() + BEAT
        return BEAT

    def wake(self) -> float:
        """The sleeper woke; returns how late (seconds)."""
        lag = self.notice()
        self._due = None
        if lag > LATE:
            self._stood += lag
        return lag

    def notice(self) -> float:
        """See whether the sleeper should have been woken long ago; returns how late it is by now."""
        if self._due is None:
            return 0.0
        lag = max(0.0, self._clock.monotonic() - self._due)
        if lag > LATE:
            now = self._clock.now()
            self._on_stall(now - timedelta(seconds=lag + BEAT), now)
        return lag

    def take_stood(self) -> tuple[float, float]:
        """Return how long the loop stood still since the last call, and how long ago that was."""
        now, before = self._clock.monotonic(), self._watched_at
        stood, self._stood, self._watched_at = self._stood, 0.0, now
        return stood, now - before if before is not None else 0.0
