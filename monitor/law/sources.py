"""Where a rule comes from, how sure it is, when it holds, and its words in three languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How sure a rule is, the surest first."""

    FOUND = "found"  # read in its source
    INFERRED = "inferred"  # derived from sources
    MEMORY = "memory"  # general knowledge, confirmed by no source
    MISSING = "missing"  # to be filled in; what stands there is an assumption


_LEAST_SURE_LAST = tuple(Confidence)


def weakest(confidences: Iterable[Confidence]) -> Confidence:
    """Name how sure a conclusion is that rests on several rules."""
    return max(confidences, key=_LEAST_SURE_LAST.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text in Kazakh, Russian and English."""

    kk: str
    ru: str
    en: str

    def said_in(self, locale: str) -> str:
        """Return the text in a language: "kk", "ru", or English for any other."""
        return {"kk": self.kk, "ru": self.ru}.get(locale, self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which pack a rule stands in, and what it rests on. Both of its days count."""

    pack: str
    version: int
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    source: str
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the rule holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
