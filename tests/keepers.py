"""Stores that are opened again and again, as by a process that is restarted: both databases and the twin."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from monitor.store.lock import Holder
from monitor.store.memory import MemoryStore
from monitor.store.secrets import SecretBox
from monitor.store.store import Store
from tests.databases import Databases

Opened = Store | MemoryStore


class Kept(Protocol):
    """What one store holds, whoever has it open."""

    def open(
        self, holder: Holder | None = None, *, secrets: SecretBox | None = None
    ) -> AbstractAsyncContextManager[Opened]:
        """Open it; with a holder, as the one that writes history."""
        ...


class Keepers(Protocol):
    """Makes stores of one sort."""

    def fresh(self) -> AbstractAsyncContextManager[Kept]:
        """Give a new store, gone afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class KeptInDatabase:
    """A database, by its URL."""

    url: str

    def open(
        self, holder: Holder | None = None, *, secrets: SecretBox | None = None
    ) -> AbstractAsyncContextManager[Store]:
        """Connect to it."""
        return Store.open(self.url, holder=holder, secrets=secrets)


@dataclass(frozen=True, slots=True)
class DatabaseKeepers:
    """Makes stores on databases of one dialect."""

    databases: Databases

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Kept]:
        """Make a database, and drop it."""
        async with self.databases.fresh() as url:
            yield KeptInDatabase(url)


@dataclass(frozen=True, slots=True)
class KeptInMemory:
    """The twin, which is always open: nothing locks it, and it has no keys."""

    store: MemoryStore = field(default_factory=MemoryStore)

    @asynccontextmanager
    async def open(
        self, holder: Holder | None = None, *, secrets: SecretBox | None = None
    ) -> AsyncIterator[MemoryStore]:
        """Give it as it is."""
        del holder, secrets
        yield self.store


class MemoryKeepers:
    """Makes twins."""

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Kept]:
        """Make an empty one."""
        yield KeptInMemory()
