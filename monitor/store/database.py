"""Connections and transactions, on SQLite and PostgreSQL alike; the driver's errors become ours here."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from monitor.store.error import StoreBrokenError, StoreUnavailableError
from probes.base import Secret

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
BUSY_SECONDS = 10  # how long SQLite waits for another process to finish its transaction
WRITES = "writes"
OURS = 0x63637476  # of PostgreSQL's advisory locks, which every program on a database shares
NOT_OURS = frozenset({"0A", "22", "23", "42", "XX"})  # classes of SQLSTATE that trying again does not mend


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    return Path(parsed.database or "")


def _engine_url(url: str, password: Secret | None) -> URL:
    parsed = make_url(url)
    parsed = parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    return parsed.set(password=password.value) if password is not None else parsed


class Database:
    """Gives out transactions: `read` sees one moment, `write` is all or nothing."""

    def __init__(self, url: str, *, password: Secret | None = None) -> None:
        self.file = sqlite_file(url)
        self._engine: AsyncEngine = create_async_engine(_engine_url(url, password), hide_parameters=True)
        self._snapshot: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        if self.file is not None:
            self._snapshot = {}  # every transaction of SQLite is one
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    async def close(self) -> None:
        """Give back every connection."""
        await self._engine.dispose()

    async def size(self) -> int:
        """Return how many bytes it takes: of a SQLite file with its write-ahead log and that log's index."""
        if self.file is not None:
            with _our_errors():
                beside = (self.file.with_name(self.file.name + end) for end in ("-wal", "-shm"))
                return self.file.stat().st_size + sum(each.stat().st_size for each in beside if each.exists())
        async with self.read() as connection:
            asked = text("SELECT pg_database_size(current_database())")
            return int((await connection.execute(asked)).scalar_one())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Look at one consistent moment."""
        with _our_errors():
            async with self._engine.execution_options(**self._snapshot).begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Change everything in the block or nothing of it."""
        with _our_errors():
            async with self._engine.execution_options(**{WRITES: True}).begin() as connection:
                yield connection

    @asynccontextmanager
    async def write_over(self, tables: Sequence[Table]) -> AsyncIterator[AsyncConnection]:
        """Write while nobody else writes into these tables at all; who reads goes on."""
        async with self.write() as connection:
            if self.file is None:
                names = ", ".join(table.name for table in tables)
                await connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
            yield connection

    @asynccontextmanager
    async def write_alone(self) -> AsyncIterator[AsyncConnection]:
        """Write while no other program does so in such a block; those who only write go on."""
        async with self.write() as connection:
            if self.file is None:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": OURS})
            yield connection


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Let SQLAlchemy begin and end transactions, let readers go on beside a writer, and sync every commit."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    with suppress(sqlite3.DatabaseError):  # kept in the file: somebody else is just setting it
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real; a writer waits for its turn here, not in the middle."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, OSError, TimeoutError) as error:
        raise _unavailable(error) from error
    except SQLAlchemyError as error:
        if isinstance(error, DBAPIError) and _may_pass(error):
            raise _unavailable(error) from error
        if isinstance(error, StatementError) and isinstance(error.orig, ValueError):
            raise error.orig from None  # our own mistake in a value, not the database's
        raise StoreBrokenError(
            f"the database is not one of this program, or damaged: {_said(error)}"
        ) from error


def _may_pass(error: DBAPIError) -> bool:
    """Say whether a server's error, or the loss of it, is one of the moment."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state)[:2] not in NOT_OURS
    return error.connection_invalidated or "asyncpg" in type(error.orig).__module__


def _unavailable(error: Exception) -> StoreUnavailableError:
    return StoreUnavailableError(f"the database cannot be used now: {_said(error)}")


def _said(error: Exception) -> str:
    """Give the driver's own first line; the statement and its values stay out of it."""
    cause: BaseException = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return (str(cause).splitlines() or [type(cause).__name__])[0]
