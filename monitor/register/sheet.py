"""A sheet as it was read: its rows whose cells are all good, and what is to be said of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.register.complaint import Complaint
from monitor.register.kinds import Entry, Given, Key, Kind
from monitor.register.said import Said, said


@dataclass(slots=True, eq=False, repr=False)
class Row:
    """A row whose cells are all good, with a value for each of the sheet's columns; empty cells are None."""

    sheet: "Sheet"
    line: int
    key: Key
    values: tuple[object, ...]

    @property
    def given(self) -> Given:
        """The values by column."""
        return dict(zip(self.sheet.columns, self.values, strict=True))

    def share(self, entry: Entry) -> None:
        """Hold what the entry says alike by the entry's own values: an import is mostly what is known."""
        held = (
            (value, getattr(entry, name)) for name, value in zip(self.sheet.columns, self.values, strict=True)
        )
        self.values = tuple([known if known == value else value for value, known in held])

    def complaint(self, column: str | None, text: Said, value: str | None = None) -> Complaint:
        """Say something of this row."""
        return self.sheet.complaint(self.line, column, text, value)

    def seen_from(self, sheet: "Sheet") -> Said | str:
        """Say where the row is, to a reader of that sheet."""
        if self.sheet is sheet:
            return said("line {line}", line=str(self.line))
        return f"{self.sheet.place}:{self.line}"


@dataclass(slots=True, eq=False, repr=False)
class Sheet:
    """What one CSV file, or one sheet of a workbook, holds. Without a kind nothing could be read."""

    file: str
    name: str | None = None  # of the sheet in its workbook
    kind: Kind | None = None
    encoding: str = ""
    delimiter: str = ""
    columns: tuple[str, ...] = ()  # those of its kind that it has, in its order
    headings: Mapping[str, str] = field(default_factory=dict)  # as it heads columns, where not by their name
    lines: int = 0  # below the header that hold anything, good or bad
    rows: list[Row] = field(default_factory=list)
    bad: list[Complaint] = field(default_factory=list)
    odd: list[Complaint] = field(default_factory=list)
    foreign: bool = False  # no heading of it is known: it may be no sheet of the register at all
    typed: bool = False  # it is no file: somebody typed its one row into a command
    bad_keys: set[Key] = field(default_factory=set)  # rows that are bad, and whose key could be read

    @property
    def place(self) -> str:
        """The file, and the sheet of a workbook."""
        return self.file if self.name is None else f"{self.file}[{self.name}]"

    def complaint(
        self, line: int | None, column: str | None, text: Said, value: str | None = None
    ) -> Complaint:
        """Say something of a place in this sheet."""
        return Complaint(
            file=self.file,
            sheet=self.name,
            line=line,
            column=column,
            heading=self.headings.get(column) if column is not None else None,
            text=text,
            value=value,
        )
