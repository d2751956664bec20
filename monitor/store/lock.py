"""One writer per part of the estate: who holds it, how a second one is refused, how a dead one is replaced.

Two locks work together. With SQLite an OS lock on a file beside the database goes when its process goes,
however it went; so it holds one monitor, whatever its part. The row says who holds the part; its epoch
grows with every holder, and every write of history checks it, so that a holder that was taken for dead
cannot write any more. A restored backup moves every epoch on and leaves the holders: they have to begin
anew. Whoever takes a part does the same to the rows of dead holders of other parts that
share a region with it.
"""

import fcntl
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Update, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.database import Database
from monitor.store.error import StoreLockedError, StoreRestoredError, StoreUnavailableError
from monitor.store.part import Part
from monitor.store.tables import locks

NOBODY = {"host": None, "pid": None, "started_at": None, "beat_at": None}
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat, where no OS lock tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that wants to write, and since when it runs."""

    host: str
    pid: int
    started_at: datetime

    @classmethod
    def of_this_process(cls, now: datetime) -> "Holder":
        """Name this process."""
        return cls(host=socket.gethostname(), pid=os.getpid(), started_at=now)


class Lock:
    """A part of the estate, held until released."""

    def __init__(self, database: Database, holder: Holder, part: Part, file: int | None, epoch: int) -> None:
        self.part = part
        self._holder = holder
        self._database = database
        self._file = file
        self._epoch = epoch

    @classmethod
    async def take(cls, database: Database, holder: Holder, part: Part) -> "Lock":
        """Hold the part for this process. Raises StoreLockedError, which says who holds it."""
        file = None
        if database.file is not None:
            file = _lock_file(database.file)
            if file is None:
                raise StoreLockedError(await _who(database, part))
        try:
            epoch = await _take_row(database, holder, part, alone=file is not None)
            return cls(database, holder, part, file, epoch)
        except BaseException:
            _close(file)
            raise

    async def release(self) -> None:
        """Give the part back, if it is still ours; a row that cannot be written is left as it is."""
        try:
            with suppress(StoreUnavailableError):
                async with self._database.write() as connection:
                    await connection.execute(update(locks).where(self._ours()).values(NOBODY))
        finally:
            _close(self._file)
            self._file = None

    async def check(self, connection: AsyncConnection, now: datetime) -> None:
        """Note within a write that we live.

        Raises StoreLockedError when the part is not ours any more, and StoreRestoredError when a backup was
        restored since we took it.
        """
        still = self._ours() & (locks.c.epoch == self._epoch)
        done = await connection.execute(update(locks).where(still).values(beat_at=now))
        if done.rowcount == 1:
            return
        if (await connection.execute(select(locks.c.part).where(self._ours()))).first() is not None:
            raise StoreRestoredError("the database was restored from a backup; what it holds is read anew")
        raise StoreLockedError("another monitor took this part of the estate over; this one must end")

    def _ours(self) -> Any:
        ours = [
            getattr(locks.c, name) == getattr(self._holder, name) for name in ("host", "pid", "started_at")
        ]
        return and_(locks.c.part == self.part.name, *ours)


async def void(connection: AsyncConnection) -> None:
    """Let nobody write what it decided by what the database held until now; holders stay named."""
    await connection.execute(update(locks).values(epoch=locks.c.epoch + 1))


def _lock_file(database: Path) -> int | None:
    """Lock the file beside the database; None when another process has it."""
    try:
        file = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnavailableError(f"the lock file beside the database cannot be made: {error}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _close(file: int | None) -> None:
    if file is not None:
        os.close(file)


async def _take_row(database: Database, holder: Holder, part: Part, *, alone: bool) -> int:
    """Write ourselves into the row and return our epoch. `alone`: whoever stands there is surely dead."""
    async with database.write_alone() as connection:
        rows = (await connection.execute(select(locks))).all()
        named = [row for row in rows if row.host is not None]
        held = [row for row in named if alone or Part.named(row.part).overlaps(part)]
        for row in held:
            if not alone and not _dead(row, holder):
                raise StoreLockedError(_told(row))
        for row in held:
            await connection.execute(_change(row.part, epoch=row.epoch + 1, **NOBODY))
        mine = {
            "host": holder.host,
            "pid": holder.pid,
            "started_at": holder.started_at,
            "beat_at": holder.started_at,
        }
        epoch = (await connection.execute(select(locks.c.epoch).where(locks.c.part == part.name))).scalar()
        if epoch is None:
            await connection.execute(insert(locks).values(part=part.name, epoch=1, **mine))
            return 1
        await connection.execute(_change(part.name, epoch=epoch + 1, **mine))
        return int(epoch) + 1


def _change(name: str, **values: Any) -> Update:
    return update(locks).where(locks.c.part == name).values(values)


def _dead(row: Row[Any], seen_by: Holder) -> bool:
    """Say whether a holder is gone: not heard of for long, or no process of this machine any more."""
    return seen_by.started_at - row.beat_at >= DEAD_AFTER or (row.host == seen_by.host and not _runs(row.pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _who(database: Database, part: Part) -> str:
    """Say who holds a SQLite database, and that it has room for no other."""
    async with database.read() as connection:
        row = (await connection.execute(select(locks).where(locks.c.host.is_not(None)))).first()
    if row is None:
        return "another monitor is just beginning or ending on this database; try again"
    if Part.named(row.part).overlaps(part):
        return _told(row)
    return f"{_told(row)}; a SQLite database takes one monitor, for regions side by side use PostgreSQL"


def _told(row: Row[Any]) -> str:
    return (
        f"another monitor holds {Part.named(row.part)} here: process {row.pid} on {row.host}, since "
        f"{row.started_at:%Y-%m-%d %H:%M:%S} UTC, last seen {row.beat_at:%Y-%m-%d %H:%M:%S} UTC"
    )
