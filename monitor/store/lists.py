"""Open incidents, and what does not match between the register and a gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.incident import Incident
from monitor.store.history import AT_ONCE, MOST_NAMED, batches
from monitor.store.rows import incident_columns, incident_of
from monitor.store.tables import incidents as incident_table
from monitor.store.tables import unmatched as unmatched_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A path that no stream of the register has, or (`missing`) an enrolled stream key without a path."""

    gateway_id: str
    stream_key: str
    missing: bool
    since: datetime  # when it was first seen so


async def put_incidents(connection: AsyncConnection, incidents: Sequence[Incident]) -> None:
    """Write incidents as they are now: new ones begin, known ones can only be closed."""
    latest = {incident.incident_id: incident for incident in incidents}
    column = incident_table.c.incident_id
    for batch in batches(latest, MOST_NAMED):
        known = set((await connection.execute(select(column).where(column.in_(batch)))).scalars())
        fresh = [incident_columns(latest[key]) for key in batch if key not in known]
        if fresh:
            await connection.execute(insert(incident_table), fresh)
        closed = [
            {"which": key, "closed_at": latest[key].closed_at}
            for key in batch
            if key in known and latest[key].closed_at is not None
        ]
        if closed:
            closing = update(incident_table).where(column == bindparam("which"))
            await connection.execute(closing, closed)


async def open_incidents(connection: AsyncConnection) -> list[Incident]:
    """Return the incidents that are not closed, oldest first."""
    still_open = incident_table.c.closed_at.is_(None)
    query = select(incident_table).where(still_open).order_by(incident_table.c.opened_at)
    return [incident_of(row) for row in await connection.execute(query)]


async def put_unmatched(
    connection: AsyncConnection, gateway_id: str, wanted: set[tuple[str, bool]], now: datetime
) -> None:
    """Replace a gateway's (stream key, missing) pairs; those that stay keep their `since`."""
    table, at = unmatched_table, unmatched_table.c.gateway_id == gateway_id
    pairs = await connection.execute(select(table.c.stream_key, table.c.missing).where(at))
    known = {(key, missing) for key, missing in pairs}
    which = (table.c.stream_key == bindparam("key")) & (table.c.missing == bindparam("is_missing"))
    gone = ({"key": key, "is_missing": missing} for key, missing in known - wanted)
    for batch in batches(gone, AT_ONCE):
        await connection.execute(delete(table).where(at, which), batch)
    fresh = (
        {"gateway_id": gateway_id, "stream_key": key, "missing": missing, "since": now}
        for key, missing in wanted - known
    )
    for batch in batches(fresh, AT_ONCE):
        await connection.execute(insert(table), batch)


async def unmatched(connection: AsyncConnection) -> list[Unmatched]:
    """Return what does not match, by gateway."""
    table = unmatched_table
    query = select(table).order_by(table.c.gateway_id, table.c.missing, table.c.stream_key)
    return [
        Unmatched(gateway_id=row.gateway_id, stream_key=row.stream_key, missing=row.missing, since=row.since)
        for row in await connection.execute(query)
    ]
