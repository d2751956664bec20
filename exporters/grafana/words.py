"""What the dashboards say, in one language: their own sentences, and the words of the closed lists.

The sentences lie in `exporters/locale/dashboards.kk.po` and `dashboards.ru.po` by their English ones.
"""

from enum import StrEnum

from exporters.locale.sayings import sentences
from exporters.locale.texts import PREFIXES, translations
from monitor.model.estate import Ownership

DOMAIN = "dashboards"
LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}  # each as its own readers call it

_OWNERSHIPS = {Ownership.PUBLIC: "public", Ownership.PRIVATE: "private"}


class Words:
    """The texts of one language: "kk", "ru" or "en" (ValueError for another)."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._words = translations(locale)

    def __call__(self, sentence: str) -> str:
        """Say a sentence; KeyError when nobody translated it."""
        return sentence if self.locale == "en" else sentences(self.locale, DOMAIN)[sentence]

    def of(self, kind: type[StrEnum]) -> dict[str, str]:
        """Return the texts of every word of a closed list, by the word as metrics have it."""
        if kind not in PREFIXES:
            return {word.value: self(_OWNERSHIPS[Ownership(word)]) for word in kind}
        return {word.value: self._words.of(word) for word in kind}
