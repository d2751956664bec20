"""One list of rows under columns, and its three forms.

JSON keeps values as they are (dates and moments in ISO 8601); CSV is for people's spreadsheets and takes
care that no cell of it can be a formula; text is drawn in the reader's language.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from exporters.locale.forms import (
    NOTHING,
    format_count,
    format_day,
    format_number,
    format_ratio,
    format_share,
)
from exporters.locale.texts import PREFIXES
from exporters.terminal.view import printable
from exporters.terminal.words import Words


class Share(float):
    """A part of a whole, both of which it remembers, so that 99.99 % is not told as all."""

    __slots__ = ("part", "whole")

    def __new__(cls, part: int, whole: int) -> Self:
        """Divide; the whole must not be 0: of nothing there is no share."""
        return super().__new__(cls, part / whole)

    def __init__(self, part: int, whole: int) -> None:
        self.part = part
        self.whole = whole


class Ratio(float):
    """A share that was told as such, with no counts behind it."""

    __slots__ = ()


Several = tuple[StrEnum, ...]  # words of a closed list
Value = str | int | float | bool | date | datetime | StrEnum | Several | None
Record = Mapping[str, Value]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what spreadsheets take for one


class Format(StrEnum):
    """How a list is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns. Columns are the keys of the rows; their headings are the texts `column.KEY`."""

    columns: Sequence[str]
    rows: Sequence[Record]
    headings: Mapping[str, str] = field(default_factory=dict)  # of columns that data names, not texts


def as_records(table: Table) -> list[dict[str, object]]:
    """Give the rows as JSON objects, keys in the order of the columns."""
    return [{key: _plain(row.get(key)) for key in table.columns} for row in table.rows]


def as_csv(table: Table) -> str:
    """Give the rows as CSV under their keys; a text that would be a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_safe(row.get(key)) for key in table.columns])
    return out.getvalue()


def as_lines(table: Table, words: Words) -> list[str]:
    """Draw the rows for a person: headings in the language, figures to the right."""
    heads = [table.headings.get(key) or words.text(f"column.{key}") for key in table.columns]
    body = [[_told(row.get(key), words) for key in table.columns] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(heads, *body, strict=True)]
    right = [
        bool(table.rows) and all(_is_figure(row.get(key)) for row in table.rows) for key in table.columns
    ]

    def line(cells: Sequence[str]) -> str:
        fitted = (
            cell.rjust(width) if figure else cell.ljust(width)
            for cell, width, figure in zip(cells, widths, right, strict=True)
        )
        return "  ".join(fitted).rstrip()

    return [line(heads), *(line(cells) for cells in body)]


def _plain(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value) or None
    return float(value) if isinstance(value, Share | Ratio) else value


def _safe(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _is_figure(value: Value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _told(value: Value, words: Words) -> str:
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return words.text("word.yes" if value else "word.no")
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return format_day(value, words.locale)
    if isinstance(value, int | float):
        return _number(value, words.locale)
    if isinstance(value, tuple):
        return ", ".join(words.translator.of(each) for each in value)
    if isinstance(value, StrEnum):
        return words.translator.of(value) if type(value) in PREFIXES else value.value
    return printable(value)


def _number(value: float, locale: str) -> str:
    if isinstance(value, Share):
        return format_share(value.part, value.whole, locale)
    if isinstance(value, Ratio):
        return format_ratio(value, locale)
    return format_count(value, locale) if isinstance(value, int) else format_number(value, locale)
