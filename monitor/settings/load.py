"""From the text of a YAML file to settings, or to the list of everything that is wrong with it.

Each mistake names its line and its key, and says what to do. What a wrong key holds is not repeated
where it could be a secret.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.settings.keys import SECRET_WORDS, Settings

MOST_BYTES = 256 * 1024  # the reference file, with all its comments, is not a twentieth of it
MOST_SHOWN = 40  # characters of a wrong value

KeyPath = tuple[str | int, ...]

WANTED = {
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text; put it in quotes",
    "list_type": "must be a list: [a, b] or one '- a' per line",
    "model_type": "must be a group of keys, indented below it",
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
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in the file; `line` counts from 1, `key` is dotted, empty for the whole file."""

    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class SettingsError(Exception):
    """The file cannot be used; `mistakes` says everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def load(path: Path) -> Settings:
    """Read a file; paths in it count from the file's folder. Raises SettingsError, or OSError."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise SettingsError([Mistake(None, "", f"the file is larger than {MOST_BYTES} bytes")])
    return parse(data).at(path.parent)


def parse(data: bytes) -> Settings:
    """Turn the text of a file into settings. Raises SettingsError."""
    lines: dict[KeyPath, int] = {}
    values = _read_yaml(data, lines)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        mistakes = [_mistake(detail, lines) for detail in error.errors(include_url=False)]
        raise SettingsError(sorted(mistakes, key=lambda m: (m.line or 0, m.key))) from None


def _read_yaml(data: bytes, lines: dict[KeyPath, int]) -> Mapping[str, object]:
    try:
        text = data.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise SettingsError([Mistake(None, "", "references (*name) are not used in this file")])
        node = yaml.compose(text, yaml.SafeLoader)
        if node is not None:
            _note_lines(node, (), lines)
        values = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError([Mistake(line, "", "this line is not UTF-8; save the file as UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        line_of = error.problem_mark.line + 1 if error.problem_mark else None
        raise SettingsError([Mistake(line_of, "", f"is not YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError([Mistake(None, "", f"is not YAML: {type(error).__name__}")]) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise SettingsError([Mistake(1, "", "the file must hold keys and values, one 'key: value' per line")])
    return values


def _note_lines(node: yaml.Node, at: KeyPath, lines: dict[KeyPath, int]) -> None:
    """Remember where every key stands; a key given twice is a mistake."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise SettingsError([Mistake(line, "", "a key must be one word")])
            here = (*at, key.value)
            if here in lines:
                raise SettingsError([Mistake(line, _dotted(here), f"is given twice (line {lines[here]})")])
            lines[here] = line
            _note_lines(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[*at, index] = value.start_mark.line + 1
            _note_lines(value, (*at, index), lines)


def _mistake(detail: ErrorDetails, lines: Mapping[KeyPath, int]) -> Mistake:
    at = detail["loc"]
    line = next((lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in lines), None)
    return Mistake(line, _dotted(at), _say(detail, at))


def _say(detail: ErrorDetails, at: KeyPath) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(at)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind in BOUNDS:
        words, bound = BOUNDS[kind]
        limit = f"{context[bound]:g}" if isinstance(context[bound], float) else context[bound]
        return f"{words} {limit}" + _shown(detail, at)
    return WANTED.get(kind, detail["msg"]) + _shown(detail, at)


def _shown(detail: ErrorDetails, at: KeyPath) -> str:
    """Repeat a wrong value, unless it could be a secret."""
    value: object = detail["input"]
    secret = any(word in str(part).lower() for part in at for word in ("url", "key_file", *SECRET_WORDS))
    if secret or isinstance(value, dict | list):
        return ""
    text = "empty" if value is None else repr(value)
    return f"; it is {text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + '…'}"


def _unknown(at: KeyPath) -> str:
    name = str(at[-1])
    siblings, everywhere = _keys_at(at[:-1]), dict(_all_keys(Settings))
    near = get_close_matches(name, siblings, n=1, cutoff=0.5)
    if near:
        return f"is not a key; did you mean {_dotted((*at[:-1], near[0]))}?"
    if any(word in name.lower() for word in SECRET_WORDS):
        return "is not a key: secrets are never in this file; see key_file and database.password_file"
    near = get_close_matches(name, everywhere, n=1, cutoff=0.7)
    if near:
        return f"is not a key; did you mean {everywhere[near[0]]}?"
    return f"is not a key; the keys here are {', '.join(siblings)}"


def _keys_at(at: KeyPath) -> list[str]:
    """Name the keys of the group at a path; a number in the path is a place in a list."""
    model: type[BaseModel] = Settings
    for part in at:
        if isinstance(part, int):
            continue
        inner = next((m for name, m in _fields(model) if name == part), None)
        model = inner or model
    return [name for name, _ in _fields(model)]


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
