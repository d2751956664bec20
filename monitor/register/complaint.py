"""What is wrong with a sheet, for the person who has to mend it.

Values that may be secret are not repeated.
"""

from dataclasses import dataclass

MOST_SHOWN = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing wrong (or, as a warning, odd): where it is, and in `text` what it is and what to do."""

    file: str
    text: str
    sheet: str | None = None  # of a workbook
    line: int | None = None  # from 1, the header is line 1; None: the whole file
    column: str | None = None  # its own name, whatever the sheet heads it
    value: str | None = None  # of the cell, shortened; None: it may be secret, or there is no one cell

    def __str__(self) -> str:
        place = self.place if self.line is None else f"{self.place}:{self.line}"
        return f"{place}: {self.column}: {self.text}" if self.column else f"{place}: {self.text}"

    @property
    def place(self) -> str:
        """The file, and the sheet of a workbook."""
        return self.file if self.sheet is None else f"{self.file}[{self.sheet}]"


def shown(value: str) -> str:
    """Quote a cell for a complaint: shortened, and not at all when it could be a URL with a password."""
    found = shortened(value)
    return repr(found) if found is not None else "the value (not shown, it looks like a URL)"


def shortened(value: str) -> str | None:
    """Return a cell as far as it may be repeated."""
    if "://" in value or "@" in value:
        return None
    return value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "…"
