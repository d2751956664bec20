"""How often in a row each camera refused its password, so that a restart does not begin to count anew.

A camera that gets another password, or another row in the register, has none.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.login import Refusals
from monitor.store.batch import MOST_NAMED, batches
from monitor.store.tables import log_ins


def keys_of(device: tuple[str, str]) -> tuple[str, ...]:
    """Return under what the refusals of a device are kept: a camera's id, else a kind and an id.

    A camera has an account of its own for ONVIF, and often another one there.
    """
    kind, ident = device
    return (ident, f"onvif:{ident}") if kind == "camera" else (f"{kind}:{ident}",)


async def load(connection: AsyncConnection) -> dict[str, Refusals]:
    """Return the refusals by camera."""
    rows = await connection.execute(select(log_ins))
    return {row.camera_id: Refusals(count=row.refused, since=row.since) for row in rows}


async def put(connection: AsyncConnection, refusals: Mapping[str, Refusals | None]) -> None:
    """Write the refusals of these cameras in place of what was kept of them."""
    await forget(connection, refusals)
    rows = [
        {"camera_id": camera_id, "refused": each.count, "since": each.since}
        for camera_id, each in refusals.items()
        if each is not None
    ]
    for batch in batches(rows, MOST_NAMED):
        await connection.execute(insert(log_ins), batch)


async def forget(connection: AsyncConnection, camera_ids: Iterable[str]) -> None:
    """Drop what is kept of these cameras."""
    for batch in batches(camera_ids, MOST_NAMED):
        await connection.execute(delete(log_ins).where(log_ins.c.camera_id.in_(batch)))
