"""Every text exists in Kazakh, Russian and English, and numbers look as each language writes them."""

import re
import string
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from exporters.locale.forms import (
    format_count,
    format_day,
    format_moment,
    format_ratio,
    format_share,
    format_since,
)
from exporters.locale.rulings import DOMAIN, ruling
from exporters.locale.texts import LOCALES, PREFIXES, choose_locale, translations
from monitor.judge.causes import RULES
from monitor.model.incident import Kind, Scope, Severity
from monitor.model.verdict import Cause, Owner, State, Warn
from probes.failure import Failure

NBSP = "\u00a0"
WORDS = [word for kind in PREFIXES for word in kind]
NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
ALMATY = ZoneInfo("Asia/Almaty")
KAZAKH_LETTERS = set("әғқңөұүһі")


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("word", WORDS, ids=lambda word: f"{type(word).__name__}.{word.name}")
def test_every_word_has_a_text(locale: str, word: StrEnum) -> None:
    """Each member of each closed list has a text in each language."""
    assert translations(locale).of(word).strip()


def test_the_lists_that_people_meet_have_texts() -> None:
    """States, causes, owners, warnings and failures are among the lists with texts."""
    assert {State, Cause, Owner, Warn, Failure, Scope, Severity, Kind} <= PREFIXES.keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_unfinished(locale: str) -> None:
    """No text is fuzzy, empty, obsolete, repeated, or begins or ends with a blank."""
    with files("exporters.locale").joinpath(f"{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    messages = [message for message in catalogue if message.id]
    assert not catalogue.obsolete
    assert not [m.id for m in messages if m.fuzzy or not isinstance(m.string, str) or not m.string.strip()]
    assert not [m.id for m in messages if str(m.string) != str(m.string).strip()]
    assert len(messages) == len(translations(locale).texts)
    source = files("exporters.locale").joinpath(f"{locale}.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("locale", LOCALES)
def test_languages_have_the_same_keys_and_placeholders(locale: str) -> None:
    """A text can stand for its English one: the same key, the same values filled in."""
    english, other = translations("en").texts, translations(locale).texts
    assert other.keys() == english.keys()
    assert {k: placeholders(t) for k, t in other.items()} == {k: placeholders(t) for k, t in english.items()}


def test_words_of_one_list_are_told_apart() -> None:
    """No two members of a closed list share a text."""
    for locale in LOCALES:
        for kind in PREFIXES:
            texts = [translations(locale).of(word) for word in kind]
            assert len(set(texts)) == len(texts), (locale, kind)


def test_every_key_of_a_word_is_a_word() -> None:
    """A text whose word left its list is found."""
    known = {f"{PREFIXES[type(word)]}.{word.value}" for word in WORDS}
    prefixes = tuple(f"{prefix}." for prefix in PREFIXES.values())
    assert {key for key in translations("en").texts if key.startswith(prefixes)} == known


@pytest.mark.parametrize("locale", LOCALES)
def test_every_cause_has_a_next_step(locale: str) -> None:
    """Of each cause it is said who does what by when; nothing is said of a cause that is none."""
    steps = {key: text for key, text in translations(locale).texts.items() if key.startswith("step.")}
    assert steps.keys() == {f"step.{cause.value}" for cause in Cause}
    assert len(set(steps.values())) == len(Cause)
    assert all(text.endswith(".") for text in steps.values())


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_every_rule_is_said_in_every_language(locale: str) -> None:
    """Each rule that decides a cause has its sentence in the language; none is left over or shared."""
    with files("exporters.locale").joinpath(f"{DOMAIN}.{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    messages = {str(each.id): str(each.string) for each in catalogue if each.id}
    assert not catalogue.obsolete
    assert not [each.id for each in catalogue if each.id and each.fuzzy]
    assert messages.keys() == {rule.why for rule in RULES}
    assert all(text and text == text.strip() for text in messages.values())
    assert len(set(messages.values())) == len(messages)
    assert {why: ruling(why, locale) for why in messages} == messages


def test_a_rule_that_is_no_more_is_told_as_it_was_stored() -> None:
    """A sentence of an older version stays; English is the sentence itself."""
    assert ruling("an older rule", "kk") == "an older rule"
    assert [ruling(rule.why, "en") for rule in RULES] == [rule.why for rule in RULES]


def test_kazakh_is_kazakh() -> None:
    """The Kazakh texts use letters that Russian has not, and no Latin look-alikes within their words."""
    texts = list(translations("kk").texts.values())
    assert sum(bool(KAZAKH_LETTERS & set(text.lower())) for text in texts) > len(texts) / 2
    mixed = re.compile(r"[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", re.IGNORECASE)
    assert not [text for text in texts if mixed.search(text)]


@pytest.mark.parametrize(
    ("locale", "receiving", "not_receiving", "unknown"),
    [
        pytest.param("kk", "Сурет келіп тұр", "Сурет келмейді", "Белгісіз", id="kk"),
        pytest.param("ru", "Изображение поступает", "Изображение не поступает", "Неизвестно", id="ru"),
        pytest.param("en", "Receiving", "Not receiving", "Unknown", id="en"),
    ],
)
def test_states(locale: str, receiving: str, not_receiving: str, unknown: str) -> None:
    """The three states are said as agreed; unknown is not a kind of "not"."""
    told = [translations(locale).of(state) for state in State]
    assert told == [receiving, not_receiving, unknown]


def test_a_missing_text_is_our_mistake() -> None:
    """An unknown key or language raises, and is never shown as a key."""
    with pytest.raises(KeyError):
        translations("kk").text("no.such.key")
    with pytest.raises(ValueError, match="'de'"):
        translations("de")


def test_placeholders_are_filled_in() -> None:
    """A text takes its values by name."""
    assert translations("ru").text("count.of", part="3", whole="7") == "3 из 7"
    assert translations("kk").text("count.of", part="3", whole="7") == "7 ішінен 3"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        pytest.param("kk", "kk", id="plain"),
        pytest.param("kk-KZ", "kk", id="with a region"),
        pytest.param("ru-KZ, kk;q=0.9", "ru", id="first without a weight"),
        pytest.param("ru;q=0.3,kk;q=0.8", "kk", id="heavier"),
        pytest.param("de,fr;q=0.5", "en", id="none of ours"),
        pytest.param("de, *;q=0.1", "en", id="anything: the default"),
        pytest.param("kk;q=0", "en", id="refused"),
        pytest.param("kk;q=nan", "en", id="not a weight"),
        pytest.param("kk;q=1e9,ru;q=0.1", "ru", id="not a plain number"),
        pytest.param("", "en", id="empty"),
        pytest.param(",,;;q=,", "en", id="garbage"),
    ],
)
def test_the_readers_language(header: str, chosen: str) -> None:
    """The heaviest language of those we have wins; without one the default stands."""
    assert choose_locale(header) == chosen


@given(st.text())
def test_any_header_chooses_a_language(header: str) -> None:
    """Whatever a client sends, one of our languages is chosen."""
    assert choose_locale(header) in LOCALES


@pytest.mark.parametrize(
    ("numerator", "denominator", "texts"),
    [
        pytest.param(4360, 6936, ("62,9%", f"62,9{NBSP}%", "62.9%"), id="the official institutions"),
        pytest.param(0, 5, ("0,0%", f"0,0{NBSP}%", "0.0%"), id="none"),
        pytest.param(5, 5, ("100,0%", f"100,0{NBSP}%", "100.0%"), id="all"),
        pytest.param(99_999, 100_000, ("99,9%", f"99,9{NBSP}%", "99.9%"), id="not quite all is not all"),
        pytest.param(1, 100_000, ("0,1%", f"0,1{NBSP}%", "0.1%"), id="hardly any is not none"),
        pytest.param(0, 0, ("—", "—", "—"), id="nothing registered has no share"),
    ],
)
def test_shares(numerator: int, denominator: int, texts: tuple[str, str, str]) -> None:
    """A share has one decimal, never says 100 % of less than all nor 0 % of more than none."""
    assert tuple(format_share(numerator, denominator, locale) for locale in LOCALES) == texts


def test_quoted_ratios() -> None:
    """A quoted 0.62 is written as 62.0 %."""
    assert [format_ratio(0.62, locale) for locale in LOCALES] == ["62,0%", f"62,0{NBSP}%", "62.0%"]


def test_counts_are_grouped() -> None:
    """Thousands are set apart as the language does."""
    assert [format_count(1_234_567, locale) for locale in LOCALES] == [
        f"1{NBSP}234{NBSP}567",
        f"1{NBSP}234{NBSP}567",
        "1,234,567",
    ]


def test_days_and_moments() -> None:
    """Days have four digits of year; moments are local, in Kazakhstan five hours ahead of UTC."""
    day = date(2023, 3, 7)
    assert [format_day(day, locale) for locale in LOCALES] == ["07.03.2023", "07.03.2023", "7 Mar 2023"]
    moment = datetime(2025, 12, 31, 20, 30, 5, tzinfo=UTC)
    told = [format_moment(moment, ALMATY, locale) for locale in LOCALES]
    assert told == ["01.01.2026 01:30:05", "01.01.2026 01:30:05", "1 Jan 2026 01:30:05"]


@pytest.mark.parametrize(
    ("seconds", "texts"),
    [
        pytest.param(0, ("0 с", "0 с", "0 sec"), id="now"),
        pytest.param(9.9, ("9 с", "9 с", "9 sec"), id="seconds"),
        pytest.param(95 * 60, ("1 сағ 35 мин", "1 ч 35 мин", "1 hr 35 min"), id="two units"),
        pytest.param(3600, ("1 сағ", "1 ч", "1 hr"), id="a whole one"),
        pytest.param(86_400 + 59, ("1 күн", "1 дн.", "1 day"), id="only neighbours are shown"),
        pytest.param(400 * 86_400, ("400 күн", "400 дн.", "400 days"), id="long"),
        pytest.param(-5, ("0 с", "0 с", "0 sec"), id="a clock that stepped back"),
    ],
)
def test_since(seconds: float, texts: tuple[str, str, str]) -> None:
    """A length of time is told in its two greatest units."""
    since = NOW - timedelta(seconds=seconds)
    assert tuple(format_since(since, NOW, locale) for locale in LOCALES) == texts
