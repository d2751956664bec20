"""When each thing is due: a heap of (due, key), every key on a grid of its own.

The grid's start is a stable hash of the key, so polls spread evenly and fall on the same seconds after
a restart. What is late is done late and then goes back to its grid: no burst makes up for lost time.
"""

import heapq
from dataclasses import dataclass

from monitor.run.clock import offset

_ROUNDING = 1e-6  # of a period


@dataclass(frozen=True, slots=True)
class Due:
    """A key whose time came, and how late that was noticed (seconds)."""

    key: str
    lateness: float


class Scheduler:
    """Due times of many keys on one beat. Times are seconds of one clock, passed in."""

    def __init__(self, *, period: float) -> None:
        self.period = period
        self._heap: list[tuple[float, str]] = []
        self._due: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._due)

    def add(self, key: str, now: float) -> None:
        """Put a key on its grid; one that is there keeps its time."""
        if key not in self._due:
            self._put(key, self._next(key, now))

    def remove(self, key: str) -> None:
        """Take a key off; its entry in the heap dies when it comes up."""
        self._due.pop(key, None)

    def hasten(self, key: str, at: float) -> None:
        """Make a key due at `at` if it is not due earlier."""
        if key in self._due and at < self._due[key]:
            self._put(key, at)

    def pop(self, now: float) -> list[Due]:
        """Return every key that is due, each put back on its grid."""
        ready: list[Due] = []
        while self._heap and self._heap[0][0] <= now:
            due, key = heapq.heappop(self._heap)
            if self._due.get(key) != due:
                continue
            ready.append(Due(key, now - due))
            self._put(key, self._next(key, now))
        return ready

    def next_at(self) -> float | None:
        """When the next key is due; None when there is none."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _put(self, key: str, due: float) -> None:
        self._due[key] = due
        heapq.heappush(self._heap, (due, key))

    def _next(self, key: str, now: float) -> float:
        wait = (offset(key, self.period) - now) % self.period
        if wait < self.period * _ROUNDING:  # rounding can leave us on the very point that has just passed
            wait += self.period
        return now + wait
