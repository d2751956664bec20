"""The register as one XLSX workbook, a sheet per kind, written row by row.

Texts are cells of text, whatever they look like: a BIN keeps its zeros, a name that begins with "=" is
no formula. Counts are numbers, days are days.
"""

import errno
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO
from itertools import islice
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from monitor.register.entries import Entries
from monitor.register.export import headings_of, text_of, values_of
from monitor.register.guard import guarded_again
from monitor.register.kinds import Kind

_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # of every export: the same register gives the same bytes
_AS_WRITTEN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
LEAST_WIDTH, MOST_WIDTH = 8, 60  # characters
SAMPLED = 200  # rows that say how wide a column is


class _Formats:
    """How cells look. A cell of text stays one when somebody types into it."""

    def __init__(self, book: Workbook) -> None:
        self.head: Format = book.add_format({"bold": True, "num_format": "@"})
        self.text: Format = book.add_format({"num_format": "@"})
        self.day: Format = book.add_format({"num_format": "dd.mm.yyyy"})
        self.number: Format = book.add_format({"num_format": "General"})


def write_book(out: Path | BytesIO, register: Mapping[Kind, Entries], *, language: str | None) -> None:
    """Write the kinds of a register in their order. Raises OSError."""
    try:
        with Workbook(out, {"constant_memory": True, **_AS_WRITTEN}) as book:
            book.set_properties({"created": _CREATED})
            formats = _Formats(book)
            for kind, entries in register.items():
                _write_sheet(book.add_worksheet(kind.value), formats, kind, entries, language)
    except XlsxFileError as error:
        raise OSError(errno.EIO, str(error)) from error


def _write_sheet(
    sheet: Worksheet, formats: _Formats, kind: Kind, entries: Entries, language: str | None
) -> None:
    headings = headings_of(kind, language)
    for at, width in enumerate(_widths(headings, values_of(kind, entries))):
        sheet.set_column(at, at, width, formats.text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(entries), len(headings) - 1)
    for at, heading in enumerate(headings):
        sheet.write_string(0, at, heading, formats.head)
    for line, values in enumerate(values_of(kind, entries), start=1):
        for at, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, formats, line, at, value)


def _widths(headings: list[str], rows: Iterator[tuple[object, ...]]) -> list[int]:
    longest = [len(heading) + 2 for heading in headings]  # the filter's button takes two
    for values in islice(rows, SAMPLED):
        longest = [max(width, len(text_of(value))) for width, value in zip(longest, values, strict=True)]
    return [min(max(width, LEAST_WIDTH), MOST_WIDTH) for width in longest]


def _write_cell(sheet: Worksheet, formats: _Formats, line: int, at: int, value: object) -> None:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        sheet.write_string(line, at, guarded_again(value), formats.text)
    elif _is_number(value):
        sheet.write_number(line, at, value, formats.number)
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(line, at, value, formats.day)
    else:
        sheet.write_string(line, at, text_of(value), formats.text)


def _is_number(value: object) -> bool:
    """Say whether a value is a number that a workbook can hold; it keeps 16 digits of a fraction."""
    if isinstance(value, float):
        return float(f"{value:.16G}") == value
    return isinstance(value, int) and not isinstance(value, bool)
