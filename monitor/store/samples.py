"""Raw samples: written in batches, read by gateway, forgotten after a while, a little at a time."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.sample import Sample
from monitor.store.batch import AT_ONCE, batches
from monitor.store.tables import samples

MOST_FORGOTTEN = 5000  # rows of one transaction: nobody waits long for it


async def put(connection: AsyncConnection, taken: Sequence[Sample]) -> None:
    """Add samples."""
    for batch in batches(taken, AT_ONCE):
        await connection.execute(insert(samples), [asdict(sample) for sample in batch])


async def between(
    connection: AsyncConnection, gateway_id: str, begin: datetime, end: datetime
) -> list[Sample]:
    """Return a gateway's samples of [begin, end), oldest first."""
    within = (samples.c.at >= begin) & (samples.c.at < end) & (samples.c.gateway_id == gateway_id)
    rows = await connection.execute(select(samples).where(within).order_by(samples.c.at))
    return [
        Sample(
            gateway_id=row.gateway_id,
            at=row.at,
            seconds=row.seconds,
            paths=row.paths,
            moved=row.moved,
            failure=row.failure,
        )
        for row in rows
    ]


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Delete some of the samples older than that; returns how many, 0 when none are left."""
    old = select(samples.c.sample_id).where(samples.c.at < before).order_by(samples.c.at)
    done = await connection.execute(delete(samples).where(samples.c.sample_id.in_(old.limit(MOST_FORGOTTEN))))
    return done.rowcount
