"""Who changed the register, when, with which files: a row for every file of every import."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.tables import imports, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file that a change was made from."""

    file: str
    sha256: str  # hex
    rows: int  # that were good
    refused: int  # that were not


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who makes a change, by which command, and when by the clock, whatever day it is dated to."""

    who: str  # the user of the machine
    command: str
    recorded_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A file of an import, and what the import made of the register."""

    revision: int
    holds_from: datetime | None  # UTC; None: it changed nothing in an empty register
    author: Author
    source: Source
    added: int
    changed: int
    ended: int


async def note(connection: AsyncConnection, author: Author, sources: Iterable[Source], revision: int) -> None:
    """Write down what an import was made from."""
    rows = [
        {
            "revision": revision,
            "recorded_at": author.recorded_at,
            "who": author.who,
            "command": author.command,
            "file": source.file,
            "sha256": source.sha256,
            "rows": source.rows,
            "refused": source.refused,
        }
        for source in sources
    ]
    if rows:
        await connection.execute(insert(imports), rows)


async def entries(connection: AsyncConnection, limit: int) -> list[JournalEntry]:
    """Return the latest notes, newest first."""
    query = (
        select(imports, revisions.c.at, revisions.c.added, revisions.c.changed, revisions.c.ended)
        .join(revisions, revisions.c.revision == imports.c.revision, isouter=True)
        .order_by(imports.c.import_id.desc())
        .limit(limit)
    )
    return [
        JournalEntry(
            revision=row.revision,
            holds_from=row.at,
            author=Author(who=row.who, command=row.command, recorded_at=row.recorded_at),
            source=Source(file=row.file, sha256=row.sha256, rows=row.rows, refused=row.refused),
            added=row.added or 0,
            changed=row.changed or 0,
            ended=row.ended or 0,
        )
        for row in await connection.execute(query)
    ]
