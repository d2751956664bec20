"""What is wrong with a sheet, for the person who has to mend it.

Values that may be secret are not repeated.
"""

from dataclasses import dataclass

from monitor.register.said import NotSo, Said, Value, said

MOST_SHOWN = 40  # characters


class CellError(NotSo):
    """A cell does not hold what its column wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing wrong (or, as a warning, odd): where it is, and in `text` what it is and what to do."""

    file: str
    text: Said
    sheet: str | None = None  # of a workbook
    line: int | None = None  # from 1, the header is line 1; None: the whole file
    column: str | None = None  # its own name, whatever the sheet heads it
    heading: str | None = None  # how the sheet heads it, where that is not its own name
    value: str | None = None  # of the cell, shortened; None: it may be secret, or there is no one cell

    def __str__(self) -> str:
        return ": ".join((self.at, *self.under, str(self.text)))

    @property
    def place(self) -> str:
        """The file, and the sheet of a workbook."""
        return self.file if self.sheet is None else f"{self.file}[{self.sheet}]"

    @property
    def at(self) -> str:
        """The place with its line."""
        return self.place if self.line is None else f"{self.place}:{self.line}"

    @property
    def under(self) -> tuple[str, ...]:
        """The column as the person sees it in the sheet, if it is about one."""
        if self.column is None:
            return ()
        return (self.column if self.heading is None else f"{self.heading} ({self.column})",)


def shown(value: str) -> Value:
    """Quote a cell for a complaint: shortened, and not at all when it could be a URL with a password."""
    found = shortened(value)
    return repr(found) if found is not None else said("the value (not shown, it looks like a URL)")


def shortened(value: str) -> str | None:
    """Return a cell as far as it may be repeated."""
    if "://" in value or "@" in value:
        return None
    return value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "…"
