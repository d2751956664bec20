"""The register as sheets again: what is written here is read back as it was.

Rows are sorted by key and have every column of their kind; closed words stand as themselves, days as
2026-12-31, moments in UTC. A sheet written like this, read and written again is the same to the byte.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import TextIO

from monitor.register.columns import SHEETS
from monitor.register.entries import Entries
from monitor.register.guard import guarded
from monitor.register.headings import heading_of
from monitor.register.kinds import Kind

DELIMITERS = (",", ";")


def headings_of(kind: Kind, language: str | None) -> list[str]:
    """Return the headings of a kind's columns in a language; without one, the columns' own names."""
    return [heading_of(column, language) for column in SHEETS[kind].cells]


def values_of(kind: Kind, entries: Entries) -> Iterator[tuple[object, ...]]:
    """Give the values of every entry, in the order of their keys."""
    values = attrgetter(*SHEETS[kind].cells)
    for key in sorted(entries):
        yield values(entries[key])


def text_of(value: object) -> str:
    """Write a value as the sheets have it."""
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def write_csv(out: TextIO, kind: Kind, entries: Entries, *, language: str | None, delimiter: str) -> None:
    """Write the sheet of one kind. Texts that a spreadsheet would take for a formula are guarded."""
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(headings_of(kind, language))
    for values in values_of(kind, entries):
        writer.writerow([_guarded_text(value) for value in values])


def _guarded_text(value: object) -> str:
    text = text_of(value)
    return guarded(text) if isinstance(value, str) else text
