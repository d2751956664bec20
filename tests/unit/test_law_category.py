"""The category of an institution: the vectors of the rules, their doubts, and what holds for any of them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.category import Category, Unclear, category, category_of
from monitor.law.load import load_rules, shipped_rules
from monitor.law.sources import Confidence
from monitor.model.estate import Institution, InstitutionType, Ownership
from monitor.model.places import Settlement

RULES = load_rules()
DAY = date(2026, 11, 1)
DAYS = (date(2021, 1, 1), date(2023, 3, 7), date(2024, 12, 31), date(2026, 11, 1), date(2040, 2, 29))
KINDS = st.sampled_from(InstitutionType)
HEADCOUNTS = st.integers(0, 5000)
SCHOOLS = ("school", "small_school", "special", "boarding")
ALMATY = "750000000"
LOW = ("cctv", "public_address")
MIDDLE = (*LOW, "occ", "panic_button")
HIGH = (*MIDDLE, "licensed_guard", "turnstiles")


def ask(
    kind: str,
    headcount: int | None,
    regional_centre: bool | None = False,
    day: date = DAY,
    region: str | None = None,
) -> Category:
    return category(InstitutionType(kind), headcount, regional_centre, day, RULES, region=region)


def flags(told: Category) -> list[str]:
    return [flag.code for flag in told.flags]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    ("kind", "headcount", "regional_centre", "code", "measures"),
    [
        pytest.param("school", 0, False, "C0", (), id="nobody"),
        pytest.param("school", 99, False, "C0", (), id="below the list"),
        pytest.param("school", 100, False, "C1", LOW, id="first of C1"),
        pytest.param("school", 300, False, "C1", LOW, id="last of C1"),
        pytest.param("school", 301, False, "C2", MIDDLE, id="first of C2"),
        pytest.param("school", 700, False, "C2", MIDDLE, id="last of C2"),
        pytest.param("school", 701, False, "C3", HIGH, id="first of C3"),
        pytest.param("school", 120, True, "C3", HIGH, id="a school in a regional centre"),
        pytest.param("school", 300, True, "C3", HIGH, id="a school at an edge in a regional centre"),
        pytest.param("school", 800, True, "C3", HIGH, id="a big school there"),
        pytest.param("college", 120, True, "C1", LOW, id="a college there"),
        pytest.param("kindergarten", 301, True, "C2", MIDDLE, id="a kindergarten there"),
        pytest.param("school", 60, True, "C3", HIGH, id="a tiny school there"),
        pytest.param("small_school", 60, True, "C3", HIGH, id="an ungraded school there"),
        pytest.param("extra", 60, True, "C0", (), id="a tiny club there"),
    ],
)
def test_vectors(
    kind: str, headcount: int, regional_centre: bool, code: str, measures: tuple[str, ...], day: date
) -> None:
    """Bands of headcount, and schools of regional centres above them, on any day since the rules began."""
    told = ask(kind, headcount, regional_centre, day)
    assert (told.code, told.measures, told.candidates) == (code, measures, (code,))
    assert (told.name, told.unclear, told.perhaps) == (code, None, ())


@pytest.mark.parametrize(
    ("kind", "headcount", "regional_centre", "region", "raised"),
    [
        pytest.param("school", 120, True, None, [], id="plain"),
        pytest.param("school", 60, True, None, ["AMBIGUOUS"], id="below the list in a centre"),
        pytest.param("school", 60, False, None, [], id="below the list in a village"),
        pytest.param("college", 60, True, None, [], id="a college below the list in a centre"),
        pytest.param("boarding", 120, True, None, ["KIND_OF_SCHOOL"], id="taken for a school"),
        pytest.param("boarding", 120, False, None, [], id="no school clause in a village"),
        pytest.param("boarding", 900, True, None, [], id="C3 by headcount anyway"),
        pytest.param("special", 60, True, None, ["AMBIGUOUS", "KIND_OF_SCHOOL"], id="two doubts"),
        pytest.param("school", 120, False, ALMATY, ["REPUBLICAN_CITY"], id="a republican city"),
        pytest.param("school", 900, False, ALMATY, [], id="C3 by headcount in one"),
        pytest.param("college", 120, False, ALMATY, [], id="a college in one"),
        pytest.param("school", 60, False, ALMATY, ["AMBIGUOUS", "REPUBLICAN_CITY"], id="tiny in one"),
        pytest.param("school", 100, False, None, ["BAND_EDGE"], id="at 100"),
        pytest.param("school", 300, False, None, ["BAND_EDGE"], id="at 300"),
        pytest.param("school", 700, False, None, ["BAND_EDGE"], id="at 700"),
        pytest.param("school", 700, True, None, [], id="an edge that does not matter in a centre"),
        pytest.param("college", 300, True, None, ["BAND_EDGE"], id="an edge that matters there"),
        pytest.param("university", 800, True, None, ["OTHER_INSTRUCTION"], id="another regime"),
    ],
)
def test_doubts_are_flagged(
    kind: str, headcount: int, regional_centre: bool, region: str | None, raised: list[str]
) -> None:
    """A doubt is raised where it could change the category, in words, and makes the answer less sure."""
    told = ask(kind, headcount, regional_centre, region=region)
    assert flags(told) == raised
    assert told.confidence is not Confidence.FOUND or not raised
    assert all(flag.text.said_in(locale) for flag in told.flags for locale in ("kk", "ru", "en"))


def test_a_doubt_has_days() -> None:
    """Universities have an instruction of their own since 4 October 2024, and not before."""
    assert flags(ask("university", 800, day=date(2024, 10, 3))) == []
    assert flags(ask("university", 800, day=date(2024, 10, 4))) == ["OTHER_INSTRUCTION"]


def test_republican_cities_are_regional_centres() -> None:
    """In a city of republican significance every school is C3; in the region of like name it is not."""
    assert ask("school", 120, False, region=ALMATY).code == "C3"
    assert ask("school", 120, False, region="190000000").code == "C1"


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("kind", InstitutionType)
@pytest.mark.parametrize("regional_centre", [True, False, None])
def test_no_headcount_is_unknown(kind: InstitutionType, regional_centre: bool | None, day: date) -> None:
    """Without a headcount the category is never guessed, and never C0."""
    told = category(kind, None, regional_centre, day, RULES)
    assert (told.code, told.name, told.unclear) == (None, "UNKNOWN", Unclear.NO_HEADCOUNT)
    assert told.measures == ()
    assert set(told.perhaps) == set(HIGH)


def test_a_school_of_a_centre_without_headcount_has_two_candidates() -> None:
    """It is C3, unless it is too small for the list."""
    assert ask("school", None, True).candidates == ("C0", "C3")
    assert ask("school", None, False).candidates == ("C0", "C1", "C2", "C3")


def test_an_unknown_settlement_matters_only_where_it_decides() -> None:
    """A small school can be C1 or C3; a college, or a big school, is what it is."""
    told = ask("school", 120, None)
    assert (told.code, told.unclear, told.candidates) == (None, Unclear.NO_SETTLEMENT, ("C1", "C3"))
    assert told.measures == LOW
    assert told.perhaps == ("occ", "panic_button", "licensed_guard", "turnstiles")
    assert ask("college", 120, None).code == "C1"
    assert ask("school", 800, None).code == "C3"
    assert ask("school", 120, None, region=ALMATY).code == "C3"


@pytest.mark.parametrize("day", [date(1991, 12, 16), date(2020, 12, 31)])
def test_before_every_rule_the_category_is_unknown(day: date) -> None:
    """A day of which no pack speaks has no category, and that is why."""
    told = ask("school", 800, True, day)
    assert (told.name, told.unclear, told.candidates) == ("UNKNOWN", Unclear.NO_RULES, ())
    assert (told.measures, told.perhaps, told.origin, told.confidence) == ((), (), None, None)


def test_an_answer_names_its_source() -> None:
    """The rule that decided is named with its pack and version: the band, or the clause about centres."""
    band, clause = ask("school", 800).origin, ask("school", 120, True).origin
    assert band is not None
    assert clause is not None
    assert (band.pack, band.version, clause.pack) == ("KZ-seed-2023", 1, "KZ-seed-2023")
    assert "all schools in regional centres" in clause.source
    assert band.source != clause.source


def test_the_register_answers_the_same() -> None:
    """An institution's own row and its settlement's say what is asked."""
    school = Institution(
        institution_id="i",
        name="n",
        region="110000000",
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
        headcount=120,
    )
    seat = Settlement(
        settlement="111010000", region="110000000", name_kk="к", name_ru="к", regional_centre=True
    )
    assert category_of(school, seat, DAY, RULES).code == "C3"
    assert category_of(school, None, DAY, RULES).unclear is Unclear.NO_SETTLEMENT


def test_a_later_scheme_replaces_the_whole(tmp_path: Path) -> None:
    """A pack with other bands holds from its day; the answer about an earlier day stays."""
    text = (shipped_rules() / "kz-compliance.yaml").read_text()
    (tmp_path / "kz-1.yaml").write_text(text)
    later = text.replace("valid_from: 2021-01-01", "valid_from: 2027-01-01").replace(
        "version: 1", "version: 2"
    )
    later = later.replace("valid_from: 2024-10-04\n", "valid_from: 2027-01-01\n")
    later = later.replace("headcount_to: 300\n      m", "headcount_to: 200\n      m")
    later = later.replace("headcount_from: 301", "headcount_from: 201")
    (tmp_path / "kz-2.yaml").write_text(later)
    rules = load_rules(tmp_path)
    found = [
        category(InstitutionType.SCHOOL, 250, False, date(year, 1, 1), rules).code for year in (2026, 2027)
    ]
    assert found == ["C1", "C2"]


@given(KINDS, HEADCOUNTS, HEADCOUNTS, st.booleans())
def test_more_people_never_mean_fewer_measures(
    kind: InstitutionType, one: int, other: int, centre: bool
) -> None:
    """Of two institutions alike in everything else the bigger one has the same category or a higher."""
    small, big = sorted((one, other))
    lower, upper = (category(kind, size, centre, DAY, RULES) for size in (small, big))
    assert lower.name <= upper.name
    assert set(lower.measures) <= set(upper.measures)


@given(KINDS, HEADCOUNTS)
def test_a_regional_centre_never_asks_for_less(kind: InstitutionType, headcount: int) -> None:
    """Standing in a regional centre raises a school to the top and leaves every other type as it is."""
    outside = category(kind, headcount, False, DAY, RULES)
    inside = category(kind, headcount, True, DAY, RULES)
    assert inside.name == ("C3" if kind.value in SCHOOLS else outside.name)
    assert set(outside.measures) <= set(inside.measures)


@given(KINDS, HEADCOUNTS | st.none(), st.booleans() | st.none(), st.sampled_from(DAYS))
def test_what_is_not_known_covers_what_can_be(
    kind: InstitutionType, headcount: int | None, centre: bool | None, day: date
) -> None:
    """The candidates of an unknown hold every category that comes out once it is known."""
    vague = category(kind, headcount, centre, day, RULES)
    for known_centre in (True, False) if centre is None else (centre,):
        for known in (50, 200, 500, 900) if headcount is None else (headcount,):
            told = category(kind, known, known_centre, day, RULES)
            assert told.name in vague.candidates
            assert set(vague.measures) <= set(told.measures) <= {*vague.measures, *vague.perhaps}
