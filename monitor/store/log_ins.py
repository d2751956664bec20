"""How often in a row each device refused its password, so that a restart does not begin to count anew.

A device that gets another password, or another row in the register, or is told to be tried anew, has none.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.login import Refusals
from monitor.store.batch import MOST_NAMED, batches
from monitor.store.tables import log_ins


async def load(connection: AsyncConnection) -> dict[str, Refusals]:
    """Return the refusals by account."""
    rows = await connection.execute(select(log_ins))
    return {
        row.camera_id: Refusals(count=row.refused, since=row.since, last=row.last, received=row.received)
        for row in rows
    }


async def put(connection: AsyncConnection, refusals: Mapping[str, Refusals | None]) -> None:
    """Write the refusals of these accounts in place of what was kept of them."""
    await forget(connection, refusals)
    rows = [
        {
            "camera_id": account,
            "refused": each.count,
            "since": each.since,
            "last": each.last,
            "received": each.received,
        }
        for account, each in refusals.items()
        if each is not None
    ]
    for batch in batches(rows, MOST_NAMED):
        await connection.execute(insert(log_ins), batch)


async def forget(connection: AsyncConnection, accounts: Iterable[str]) -> None:
    """Drop what is kept of these accounts."""
    for batch in batches(accounts, MOST_NAMED):
        await connection.execute(delete(log_ins).where(log_ins.c.camera_id.in_(batch)))
