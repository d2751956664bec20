"""What is said of a sheet, as a value: a sentence in English with its values by name.

A sentence is a template; a catalogue of another language has one for it, so no sentence is glued together
from clauses. Whoever tells it to a person chooses the language; `str()` is the English.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from monitor.model.places import Region

Value = object  # a text, a whole number that counts, a day, a moment, a word of a closed list, a Heading,
# a NamedRegion, another Said, or a tuple of these


class Heading(str):
    """A column by its own name; people are told how it is headed in their language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """A region that is offered to somebody; people are told its name in their language."""

    region: Region
    name: str  # in the language that it was asked for in


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, or a part of one that stands by itself. Numbers that name and do not count are texts."""

    template: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        return self.told(self.template, plain)

    def told(self, template: str, tell: Callable[[Value], str]) -> str:
        """Fill the values into the template of a language, each as `tell` writes it."""
        return template.format(**{name: tell(value) for name, value in self.values})


def said(template: str, /, **values: Value) -> Said:
    """Say something; the template stands here in full, for it is looked for in the code."""
    return Said(template, tuple(values.items()))


def plain(value: Value) -> str:
    """Write a value in English: days and moments as the sheets have them."""
    if isinstance(value, bool | str | Said):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, NamedRegion):
        return value.name
    return ", ".join(map(plain, value)) if isinstance(value, tuple) else str(value)


def either(words: Sequence[Value]) -> Value:
    """Give one of several."""
    return reduce(lambda one, other: said("{one} or {other}", one=one, other=other), words)


def both(words: Sequence[Value]) -> Value:
    """Give all of several."""
    return reduce(lambda one, other: said("{one} and {other}", one=one, other=other), words)


class NotSo(ValueError):
    """Something that a person wrote cannot be; `why` says it, and what to write instead."""

    def __init__(self, why: Said) -> None:
        super().__init__(why)
        self.why = why
