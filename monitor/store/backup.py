"""Backups: everything that one database holds in one file, which can be restored into another, of any kind.

The file is made while the monitor runs and holds one moment. Passwords are in it as they are in the
database, encrypted; the key file is not.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.store import container, copying
from monitor.store.container import Backup, Told
from monitor.store.database import BUSY_SECONDS, Database
from monitor.store.error import StoreBackupError, StoreError, StoreNotEmptyError, StoreUnavailableError
from monitor.store.lock import void
from monitor.store.schema import ensure_schema
from monitor.store.store import find_file
from monitor.store.tables import locks
from probes.base import Secret

Doing = Callable[[str], None]  # is told what is done now


async def backup(
    url: str, file: Path, now: datetime, *, password: Secret | None = None, doing: Doing, told: Told
) -> Backup:
    """Write a backup of a database, in one piece or not at all; an older backup of that name is replaced.

    Raises StoreError, and OSError when the file cannot be written.
    """
    database = Database(url, password=password)
    find_file(database.file, create=False)
    beside = _place_of(file, database.file)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await ensure_schema(database)
        folder = stack.enter_context(TemporaryDirectory(dir=beside, prefix=".backup-"))
        made = Path(folder) / "backup.db"
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        doing("copying the database")
        if database.file is not None:
            await asyncio.to_thread(_copy_file, database.file, made)
        else:
            await _copy_server(database, made, told)
        doing("sealing the backup")
        dialect = "sqlite" if database.file is not None else "postgresql"
        sealed = await asyncio.to_thread(container.seal, made, made_at=now, dialect=dialect, told=told)
        _put(made, file)
    return sealed


async def restore(
    url: str,
    file: Path,
    *,
    password: Secret | None = None,
    replace: bool = False,
    doing: Doing,
    told: Told,
) -> Backup:
    """Write what a backup holds into a database, all or nothing; a backup of an older schema is brought up.

    The database must be empty, or `replace` given. A monitor that runs on it is refused its next write with
    StoreRestoredError, and begins anew from what was restored. Raises StoreBackupError or
    StoreNewerBackupError about the backup, another StoreError about the database, and OSError when the file
    cannot be read.
    """
    async with AsyncExitStack() as stack:
        copied = Path(stack.enter_context(TemporaryDirectory(prefix="restore-"))) / "backup.db"
        doing("reading the backup")
        await asyncio.to_thread(shutil.copyfile, file, copied)
        found = await asyncio.to_thread(container.unseal, copied, told)
        source, target = Database(f"sqlite:///{copied}"), Database(url, password=password)
        find_file(target.file, create=True)
        for database in (source, target):
            stack.push_async_callback(database.close)
        try:
            await ensure_schema(source)
        except StoreError as error:
            raise StoreBackupError(f"the backup cannot be brought up: {error}") from error
        await ensure_schema(target)
        doing("restoring")
        everything = (locks, *copying.TABLES)  # in the order in which a monitor's writes take them
        async with source.read() as reading, target.write_over(everything) as writing:
            await void(writing)
            if not replace and not await copying.is_empty(writing):
                raise StoreNotEmptyError("the database is not empty; name another, or replace what it holds")
            await copying.copy(reading, writing, told)
    return found


def _place_of(file: Path, database: Path | None) -> Path:
    """Return the folder of the backup to be; keep what is there, unless it is a backup."""
    if file.is_dir():
        raise StoreBackupError(f"{file} is a folder; name a file in it")
    if database is not None and file.exists() and file.samefile(database):
        raise StoreBackupError(f"{file} is the database itself; name another file")
    if file.exists() and not container.is_backup(file):
        raise StoreBackupError(f"{file} is there and is no backup; name another file")
    return file.absolute().parent


def _copy_file(database: Path, made: Path) -> None:
    """Copy one moment of a file that others write to."""
    try:
        with (
            closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(made)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreUnavailableError(f"the database cannot be copied now: {error}") from error


async def _copy_server(database: Database, made: Path, told: Told) -> None:
    target = Database(f"sqlite:///{made}")
    try:
        await ensure_schema(target)
        async with database.read() as reading, target.write() as writing:
            await copying.copy(reading, writing, told)
    finally:
        await target.close()


def _put(made: Path, file: Path) -> None:
    """Give a finished file its name, so that it is there after a power cut or the old one still is."""
    with made.open("rb") as written:
        os.fsync(written.fileno())
    made.replace(file)
    folder = os.open(file.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
