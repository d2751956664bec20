"""The file that a backup is: a SQLite database with our tables, and one more table that seals it.

The seal holds how many rows each table has and a digest of everything in the file, so that a single
changed bit is found when it is opened. It protects from decay, not from somebody who writes a new seal.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from monitor.store.error import StoreBackupError, StoreNewerBackupError
from monitor.store.schema import VERSIONS

FORMAT = 1
EVERY = 10_000  # lines of the digest between two signs of progress
Told = Callable[[int], None]

SEAL = "CREATE TABLE backup (format INTEGER, made_at TEXT, dialect TEXT, schema TEXT, rows TEXT, digest TEXT)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup says of itself."""

    made_at: datetime  # UTC
    dialect: str  # of the database that it was made of
    schema: str
    rows: Mapping[str, int]  # by table

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.rows.values())


def seal(file: Path, *, made_at: datetime, dialect: str, told: Told) -> Backup:
    """Make a backup of a database of ours, in place."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("DELETE FROM locks")  # who holds a part now says nothing of then
        (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        rows, digest = _contents(connection, told)
        connection.execute(SEAL)
        connection.execute(
            "INSERT INTO backup VALUES (?, ?, ?, ?, ?, ?)",
            (FORMAT, made_at.isoformat(), dialect, schema, json.dumps(rows), digest),
        )
    return Backup(made_at=made_at, dialect=dialect, schema=schema, rows=rows)


def unseal(file: Path, told: Told) -> Backup:
    """Make a database of a backup, in place. Raises StoreBackupError or StoreNewerBackupError."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            return _unseal(connection, told)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise StoreBackupError(f"the file is not a backup, or damaged: {error}") from error


def is_backup(file: Path) -> bool:
    """Say whether a file is a backup, whole or not."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return "backup" in _tables(connection)
    except sqlite3.Error:
        return False


def _unseal(connection: sqlite3.Connection, told: Told) -> Backup:
    tables = _tables(connection)
    if "backup" not in tables:
        what = "a database" if "alembic_version" in tables else "not a database of this program"
        raise StoreBackupError(f"the file is no backup, it is {what}; `cctv-monitor backup` makes one")
    sealed = connection.execute(
        "SELECT format, made_at, dialect, schema, rows, digest FROM backup"
    ).fetchone()
    if sealed is None:
        raise StoreBackupError("the backup is damaged: it has lost its seal")
    version, made_at, dialect, schema, rows, digest = sealed
    if version > FORMAT or schema not in VERSIONS:
        raise StoreNewerBackupError(
            f"the backup has schema {schema}, this program knows {VERSIONS[-1]} at most; use the newer "
            "version of the program that made it"
        )
    (checked,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if checked != "ok":
        raise StoreBackupError(f"the backup is damaged: {checked.splitlines()[-1]}")
    connection.execute("DROP TABLE backup")
    if _contents(connection, told) != (json.loads(rows), digest):
        raise StoreBackupError("the backup is damaged: what it holds is not what was written")
    return Backup(
        made_at=datetime.fromisoformat(made_at), dialect=dialect, schema=schema, rows=json.loads(rows)
    )


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _contents(connection: sqlite3.Connection, told: Told) -> tuple[dict[str, int], str]:
    """Count the rows of each table, and digest them with the schema."""
    rows, digest = dict.fromkeys(sorted(_tables(connection)), 0), sha256()
    for number, line in enumerate(connection.iterdump()):
        digest.update(line.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
        if line.startswith('INSERT INTO "'):
            rows[line.split('"', 2)[1]] += 1
        if number % EVERY == 0:
            told(number)
    return rows, digest.hexdigest()
