"""The register as it will be, kind by kind, while sheets are laid over it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields

from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint, shortened
from monitor.register.entries import Entries
from monitor.register.kinds import Entry, Key, Kind
from monitor.register.said import said
from monitor.register.sheet import Row, Sheet

Place = tuple[str, str | None, int]  # file, sheet, line


@dataclass(slots=True)
class Draft:
    """One kind: as it is, as it will be, and where that comes from."""

    kind: Kind
    before: Entries
    after: Entries
    origin: dict[Key, Row] = field(default_factory=dict)
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
                self.bad_keys.add(row.key)
                continue
            first = self.origin.setdefault(row.key, row)
            if first is row:
                self.after[row.key] = entry_of(self.kind, row, self.before.get(row.key))
            else:
                bad += self._twice(row, first)
        return bad

    def _twice(self, row: Row, first: Row) -> Iterator[Complaint]:
        """Complain of the second of two rows; of both when they differ, for either may be the right one."""
        column, key = SHEETS[self.kind].key[0], " ".join(row.key)
        text = said(
            "{key} is there already, at {where}; leave one of them",
            key=key,
            where=first.seen_from(row.sheet),
        )
        yield row.complaint(column, text, shortened(key))
        if entry_of(self.kind, row, self.before.get(row.key)) != self.after[row.key]:
            text = said(
                "{key} says something else at {where}; leave one of them",
                key=key,
                where=row.seen_from(first.sheet),
            )
            yield first.complaint(column, text, shortened(key))


Drafts = Mapping[Kind, Draft]


def entry_of(kind: Kind, row: Row, before: Entry | None) -> Entry:
    """Make the entry: columns that the sheet lacks keep what is registered, empty cells empty it.

    The very entry that is registered is returned when the row says nothing new.
    """
    defaults = _DEFAULTS[kind]
    if before is not None:
        row.share(before)
    columns = row.sheet.columns
    given = {
        name: defaults.get(name) if value is None else value
        for name, value in zip(columns, row.values, strict=True)
    }
    if before is not None:
        if all(getattr(before, name) == value for name, value in given.items()):
            return before
        given = {name: getattr(before, name) for name in SHEETS[kind].cells if name not in given} | given
    make: Callable[..., Entry] = SHEETS[kind].row
    return make(**given)


_DEFAULTS = {
    kind: {f.name: f.default for f in fields(columns.row) if f.default is not MISSING}
    for kind, columns in SHEETS.items()
}
