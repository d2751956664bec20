"""The one clock of the service: wall time for what is remembered, monotonic time for waiting.

Polls are spread by a stable hash of what is polled, not by chance: the same after every restart.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b


def _wall() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` gives UTC, aware; `monotonic` the loop's seconds. Tests and the scorer pass their own."""

    now: Callable[[], datetime] = _wall

    def monotonic(self) -> float:
        """Seconds of the running loop; never steps back."""
        return asyncio.get_running_loop().time()


def offset(key: str, period: float) -> float:
    """Where in its period (seconds) a thing is polled: a hash of its id, so load is spread evenly."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 * period
