"""What is said of the register exists in Kazakh and Russian, sentence by sentence."""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from exporters.locale.sayings import sentences
from exporters.locale.texts import LOCALES, translations
from monitor.model.estate import InstitutionType
from monitor.register.cells import member
from monitor.register.kinds import Kind
from monitor.register.nouns import NOUNS
from monitor.register.said import Heading, said
from monitor.register.words import SPELLINGS, spelling_in

ROOT = Path(__file__).parents[2]
SOURCES = [file for folder in ("monitor", "exporters") for file in sorted((ROOT / folder).rglob("*.py"))]
OTHERS = ("kk", "ru")
ALMATY = ZoneInfo("Asia/Almaty")


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def templates() -> set[str]:
    """Find every sentence in the code, as gettext's tools do."""
    found = set[str]()
    for file in SOURCES:
        with file.open("rb") as source:
            found |= {str(message) for _, message, _, _ in extract("python", source, {"said": None})}
    return found


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Give every call that says something, with its place."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


@pytest.mark.parametrize("locale", OTHERS)
def test_every_sentence_is_in_every_language(locale: str) -> None:
    """Each sentence of the code has one in the language, with the same placeholders; none is left over."""
    with files("exporters.locale").joinpath(f"register.{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    messages = {str(each.id): str(each.string) for each in catalogue if each.id}
    assert not catalogue.obsolete
    assert not [each.id for each in catalogue if each.id and each.fuzzy]
    assert messages.keys() == templates()
    assert len(messages) > 200
    assert not [text for text in messages.values() if not text.strip() or text != text.strip()]
    told = {id_: placeholders(text) for id_, text in messages.items()}
    assert told == {id_: placeholders(id_) for id_ in messages}


def test_every_sentence_stands_in_the_code_with_its_values() -> None:
    """A sentence is a literal, so that it is found; the values beside it are those that it names."""
    for place, call in calls():
        (template,) = call.args
        assert isinstance(template, ast.Constant), place
        names = sorted(str(keyword.arg) for keyword in call.keywords)
        assert names == placeholders(str(template.value)), place


def test_languages_do_not_mix_letters() -> None:
    """No word has letters of two alphabets, and Kazakh sentences use the letters that Russian has not."""
    latin, cyrillic = set(string.ascii_letters), set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі")
    for locale in OTHERS:
        for text in sentences(locale).values():
            pairs = zip(text.lower(), text.lower()[1:], strict=False)
            assert not any({a, b} & latin and {a, b} & cyrillic for a, b in pairs), text
    kazakh = [text for text in sentences("kk").values() if set("әғқңөұүһі") & set(text.lower())]
    assert len(kazakh) > 0.8 * len(sentences("kk"))


@pytest.mark.parametrize("locale", LOCALES)
def test_kinds_are_told_apart(locale: str) -> None:
    """Each kind of sheet has a name of its own; in English the one it has in files."""
    told = {kind: translations(locale).say(NOUNS[kind]) for kind in Kind}
    assert len(set(told.values())) == len(Kind)
    assert locale != "en" or told == {kind: kind.value for kind in Kind}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_word_that_people_are_told_is_read(locale: str) -> None:
    """The word that a refusal offers is one that the import takes for the same."""
    for kind in SPELLINGS:
        read = member(kind)
        assert all(read(spelling_in(word, locale)) is word for word in kind)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        pytest.param(1234567, ("1\xa0234\xa0567", "1\xa0234\xa0567", "1,234,567"), id="count"),
        pytest.param("2026", ("2026", "2026", "2026"), id="number that names"),
        pytest.param(date(2026, 12, 31), ("31.12.2026", "31.12.2026", "2026-12-31"), id="day"),
        pytest.param(
            datetime(2026, 12, 31, 20, 5, tzinfo=UTC),
            ("01.01.2027 01:05", "01.01.2027 01:05", "2027-01-01 01:05"),
            id="moment, as local time",
        ),
        pytest.param(Heading("bin"), ("БСН (bin)", "БИН (bin)", "bin"), id="column"),
        pytest.param(Kind.SITES, ("ғимараттар", "здания", "sites"), id="kind"),
        pytest.param(InstitutionType.SCHOOL, ("мектеп", "школа", "school"), id="word"),
        pytest.param((Kind.SITES, "x"), ("ғимараттар, x", "здания, x", "sites, x"), id="several"),
        pytest.param(said("line {line}", line="7"), ("7-жол", "строка 7", "line 7"), id="said within"),
        pytest.param("{x}", ("{x}", "{x}", "{x}"), id="braces"),
    ],
)
def test_values_are_written_as_the_language_does(value: object, texts: tuple[str, str, str]) -> None:
    """Counts, days, moments, columns and words follow the language; texts stand as they are."""
    told = [
        translations(locale).say(said("{kind}: {counts}", kind="-", counts=value), ALMATY)
        for locale in LOCALES
    ]
    assert told == [f"-: {text}" for text in texts]
