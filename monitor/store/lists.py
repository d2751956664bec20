"""Open incidents, and what does not match between the register and a gateway; each monitor has its own.

A gateway can have streams of several monitors, each of which tells of it as it sees it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.incident import Incident
from monitor.register.kinds import Kind
from monitor.store import outbox
from monitor.store.batch import AT_ONCE, MOST_NAMED, batches
from monitor.store.part import Part
from monitor.store.rows import incident_columns, incident_of
from monitor.store.tables import REGISTER
from monitor.store.tables import incidents as incident_table
from monitor.store.tables import unmatched as unmatched_table

Pairs = set[tuple[str, bool]]  # stream key, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A path that no stream of the register has, or (`missing`) an enrolled stream key without a path."""

    gateway_id: str
    stream_key: str
    missing: bool
    since: datetime  # when it was first seen so


async def put_incidents(connection: AsyncConnection, incidents: Sequence[Incident], part: Part) -> None:
    """Write incidents as they are now: new ones begin, known ones can only be closed.

    Whoever is told of incidents is owed what is new.
    """
    latest = {incident.incident_id: incident for incident in incidents}
    column, ours = incident_table.c.incident_id, incident_table.c.part == part.name
    for batch in batches(latest, MOST_NAMED):
        held = await connection.execute(select(column).where(ours, column.in_(batch)))
        known = set(held.scalars())
        fresh = [latest[key] for key in batch if key not in known]
        if fresh:
            rows = [{"part": part.name, **incident_columns(incident)} for incident in fresh]
            await connection.execute(insert(incident_table), rows)
        over = [key for key in batch if key in known and latest[key].closed_at is not None]
        if over:
            closing = update(incident_table).where(ours, column == bindparam("which"))
            closed = [{"which": key, "closed_at": latest[key].closed_at} for key in over]
            await connection.execute(closing, closed)
        await outbox.owe(connection, fresh, over, part)


async def open_incidents(connection: AsyncConnection, part: Part) -> list[Incident]:
    """Return the incidents of monitors of a part that are not closed, oldest first."""
    still_open = incident_table.c.closed_at.is_(None)
    query = select(incident_table).where(still_open).order_by(incident_table.c.opened_at)
    rows = await connection.execute(query)
    return [incident_of(row) for row in rows if Part.named(row.part).overlaps(part)]


async def incidents_between(
    connection: AsyncConnection, begin: datetime, end: datetime, part: Part
) -> list[Incident]:
    """Return the incidents of monitors of a part that touch [begin, end), closed or not, oldest first."""
    closed_at = incident_table.c.closed_at
    touching = (incident_table.c.opened_at < end) & (closed_at.is_(None) | (closed_at > begin))
    query = select(incident_table).where(touching)
    order = incident_table.c.opened_at, closed_at.is_(None), closed_at, incident_table.c.incident_id
    rows = await connection.execute(query.order_by(*order))
    return [incident_of(row) for row in rows if Part.named(row.part).overlaps(part)]


async def dissolve(connection: AsyncConnection, part: Part, at: datetime) -> None:
    """End what the monitor of a part told, for its regions are watched by others from now on."""
    incidents, strays = incident_table, unmatched_table
    still_open = (incidents.c.part == part.name) & incidents.c.closed_at.is_(None)
    moment = literal(at, incidents.c.opened_at.type)
    closed = case((incidents.c.opened_at > moment, incidents.c.opened_at), else_=moment)
    await connection.execute(update(incidents).where(still_open).values(closed_at=closed))
    await connection.execute(delete(strays).where(strays.c.part == part.name))


async def put_unmatched(
    connection: AsyncConnection, gateway_id: str, wanted: Pairs, now: datetime, part: Part
) -> None:
    """Replace what a part's monitor lists of a gateway; what stays in the list keeps its `since`."""
    table = unmatched_table
    at = (table.c.gateway_id == gateway_id) & (table.c.part == part.name)
    pairs = await connection.execute(select(table.c.stream_key, table.c.missing).where(at))
    known = {(key, missing) for key, missing in pairs}
    which = (table.c.stream_key == bindparam("key")) & (table.c.missing == bindparam("is_missing"))
    gone = ({"key": key, "is_missing": missing} for key, missing in known - wanted)
    for batch in batches(gone, AT_ONCE):
        await connection.execute(delete(table).where(at, which), batch)
    held = {"part": part.name, "gateway_id": gateway_id, "since": now}
    fresh = ({**held, "stream_key": key, "missing": missing} for key, missing in wanted - known)
    for batch in batches(fresh, AT_ONCE):
        await connection.execute(insert(table), batch)


async def enrolled(connection: AsyncConnection, gateway_id: str, keys: Collection[str]) -> set[str]:
    """Return those of a gateway's stream keys that the register knows, whatever region they are of."""
    table = REGISTER[Kind.STREAMS]
    current = table.c.valid_to.is_(None) & (table.c.gateway_id == gateway_id)
    found: set[str] = set()
    for batch in batches(sorted(keys), MOST_NAMED):
        query = select(table.c.stream_key).where(current, table.c.stream_key.in_(batch))
        found |= set((await connection.execute(query)).scalars())
    return found


async def unmatched(connection: AsyncConnection, part: Part) -> list[Unmatched]:
    """Return what does not match, by gateway; what several monitors list, since the first of them did."""
    table = unmatched_table
    key = (table.c.gateway_id, table.c.missing, table.c.stream_key)
    found: dict[tuple[str, bool, str], Unmatched] = {}
    for row in await connection.execute(select(table).order_by(*key, table.c.since)):
        if Part.named(row.part).overlaps(part):
            found.setdefault(
                (row.gateway_id, row.missing, row.stream_key),
                Unmatched(
                    gateway_id=row.gateway_id,
                    stream_key=row.stream_key,
                    missing=row.missing,
                    since=row.since,
                ),
            )
    return list(found.values())
