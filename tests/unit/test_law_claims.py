"""Official figures against their own counts, and the monitor's arithmetic against an official figure."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from exporters.locale.figures import DOMAIN
from exporters.locale.forms import format_share
from exporters.locale.sayings import sentences
from exporters.locale.texts import translations
from exporters.tables.claims import claim_table
from exporters.tables.table import as_lines
from exporters.terminal.words import Words
from monitor.judge.indicators import Tally
from monitor.law.claims import Agreement, agreement, half_up, percent_of
from monitor.model.claims import Claim
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.regions import known_regions
from monitor.model.verdict import Proof, State, Transition, Verdict
from monitor.register.change import plan
from monitor.register.entries import estate_of
from monitor.register.sheets import read_sheet
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.run.summary import Summary, summarise
from monitor.settings.keys import Settings

CLAIMS = Path(__file__).parents[2] / "config" / "register" / "claims.csv"
CONNECTED, LISTED = 4360, 6936


def claim(value: float, part: int | None, whole: int | None, unit: str = "percent") -> Claim:
    """Make a figure of nothing but numbers."""
    return Claim(
        claim_id="c",
        measure="connected",
        value=float(value),
        unit=unit,
        population="institutions",
        as_of=date(2023, 3, 7),
        source="a session",
        numerator=part,
        denominator=whole,
    )


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        pytest.param(claim(62, 4360, 6936), Agreement.TRUNCATED, id="62.86 told as 62"),
        pytest.param(claim(24, 91, 373), Agreement.EXACT, id="24.40 told as 24"),
        pytest.param(claim(35, 152, 425), Agreement.TRUNCATED, id="35.76 told as 35"),
        pytest.param(claim(41, 169, 404), Agreement.TRUNCATED, id="41.83 told as 41"),
        pytest.param(claim(63, 4360, 6936), Agreement.ROUNDED, id="62.86 told as 63"),
        pytest.param(claim(62.9, 4360, 6936), Agreement.ROUNDED, id="with one decimal"),
        pytest.param(claim(62.8, 4360, 6936), Agreement.TRUNCATED, id="cut at one decimal"),
        pytest.param(claim(50, 1, 2), Agreement.EXACT, id="no fraction"),
        pytest.param(claim(16, 51, 703), Agreement.DIFFERS, id="another denominator"),
        pytest.param(claim(16, None, None), None, id="no counts"),
        pytest.param(claim(16, 0, 0), None, id="of nothing"),
        pytest.param(claim(77, 77, 214, "institutions"), None, id="no percent"),
    ],
)
def test_the_rule_of_rounding_is_found(told: Claim, follows: Agreement | None) -> None:
    """A told percent is compared with what its own counts make, rounded and cut off."""
    assert agreement(told) is follows


def test_a_half_goes_up() -> None:
    """Rounding is what people learn, not what computers do."""
    assert [half_up(value, 0) for value in (0.5, 1.5, 2.5)] == [1, 2, 3]
    assert half_up(62.85, 1) == 62.9


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        pytest.param("ru", ["—", "школы с видеонаблюдением", "45,5", "проценты"], id="Russian"),
        pytest.param("kk", ["—", "бейнебақылауы бар мектептер", "45,5", "пайыз"], id="Kazakh"),
        pytest.param("en", ["—", "schools with CCTV", "45.5", "percent"], id="English"),
    ],
)
def test_figures_are_told_in_the_readers_language(locale: str, expected: list[str]) -> None:
    """Regions, populations, units and decimals are those of the language."""
    words = Words(translations(locale), ZoneInfo("Asia/Almaty"))
    held = replace(shipped(), regions=known_regions())
    head, *lines = as_lines(claim_table(held, measure="cctv_below_standard", locale=locale), words)
    assert translations(locale).text("column.region") in head
    cells = re.split(r"\s{2,}", lines[0].strip())
    assert [cells[1], *cells[3:6]] == expected
    region = claim_table(held, region="590000000", locale=locale).rows[0]["region"]
    assert region == held.regions["590000000"].name_in(locale)


@pytest.mark.parametrize("locale", ["ru", "kk"])
def test_every_word_of_the_shipped_figures_is_translated(locale: str) -> None:
    """Each unit and population has its word, and none is left over."""
    words = {word for claim in shipped().claims.values() for word in (claim.unit, claim.population)}
    assert sentences(locale, DOMAIN).keys() == words


def shipped() -> Estate:
    """Read the figures that come with the program."""
    made = plan(Estate(), [read_sheet(CLAIMS.name, CLAIMS.read_bytes())])
    assert made.bad == ()
    return estate_of({kind: part.added for kind, part in made.change.parts.items()}, 1)


def test_the_official_figures_load() -> None:
    """The shipped sheet is a good sheet, and its headline figure follows from its own counts cut off."""
    rows = claim_table(shipped(), measure="connected").rows
    headline = next(row for row in rows if row["numerator"] == CONNECTED)
    assert (headline["denominator"], headline["unit"], headline["value"]) == (LISTED, "percent", 62)
    assert (headline["percent"], headline["percent_truncated"]) == (62.9, 62)
    assert headline["agrees"] is Agreement.TRUNCATED


def test_later_figures_stand_beside_the_first() -> None:
    """A later official figure is a further point: the first one is still there."""
    told = [c for c in shipped().claims.values() if c.measure == "connected" and c.unit == "percent"]
    assert {c.as_of.year for c in told} >= {2023, 2025}
    assert any(percent_of(c) is not None for c in told)


def synthetic() -> Summary:
    """Build a register of as many institutions as were on the list, and receive as many as were connected."""
    numbers = range(LISTED)
    estate = Estate(
        institutions={
            f"i{n}": Institution(
                institution_id=f"i{n}",
                name=f"№ {n}",
                region="750000000",
                type=InstitutionType.SCHOOL,
                ownership=Ownership.PUBLIC,
            )
            for n in numbers
        },
        sites={f"s{n}": Site(site_id=f"s{n}", institution_id=f"i{n}", name="") for n in numbers},
        cameras={f"c{n}": Camera(camera_id=f"c{n}", site_id=f"s{n}", url="rtsp://c/") for n in numbers},
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="750000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
        enrolments=tuple(Enrolment(camera_id=f"c{n}", gateway_id="g", stream_key=f"{n}") for n in numbers),
    )
    board = Board()
    board.load(Index.of(estate), {})
    now = datetime(2023, 3, 7, tzinfo=UTC)
    yes = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
    no = Verdict(state=State.NOT_RECEIVING)
    board.apply(
        Transition(stream_id=f"c{n}@g", verdict=yes if n < CONNECTED else no, since=now, decided_at=now)
        for n in numbers
    )
    return summarise(board, as_of=now, baseline=Settings().baseline)


def test_the_arithmetic_reproduces_the_official_figure() -> None:
    """4,360 of 6,936 institutions are 62.9 % here, and 62 as the ministry prints it."""
    summary = synthetic()
    assert summary.institutions == Tally(receiving=CONNECTED, not_receiving=LISTED - CONNECTED)
    assert summary.institutions.rate == summary.baseline.institutions
    assert format_share(CONNECTED, LISTED, "en") == "62.9%"
    told = summary.as_dict()["institutions"]
    assert (told["receiving"], told["registered"]) == (CONNECTED, LISTED)
    assert half_up(100 * told["rate"], 1) == 62.9
    assert int(100 * told["rate"]) == 62
