"""Every row of every table from one database to another, of either kind."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, cast, delete, func, insert, select
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.batch import AT_ONCE, stream
from monitor.store.tables import locks, metadata

TABLES = [table for table in metadata.sorted_tables if table is not locks]
REGISTERED = ("revisions", "imports", "credentials", "intervals", "coverage", "incidents")


async def copy(source: AsyncConnection, target: AsyncConnection, told: Callable[[int], None]) -> None:
    """Replace all that the target holds, but not who holds it, by what the source holds."""
    written = 0
    for table in TABLES:
        await target.execute(delete(table))
        names, rows = table.c.keys(), list[dict[str, Any]]()
        async for row in stream(source, select(table).order_by(*table.primary_key)):
            rows.append(dict(zip(names, row, strict=True)))
            if len(rows) == AT_ONCE:
                await target.execute(insert(table), rows)
                written += len(rows)
                told(written)
                rows.clear()
        if rows:
            await target.execute(insert(table), rows)
            written += len(rows)
            told(written)
        await _count_on(target, table)


async def is_empty(connection: AsyncConnection) -> bool:
    """Say whether nothing was ever imported or watched."""
    for name in REGISTERED:
        if (await connection.execute(select(1).select_from(metadata.tables[name]).limit(1))).first():
            return False
    return True


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL count keys from where the rows end; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence = cast(func.pg_get_serial_sequence(table.name, column.name), REGCLASS)
    following = func.coalesce(select(func.max(column)).scalar_subquery(), 0) + 1
    await connection.execute(select(func.setval(sequence, following, False)))
