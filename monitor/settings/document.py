"""From the text of a YAML file to the values of a model, or to the list of everything that is wrong with it.

Each mistake names its line and its key, and says what to do. What a wrong key holds is not repeated
where it could be a secret.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

MOST_BYTES = 256 * 1024  # the reference file, with all its comments, is not a twentieth of it
MOST_SHOWN = 40  # characters of a wrong value

SECRET_WORDS = ("password", "passwd", "secret", "token", "credential")
SECRET_PLACES = ("url", "key_file", "basic_auth_users", *SECRET_WORDS)  # where a secret may stand by mistake

KeyPath = tuple[str | int, ...]

WANTED = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text; put it in quotes",
    "list_type": "must be a list: [a, b] or one '- a' per line",
    "model_type": "must be a group of keys, indented below it",
    "dict_type": "must be a group of keys, indented below it",
    "date_type": "must be a day: 2023-03-07",
    "finite_number": "must be a number",
}
BOUNDS = {
    "greater_than": ("must be greater than", "gt"),
    "greater_than_equal": ("must be at least", "ge"),
    "less_than": ("must be less than", "lt"),
    "less_than_equal": ("must be at most", "le"),
    "string_too_short": ("must not be empty; characters at least:", "min_length"),
    "string_too_long": ("is too long; characters at most:", "max_length"),
    "literal_error": ("must be", "expected"),
    "enum": ("must be", "expected"),
    "too_short": ("must not be empty; entries at least:", "min_length"),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in the file; `line` counts from 1, `key` is dotted, empty for the whole file."""

    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class DocumentError(Exception):
    """The file cannot be used; `mistakes` says everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


class Section(BaseModel):
    """A group of keys: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Generic[M]):
    """What a file holds, and on which line each key and each entry of a list stands."""

    value: M
    lines: Mapping[KeyPath, int]

    def mistake(self, at: KeyPath, text: str) -> Mistake:
        """Say that something is wrong with what stands at a path."""
        return Mistake(_line(at, self.lines), _dotted(at), text)


def read_bytes(path: Path) -> bytes:
    """Read a file of a sensible size. Raises DocumentError, or OSError."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DocumentError([Mistake(None, "", f"the file is larger than {MOST_BYTES} bytes")])
    return data


def read_document(data: bytes, model: type[M], *, about_secrets: str | None = None) -> Document[M]:
    """Turn the text of a file into the values of a model. Raises DocumentError.

    `about_secrets` answers an unknown key that looks as if a password were written beside it.
    """
    lines: dict[KeyPath, int] = {}
    values = _read_yaml(data, lines)
    try:
        return Document(value=model.model_validate(values), lines=lines)
    except ValidationError as error:
        speaker = _Speaker(model, about_secrets)
        mistakes = [
            Mistake(_line(detail["loc"], lines), _dotted(detail["loc"]), speaker.say(detail))
            for detail in error.errors(include_url=False)
        ]
        raise DocumentError(sorted(mistakes, key=lambda m: (m.line or 0, m.key))) from None


def _read_yaml(data: bytes, lines: dict[KeyPath, int]) -> Mapping[str, object]:
    try:
        text = data.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise DocumentError([Mistake(None, "", "references (*name) are not used in this file")])
        node = yaml.compose(text, yaml.SafeLoader)
        if node is not None:
            _note_lines(node, (), lines)
        values = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentError([Mistake(line, "", "this line is not UTF-8; save the file as UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        line_of = error.problem_mark.line + 1 if error.problem_mark else None
        raise DocumentError([Mistake(line_of, "", f"is not YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError([Mistake(None, "", f"is not YAML: {type(error).__name__}")]) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise DocumentError([Mistake(1, "", "the file must hold keys and values, one 'key: value' per line")])
    return values


def _note_lines(node: yaml.Node, at: KeyPath, lines: dict[KeyPath, int]) -> None:
    """Remember where every key stands; a key given twice is a mistake."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError([Mistake(line, "", "a key must be one word")])
            here = (*at, key.value)
            if here in lines:
                raise DocumentError([Mistake(line, _dotted(here), f"is given twice (line {lines[here]})")])
            lines[here] = line
            _note_lines(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[*at, index] = value.start_mark.line + 1
            _note_lines(value, (*at, index), lines)


def _line(at: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """Find the line of a path, or of the innermost group around it."""
    return next((lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in lines), None)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts what the model refuses into words; knows the keys that there are."""

    model: type[BaseModel]
    about_secrets: str | None

    def say(self, detail: ErrorDetails) -> str:
        kind, context, at = detail["type"], detail.get("ctx", {}), detail["loc"]
        if kind == "extra_forbidden":
            return self.unknown(at)
        if kind == "missing":
            return "is missing"
        if kind == "value_error":
            return str(context["error"])
        if kind in BOUNDS:
            words, bound = BOUNDS[kind]
            limit = f"{context[bound]:g}" if isinstance(context[bound], float) else context[bound]
            return f"{words} {limit}" + _shown(detail, at)
        return WANTED.get(kind, detail["msg"]) + _shown(detail, at)

    def unknown(self, at: KeyPath) -> str:
        """Answer a key that there is not with the one that was meant."""
        name = str(at[-1])
        siblings, everywhere = self.keys_at(at[:-1]), dict(_all_keys(self.model))
        near = get_close_matches(name, siblings, n=1, cutoff=0.5)
        if near:
            return f"is not a key; did you mean {_dotted((*at[:-1], near[0]))}?"
        if self.about_secrets is not None and any(word in name.lower() for word in SECRET_WORDS):
            return self.about_secrets
        near = get_close_matches(name, everywhere, n=1, cutoff=0.7)
        if near:
            return f"is not a key; did you mean {everywhere[near[0]]}?"
        return f"is not a key; the keys here are {', '.join(siblings)}"

    def keys_at(self, at: KeyPath) -> list[str]:
        """Name the keys of the group at a path; a number in the path is a place in a list."""
        model = self.model
        for part in at:
            if isinstance(part, int):
                continue
            inner = next((m for name, m in _fields(model) if name == part), None)
            model = inner or model
        return [name for name, _ in _fields(model)]


def _shown(detail: ErrorDetails, at: KeyPath) -> str:
    """Repeat a wrong value, unless it could be a secret."""
    value: object = detail["input"]
    secret = any(word in str(part).lower() for part in at for word in SECRET_PLACES)
    if secret or isinstance(value, dict | list):
        return ""
    text = "empty" if value is None else repr(value)
    if "://" in text:  # an address may hold one, wherever it was written
        return ""
    return f"; it is {text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + '…'}"


def _fields(model: type[BaseModel]) -> Iterable[tuple[str, type[BaseModel] | None]]:
    for name, field in model.model_fields.items():
        kinds: tuple[Any, ...] = (field.annotation, *get_args(field.annotation))
        inner = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)
        yield field.alias or name, inner


def _all_keys(model: type[BaseModel], above: KeyPath = ()) -> Iterable[tuple[str, str]]:
    for name, inner in _fields(model):
        yield name, _dotted((*above, name))
        if inner is not None:
            yield from _all_keys(inner, (*above, name))


def _dotted(at: KeyPath) -> str:
    return ".".join(str(part) for part in at)
