"""The line that names the columns: where it is, which kind it makes the sheet, and what is wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import PurePath

from monitor.register.columns import SHEETS
from monitor.register.complaint import shown
from monitor.register.headings import BY_HEADING, NUMBERING, fold
from monitor.register.kinds import Kind
from monitor.register.table import MOST_TITLE_LINES

PASSWORDS = "this is a file of names and passwords; import it with `cctv-monitor credentials import`"

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet and the columns that they stand for."""

    line: int
    headings: tuple[str, ...]  # as they are written
    columns: tuple[str | None, ...]  # None: it only numbers the rows, or nothing is known by this heading
    kind: Kind | None

    def complaints(self) -> list[str]:
        """Say everything that keeps the sheet from being read."""
        if any("password" in fold(heading) for heading in self.headings):
            return [PASSWORDS]
        if self.kind is None:
            known = "; ".join(f"{k}: {', '.join(sorted(c.required))}" for k, c in SHEETS.items())
            return ["the first line names no known column; the sheets and the columns they need are " + known]
        return [*self._missing(self.kind), *self._unknown(self.kind), *self._twice()]

    def _missing(self, kind: Kind) -> Iterator[str]:
        missing = sorted(SHEETS[kind].required - set(self.columns))
        if missing:
            yield f"read as {kind}, the column {', '.join(missing)} is missing; add it to the first line"

    def _unknown(self, kind: Kind) -> Iterator[str]:
        cells = SHEETS[kind].cells
        for heading, column in sorted(
            zip(self.headings, self.columns, strict=True), key=lambda pair: pair[0]
        ):
            if column in cells or fold(heading) in NUMBERING:
                continue
            near = get_close_matches(
                fold(heading), [known for known, c in BY_HEADING.items() if c in cells], n=1
            )
            hint = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(cells)}"
            named = shown(heading) if heading else "without a name"
            yield f"read as {kind}, there is no column {named}; {hint}"

    def _twice(self) -> Iterator[str]:
        for column in sorted(
            {column for column in self.columns if column and self.columns.count(column) > 1}
        ):
            yield f"the column {column} is there twice; leave one"


def find_header(lines: Iterator[Line], name: str) -> tuple[Header | None, Iterator[Line]]:
    """Find the header among the first lines; returns it with the lines below it. None: there is no line."""
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if len(first) == MOST_TITLE_LINES or _known(line) == len(_trimmed(line[1])):
            break
    if not first:
        return None, lines
    best = max(range(len(first)), key=lambda at: (_known(first[at]), -at))
    return _header(first[best], name), chain(first[best + 1 :], lines)


def _trimmed(cells: list[str]) -> list[str]:
    headings = [cell.strip() for cell in cells]
    while headings and not headings[-1]:
        headings.pop()  # a trailing delimiter
    return headings


def _known(line: Line) -> int:
    return sum(fold(cell) in BY_HEADING or fold(cell) in NUMBERING for cell in line[1] if cell.strip())


def _header(line: Line, name: str) -> Header:
    headings = _trimmed(line[1])
    columns = tuple(BY_HEADING.get(fold(heading)) for heading in headings)
    unknown = sum(
        column is None and fold(heading) not in NUMBERING
        for heading, column in zip(headings, columns, strict=True)
    )
    return Header(line[0], tuple(headings), columns, _kind_of(columns, unknown, name))


def _kind_of(columns: Iterable[str | None], unknown: int, name: str) -> Kind | None:
    """Name the kind that the columns fit best; of two that fit alike the one in the sheet's name."""
    given = {column for column in columns if column is not None}

    def misfit(kind: Kind) -> tuple[int, bool, int]:
        sheet = SHEETS[kind]
        wrong = len(sheet.required - given) + len(given - sheet.cells.keys()) + unknown
        return wrong, kind not in PurePath(name).stem.lower(), -len(given & sheet.cells.keys())

    best = min(SHEETS, key=misfit)
    return best if given & SHEETS[best].cells.keys() else None
