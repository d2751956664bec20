"""What probes may take of one site: connections at a time, bytes per second.

A probe must never saturate the uplink that it checks.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from monitor.model.estate import Estate

LIGHT, WHOLE = "light", "whole"  # checks of a camera; every other kind of question is an asker's
CHECKS = frozenset({LIGHT, WHOLE})
TICK = 0.001  # seconds of debt that are none


class Limit(StrEnum):
    """What of a site is limited."""

    BYTES = "bytes"
    CONNECTIONS = "connections"


@dataclass(slots=True)
class Spent:
    """What a question took, once it is known."""

    bytes: int | None = None  # both directions; None: it was broken off, and what was expected stands


class SiteBudget:
    """One site's allowance. What a question will take is booked before it is asked, and put right afterwards.

    A debt is waited off before the next question, so that several begun together cannot take more than the
    rate: all but the first wait until what those before them are expected to take is worked off.
    """

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
        self._turn = asyncio.Lock()  # of who waits for bytes: first come, first served
        self._settled = asyncio.Event()
        self._costs: dict[str, int] = {}  # bytes that a question is expected to take, by its kind
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
    async def slot(self, kind: str = WHOLE, first: int = 0) -> AsyncIterator[Spent]:
        """Hold one connection of the site, once its debt in bytes is worked off.

        Whoever asks writes into what is given how many bytes it took. That is expected of the next question
        of this kind; of the first one, `first` bytes.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._waiting[kind] += 1
        try:
            expected = await self._enter(kind, first)
        finally:
            self._waiting[kind] -= 1
        spent = Spent()
        try:
            self._waited(loop.time() - began)
            yield spent
        finally:
            self._settle(kind, expected, spent.bytes)
            self._slots.release()

    def follow(self, kbps: float) -> None:
        """Take another rate; what is owed stays owed."""
        owed, self._rate = self._remaining() * self._rate, kbps * 1000 / 8
        self._owe(owed)

    async def _enter(self, kind: str, first: int) -> int:
        """Take a connection, and wait until the debt is worked off. Returns the bytes that are booked."""
        self._queued += 1
        try:
            await self._slots.acquire()
        finally:
            self._queued -= 1
        try:
            return await self._work_off(kind, first)
        except BaseException:
            self._slots.release()
            raise

    async def _work_off(self, kind: str, first: int) -> int:
        self._indebted += 1
        try:
            async with self._turn:
                while (wait := self._remaining()) > TICK:
                    self._settled.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(wait):
                            await self._settled.wait()
                expected = self._costs.get(kind, first)
                self._owe(self._remaining() * self._rate + expected)
                return expected
        finally:
            self._indebted -= 1

    def _settle(self, kind: str, expected: int, count: int | None) -> None:
        """Put right what was booked. One that took nothing, for nobody answered, tells little of the next."""
        if count is None:
            return
        self._owe(self._remaining() * self._rate + count - expected)
        self._costs[kind] = max(count, self._costs.get(kind, expected) // 2)
        self._settled.set()

    def _owe(self, count: float) -> None:
        """Begin to work off so many bytes."""
        self._debt = max(0.0, count)
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

    def reset(self, estate: Estate) -> None:
        """Take a new register: sites that stay keep what they owe and what is under way there."""
        self._sites = {key: budget for key, budget in self._sites.items() if key in estate.sites}
        for site_id, budget in self._sites.items():
            budget.follow(self._rate(site_id, estate))

    def of(self, site_id: str, estate: Estate) -> SiteBudget:
        """Return the allowance of a site of the register."""
        if site_id not in self._sites:
            self._sites[site_id] = SiteBudget(
                kbps=self._rate(site_id, estate),
                concurrency=self._concurrency,
                waited=self._waited,
                waiting=self.waiting,
            )
        return self._sites[site_id]

    def _rate(self, site_id: str, estate: Estate) -> float:
        return estate.sites[site_id].budget_kbps or self._kbps

    def at_limit(self) -> Counter[Limit]:
        """Count the sites that something due waits for, by what it waits for."""
        return Counter(limit for site in self._sites.values() if (limit := site.limit) is not None)
