"""What a command says of the register, in the language that the configuration names."""

from typing import NoReturn

from exporters.locale.texts import translations
from exporters.terminal.words import Words
from monitor.cli.place import refuse
from monitor.register.said import Said
from monitor.settings import Settings


def words_of(settings: Settings) -> Words:
    """Return the reader's language."""
    return Words(translations(settings.locale), settings.zone_info)


def decline(settings: Settings, why: Said) -> NoReturn:
    """End with exit code 2 and say on stderr why."""
    refuse(words_of(settings).say(why))
