"""From the bytes of an XLSX workbook to rows of texts, sheet by sheet, as a CSV would have them."""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from monitor.register.complaint import Complaint
from monitor.register.package import Layout, PackageError, layouts_of
from monitor.register.row_reader import FORMULA_ERRORS
from monitor.register.said import said

ZIP = b"PK\x03\x04"  # an XLSX is a ZIP
FORMULA_ERROR = "#VALUE!"  # stands for an error that has a name of no spreadsheet's

Cell = int | float | str | bool | time | date | datetime | timedelta
Rows = Iterator[tuple[int, list[str]]]

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, CalamineError, ExpatError, EOFError, OSError),
    *(LookupError, ValueError, SyntaxError, RuntimeError),
)


class Workbook:
    """An open workbook."""

    def __init__(self, file: str, workbook: CalamineWorkbook, layouts: Mapping[str, Layout]) -> None:
        self._file = file
        self._workbook = workbook
        self._layouts = layouts

    def sheets(self) -> Iterator[tuple[str, Rows | Complaint]]:
        """Give each sheet's name and its rows that are not empty, numbered as the spreadsheet shows them.

        A sheet that cannot be read is a complaint. Hidden sheets are sheets.
        """
        for about in self._workbook.sheets_metadata:
            if about.typ is SheetTypeEnum.WorkSheet:
                yield about.name, self._rows(about.name)

    def _rows(self, name: str) -> Rows | Complaint:
        layout = self._layouts.get(name, Layout())
        if layout.too_large:
            text = said(
                "reaches to row {row} and column {column}; delete what stands far from the table, or split "
                "the sheet",
                row=layout.rows,
                column=layout.columns,
            )
            return Complaint(file=self._file, sheet=name, text=text)
        try:
            return _rows(self._workbook.get_sheet_by_name(name), layout)
        except _DAMAGED as error:
            text = said("cannot be read ({error}); save it again as XLSX", error=type(error).__name__)
            return Complaint(file=self._file, sheet=name, text=text)


def open_workbook(file: str, data: bytes) -> Workbook | Complaint:
    """Open a workbook, or say why it cannot be."""
    try:
        layouts = layouts_of(data)
        return Workbook(file, CalamineWorkbook.from_filelike(BytesIO(data)), layouts)
    except PackageError as error:
        return Complaint(file=file, text=error.why)
    except _DAMAGED as error:
        text = said(
            "is not an Excel workbook, or a damaged one ({error}); save it again as XLSX",
            error=type(error).__name__,
        )
        return Complaint(file=file, text=text)


def _rows(sheet: CalamineSheet, layout: Layout) -> Rows:
    broken = dict[int, list[tuple[int, str]]]()
    for (row, column), word in layout.errors.items():
        broken.setdefault(row, []).append((column, word if word in FORMULA_ERRORS else FORMULA_ERROR))
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = [cell.strip() if isinstance(cell, str) else _text(cell) for cell in cells]
        for column, word in broken.get(number, ()):
            values += [""] * (column - len(values))
            values[column - 1] = word
        if any(values):
            yield number, values


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
