"""From the bytes of an XLSX workbook to rows of texts, sheet by sheet, as a CSV would have them.

A workbook is a ZIP of XML that somebody sent: how large it unfolds is looked at before it is opened.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from posixpath import join, normpath

from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from monitor.register.complaint import Complaint

ZIP = b"PK\x03\x04"  # an XLSX is a ZIP
MOST_UNFOLDED = 2**30  # bytes; a sheet of half a million cameras has a third of it
FORMULA_ERROR = "#VALUE!"  # stands for every error that a formula can come to

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(rb'<c [^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*?\bt="e"')
_CHUNK, _OVERLAP = 2**20, 200  # bytes; a cell's own tag is shorter than the overlap

Cell = int | float | str | bool | time | date | datetime | timedelta
Place = tuple[int, int]  # row and column, from 1


class Workbook:
    """An open workbook."""

    def __init__(self, workbook: CalamineWorkbook, errors: dict[str, set[Place]]) -> None:
        self._workbook = workbook
        self._errors = errors

    def sheets(self) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
        """Give each sheet's name and its rows that are not empty, numbered as the spreadsheet shows them."""
        for name in self._workbook.sheet_names:
            yield name, _rows(self._workbook.get_sheet_by_name(name), self._errors.get(name, set()))


def open_workbook(file: str, data: bytes) -> Workbook | Complaint:
    """Open a workbook, or say why it cannot be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unfolded = sum(part.file_size for part in packed.infolist())
            if unfolded > MOST_UNFOLDED:
                said = f"unfolds to more than {MOST_UNFOLDED // 2**20} MiB; split the workbook"
                return Complaint(file=file, text=said)
            errors = _formula_errors(packed)
        return Workbook(CalamineWorkbook.from_filelike(io.BytesIO(data)), errors)
    except (zipfile.BadZipFile, CalamineError, KeyError, OSError, ValueError, SyntaxError) as error:
        said = f"is not an Excel workbook, or a damaged one ({type(error).__name__}); save it again as XLSX"
        return Complaint(file=file, text=said)


def _formula_errors(packed: zipfile.ZipFile) -> dict[str, set[Place]]:
    """Find the cells whose formula came to an error: the reader shows them as if they were empty."""
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): normpath(join("/xl", link.get("Target", ""))).lstrip("/") for link in links}
    sheets = ElementTree.fromstring(packed.read("xl/workbook.xml")).iter(_SHEET)
    return {sheet.get("name", ""): set(_errors_in(packed, parts[sheet.get(_LINK)])) for sheet in sheets}


def _errors_in(packed: zipfile.ZipFile, part: str) -> Iterator[Place]:
    with packed.open(part) as xml:
        kept = b""
        while chunk := xml.read(_CHUNK):
            kept += chunk
            for cell in _ERROR_CELL.finditer(kept):
                yield int(cell[2]), _column(cell[1])
            kept = kept[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _rows(sheet: CalamineSheet, errors: set[Place]) -> Iterator[tuple[int, list[str]]]:
    broken = dict[int, list[int]]()
    for row, column in errors:
        broken.setdefault(row, []).append(column)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = [_text(cell) for cell in cells]
        for column in broken.get(number, ()):
            values += [""] * (column - len(values))
            values[column - 1] = FORMULA_ERROR
        if any(values):
            yield number, values


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
