"""The register as it will be, kind by kind, while sheets are laid over it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields

from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint
from monitor.register.entries import Entries
from monitor.register.kinds import Entry, Key, Kind
from monitor.register.sheets import Row, Sheet

Place = tuple[str, str | None, int]  # file, sheet, line


@dataclass(frozen=True, slots=True)
class Origin:
    """The row of a sheet that an entry comes from."""

    sheet: Sheet
    line: int

    def complaint(self, column: str | None, text: str, value: str | None = None) -> Complaint:
        """Say something of this row."""
        return self.sheet.complaint(self.line, column, text, value)

    def seen_from(self, sheet: Sheet) -> str:
        """Say where the row is, to a reader of that sheet."""
        if self.sheet is sheet:
            return f"line {self.line}"
        name = f"[{self.sheet.name}]" if self.sheet.name is not None else ""
        return f"{self.sheet.file}{name}:{self.line}"


@dataclass(slots=True)
class Draft:
    """One kind: as it is, as it will be, and where that comes from."""

    kind: Kind
    before: Entries
    after: Entries
    origin: dict[Key, Origin] = field(default_factory=dict)
    bad_keys: set[Key] = field(default_factory=set)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        """Whether any sheet is of this kind."""
        return bool(self.sheets)

    def lay(self, sheet: Sheet, refused: Collection[Place]) -> list[Complaint]:
        """Take the rows of a sheet, but for those refused; returns what is there twice."""
        bad: list[Complaint] = []
        self.sheets.append(sheet)
        self.bad_keys |= sheet.bad_keys
        for row in sheet.rows:
            if (sheet.file, sheet.name, row.line) in refused:
                continue
            first = self.origin.setdefault(row.key, Origin(sheet, row.line))
            if first == Origin(sheet, row.line):
                self.after[row.key] = entry_of(self.kind, row, self.before.get(row.key))
            else:
                bad += self._twice(sheet, row, first)
        return bad

    def _twice(self, sheet: Sheet, row: Row, first: Origin) -> Iterator[Complaint]:
        """Complain of the second of two rows; of both when they differ, for either may be the right one."""
        column, key = SHEETS[self.kind].key[0], " ".join(row.key)
        said = f"{key} is there already, at {first.seen_from(sheet)}; leave one of them"
        yield sheet.complaint(row.line, column, said)
        if entry_of(self.kind, row, self.before.get(row.key)) != self.after[row.key]:
            second = Origin(sheet, row.line).seen_from(first.sheet)
            yield first.complaint(column, f"{key} says something else at {second}; leave one of them")


Drafts = Mapping[Kind, Draft]


def entry_of(kind: Kind, row: Row, before: Entry | None) -> Entry:
    """Make the entry: columns that the sheet lacks keep what is registered, empty cells empty it."""
    make: Callable[..., Entry] = SHEETS[kind].row
    known = {name: getattr(before, name) for name in SHEETS[kind].cells} if before is not None else {}
    given = {name: _DEFAULTS[kind].get(name) if value is None else value for name, value in row.given.items()}
    return make(**(known | given))


_DEFAULTS = {
    kind: {f.name: f.default for f in fields(columns.row) if f.default is not MISSING}
    for kind, columns in SHEETS.items()
}
