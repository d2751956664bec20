"""One operation of the API: its path, what may be asked for, and the form of its answer.

The routes and the OpenAPI document are both made from these, so that neither can say what the other does not.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Literal

from exporters.http.api.library import Library

Schema = Mapping[str, Any]
Asked = Mapping[str, Any]
FIRST_YEAR, LAST_YEAR = 1990, 2100


class BadRequest(ValueError):
    """The request asks for what cannot be; the text says what to do."""


class NothingThere(LookupError):
    """What was asked for by its id is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that may be asked for. `read` raises ValueError with what to write instead."""

    name: str
    text: str
    schema: Schema
    read: Callable[[str], object]
    where: Literal["query", "path"] = "query"
    required: bool = False
    default: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A GET. `answer` may raise BadRequest and NothingThere."""

    path: str
    name: str
    text: str
    answer: Callable[[Library, Asked], Awaitable[object]]
    schema: Schema  # of the answer
    parameters: tuple[Parameter, ...] = field(default=())


def read_query(operation: Operation, path: Mapping[str, str], query: Mapping[str, list[str]]) -> Asked:
    """Read everything that is asked for; BadRequest names the parameter and what to do."""
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name in query:
        if name not in known or known[name].where != "query":
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
            raise BadRequest(f"there is no parameter {name[:40]!r}; {hint}")
    asked: dict[str, Any] = {}
    for name, parameter in known.items():
        given = [path[name]] if parameter.where == "path" else query.get(name, [])
        asked[name] = _one(parameter, given)
    return asked


def _one(parameter: Parameter, given: list[str]) -> object:
    if len(given) > 1:
        raise BadRequest(f"{parameter.name} is there {len(given)} times; leave one")
    if not given:
        if parameter.required:
            raise BadRequest(f"{parameter.name} is missing")
        return parameter.default
    try:
        return parameter.read(given[0])
    except ValueError as error:
        raise BadRequest(f"{parameter.name}: {error}") from None


def a_day(text: str) -> date:
    """Read a day, 2026-12-31."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError("is not a day; write it as 2026-12-31")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"its year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def a_number(least: int, most: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
            raise ValueError(f"is not a whole number of {least} to {most}")
        return int(text)

    return read


def a_truth(text: str) -> bool:
    """Read true or false."""
    if text not in {"true", "false"}:
        raise ValueError("is neither true nor false")
    return text == "true"


def a_word(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Make a reader of a word of a closed list."""

    def read(text: str) -> StrEnum:
        try:
            return kind(text)
        except ValueError:
            near = get_close_matches(text, list(kind), n=1)
            hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(kind)}"
            raise ValueError(f"is not known here; {hint}") from None

    return read


AS_OF = Parameter(
    name="as_of",
    text="The local day at whose end it was so; without it, now.",
    schema={"type": "string", "format": "date"},
    read=a_day,
)
EVERY = Parameter(
    name="all",
    text="Also what is over or has not begun.",
    schema={"type": "boolean", "default": False},
    read=a_truth,
    default=False,
)
