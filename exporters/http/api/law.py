"""What the law says: compliance, contracts, and the rules themselves."""

from collections.abc import Callable
from dataclasses import replace

from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import (
    AS_OF,
    Asked,
    BadRequest,
    Operation,
    Parameter,
    a_number,
    a_truth,
    a_word,
)
from exporters.tables import calendar, contracts, forecast
from exporters.tables.compliance import SHARE, Judged, institution_table, judged, share_table
from exporters.tables.regions import UnknownRegion, find_region, region_names, within
from exporters.tables.table import Table, as_records
from exporters.terminal.rules import packs_table
from monitor.law.category import category
from monitor.law.rules import NoRule, Rules
from monitor.law.terms import ContractRules
from monitor.model.estate import Estate, InstitutionType
from monitor.run.picture import Picture
from monitor.run.summary import official

REGION = Parameter(
    name="region",
    text="One region: its KATO code, or its name in Kazakh, Russian or English.",
    schema={"type": "string", "maxLength": 200},
    read=str,
)
DAYS = Parameter(
    name="days",
    text="How many days are looked ahead.",
    schema={"type": "integer", "minimum": 1, "maximum": 3660, "default": 120},
    read=a_number(1, 3660),
    default=120,
)


async def _compliance(library: Library, asked: Asked) -> object:
    return await _judged(library, asked, share_table)


async def _institutions(library: Library, asked: Asked) -> object:
    return await _judged(library, asked, lambda told: institution_table(told, library.locale))


async def _judged(library: Library, asked: Asked, made: Callable[[Judged], Table]) -> object:
    picture = await library.picture(asked["as_of"])
    region = _region(picture.estate, asked)

    def work() -> Table:
        told = judged(picture.board, picture.day, library.rules, looking=picture.looking, region=region)
        return made(told)

    table = await library.apart(work)
    return {"as_of": picture.day, "region": region, "looking": picture.looking, "rows": as_records(table)}


async def _contracts(library: Library, asked: Asked) -> object:
    picture, estate, rules = await _ground(library, asked)
    rows = await library.apart(lambda: contracts.status_rows(estate, picture.day, rules))
    table = contracts.status_table(rows, whole=True)
    return {"as_of": picture.day, "region": _region(picture.estate, asked), "rows": as_records(table)}


async def _forecast(library: Library, asked: Asked) -> object:
    picture, estate, _ = await _ground(library, asked)
    region = _region(picture.estate, asked)
    baseline = official(library.baseline).cameras
    names = region_names(estate, library.locale)

    def work() -> Table:
        told = forecast.outlook(
            estate, picture.day, asked["days"], picture.receiving(), region=region, baseline=baseline
        )
        return forecast.forecast_table(forecast.forecast_rows(told, names), whole=True)

    return {"as_of": picture.day, "region": region, "rows": as_records(await library.apart(work))}


async def _calendar(library: Library, asked: Asked) -> object:
    picture, estate, rules = await _ground(library, asked)
    names = region_names(estate, library.locale)
    rows = await library.apart(
        lambda: calendar.calendar_rows(estate, picture.day, asked["days"], rules, names)
    )
    table = calendar.calendar_table(rows, whole=True)
    return {"as_of": picture.day, "region": _region(picture.estate, asked), "rows": as_records(table)}


async def _ground(library: Library, asked: Asked) -> tuple[Picture, Estate, ContractRules]:
    """Return the picture of the day, the register of the region, and what the packs say of contracts."""
    picture = await library.picture(asked["as_of"])
    region = _region(picture.estate, asked)
    try:
        rules = ContractRules.of(library.rules, picture.day)
    except NoRule as error:
        raise BadRequest(f"as_of: {error}") from None
    return picture, picture.estate if region is None else within(picture.estate, region), rules


def _region(estate: Estate, asked: Asked) -> str | None:
    try:
        return find_region(asked["region"], estate.regions).region if asked["region"] is not None else None
    except UnknownRegion as error:
        raise BadRequest(f"region: {error}") from None


async def _rules(library: Library, _asked: Asked) -> object:
    return {"as_of": library.today(), "rows": as_records(packs_table(library.rules))}


async def _category(library: Library, asked: Asked) -> object:
    day = library.day(asked["as_of"])
    told = category(asked["type"], asked["headcount"], asked["regional_centre"], day, library.rules)
    return {
        "as_of": day,
        "category": told.name,
        "reason": told.unclear,
        "candidates": told.candidates,
        "measures": told.measures,
        "perhaps": told.perhaps,
        "flags": [flag.code for flag in told.flags],
        "confidence": told.confidence,
        "source": told.origin.source if told.origin is not None else None,
    }


_REGION = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_INSTITUTION_ROWS = {
    **rows_of((), region=_REGION, looking={"type": "boolean"}),
    "description": "A row per institution; beside its own columns, one per measure of the rules.",
}
_INSTITUTION_ROWS["properties"] = {
    **_INSTITUTION_ROWS["properties"],
    "rows": {"type": "array", "items": {"type": "object"}},
}
_CATEGORY = {
    "as_of": {"type": "string", "format": "date"},
    "category": {"type": "string"},
    "reason": _REGION,
    "candidates": _TEXTS,
    "measures": _TEXTS,
    "perhaps": _TEXTS,
    "flags": _TEXTS,
    "confidence": _REGION,
    "source": _REGION,
}
_TYPE = Parameter(
    name="type",
    text="The kind of institution.",
    schema={"type": "string", "enum": [kind.value for kind in InstitutionType]},
    read=a_word(InstitutionType),
    required=True,
)
_HEADCOUNT = Parameter(
    name="headcount",
    text="Pupils and staff, if known.",
    schema={"type": "integer", "minimum": 0, "maximum": 1_000_000},
    read=a_number(0, 1_000_000),
)
_CENTRE = Parameter(
    name="regional_centre",
    text="Whether it stands in the seat of a region.",
    schema={"type": "boolean", "default": False},
    read=a_truth,
    default=False,
)

OPERATIONS = (
    Operation(
        path="/api/compliance",
        name="compliance",
        text="Which share of institutions has what the rules require, per region, category and measure.",
        answer=_compliance,
        schema=rows_of(SHARE, region=_REGION, looking={"type": "boolean"}),
        parameters=(AS_OF, REGION),
    ),
    Operation(
        path="/api/compliance/institutions",
        name="compliance_of_institutions",
        text="How each institution stands to each measure.",
        answer=_institutions,
        schema=_INSTITUTION_ROWS,
        parameters=(AS_OF, REGION),
    ),
    Operation(
        path="/api/contracts",
        name="contracts",
        text="How every channel stands with its contracts, the most urgent first.",
        answer=_contracts,
        schema=rows_of(contracts.ALL, region=_REGION),
        parameters=(AS_OF, REGION),
    ),
    Operation(
        path="/api/contracts/forecast",
        name="contracts_forecast",
        text="The integration rate of each coming day on which it changes, if nothing is renewed.",
        answer=_forecast,
        schema=rows_of(forecast.ALL, region=_REGION),
        parameters=(AS_OF, REGION, DAYS),
    ),
    Operation(
        path="/api/contracts/calendar",
        name="contracts_calendar",
        text="What comes by day: contracts end, last safe days to start a tender, bridging windows.",
        answer=_calendar,
        schema=rows_of(calendar.ALL, region=_REGION),
        parameters=(AS_OF, REGION, replace(DAYS, default=365, schema={**DAYS.schema, "default": 365})),
    ),
    Operation(
        path="/api/rules",
        name="rules",
        text="The packs of rules, their days, and how sure their rules are.",
        answer=_rules,
        schema=rows_of(packs_table(Rules()).columns),
    ),
    Operation(
        path="/api/rules/category",
        name="category",
        text="To which category an institution belongs, what it must have, and how sure that is.",
        answer=_category,
        schema={"type": "object", "properties": _CATEGORY, "required": list(_CATEGORY)},
        parameters=(_TYPE, _HEADCOUNT, _CENTRE, AS_OF),
    ),
)
