"""What probes may take of one site: connections at a time, bytes per second.

A probe must never saturate the uplink that it checks.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum

from monitor.model.estate import Estate

CHECK = "check"  # of a camera; every other kind of question is an asker's


class Limit(StrEnum):
    """What of a site is limited."""

    BYTES = "bytes"
    CONNECTIONS = "connections"


class SiteBudget:
    """One site's allowance. Bytes are paid after a check, and a debt is waited off before the next."""

    def __init__(
        self,
        *,
        kbps: float,
        concurrency: int,
        waited: Callable[[float], None] = lambda _: None,
        waiting: Counter[str] | None = None,
    ) -> None:
        self._rate = kbps * 1000 / 8  # bytes per second
        self._waited = waited  # is told how long each question waited, in seconds
        self._slots = asyncio.Semaphore(concurrency)
        self._debt = 0.0
        self._paid_at = 0.0
        self._waiting = waiting if waiting is not None else Counter[str]()  # of all sites, by kind
        self._queued = 0  # for a connection
        self._indebted = 0  # with one, until the bytes are worked off

    @property
    def limit(self) -> Limit | None:
        """What something that is due waits for now; None: nothing waits."""
        if self._indebted:
            return Limit.BYTES
        return Limit.CONNECTIONS if self._queued else None

    @asynccontextmanager
    async def slot(self, kind: str = CHECK) -> AsyncIterator[None]:
        """Hold one connection of the site, once its debt in bytes is worked off."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._waiting[kind] += 1
        try:
            await self._enter()
        finally:
            self._waiting[kind] -= 1
        try:
            self._waited(loop.time() - began)
            yield
        finally:
            self._slots.release()

    async def _enter(self) -> None:
        """Take a connection, and wait until the debt is worked off."""
        self._queued += 1
        try:
            await self._slots.acquire()
        finally:
            self._queued -= 1
        try:
            await self._work_off()
        except BaseException:
            self._slots.release()
            raise

    async def _work_off(self) -> None:
        wait = self._remaining()
        if wait > 0:
            self._indebted += 1
            try:
                await asyncio.sleep(wait)
            finally:
                self._indebted -= 1

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
        self.waiting: Counter[str] = Counter()  # questions that are due and wait for their site, by kind
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
            self._sites[site_id] = SiteBudget(
                kbps=kbps, concurrency=self._concurrency, waited=self._waited, waiting=self.waiting
            )
        return self._sites[site_id]

    def at_limit(self) -> Counter[Limit]:
        """Count the sites that something due waits for, by what it waits for."""
        return Counter(limit for site in self._sites.values() if (limit := site.limit) is not None)
