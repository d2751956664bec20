"""From the bytes of a CSV file or a workbook to typed rows, or to the list of everything wrong with them.

The kind of a sheet is known by its columns; its name only helps a guess. References between sheets are
not looked at here.
"""

from collections.abc import Callable, Iterator

from monitor.register.complaint import Complaint
from monitor.register.header import find_header
from monitor.register.headings import BY_HEADING
from monitor.register.row_reader import RowReader
from monitor.register.said import said
from monitor.register.sheet import Sheet
from monitor.register.table import DELIMITERS, delimiter_of, rows_of
from monitor.register.text import decode
from monitor.register.workbook import ZIP, open_workbook

Progress = Callable[[int], None]
Lines = Iterator[tuple[int, list[str]]]
NO_ROWS = said("stands above no rows; nothing of this sheet is imported")
NOT_READ = said("no line names a column that is known here; it was not read")


def read_sheets(file: str, data: bytes, *, progress: Progress = lambda _: None) -> list[Sheet]:
    """Read a file: one sheet of CSV, or those of a workbook that are not empty.

    Never raises for what the file holds; `progress` is told how many rows of a sheet were read.
    """
    if not data.startswith(ZIP):
        return [read_sheet(file, data, progress=progress)]
    workbook = open_workbook(file, data)
    if isinstance(workbook, Complaint):
        return [Sheet(file, bad=[workbook])]
    sheets = []
    for name, lines in workbook.sheets():
        sheet = Sheet(file, name, encoding="XLSX")
        if isinstance(lines, Complaint):
            sheet.bad.append(lines)
        else:
            _read_rows(sheet, lines, progress)
        if sheet.rows or sheet.bad or sheet.kind is not None:
            sheets.append(sheet)
    _excuse_foreign(sheets)
    empty = Complaint(file=file, text=said("holds no rows at all; fill it in"))
    return sheets or [Sheet(file, bad=[empty])]


def _excuse_foreign(sheets: list[Sheet]) -> None:
    """Let a workbook have sheets of notes or lists beside those of the register, and say which."""
    if not any(sheet.kind is not None for sheet in sheets):
        return
    for sheet in sheets:
        if sheet.kind is None and sheet.foreign:
            sheet.bad.clear()
            sheet.odd.append(sheet.complaint(None, None, NOT_READ))


def read_sheet(file: str, data: bytes, *, progress: Progress = lambda _: None) -> Sheet:
    """Read one CSV file."""
    sheet = Sheet(file)
    decoded = decode(file, data)
    if isinstance(decoded, Complaint):
        sheet.bad.append(decoded)
        return sheet
    sheet.encoding = decoded.encoding
    if decoded.foreign is not None:
        text = said(
            "read as {encoding}, has letters of other languages; save the sheet as CSV UTF-8",
            encoding=decoded.encoding,
        )
        sheet.odd.append(sheet.complaint(decoded.foreign, None, text))
    delimiter = delimiter_of(decoded.text, BY_HEADING)
    sheet.delimiter = DELIMITERS[delimiter]
    _read_rows(sheet, rows_of(file, decoded.text, delimiter, sheet.bad), progress)
    if not sheet.rows and not sheet.bad and sheet.kind is None:
        sheet.bad.append(sheet.complaint(1, None, said("is empty; save the sheet again")))
    return sheet


def _read_rows(sheet: Sheet, lines: Lines, progress: Progress) -> None:
    header, rest = find_header(lines, sheet.name or sheet.file)
    if header is None or sheet.bad:
        return
    complaints = header.complaints()
    if header.kind is None or complaints:
        sheet.foreign = header.kind is None
        sheet.bad += [sheet.complaint(header.line, None, wrong) for wrong in complaints]
        return
    sheet.kind = header.kind
    reader = RowReader(sheet, header, header.kind)
    for count, (line, values) in enumerate(rest, start=1):
        reader.read(line, values)
        progress(count)
    if not sheet.lines and not sheet.bad:
        sheet.odd.append(sheet.complaint(header.line, None, NO_ROWS))
