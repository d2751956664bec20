"""What the law says: compliance, contracts (in a file of their own), and the rules themselves."""

from collections.abc import Callable

from exporters.http.api import contracts
from exporters.http.api.contracts import REGION, REGION_TOLD, region_of
from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import (
    AS_OF,
    Asked,
    Operation,
    Parameter,
    a_number,
    a_truth,
    a_word,
)
from exporters.tables.compliance import SHARE, Judged, institution_table, judged, share_table
from exporters.tables.table import Table, as_records
from exporters.terminal.rules import packs_table
from monitor.law.category import category
from monitor.law.rules import Rules
from monitor.model.estate import InstitutionType


async def _compliance(library: Library, asked: Asked) -> object:
    return await _judged(library, asked, share_table)


async def _institutions(library: Library, asked: Asked) -> object:
    return await _judged(library, asked, lambda told: institution_table(told, library.locale))


async def _judged(library: Library, asked: Asked, made: Callable[[Judged], Table]) -> object:
    picture = await library.picture(asked["as_of"])
    region = region_of(picture.estate, asked)

    def work() -> Table:
        told = judged(picture.board, picture.day, library.rules, looking=picture.looking, region=region)
        return made(told)

    table = await library.apart(work)
    return {"as_of": picture.day, "region": region, "looking": picture.looking, "rows": as_records(table)}


async def _rules(library: Library, _asked: Asked) -> object:
    return {"as_of": library.today(), "rows": as_records(packs_table(library.rules))}


async def _category(library: Library, asked: Asked) -> object:
    day = library.day(asked["as_of"])
    told = category(
        asked["type"],
        asked["headcount"],
        asked["regional_centre"],
        day,
        library.rules,
        region=region_of(library.board.index.estate, asked),
    )
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


_TEXT = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_INSTITUTION_ROWS = {
    **rows_of((), region=REGION_TOLD, looking={"type": "boolean"}),
    "description": "A row per institution; beside its own columns, one per measure of the rules.",
}
_INSTITUTION_ROWS["properties"] = {
    **_INSTITUTION_ROWS["properties"],
    "rows": {"type": "array", "items": {"type": "object"}},
}
_CATEGORY = {
    "as_of": {"type": "string", "format": "date"},
    "category": {"type": "string"},
    "reason": _TEXT,
    "candidates": _TEXTS,
    "measures": _TEXTS,
    "perhaps": _TEXTS,
    "flags": _TEXTS,
    "confidence": _TEXT,
    "source": _TEXT,
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
    *contracts.OPERATIONS,
    Operation(
        path="/api/compliance",
        name="compliance",
        text="Which share of institutions has what the rules require, per region, category and measure.",
        answer=_compliance,
        schema=rows_of(SHARE, region=REGION_TOLD, looking={"type": "boolean"}),
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
        parameters=(_TYPE, _HEADCOUNT, _CENTRE, REGION, AS_OF),
    ),
)
