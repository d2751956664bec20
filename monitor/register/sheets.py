"""From the bytes of a CSV file or a workbook to typed rows, or to the list of everything wrong with them.

The kind of a sheet is known by its columns; its name only helps a guess. References between sheets are
not looked at here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint, shortened
from monitor.register.header import Header, find_header
from monitor.register.headings import BY_HEADING
from monitor.register.kinds import Columns, Key, Kind
from monitor.register.table import DELIMITERS, delimiter_of, fit_to, rows_of
from monitor.register.text import decode
from monitor.register.workbook import ZIP, open_workbook

FORMULA_ERRORS = frozenset(  # as spreadsheets write them in English and in Russian
    {"#VALUE!", "#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
    | {"#ЗНАЧ!", "#Н/Д", "#ССЫЛКА!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!"}
)

Progress = Callable[[int], None]
Lines = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are all good. `given` holds the columns that the sheet has, empty cells as None."""

    line: int
    key: Key
    given: dict[str, object]


@dataclass(slots=True, eq=False)
class Sheet:
    """What one CSV file, or one sheet of a workbook, holds. Without a kind nothing could be read."""

    file: str
    name: str | None = None  # of the sheet in its workbook
    kind: Kind | None = None
    encoding: str = ""
    delimiter: str = ""
    rows: list[Row] = field(default_factory=list)
    bad: list[Complaint] = field(default_factory=list)
    odd: list[Complaint] = field(default_factory=list)
    bad_keys: set[Key] = field(default_factory=set)  # rows that are bad, and whose key could be read

    @property
    def place(self) -> str:
        """The file, and the sheet of a workbook."""
        return self.file if self.name is None else f"{self.file}[{self.name}]"

    def complaint(
        self, line: int | None, column: str | None, text: str, value: str | None = None
    ) -> Complaint:
        """Say something of a place in this sheet."""
        return Complaint(file=self.file, sheet=self.name, line=line, column=column, text=text, value=value)


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
        _read_rows(sheet, lines, progress)
        if sheet.rows or sheet.bad or sheet.kind is not None:
            sheets.append(sheet)
    return sheets or [Sheet(file, bad=[Complaint(file=file, text="holds no rows at all")])]


def read_sheet(file: str, data: bytes, *, progress: Progress = lambda _: None) -> Sheet:
    """Read one CSV file."""
    sheet = Sheet(file)
    decoded = decode(file, data)
    if isinstance(decoded, Complaint):
        sheet.bad.append(decoded)
        return sheet
    sheet.encoding = decoded.encoding
    if decoded.foreign is not None:
        said = f"read as {decoded.encoding}, has letters of other languages; save the sheet as CSV UTF-8"
        sheet.odd.append(sheet.complaint(decoded.foreign, None, said))
    delimiter = delimiter_of(decoded.text, BY_HEADING)
    sheet.delimiter = DELIMITERS[delimiter]
    _read_rows(sheet, rows_of(file, decoded.text, delimiter, sheet.bad), progress)
    if not sheet.rows and not sheet.bad and sheet.kind is None:
        sheet.bad.append(sheet.complaint(1, None, "is empty"))
    return sheet


def _read_rows(sheet: Sheet, lines: Lines, progress: Progress) -> None:
    header, rest = find_header(lines, sheet.name or sheet.file)
    if header is None or sheet.bad:
        return
    complaints = header.complaints()
    if header.kind is None or complaints:
        sheet.bad += [sheet.complaint(header.line, None, said) for said in complaints]
        return
    sheet.kind = header.kind
    for count, (line, values) in enumerate(rest, start=1):
        _read_row(sheet, SHEETS[header.kind], line, header, values)
        progress(count)


def _read_row(sheet: Sheet, columns: Columns, line: int, header: Header, values: list[str]) -> None:
    names = header.columns
    fit_to(values, len(names))
    if sheet.name is not None:  # a workbook's rows end with their last cell that was ever written
        values += [""] * (len(names) - len(values))
    if len(values) != len(names):
        said = f"has {len(values)} cells, the first line has {len(names)}; look for a missing quote or comma"
        sheet.bad.append(sheet.complaint(line, None, said))
        return
    texts = {name: value for name, value in zip(names, values, strict=True) if name is not None}
    given, wrong = _read_cells(columns, texts)
    wrong = wrong or columns.wrong(given)
    key = tuple(str(given[name]) for name in columns.key if given.get(name) is not None)
    if wrong:
        sheet.bad += [
            sheet.complaint(line, column, said, shortened(texts.get(column, ""))) for column, said in wrong
        ]
        if len(key) == len(columns.key):
            sheet.bad_keys.add(key)
        return
    sheet.odd += [
        sheet.complaint(line, column, said, shortened(texts.get(column, "")))
        for column, said in columns.odd(given)
    ]
    sheet.rows.append(Row(line, key, given))


def _read_cells(columns: Columns, texts: dict[str, str]) -> tuple[dict[str, object], list[tuple[str, str]]]:
    given: dict[str, object] = {}
    wrong: list[tuple[str, str]] = []
    for name, text in texts.items():
        cell, value = columns.cells[name], text.strip()
        if not value:
            given[name] = None
            if cell.required:
                wrong.append((name, "is empty; fill it in"))
        elif value in FORMULA_ERRORS:
            wrong.append((name, "is a formula that came to an error; mend it, or write the value"))
        else:
            try:
                given[name] = cell.read(value)
            except ValueError as error:
                wrong.append((name, str(error)))
    return given, wrong
