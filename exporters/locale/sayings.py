"""What is said of the register's sheets, in Kazakh and Russian: each English sentence has its own there.

English needs no catalogue: the sentence in the code is the text.
"""

from datetime import date, datetime, tzinfo
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from exporters.locale.forms import format_count, format_day, format_minute, format_number
from monitor.register.headings import heading_of
from monitor.register.kinds import Kind
from monitor.register.nouns import NOUNS
from monitor.register.said import Heading, NamedRegion, Said, Value, plain
from monitor.register.words import spelling_in

DOMAIN = "register"


@cache
def sentences(locale: str, domain: str = DOMAIN) -> dict[str, str]:
    """Read the sentences of a language by their English ones."""
    with files(__package__).joinpath(f"{domain}.{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    return {
        str(each.id): str(each.string) for each in catalogue if each.id and each.string and not each.fuzzy
    }


def say(said: Said, locale: str, zone: tzinfo) -> str:
    """Say it in a language; moments as local time. A sentence that is missing raises: our own mistake."""

    def tell(value: Value) -> str:
        if isinstance(value, Kind):
            value = NOUNS[value]
        if isinstance(value, Said):
            return say(value, locale, zone)
        if isinstance(value, tuple):
            return ", ".join(map(tell, value))
        if isinstance(value, datetime):
            return format_minute(value, zone, locale)
        return plain(value) if locale == "en" else tell_in(value, locale)

    return said.told(said.template if locale == "en" else sentences(locale)[said.template], tell)


def tell_in(value: Value, locale: str) -> str:
    """Write one value as Kazakh or Russian has it: words and columns as the sheets of that language do."""
    if isinstance(value, Heading):
        return f"{heading_of(value, locale)} ({value})"
    if isinstance(value, NamedRegion):
        return value.region.name_in(locale)
    if isinstance(value, StrEnum):
        return spelling_in(value, locale)
    if isinstance(value, date):
        return format_day(value, locale)
    if isinstance(value, int) and not isinstance(value, bool):
        return format_count(value, locale)
    if isinstance(value, float):
        return format_number(value, locale)
    return plain(value)
