"""Exclusions and planned work."""

from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import AS_OF, EVERY, Asked, Operation
from exporters.tables.allowances import EXCLUSION, MAINTENANCE, exclusion_table, maintenance_table
from exporters.tables.table import as_records


async def _exclusions(library: Library, asked: Asked) -> object:
    day = library.day(asked["as_of"])
    table = exclusion_table(await library.estate(asked["as_of"]), None if asked["all"] else day)
    return {"as_of": day, "rows": as_records(table)}


async def _maintenance(library: Library, asked: Asked) -> object:
    estate, moment = await library.estate(asked["as_of"]), library.moment(asked["as_of"])
    table = maintenance_table(estate, moment, every=asked["all"])
    return {"as_of": library.day(asked["as_of"]), "rows": as_records(table)}


OPERATIONS = (
    Operation(
        path="/api/exclusions",
        name="exclusions",
        text="Approved exclusions from the rate, and how many cameras each keeps out.",
        answer=_exclusions,
        schema=rows_of(EXCLUSION),
        parameters=(AS_OF, EVERY),
    ),
    Operation(
        path="/api/maintenance",
        name="maintenance",
        text="Planned work, and how many cameras it is about.",
        answer=_maintenance,
        schema=rows_of(MAINTENANCE),
        parameters=(AS_OF, EVERY),
    ),
)
