"""The one clock of the service: wall time for what is remembered, monotonic time for waiting.

Wall time goes on by monotonic time from the moment at which it was last set, so that a step of the machine's
clock moves nothing under our feet. Polls are spread by a stable hash of what is polled, not by chance: the
same after every restart.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

SLIGHT = 0.01  # seconds by which wall time may differ from the machine's


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """`now` gives UTC, aware; `monotonic` the loop's seconds. Tests and the scorer pass their own wall."""

    def __init__(self, wall: Callable[[], datetime] = _wall) -> None:
        self._wall = wall
        self._steady = time.monotonic if wall is _wall else self.monotonic
        self._set_at: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return wall time, UTC. It steps only when it is set."""
        if self._set_at is None:
            self._set_at = (self._wall(), self._steady())
        moment, second = self._set_at
        return moment + timedelta(seconds=self._steady() - second)

    def offset(self) -> float:
        """Seconds by which the machine's clock is ahead of ours."""
        return (self._wall() - self.now()).total_seconds()

    def set(self) -> None:
        """Go by the machine's clock from now on, if that is not what we do."""
        if abs(self.offset()) > SLIGHT:
            self._set_at = None

    def hold_back(self, seconds: float) -> None:
        """Go so much behind of where we are."""
        moment = self.now() - timedelta(seconds=seconds)
        self._set_at = (moment, self._steady())

    def monotonic(self) -> float:
        """Seconds of the running loop; never steps back."""
        return asyncio.get_running_loop().time()


def offset(key: str, period: float) -> float:
    """Where in its period (seconds) a thing is polled: a hash of its id, so load is spread evenly."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 * period
