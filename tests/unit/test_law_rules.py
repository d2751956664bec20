"""Packs of rules: the shipped ones, what is said of broken ones, and which rule holds on a day."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.bandwidth import Codec
from monitor.law.load import load_rules, shipped_rules
from monitor.law.pack import PackFile, rules_in
from monitor.law.rules import ContractTerm, Figure, Method, NoRule
from monitor.law.sources import Confidence, Origin, Wording, weakest
from monitor.model.channels import ContractForm
from monitor.settings.document import read_bytes, read_document

SHIPPED = sorted(shipped_rules().glob("kz-*.yaml"))
RULES = load_rules()

HEAD = """\
pack: P
version: 1
title: {en: a, ru: b, kk: c}
valid_from: 2021-01-01
valid_to: 2030-12-31
"""
SURE = "source: s, confidence: found"


def folder_of(tmp_path: Path, *packs: str) -> Path:
    for name, text in zip("abc", packs, strict=False):
        (tmp_path / f"kz-{name}.yaml").write_text(text)
    return tmp_path


def test_the_shipped_rules_are_good() -> None:
    """The packs that come with the program can be used, all of them."""
    assert [pack.file for pack in RULES.packs] == [file.name for file in SHIPPED]
    assert len({pack.pack for pack in RULES.packs}) == len(SHIPPED) == 5


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_shipped_rule_has_a_source_and_says_how_sure_it_is(file: Path) -> None:
    """No rule stands there without where it comes from; one that is missing says who fills it in."""
    rules = list(rules_in(read_document(read_bytes(file), PackFile).value))
    assert rules
    for at, rule in rules:
        assert len(rule.source) > 10, at
        assert rule.confidence in Confidence, at
        assert rule.confidence is not Confidence.MISSING or rule.note, at


def test_what_is_still_to_be_filled_in_is_listed() -> None:
    """Gaps carry file, line, key and who is asked."""
    gaps = [(pack.file, gap.key) for pack in RULES.packs for gap in pack.gaps]
    assert gaps == [
        ("kz-compliance.yaml", "compliance.flags.6"),
        ("kz-contracts.yaml", "bridging.1"),
        ("kz-contracts.yaml", "legal_bases.2"),
    ]
    assert all("lawyer" in gap.note for pack in RULES.packs for gap in pack.gaps)


@pytest.mark.parametrize(
    ("figure", "numbers"),
    [
        (Figure.RECEIVING_SHARE, (0.8,)),
        (Figure.AVAILABLE_SHARE, (0.95,)),
        (Figure.ARCHIVE_DAYS, (30,)),
        (Figure.EXCLUSION_DAYS, (180,)),
        (Figure.AT_RISK_DAYS, (90, 60, 30, 14, 7)),
        (Figure.EXPIRING_DAYS, (14,)),
        (Figure.CORRELATION_DAYS, (3,)),
        (Figure.CORRELATION_SHARE, (0.8,)),
        (Figure.UPLINK_TIGHT_SHARE, (0.8,)),
        (Figure.CLOCK_SKEW_SECONDS, (30.0,)),
    ],
)
def test_the_shipped_thresholds(figure: Figure, numbers: tuple[float, ...]) -> None:
    """Every threshold that the program knows has its proposed value."""
    threshold = RULES.threshold(figure, date(2026, 1, 1))
    assert threshold.numbers == numbers
    assert (threshold.share, threshold.days) == (numbers[0], int(numbers[0]))
    assert threshold.steps == tuple(int(number) for number in numbers)


@pytest.mark.parametrize(
    ("day", "confidence", "codes"),
    [
        pytest.param(
            date(2016, 1, 1), Confidence.FOUND, ["KZ-434V-43.18", "KZ-434V-39"], id="law of 2015, first day"
        ),
        pytest.param(
            date(2024, 12, 31), Confidence.FOUND, ["KZ-434V-43.18", "KZ-434V-39"], id="law of 2015, last day"
        ),
        pytest.param(date(2025, 1, 1), Confidence.MISSING, ["KZ-106VIII-?"], id="law of 2024, first day"),
    ],
)
def test_bridging_by_day(day: date, confidence: Confidence, codes: list[str]) -> None:
    """Two calendar months in two forms; its legal basis changed with the law of 2024 and is not found yet."""
    bridging = RULES.bridging(day)
    assert (bridging.months, bridging.chained, bridging.origin.confidence) == (2, False, confidence)
    assert set(bridging.forms) == {ContractForm.EXTENSION, ContractForm.SINGLE_SOURCE}
    assert [basis.code for basis in RULES.legal_bases(day)] == codes


def test_legal_bases_by_form_and_code() -> None:
    """A basis is for certain forms, and is found by its code whenever it held."""
    assert [basis.code for basis in RULES.legal_bases(date(2020, 1, 1), ContractForm.EXTENSION)] == [
        "KZ-434V-43.18"
    ]
    assert RULES.legal_bases(date(2020, 1, 1), ContractForm.TENDER) == ()
    found = RULES.legal_basis("KZ-434V-43.18")
    assert found is not None
    assert found.origin.valid_to == date(2024, 12, 31)
    assert RULES.legal_basis("nothing") is None


@pytest.mark.parametrize(
    ("method", "before", "after"),
    [(Method.TENDER, 60, 10), (Method.SCORED_TENDER, 29, 5), (Method.PRICE_QUOTATION, 5, 2)],
)
def test_procurement_became_shorter(method: Method, before: int, after: int) -> None:
    """The law of 2024 shortened every way of procurement from its first day."""
    assert RULES.lead_time(date(2024, 12, 31), method).days == before
    assert RULES.lead_time(date(2025, 1, 1), method).days == after


def test_a_contract_is_of_one_fiscal_year() -> None:
    """The fiscal year is the calendar year: contracts end with December."""
    term = RULES.contract_term(date(2026, 6, 1))
    assert term.fiscal_years == 1
    assert term.year_of(date(2025, 12, 31)) != term.year_of(date(2026, 1, 1))
    assert term.year_of(date(2026, 1, 1)) == term.year_of(date(2026, 12, 31))


def test_a_fiscal_year_may_begin_elsewhere() -> None:
    """A year that begins on 1 April holds January to March of the next calendar year."""
    origin = RULES.contract_term(date(2026, 1, 1)).origin
    term = ContractTerm(fiscal_years=1, first_month=4, first_day=1, origin=origin)
    assert term.year_of(date(2026, 3, 31)) == term.year_of(date(2025, 4, 1)) == (2025, 4, 1)


@pytest.mark.parametrize(
    ("pupils", "mbps"), [(0, 20), (399, 20), (400, 20), (401, 20.05), (1200, 60), (2000, 100)]
)
def test_bandwidth(pupils: int, mbps: float) -> None:
    """20 Mbit/s down until 400 pupils, then one for every 20 of them, without a step between."""
    bandwidth = RULES.bandwidth(date(2026, 1, 1))
    assert bandwidth.required_down(pupils) == pytest.approx(mbps)
    assert bandwidth.up_mbps == 5


def test_a_camera_is_taken_for_the_thirstier_codec() -> None:
    """4 Mbit/s of H.264 and 2 of H.265 are from memory; a camera of which nothing is known is the former."""
    day = date(2026, 1, 1)
    told = RULES.typical_bitrates(day)
    assert {about: each.kbps for about, each in told.items()} == {
        (Codec.H264, "1080p"): 4000,
        (Codec.H265, "1080p"): 2000,
    }
    assert {each.origin.confidence for each in told.values()} == {Confidence.MEMORY}
    assert RULES.assumed_camera(day).about == (Codec.H264, "1080p")


def test_a_later_bitrate_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    """Of two bitrates of one kind the one that begins later holds, from its day on."""
    rate = "- {codec: h264, resolution: 1080p, kbps: %d, %s}\n"
    later = SURE + ", valid_from: 2024-01-01"
    rules = load_rules(folder_of(tmp_path, f"{HEAD}bitrates:\n{rate % (3000, later)}{rate % (4000, SURE)}"))
    days = date(2023, 12, 31), date(2024, 1, 1)
    assert [[each.kbps for each in rules.typical_bitrates(day).values()] for day in days] == [[4000], [3000]]
    assert not rules.typical_bitrates(date(2020, 1, 1))


def test_baselines() -> None:
    """62 % of cameras as quoted, 4,360 of 6,936 institutions as counted; never one for the other."""
    assert [(b.unit, b.as_of, b.part, b.whole) for b in RULES.baselines] == [
        ("cameras", date(2023, 3, 7), None, None),
        ("institutions", date(2023, 3, 7), 4360, 6936),
    ]
    assert [round(b.value, 4) for b in RULES.baselines] == [0.62, 0.6286]


def test_a_day_before_every_rule_has_none() -> None:
    """Nothing is made up for a day that no pack speaks of."""
    with pytest.raises(NoRule, match="no rule says receiving_share on 1999-01-01"):
        RULES.threshold(Figure.RECEIVING_SHARE, date(1999, 1, 1))
    with pytest.raises(NoRule, match="no rule says categories on 2020-12-31"):
        RULES.scheme(date(2020, 12, 31))


def test_a_later_pack_overrides_an_earlier_one_from_its_day(tmp_path: Path) -> None:
    """Before that day, and after it has ended, the earlier rule holds."""
    first = HEAD + f"thresholds: {{receiving_share: {{value: 0.8, {SURE}}}}}\n"
    later = first.replace("version: 1", "version: 2").replace("0.8", "0.9")
    later = later.replace("2021-01-01", "2024-01-01").replace("2030-12-31", "2025-12-31")
    rules = load_rules(folder_of(tmp_path, first, later))
    shares = [rules.threshold(Figure.RECEIVING_SHARE, date(year, 1, 1)).share for year in (2023, 2024, 2026)]
    assert shares == [0.8, 0.9, 0.8]


def test_a_rule_without_days_holds_as_long_as_its_pack(tmp_path: Path) -> None:
    """Both of a pack's days count; a rule's own days are narrower."""
    text = HEAD + f"procurement:\n- {{method: tender, days: 7, {SURE}}}\n"
    origin = load_rules(folder_of(tmp_path, text)).lead_time(date(2030, 12, 31)).origin
    assert (origin.valid_from, origin.valid_to) == (date(2021, 1, 1), date(2030, 12, 31))
    assert (origin.pack, origin.version, origin.source) == ("P", 1, "s")


@given(st.lists(st.sampled_from(Confidence), min_size=1))
def test_a_conclusion_is_as_sure_as_its_least_sure_rule(confidences: list[Confidence]) -> None:
    """One assumption among what is found makes the whole an assumption."""
    found = weakest(confidences)
    assert found in confidences
    assert all(list(Confidence).index(found) >= list(Confidence).index(one) for one in confidences)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2020, 12, 31), False),
        (date(2021, 1, 1), True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1), False),
    ],
)
def test_both_days_of_a_rule_count(day: date, holds: bool) -> None:
    """A rule holds from its first day to its last."""
    origin = Origin(
        pack="P",
        version=1,
        valid_from=date(2021, 1, 1),
        valid_to=date(2024, 12, 31),
        confidence=Confidence.FOUND,
        source="s",
    )
    assert origin.holds_on(day) is holds


def test_words_are_said_in_the_readers_language() -> None:
    """Kazakh, Russian, and English for anybody else."""
    words = Wording(kk="қ", ru="р", en="e")
    assert [words.said_in(locale) for locale in ("kk", "ru", "en", "de")] == ["қ", "р", "e", "e"]
