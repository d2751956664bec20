"""The line that names the columns: where it is, which kind it makes the sheet, and what is wrong with it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, islice
from pathlib import PurePath

from monitor.register.columns import SHEETS
from monitor.register.complaint import shown
from monitor.register.headings import BY_HEADING, NUMBERING, fold
from monitor.register.hints import meant
from monitor.register.kinds import Kind
from monitor.register.said import Heading, Said, both, said
from monitor.register.table import MOST_TITLE_LINES

PASSWORDS = said(
    "this is a file of names and passwords; import it with {command}",
    command="`cctv-monitor credentials import`",
)

Line = tuple[int, list[str]]
MOST_COLUMNS = 200  # no sheet has a tenth of it
MOST_UNKNOWN = 20  # columns that are told one by one
LONGEST_HEADING = 100  # characters; anything longer is no heading
MOST_QUOTED, LONGEST_QUOTED = 6, 24  # headings of a sheet that nobody knows, and characters of each
LOGIN_KINDS = frozenset({"camera", "gateway", "recorder"})  # how the rows of a file of passwords begin


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet and the columns that they stand for."""

    line: int
    headings: tuple[str, ...]  # as they are written
    columns: tuple[str | None, ...]  # None: it only numbers the rows, or nothing is known by this heading
    kind: Kind | None

    def complaints(self) -> list[Said]:
        """Say everything that keeps the sheet from being read."""
        if any("password" in fold(heading) for heading in self.headings):
            return [PASSWORDS]
        if self.kind is None:
            return [_no_header(self.headings)]
        if len(self.headings) > MOST_COLUMNS:
            return [
                said(
                    "has {columns} columns; leave those of {kind} and take out the others",
                    columns=len(self.headings),
                    kind=self.kind,
                )
            ]
        unknown = list(islice(self._unknown(self.kind), MOST_UNKNOWN))
        return [*self._missing(self.kind), *unknown, *self._twice()]

    def _missing(self, kind: Kind) -> Iterator[Said]:
        missing = sorted(SHEETS[kind].required - set(self.columns))
        if missing:
            yield said(
                "read as {kind}, the column {columns} is missing; add it to this line",
                kind=kind,
                columns=tuple(map(Heading, missing)),
            )

    def _unknown(self, kind: Kind) -> Iterator[Said]:
        cells = SHEETS[kind].cells
        for heading, column in sorted(
            zip(self.headings, self.columns, strict=True), key=lambda pair: pair[0]
        ):
            if column in cells or fold(heading) in NUMBERING:
                continue
            named = shown(heading) if heading else said("without a name")
            hint = _hint(heading, column, cells)
            yield said(
                "read as {kind}, there is no column {column}; {hint}", kind=kind, column=named, hint=hint
            )

    def _twice(self) -> Iterator[Said]:
        often = Counter(column for column in self.columns if column is not None)
        for column in sorted(column for column, times in often.items() if times > 1):
            heads = [h for h, c in zip(self.headings, self.columns, strict=True) if c == column]
            yield said(
                "the column {column} is there twice, as {headings}; leave one",
                column=Heading(column),
                headings=both([*map(shown, heads)]),
            )


def _no_header(headings: Sequence[str]) -> Said:
    found = tuple(map(shown, _quotable(headings)))[:MOST_QUOTED]
    if not found:
        return said(
            "none of the first {lines} lines names a known column; docs/register.md lists those of the "
            "sheets: {kinds}",
            lines=MOST_TITLE_LINES,
            kinds=tuple(SHEETS),
        )
    return said(
        "none of the first {lines} lines names a known column, this one has {found}; docs/register.md lists "
        "those of the sheets: {kinds}",
        lines=MOST_TITLE_LINES,
        found=found,
        kinds=tuple(SHEETS),
    )


def _quotable(headings: Sequence[str]) -> Iterator[str]:
    """Give what looks like headings, shortened; passwords without a header above them do not."""
    if LOGIN_KINDS & set(map(fold, headings)):
        return
    for heading in headings:
        if heading and not any(letter.isdigit() for letter in heading):
            text = " ".join(heading.split())
            yield text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + "…"


def _hint(heading: str, column: str | None, cells: Collection[str]) -> Said:
    if column is not None:
        kinds = tuple(kind for kind, sheet in SHEETS.items() if column in sheet.cells)
        return said(
            "{column} belongs to {kinds}: give each kind its own sheet", column=Heading(column), kinds=kinds
        )
    known = [spelling for spelling, meant in BY_HEADING.items() if meant in cells]
    near = get_close_matches(fold(heading), known, n=1) if len(heading) <= LONGEST_HEADING else []
    return meant(near) if near else said("the columns are {columns}", columns=tuple(map(Heading, cells)))


def find_header(lines: Iterator[Line], name: str) -> tuple[Header | None, Iterator[Line]]:
    """Find the header among the first lines; returns it with the lines below it. None: there is no line."""
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if len(first) == MOST_TITLE_LINES or 1 < _known(line) == len(_trimmed(line[1])):
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


def _column(heading: str) -> str | None:
    """Return the column that a heading stands for."""
    return BY_HEADING.get(fold(heading)) if len(heading) <= LONGEST_HEADING else None


def _numbers(heading: str) -> bool:
    """Say whether the column only numbers the rows."""
    return len(heading) <= LONGEST_HEADING and fold(heading) in NUMBERING


def _known(line: Line) -> int:
    return sum(_column(cell) is not None or _numbers(cell) for cell in line[1] if cell.strip())


def _header(line: Line, name: str) -> Header:
    headings = _trimmed(line[1])
    columns = tuple(_column(heading) for heading in headings)
    unknown = sum(
        column is None and not _numbers(heading) for heading, column in zip(headings, columns, strict=True)
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
