"""From the texts of one line to a row, or to everything that is wrong with it."""

from collections.abc import Sequence

from monitor.register.columns import SHEETS
from monitor.register.complaint import CellError, Complaint, shortened, shown
from monitor.register.guard import unguarded
from monitor.register.header import Header
from monitor.register.headings import fold
from monitor.register.kinds import Cell, Kind, Remark
from monitor.register.said import said
from monitor.register.sheet import Row, Sheet
from monitor.register.table import fit_to

FORMULA_ERRORS = frozenset(  # as spreadsheets write them in English and in Russian
    {"#VALUE!", "#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
    | {"#ЗНАЧ!", "#Н/Д", "#ССЫЛКА!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!"}
    | {"#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA"}
)
MOST_REMEMBERED = 20_000  # cells of a column that were read already


class _Column:
    """Reads the cells of one column. What was read is remembered: columns repeat themselves."""

    __slots__ = ("_cell", "_known", "at", "name")

    def __init__(self, at: int, name: str, cell: Cell) -> None:
        self.at = at
        self.name = name
        self._cell = cell
        self._known: dict[str, object] = {}

    def read(self, text: str) -> object:
        """Return the value of a cell, None of an empty one; raises CellError with what is to be done."""
        if text in self._known:
            return self._known[text]
        value = self._read(text.strip())
        if len(self._known) < MOST_REMEMBERED:
            self._known[text] = value
        return value

    def _read(self, text: str) -> object:
        if not text:
            if self._cell.required:
                raise CellError(said("is empty; fill it in"))
            return None
        if text in FORMULA_ERRORS:
            raise CellError(
                said(
                    "{value} is a formula that came to an error; mend it, or write the value",
                    value=shown(text),
                )
            )
        return self._cell.read(unguarded(text))


class RowReader:
    """Reads the lines below a header into a sheet."""

    def __init__(self, sheet: Sheet, header: Header, kind: Kind) -> None:
        self._sheet = sheet
        self._kind = SHEETS[kind]
        self._width = len(header.columns)
        self._header = header.line
        self._columns = [
            _Column(at, name, self._kind.cells[name])
            for at, name in enumerate(header.columns)
            if name is not None
        ]
        sheet.columns = tuple(column.name for column in self._columns)
        sheet.headings = _headings(header)
        self._key = [sheet.columns.index(name) for name in self._kind.key if name in sheet.columns]

    def read(self, line: int, texts: list[str]) -> None:
        """Read one line: a row or complaints are added to the sheet."""
        self._sheet.lines += 1
        fit_to(texts, self._width)
        if self._sheet.name is not None:  # a workbook's rows end with their last cell that was ever written
            texts += [""] * (self._width - len(texts))
        if len(texts) != self._width:
            self._sheet.bad.append(self._wrong_width(line, texts))
            return
        values, wrong = self._cells(texts)
        given = dict(zip(self._sheet.columns, values, strict=True))
        wrong = wrong or self._kind.wrong(given)
        if wrong:
            self._complain(line, texts, values, wrong)
            return
        for column, odd in self._kind.odd(given):
            self._sheet.odd.append(self._sheet.complaint(line, column, odd, self._shown(texts, column)))
        key = tuple([str(values[at]) for at in self._key])
        self._sheet.rows.append(Row(self._sheet, line, key, tuple(values)))

    def _cells(self, texts: list[str]) -> tuple[list[object], list[Remark]]:
        values: list[object] = []
        wrong: list[Remark] = []
        for column in self._columns:
            try:
                values.append(column.read(texts[column.at]))
            except CellError as error:
                values.append(None)
                wrong.append((column.name, error.why))
        return values, wrong

    def _complain(self, line: int, texts: list[str], values: Sequence[object], wrong: list[Remark]) -> None:
        for column, why in wrong:
            self._sheet.bad.append(self._sheet.complaint(line, column, why, self._shown(texts, column)))
        key = tuple(str(values[at]) for at in self._key if values[at] is not None)
        if len(key) == len(self._kind.key):
            self._sheet.bad_keys.add(key)

    def _shown(self, texts: list[str], column: str) -> str | None:
        at = next((each.at for each in self._columns if each.name == column), None)
        return shortened(texts[at].strip()) if at is not None else None

    def _wrong_width(self, line: int, texts: list[str]) -> Complaint:
        if self._sheet.name is None:
            text = said(
                "has {cells} cells, the header (line {header}) has {width}; look for a missing quote or "
                "delimiter",
                cells=len(texts),
                header=str(self._header),
                width=self._width,
            )
            return self._sheet.complaint(line, None, text)
        at = next(at for at in range(self._width, len(texts)) if texts[at].strip())
        value = texts[at].strip()
        text = said(
            "has something in column {column}, beyond the last heading: {value}; head it or take it out",
            column=str(at + 1),
            value=shown(value),
        )
        return self._sheet.complaint(line, None, text, shortened(value))


def _headings(header: Header) -> dict[str, str]:
    """Give the headings that are not their columns' own names, each on one line."""
    named = zip(header.headings, header.columns, strict=True)
    return {
        column: " ".join(heading.split())
        for heading, column in named
        if column is not None and fold(heading) != column
    }
