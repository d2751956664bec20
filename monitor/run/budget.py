"""What probes may take of one site: connections at a time, bytes per second.

A probe must never saturate the uplink that it checks.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from monitor.model.estate import Estate


class SiteBudget:
    """One site's allowance. Bytes are paid after a check, and a debt is waited off before the next."""

    def __init__(
        self, *, kbps: float, concurrency: int, waited: Callable[[float], None] = lambda _: None
    ) -> None:
        self._rate = kbps * 1000 / 8  # bytes per second
        self._waited = waited  # is told how long each question waited, in seconds
        self._slots = asyncio.Semaphore(concurrency)
        self._debt = 0.0
        self._paid_at = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one connection of the site, once its debt in bytes is worked off."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with self._slots:
            wait = self._remaining()
            if wait > 0:
                await asyncio.sleep(wait)
            self._waited(loop.time() - began)
            yield

    def spend(self, count: int) -> None:
        """Book the bytes that a check took, both directions."""
        self._debt = self._remaining() * self._rate + count
        self._paid_at = asyncio.get_running_loop().time()

    def _remaining(self) -> float:
        """Seconds until the debt is worked off."""
        elapsed = asyncio.get_running_loop().time() - self._paid_at
        return max(0.0, self._debt / self._rate - elapsed)


class Budgets:
    """The allowance of every site, shared by all that asks anything of it."""

    def __init__(
        self, *, kbps: float, concurrency: int, waited: Callable[[float], None] = lambda _: None
    ) -> None:
        self._waited = waited
        self._kbps = kbps  # where the register says nothing else
        self._concurrency = concurrency
        self._sites: dict[str, SiteBudget] = {}

    def reset(self) -> None:
        """Begin anew: the register may allow another rate."""
        self._sites = {}

    def of(self, site_id: str, estate: Estate) -> SiteBudget:
        """Return the allowance of a site of the register."""
        if site_id not in self._sites:
            kbps = estate.sites[site_id].budget_kbps or self._kbps
            self._sites[site_id] = SiteBudget(kbps=kbps, concurrency=self._concurrency, waited=self._waited)
        return self._sites[site_id]
