"""From the bytes of one CSV sheet to typed rows, or to the list of everything wrong with it.

The kind of a sheet is known by its columns; the file's name only helps a guess. References between sheets
are not looked at here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePath

from monitor.register.columns import SHEETS, Columns, Key, Kind
from monitor.register.complaint import Complaint, shown
from monitor.register.table import DELIMITERS, column_names, delimiter_of, fit_to, rows_of
from monitor.register.text import decode


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are all good. `given` holds the columns that the sheet has, empty cells as None."""

    line: int
    key: Key
    given: dict[str, object]


@dataclass(slots=True)
class Sheet:
    """What one file holds. Without a kind nothing could be read."""

    file: str
    kind: Kind | None = None
    encoding: str = ""
    delimiter: str = ""
    rows: list[Row] = field(default_factory=list)
    bad: list[Complaint] = field(default_factory=list)
    odd: list[Complaint] = field(default_factory=list)
    bad_keys: set[Key] = field(default_factory=set)  # rows that are bad, and whose key could be read


def read_sheet(file: str, data: bytes, *, progress: Callable[[int], None] = lambda _: None) -> Sheet:
    """Read one file. Never raises for what the file holds; `progress` is told how many rows were read."""
    sheet = Sheet(file)
    decoded = decode(file, data)
    if isinstance(decoded, Complaint):
        sheet.bad.append(decoded)
        return sheet
    sheet.encoding = decoded.encoding
    if decoded.foreign is not None:
        said = f"read as {decoded.encoding}, has letters of other languages; save the sheet as CSV UTF-8"
        sheet.odd.append(Complaint(file=file, line=decoded.foreign, text=said))
    _read_rows(sheet, decoded.text, progress)
    return sheet


def _read_rows(sheet: Sheet, text: str, progress: Callable[[int], None]) -> None:
    delimiter = delimiter_of(text, {name for columns in SHEETS.values() for name in columns.cells})
    sheet.delimiter = DELIMITERS[delimiter]
    lines = rows_of(sheet.file, text, delimiter, sheet.bad)
    header_line, header = next(lines, (1, []))
    names = column_names(header)
    if sheet.bad:
        return
    kind = _kind_of(names, sheet.file)
    complaints = list(_wrong_header(names, kind))
    if kind is None or complaints:
        sheet.bad += [Complaint(file=sheet.file, line=header_line, text=said) for said in complaints]
        return
    sheet.kind = kind
    for count, (line, values) in enumerate(lines, start=1):
        _read_row(sheet, SHEETS[kind], line, names, values)
        progress(count)


def _kind_of(names: Iterable[str], file: str) -> Kind | None:
    """Name the sheet whose columns fit best; of two that fit alike the one that the file is named after."""
    given = set(names)

    def fit(kind: Kind) -> tuple[float, float, bool]:
        columns = SHEETS[kind]
        missing = len(columns.required - given)
        return (
            -missing / len(columns.required),
            -len(given - columns.cells.keys()),
            kind in PurePath(file).stem,
        )

    best = max(SHEETS, key=fit)
    return best if given & SHEETS[best].cells.keys() else None


def _wrong_header(names: list[str], kind: Kind | None) -> Iterator[str]:
    if kind is None:
        known = "; ".join(f"{k}: {', '.join(sorted(columns.required))}" for k, columns in SHEETS.items())
        yield f"the first line names no known column; the sheets and the columns they need are {known}"
        return
    columns = SHEETS[kind]
    missing = sorted(columns.required - set(names))
    if missing:
        yield f"read as {kind}, the column {', '.join(missing)} is missing; add it to the first line"
    for name in sorted(set(names) - columns.cells.keys()):
        near = get_close_matches(name, columns.cells, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(columns.cells)}"
        yield f"read as {kind}, there is no column {shown(name) if name else 'without a name'}; {hint}"
    for name in sorted({name for name in names if names.count(name) > 1 and name in columns.cells}):
        yield f"the column {name} is there twice; leave one"


def _read_row(sheet: Sheet, columns: Columns, line: int, names: list[str], values: list[str]) -> None:
    def complain(column: str | None, text: str) -> Complaint:
        return Complaint(file=sheet.file, line=line, column=column, text=text)

    fit_to(values, len(names))
    if len(values) != len(names):
        said = f"has {len(values)} cells, the first line has {len(names)}; look for a missing quote or comma"
        sheet.bad.append(complain(None, said))
        return
    given, wrong = _read_cells(columns, dict(zip(names, values, strict=True)))
    wrong = wrong or columns.wrong(given)
    key = tuple(str(given[name]) for name in columns.key if given.get(name) is not None)
    if wrong:
        sheet.bad += [complain(column, said) for column, said in wrong]
        if len(key) == len(columns.key):
            sheet.bad_keys.add(key)
        return
    sheet.odd += [complain(column, said) for column, said in columns.odd(given)]
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
            continue
        try:
            given[name] = cell.read(value)
        except ValueError as error:
            wrong.append((name, str(error)))
    return given, wrong
