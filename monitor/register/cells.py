"""From one cell's text to a value. Each reader returns it or raises CellError with what to write instead."""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from monitor.model.regions import known_regions
from monitor.register.complaint import CellError, shown
from monitor.register.headings import fold
from monitor.register.hints import digits_hint, meant, near_regions, no_day, unknown_word
from monitor.register.said import Said, said
from monitor.register.urls import may_hold_password
from monitor.register.words import by_spelling

Reader = Callable[[str], object]

MOST_ID, MOST_TEXT, MOST_KEY = 64, 200, 200  # characters
ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MOST_ID - 1}}}")  # no "@": it joins camera and gateway
STREAM_KEY = re.compile(r"[A-Za-z0-9_~][A-Za-z0-9._~:/%@+=-]*")
HOST_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))(?::(?P<port>[0-9]{1,5}))")
# The last two of each: as spreadsheets write it.
YES = frozenset({"true", "yes", "1", "да", "иә", "истина", "ақиқат"})
NO = frozenset({"false", "no", "0", "нет", "жоқ", "ложь", "жалған"})
_MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"  # what databases and spreadsheets add to a day
ISO_DATE = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_MIDNIGHT}")
LOCAL_DATE = re.compile(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}}){_MIDNIGHT}")
FIRST_YEAR, LAST_YEAR = 1990, 2100


def ident(cell: str) -> str:
    """Read an id: short ASCII, so that it can stand in labels, paths and file names."""
    if not ID.fullmatch(cell):
        raise CellError(
            said(
                "{value} cannot be an id; use 1 to {most} of A-Z a-z 0-9 . _ - and begin with a letter or "
                "digit",
                value=shown(cell),
                most=MOST_ID,
            )
        )
    return cell


def text(cell: str) -> str:
    """Read a name: printable, composed (NFC)."""
    value = unicodedata.normalize("NFC", cell.replace("\xa0", " "))
    if len(value) > MOST_TEXT:
        raise CellError(
            said("{value} is longer than {most} characters; shorten it", value=shown(cell), most=MOST_TEXT)
        )
    if may_hold_password(value):
        raise CellError(said("holds a URL with a name or password; this column is for something else"))
    if not value.isprintable():
        raise CellError(
            said(
                "{value} has characters that cannot be printed (a line break?); write it on one line",
                value=shown(cell),
            )
        )
    return value


def stream_key(cell: str) -> str:
    """Read the name of a stream at its gateway, a path without the leading slash."""
    if may_hold_password(cell):
        raise CellError(said("holds a name or password; write only the path at the gateway"))
    if len(cell) > MOST_KEY or not STREAM_KEY.fullmatch(cell) or ".." in cell.split("/"):
        raise CellError(
            said(
                "{value} cannot be a stream key; write the path at the gateway without the leading slash, "
                "at most {most} characters of A-Z a-z 0-9 . _ ~ : / % @ + = -",
                value=shown(cell),
                most=MOST_KEY,
            )
        )
    return cell


def number(least: int, most: int) -> Reader:
    """Make a reader of whole numbers within bounds."""

    def read(cell: str) -> int:
        digits = cell.replace("\xa0", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
            raise CellError(said("{value} is not a whole number; write digits only", value=shown(cell)))
        if not least <= int(digits) <= most:
            raise CellError(
                said(
                    "{value} is not between {least} and {most}; look whether it is typed right",
                    value=shown(cell),
                    least=least,
                    most=most,
                )
            )
        return int(digits)

    return read


def truth(cell: str) -> bool:
    """Read yes or no."""
    word = cell.lower()
    if word not in YES | NO:
        raise CellError(said("{value} is neither yes nor no; write true or false", value=shown(cell)))
    return word in YES


def day(cell: str) -> date:
    """Read a date, 2026-12-31 or 31.12.2026."""
    local, iso = LOCAL_DATE.fullmatch(cell), ISO_DATE.fullmatch(cell)
    parts = (iso[1], iso[2], iso[3]) if iso else (local[3], local[2], local[1]) if local else (0, 0, 0)
    try:
        value = date(*(int(part) for part in parts))
    except ValueError:
        raise CellError(no_day(cell)) from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CellError(
            said(
                "the year of {value} is not between {first} and {last}; correct it",
                value=shown(cell),
                first=str(FIRST_YEAR),
                last=str(LAST_YEAR),
            )
        )
    return value


def word(*words: str) -> Callable[[str], str]:
    """Make a reader of one word of a closed list."""

    def read(cell: str) -> str:
        if cell.lower() in words:
            return cell.lower()
        raise CellError(unknown_word(cell, get_close_matches(cell.lower(), words, n=1), words))

    return read


def member(kind: type[StrEnum], *, but: Collection[StrEnum] = ()) -> Reader:
    """Make a reader of a member of an enumeration, as itself or in the words people have for it."""
    known = {spelling: word for spelling, word in by_spelling(kind).items() if word not in but}
    values = tuple(word for word in kind if word not in but)

    def read(cell: str) -> StrEnum:
        found = known.get(fold(cell))
        if found is not None:
            return found
        raise CellError(unknown_word(cell, get_close_matches(fold(cell), known, n=1), values))

    return read


def time_zone(cell: str) -> str:
    """Read the IANA name of a time zone."""
    if cell not in _time_zones():
        raise CellError(
            said("{value} is no time zone; write its IANA name, for example Asia/Almaty", value=shown(cell))
        )
    return cell


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def moment(cell: str) -> datetime:
    """Read a moment that says how far its clock is from UTC; returns it in UTC."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError(said("{value} is not a moment; write 2026-12-31T18:00+05:00", value=shown(cell)))
    return found.astimezone(UTC)


def phone(cell: str) -> str:
    """Read a telephone number of Kazakhstan, as +7 and ten digits."""
    digits = re.sub(r"[\s()\-\xa0]", "", cell)
    found = re.fullmatch(r"(?:\+?7|8)(\d{10})", digits, re.ASCII)
    if found is None:
        raise CellError(
            said("{value} is not a telephone number; write +7 and its ten digits", value=shown(cell))
        )
    return f"+7{found[1]}"


def decimal(cell: str) -> float:
    """Read a number with or without a fraction, after a point or a comma."""
    digits = re.sub(r"[\s\xa0]", "", cell).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,20})?", digits, re.ASCII):
        raise CellError(
            said("{value} is not a number; write digits, and a fraction after a comma", value=shown(cell))
        )
    return float(digits)


def code(length: int, what: Said) -> Reader:
    """Make a reader of codes of so many digits, kept as text."""

    def read(cell: str) -> str:
        if cell.isascii() and cell.isdigit() and len(cell) == length:
            return cell
        hint = digits_hint(cell, length)
        raise CellError(said("{value} is not a {what}; {hint}", value=shown(cell), what=what, hint=hint))

    return read


KATO_CODE = said("KATO code")
_kato = code(9, KATO_CODE)
_REGION_NAMES = {
    fold(name): region.region
    for region in known_regions().values()
    for name in (region.name_kk, region.name_ru, region.name_en)
}


def region(cell: str) -> str:
    """Read a region: its KATO code, or its whole name in Kazakh, Russian or English; never a part of one."""
    named = _REGION_NAMES.get(fold(cell))
    if named is not None or not re.search(r"[^\W\d_]{3}", cell):
        return named or str(_kato(cell))
    near = near_regions(cell, known_regions().values())
    hint = meant(near) if near else said("write its KATO code of 9 digits")
    raise CellError(said("{value} is no region; {hint}", value=shown(cell), hint=hint))


def host_port(cell: str) -> str:
    """Read HOST:PORT, as an address of something that takes TCP connections."""
    found = HOST_PORT.fullmatch(cell)
    if found is None or not 0 < int(found["port"]) < 65_536:
        raise CellError(said("{value} is not HOST:PORT; write for example 10.20.30.1:443", value=shown(cell)))
    return cell.lower()


def fingerprint(cell: str) -> str:
    """Read the SHA-256 of a certificate, with or without colons."""
    value = cell.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise CellError(
            said(
                "{value} is not the SHA-256 of a certificate; write its 64 hexadecimal digits",
                value=shown(cell),
            )
        )
    return value
