"""What probes may take of one site: connections at a time, bytes per second, refused log-ins.

A probe must never saturate the uplink that it checks, or lock an account.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class SiteBudget:
    """One site's allowance. Bytes are paid after a check, and a debt is waited off before the next."""

    def __init__(self, *, kbps: float, concurrency: int) -> None:
        self._rate = kbps * 1000 / 8  # bytes per second
        self._slots = asyncio.Semaphore(concurrency)
        self._debt = 0.0
        self._paid_at = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one connection of the site, once its debt in bytes is worked off."""
        async with self._slots:
            wait = self._remaining()
            if wait > 0:
                await asyncio.sleep(wait)
            yield

    def spend(self, count: int) -> None:
        """Book the bytes that a check took, both directions."""
        self._debt = self._remaining() * self._rate + count
        self._paid_at = asyncio.get_running_loop().time()

    def _remaining(self) -> float:
        """Seconds until the debt is worked off."""
        elapsed = asyncio.get_running_loop().time() - self._paid_at
        return max(0.0, self._debt / self._rate - elapsed)


class LogIns:
    """Counts refused log-ins per camera, and says when to stop offering a password."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._refused: dict[str, int] = {}

    def may_try(self, camera_id: str) -> bool:
        """False after `most` refused checks in a row, until told otherwise."""
        return self._refused.get(camera_id, 0) < self._most

    def note(self, camera_id: str, *, refused: bool) -> None:
        """Count a check in which the password was refused; an accepted one clears the count."""
        if refused:
            self._refused[camera_id] = self._refused.get(camera_id, 0) + 1
        else:
            self._refused.pop(camera_id, None)

    def forget(self) -> None:
        """Start anew, because passwords were imported."""
        self._refused.clear()
