"""What to write instead of what a cell holds, as far as that depends on the cell."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from monitor.model.places import Region
from monitor.register.complaint import shown
from monitor.register.headings import fold
from monitor.register.said import NamedRegion, Said, Value, either, said

MOST_NEAR = 3  # that are offered
SERIAL_DATE = re.compile(r"[2-7][0-9]{4}")  # a spreadsheet's own number of a day of our times


def no_day(cell: str) -> Said:
    """Say that a cell is no day."""
    if SERIAL_DATE.fullmatch(cell):
        return said(
            "{value} is not a day; write 2026-12-31 or 31.12.2026, or format the cell as a date",
            value=shown(cell),
        )
    return said("{value} is not a day; write 2026-12-31 or 31.12.2026", value=shown(cell))


def meant(near: Sequence[Value]) -> Said:
    """Ask whether one of these was meant."""
    return said("did you mean {words}?", words=either(near))


def lists_them(kind: Value) -> Said:
    """Say where the entries of a kind can be looked up."""
    return said("{command} lists them", command=f"`register show {kind}`")


def near_regions(asked: str, regions: Iterable[Region]) -> list[NamedRegion]:
    """List the regions that somebody may have meant, each once: by a part of a name, else by its likeness."""
    names = {fold(name): (name, region) for region in regions for name in region.names[1:]}
    wanted, found = fold(asked), dict[str, NamedRegion]()
    near = [name for name in names if wanted and wanted in name] or get_close_matches(wanted, names, n=2)
    for name, region in map(names.__getitem__, near):
        found.setdefault(region.region, NamedRegion(region, name))
    return list(found.values())[:MOST_NEAR]


def unknown_word(cell: str, near: Sequence[str], words: tuple[str, ...]) -> Said:
    """Say that a cell is none of the words of a list; `near` are spellings that are like it."""
    hint = meant(near) if near else said("write one of {words}", words=words)
    return said("{value} is not known here; {hint}", value=shown(cell), hint=hint)


def digits_hint(cell: str, length: int) -> Said:
    """Say how a code of so many digits is written, and how a spreadsheet may have spoilt this one."""
    if cell.isascii() and cell.isdigit() and len(cell) == length - 1:
        return said(
            "write its {length} digits; a spreadsheet may have dropped a leading 0: format the column as "
            "text",
            length=length,
        )
    if re.fullmatch(r"[\d.,]+E\+?\d+", cell, re.IGNORECASE):
        return said(
            "write its {length} digits; a spreadsheet has rounded it: format the column as text and enter it "
            "again",
            length=length,
        )
    return said("write its {length} digits", length=length)
