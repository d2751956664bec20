"""The register taken apart by kind and key, and put together again."""

from collections.abc import Iterable, Mapping
from typing import Any

from monitor.model.estate import Estate
from monitor.register.columns import SHEETS, key_of
from monitor.register.kinds import Entry, Key, Kind

Entries = dict[Key, Entry]


def entries_of(estate: Estate) -> dict[Kind, Entries]:
    """Sort an estate's entries by kind and key."""
    return {kind: {key_of(kind, entry): entry for entry in _part(estate, kind)} for kind in Kind}


def _part(estate: Estate, kind: Kind) -> Iterable[Entry]:
    held = getattr(estate, SHEETS[kind].part)
    entries: Iterable[Entry] = held.values() if isinstance(held, dict) else held
    return entries


def estate_of(entries: Mapping[Kind, Iterable[Entry]], revision: int) -> Estate:
    """Put the entries of every kind together."""
    empty, parts = Estate(), dict[str, Any]()
    for kind, columns in SHEETS.items():
        by_id = isinstance(getattr(empty, columns.part), dict)
        found = entries.get(kind, ())
        key = columns.key[0]
        parts[columns.part] = {getattr(e, key): e for e in found} if by_id else tuple(found)
    return Estate(**parts, revision=revision)
