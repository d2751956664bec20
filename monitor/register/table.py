"""From the text of a CSV file to rows of cells, each with the line on which it begins."""

import csv
import re
from collections.abc import Collection, Iterator

from monitor.register.complaint import Complaint
from monitor.register.headings import fold
from monitor.register.said import Said, said

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
EXCEL_HINT = "sep="  # a first line that Excel writes for itself
MOST_TITLE_LINES = 10  # lines above the header: a title, a date, who signed
_HEAD = 64 * 1024  # characters in which the header is
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def delimiter_of(text: str, known: Collection[str]) -> str:
    """Choose the delimiter that makes the most of the `known` column names of one of the first lines."""
    lines = [line for line in text[:_HEAD].splitlines() if line.strip()][:MOST_TITLE_LINES]
    first = lines[0] if lines else ""
    if first.lower().startswith(EXCEL_HINT) and first[len(EXCEL_HINT) :] in DELIMITERS:
        return first[len(EXCEL_HINT) :]

    def fit(delimiter: str) -> tuple[int, int]:
        cut = [[fold(name) for name in line.replace('"', "").split(delimiter)] for line in lines]
        fits = [(len(set(known).intersection(names)), len(names)) for names in cut]
        return max(fits, default=(0, 0))

    return max(DELIMITERS, key=fit)


def column_names(cells: list[str]) -> list[str]:
    """Return the column names of a first row: any case, spaces around them, empty ones at the end."""
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()  # a trailing delimiter
    return names


def fit_to(values: list[str], width: int) -> None:
    """Take empty cells beyond the last column off a row."""
    while len(values) > width and not values[-1].strip():
        values.pop()


def rows_of(file: str, text: str, delimiter: str, bad: list[Complaint]) -> Iterator[tuple[int, list[str]]]:
    """Cut the text into rows; empty rows are left out. Where it cannot be cut any further, `bad` says so."""
    reader = csv.reader((line[0] for line in _LINE.finditer(text)), delimiter=delimiter, strict=True)
    line = 1
    try:
        for values in reader:
            hint = line == 1 and delimiter.join(values).lower().startswith(EXCEL_HINT)
            if any(value.strip() for value in values) and not hint:
                yield line, values
            line = reader.line_num + 1
    except csv.Error as error:
        bad.append(Complaint(file=file, line=line, text=_uncut(str(error))))


def _uncut(error: str) -> Said:
    """Say why there are no cells from here on; the csv module has but words of its own for it."""
    if "unexpected end" in error:
        return said(
            "cannot be cut into cells: a quote is opened here and never closed; close it. Nothing from here "
            "on was read"
        )
    if "field larger" in error:
        return said(
            "cannot be cut into cells: one of them is far too long; look at the quotes here. Nothing from "
            "here on was read"
        )
    return said(
        "cannot be cut into cells: something stands behind a closing quote; double the quotes within a text. "
        "Nothing from here on was read"
    )
