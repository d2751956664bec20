"""The register: counts, entries of one kind, one entry, and who changed it when."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import msgspec

from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import (
    AS_OF,
    Asked,
    BadRequest,
    NothingThere,
    Operation,
    Parameter,
    a_number,
    a_word,
)
from exporters.tables.claims import ALL as CLAIMS
from exporters.tables.claims import claim_table
from exporters.tables.table import as_records
from monitor.register.columns import SHEETS
from monitor.register.entries import entries_of
from monitor.register.kinds import Entry, Kind
from monitor.store.journal import JournalEntry

MOST_ENTRIES = 1000  # of one answer
_REF = "#/components/schemas/{name}"
_ROWS = [columns.row for columns in SHEETS.values()]
_SCHEMAS, _COMPONENTS = msgspec.json.schema_components([*_ROWS, JournalEntry], ref_template=_REF)
COMPONENTS: Mapping[str, Any] = _COMPONENTS
_ENTRY = {"anyOf": list(_SCHEMAS[:-1])}
_COUNT = {"type": "integer", "minimum": 0}

KIND = Parameter(
    name="kind",
    text="Which part of the register.",
    schema={"type": "string", "enum": [kind.value for kind in Kind]},
    read=a_word(Kind),
    where="path",
)
LIMIT = Parameter(
    name="limit",
    text="How many at most.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES, "default": 100},
    read=a_number(1, MOST_ENTRIES),
    default=100,
)
OFFSET = Parameter(
    name="offset",
    text="How many to leave out from the beginning, in the order of their keys.",
    schema={"type": "integer", "minimum": 0, "maximum": 10_000_000, "default": 0},
    read=a_number(0, 10_000_000),
    default=0,
)
IDENT = Parameter(
    name="id",
    text="The entry's key; of a key of several parts, its first.",
    schema={"type": "string", "minLength": 1, "maxLength": 200},
    read=str,
    where="path",
)


async def _counts(library: Library, asked: Asked) -> object:
    estate = await library.estate(asked["as_of"])
    span = await library.shelf.register_span()
    return {
        "as_of": library.day(asked["as_of"]),
        "revision": estate.revision,
        "known_since": span[0] if span is not None else None,
        "changed_at": span[1] if span is not None else None,
        "entries": {kind: len(entries) for kind, entries in entries_of(estate).items()},
    }


async def _entries(library: Library, asked: Asked) -> object:
    held = entries_of(await library.estate(asked["as_of"]))[asked["kind"]]
    keys = sorted(held)[asked["offset"] : asked["offset"] + asked["limit"]]
    return {
        "as_of": library.day(asked["as_of"]),
        "total": len(held),
        "entries": [held[key] for key in keys],
    }


async def _entry(library: Library, asked: Asked) -> object:
    held = entries_of(await library.estate(asked["as_of"]))[asked["kind"]]
    found: list[Entry] = [held[key] for key in sorted(held) if key[0] == asked["id"]]
    if not found:
        near = get_close_matches(asked["id"], {key[0] for key in held}, n=1)
        raise NothingThere(
            f"{asked['kind']} holds no {asked['id'][:40]!r}" + (f"; did you mean {near[0]}?" if near else "")
        )
    return {"as_of": library.day(asked["as_of"]), "entries": found}


async def _claims(library: Library, asked: Asked) -> object:
    table = claim_table(await library.estate(asked["as_of"]))
    return {"as_of": library.day(asked["as_of"]), "rows": as_records(table)}


async def _changes(library: Library, asked: Asked) -> object:
    begin, end = library.moment(asked["from"]), library.moment(asked["to"])
    if end < begin:
        raise BadRequest("to: is before from; look whether the two are swapped")
    found = await library.shelf.changes(begin, end)
    return {
        "from": asked["from"],
        "to": library.day(asked["to"]),
        "kinds": {
            kind: {
                "added": difference.added,
                "changed": [{"before": before, "after": after} for before, after in difference.changed],
                "ended": difference.ended,
            }
            for kind, difference in found.items()
        },
    }


async def _journal(library: Library, asked: Asked) -> object:
    return {"imports": await library.shelf.journal(asked["limit"])}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_DAY = {"type": "string", "format": "date"}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_LIST = {"type": "array", "items": _ENTRY}

_FROM = replace(AS_OF, name="from", text="The day at whose end the earlier register held.", required=True)
_TO = replace(AS_OF, name="to", text="The day at whose end the later register held; without it, now.")
_PAIR = _object(before=_ENTRY, after=_ENTRY)
_DIFFERENCE = _object(added=_LIST, changed={"type": "array", "items": _PAIR}, ended=_LIST)

OPERATIONS = (
    Operation(
        path="/api/register",
        name="register",
        text="How much the register holds of each kind, since when, and when it last changed.",
        answer=_counts,
        schema=_object(
            as_of=_DAY,
            revision=_COUNT,
            known_since=_MOMENT,
            changed_at=_MOMENT,
            entries={"type": "object", "additionalProperties": _COUNT},
        ),
        parameters=(AS_OF,),
    ),
    Operation(
        path="/api/register/{kind}",
        name="entries",
        text="The entries of one kind, page by page.",
        answer=_entries,
        schema=_object(as_of=_DAY, total=_COUNT, entries=_LIST),
        parameters=(KIND, AS_OF, LIMIT, OFFSET),
    ),
    Operation(
        path="/api/register/{kind}/{id}",
        name="entry",
        text="What the register says under one key.",
        answer=_entry,
        schema=_object(as_of=_DAY, entries=_LIST),
        parameters=(KIND, IDENT, AS_OF),
    ),
    Operation(
        path="/api/claims",
        name="claims",
        text="Official figures, and by which rounding their told percent follows from their counts.",
        answer=_claims,
        schema=rows_of(CLAIMS),
        parameters=(AS_OF,),
    ),
    Operation(
        path="/api/changes",
        name="changes",
        text="What the register says otherwise at the end of one day than at the end of another.",
        answer=_changes,
        schema=_object(
            **{"from": _DAY, "to": _DAY, "kinds": {"type": "object", "additionalProperties": _DIFFERENCE}}
        ),
        parameters=(_FROM, _TO),
    ),
    Operation(
        path="/api/imports",
        name="imports",
        text="Who changed the register, when, with which files; newest first.",
        answer=_journal,
        schema=_object(imports={"type": "array", "items": _SCHEMAS[-1]}),
        parameters=(LIMIT,),
    ),
)
