"""How columns are headed and what stands for the words of closed lists, in three languages."""

from collections import Counter
from enum import StrEnum

import pytest

from monitor.model.allowances import Reason, Subject
from monitor.model.channels import ContractForm, Stage, Technology
from monitor.model.estate import CentreKind, InstitutionType, Ownership, RecorderKind, Regulator
from monitor.model.parties import PartyKind, Role
from monitor.register import cells
from monitor.register.columns import SHEETS
from monitor.register.headings import BY_HEADING, HEADINGS, LANGUAGES, NUMBERING, fold, heading_of
from monitor.register.kinds import Kind
from monitor.register.words import spellings_of

LISTS = (
    *(InstitutionType, Ownership, Regulator, CentreKind, RecorderKind, PartyKind, Role),
    *(Technology, ContractForm, Stage, Subject, Reason),
)


def spellings(column: str) -> list[str]:
    return [fold(column), *(fold(spelling) for each in HEADINGS[column] for spelling in each.split("|"))]


def test_a_heading_means_one_column() -> None:
    """No spelling stands for two columns, and none for a column that only numbers the rows."""
    often = Counter(spelling for column in HEADINGS for spelling in set(spellings(column)))
    assert [spelling for spelling, times in often.items() if times > 1] == []
    assert not NUMBERING & BY_HEADING.keys()


def test_every_column_is_headed_in_every_language() -> None:
    """Each column of each kind has a heading in Kazakh, Russian and English, and no heading is left over."""
    assert HEADINGS.keys() == {column for sheet in SHEETS.values() for column in sheet.cells}
    for column in HEADINGS:
        assert all(BY_HEADING[fold(heading_of(column, language))] == column for language in LANGUAGES)


@pytest.mark.parametrize("kind", list(Kind))
def test_columns_of_a_kind_differ_in_every_language(kind: Kind) -> None:
    """No two columns of one sheet are headed alike."""
    for language in LANGUAGES:
        headings = [heading_of(column, language) for column in SHEETS[kind].cells]
        assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("words", LISTS)
def test_words_of_closed_lists_are_read_in_every_language(words: type[StrEnum]) -> None:
    """A word is read as itself and in each of its spellings, and no spelling means two words of its list."""
    read = cells.member(words)
    told = Counter(spelling for word in words for spelling in set(map(fold, spellings_of(word))))
    assert [spelling for spelling, times in told.items() if times > 1] == []
    for word in words:
        assert {read(spelling) for spelling in (word.value.upper(), *spellings_of(word))} == {word}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        pytest.param("БИН", "bin", id="Russian"),
        pytest.param("  бсн: ", "bin", id="Kazakh, blanks and a colon"),
        pytest.param("Код\nкамеры *", "camera_id", id="line break and a star"),
        pytest.param("КОД НАСЕЛЕННОГО ПУНКТА (КАТО)", "settlement", id="no ё"),
        pytest.param("№ договора", "contract_number", id="number sign"),
        pytest.param("Код камеры", "camera_id", id="hard blank"),
    ],
)
def test_headings_are_read_as_people_write_them(heading: str, column: str) -> None:
    """Case, blanks, line breaks, ё and marks around a heading do not matter."""
    assert BY_HEADING[fold(heading)] == column


@pytest.mark.parametrize("heading", ["№", "№ п/п", "№ п.п.", "р/с", "No", "#"])
def test_numbering_says_nothing(heading: str) -> None:
    """A column that only numbers the rows is known as one."""
    assert fold(heading) in NUMBERING


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("750000000", "750000000", id="code"),
        pytest.param("город Алматы", "750000000", id="city in Russian"),
        pytest.param("АЛМАТЫ ОБЛЫСЫ", "190000000", id="region in Kazakh"),
        pytest.param("Ulytau Region", "620000000", id="region in English"),
    ],
)
def test_a_region_is_read_by_its_whole_name(cell: str, code: str) -> None:
    """A region's cell holds its code or its name in one of three languages."""
    assert cells.region(cell) == code


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        pytest.param("Алматы", "Алматы облысы or Алматы қаласы", id="part of two names"),
        pytest.param("Almaty", "Almaty Region or Almaty City", id="the same in English"),
        pytest.param("Акмолинска область", "Акмолинская область", id="misspelt"),
        pytest.param("75", "write its 9 digits", id="short code"),
        pytest.param("Wonderland", "write its KATO code", id="nowhere"),
    ],
)
def test_a_region_is_never_guessed(cell: str, words: str) -> None:
    """A part of a name is refused, with the names that it could be."""
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        cells.region(cell)


def test_words_of_two_lists_do_not_mix() -> None:
    """The word for other belongs to two lists, with spellings of its own in each."""
    assert cells.member(RecorderKind)("другой") is RecorderKind.OTHER
    assert cells.member(Reason)("другая") is Reason.OTHER
