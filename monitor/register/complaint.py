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
    line: int | None = None  # from 1, the header is line 1; None: the whole file
    column: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


def shown(value: str) -> str:
    """Quote a cell for a complaint: shortened, and not at all when it could be a URL with a password."""
    if "://" in value or "@" in value:
        return "the value (not shown, it looks like a URL)"
    return repr(value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "…")
