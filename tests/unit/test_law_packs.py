"""Broken packs of rules: what is said of each, with its place and its remedy."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.load import RulesError, load_rules
from monitor.law.pack import PackFile
from monitor.settings.document import DocumentError, read_document

HEAD = """\
pack: P
version: 1
title: {en: a, ru: b, kk: c}
valid_from: 2021-01-01
valid_to: 2030-12-31
"""
SURE = "source: s, confidence: found"
NAME = "{en: a, ru: b, kk: c}"
SCHEME = f"""\
compliance:
  source: s
  confidence: found
  measures:
  - {{code: cctv, name: {NAME}, evidence: cameras_registered, {SURE}}}
  - {{code: occ, name: {NAME}, evidence: share_received, {SURE}}}
  categories:
  - {{code: C0, name: {NAME}, headcount_from: 0, headcount_to: 99, measures: [], {SURE}}}
  - {{code: C1, name: {NAME}, headcount_from: 100, headcount_to: null, measures: [cctv], {SURE}}}
  regional_centre: {{category: C1, types: [school], {SURE}}}
  flags:
  - {{code: F, text: {NAME}, headcount_to: 99, {SURE}}}
"""


def folder_of(tmp_path: Path, *packs: str) -> Path:
    for name, text in zip("abc", packs, strict=False):
        (tmp_path / f"kz-{name}.yaml").write_text(text)
    return tmp_path


def said(folder: Path) -> list[str]:
    with pytest.raises(RulesError) as caught:
        load_rules(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def days(begins: str, ends: str = "") -> str:
    return f"valid_from: {begins}" + (f", valid_to: {ends}" if ends else "")


BROKEN = [
    pytest.param("pac: P\n", "7: pac: is not a key; did you mean pack?", id="unknown key"),
    pytest.param(
        SCHEME.replace("code: F,", "code: F, regonal_centre: true,"),
        "18: compliance.flags.0.regonal_centre: is not a key; "
        "did you mean compliance.flags.0.regional_centre?",
        id="unknown key in a list",
    ),
    pytest.param(
        f"thresholds: {{recieving_share: {{value: 0.8, {SURE}}}}}\n",
        "7: thresholds.recieving_share: is not a key; did you mean thresholds.receiving_share?",
        id="unknown threshold",
    ),
    pytest.param(
        f"receiving_share: {{value: 0.8, {SURE}}}\n",
        "7: receiving_share: is not a key; did you mean thresholds.receiving_share?",
        id="key of another group",
    ),
    pytest.param(
        "thresholds: {receiving_share: {value: 0.8, confidence: found}}\n",
        "7: thresholds.receiving_share.source: is missing",
        id="no source",
    ),
    pytest.param(
        "thresholds: {receiving_share: {value: 0.8, source: s}}\n",
        "7: thresholds.receiving_share.confidence: is missing",
        id="no confidence",
    ),
    pytest.param(
        "thresholds: {receiving_share: {value: 0.8, source: s, confidence: sure}}\n",
        "7: thresholds.receiving_share.confidence: must be 'found', 'inferred', 'memory' or 'missing'; "
        "it is 'sure'",
        id="no such confidence",
    ),
    pytest.param(
        "thresholds: {receiving_share: {value: 0.8, source: s, confidence: missing}}\n",
        "7: thresholds.receiving_share: confidence is missing: add a note that says who is to fill the rule "
        "in",
        id="missing without a note",
    ),
    pytest.param(
        f"thresholds: {{receiving_share: {{value: 80, {SURE}}}}}\n",
        "7: thresholds.receiving_share.value: must be at most 1; it is 80",
        id="percent for a share",
    ),
    pytest.param(
        f"thresholds: {{receiving_share: {{value: 0, {SURE}}}}}\n",
        "7: thresholds.receiving_share.value: must be greater than 0; it is 0",
        id="a share of nothing",
    ),
    pytest.param(
        f"thresholds: {{archive_days: {{value: 30.5, {SURE}}}}}\n",
        "7: thresholds.archive_days.value: must be a whole number; it is 30.5",
        id="half a day",
    ),
    pytest.param(
        f"thresholds: {{exclusion_days: {{value: '180', {SURE}}}}}\n",
        "7: thresholds.exclusion_days.value: must be a whole number; it is '180'",
        id="quoted number",
    ),
    pytest.param(
        f"thresholds: {{at_risk_days: {{value: [7, 14], {SURE}}}}}\n",
        "7: thresholds.at_risk_days: value must fall: the earliest warning first",
        id="steps that grow",
    ),
    pytest.param(
        f"thresholds: {{at_risk_days: {{value: [], {SURE}}}}}\n",
        "7: thresholds.at_risk_days.value: must not be empty; entries at least: 1",
        id="no steps",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, {days('2025-01-01', '2024-01-01')}}}\n",
        "8: procurement.0: valid_to is before valid_from",
        id="ends before it begins",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, {days('2020-12-31')}}}\n",
        "8: procurement.0: valid_from is before the pack's, 2021-01-01",
        id="begins before its pack",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, {days('2022-01-01', '2031-01-01')}}}\n",
        "8: procurement.0: valid_to is after the pack's, 2030-12-31",
        id="ends after its pack",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, {days('2031-01-01')}}}\n",
        "8: procurement.0: valid_from is after the pack's valid_to, 2030-12-31",
        id="begins after its pack",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, valid_to: 2020-06-01}}\n",
        "8: procurement.0: valid_to is before the pack begins, 2021-01-01",
        id="ends before its pack begins",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}, valid_from: soon}}\n",
        "8: procurement.0.valid_from: must be a day: 2023-03-07; it is 'soon'",
        id="no day",
    ),
    pytest.param(
        f"procurement:\n- {{method: auction, days: 7, {SURE}}}\n",
        "8: procurement.0.method: must be 'tender', 'scored_tender' or 'price_quotation'; it is 'auction'",
        id="no such method",
    ),
    pytest.param(
        f"procurement:\n- {{method: tender, days: 7, {SURE}}}\n- {{method: tender, days: 8, {SURE}}}\n",
        "9: procurement.1: begins on 2021-01-01 like the rule at kz-a.yaml:8; give one another valid_from",
        id="two for the same day",
    ),
    pytest.param(
        f"bridging:\n- {{months: 0, forms: [extension], chained: false, {SURE}}}\n",
        "8: bridging.0.months: must be at least 1; it is 0",
        id="a bridge of no length",
    ),
    pytest.param(
        f"bridging:\n- {{months: 2, forms: [extention], chained: false, {SURE}}}\n",
        "8: bridging.0.forms.0: must be 'tender', 'extension' or 'single_source'; it is 'extention'",
        id="no such form",
    ),
    pytest.param(
        f"bridging:\n- {{months: 2, forms: [extension], chained: sometimes, {SURE}}}\n",
        "8: bridging.0.chained: must be true or false; it is 'sometimes'",
        id="neither true nor false",
    ),
    pytest.param(
        f"legal_bases:\n- {{code: X, forms: [extension], text: {{en: a, ru: b}}, {SURE}}}\n",
        "8: legal_bases.0.text.kk: is missing",
        id="a language is missing",
    ),
    pytest.param(
        f"legal_bases:\n- {{code: '', forms: [extension], text: {NAME}, {SURE}}}\n",
        "8: legal_bases.0.code: must not be empty; characters at least: 1; it is ''",
        id="no code",
    ),
    pytest.param(
        f"contract_term:\n- {{fiscal_years: 1, first_month: 13, first_day: 1, {SURE}}}\n",
        "8: contract_term.0.first_month: must be at most 12; it is 13",
        id="no such month",
    ),
    pytest.param(
        f"bandwidth:\n- {{down_mbps: 20, up_mbps: fast, pupils_up_to: 4, pupils_per_mbps: 1, {SURE}}}\n",
        "8: bandwidth.0.up_mbps: must be a number; it is 'fast'",
        id="words for a number",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h266, resolution: 1080p, kbps: 4000, {SURE}}}\n",
        "8: bitrates.0.codec: must be 'h264' or 'h265'; it is 'h266'",
        id="no such codec",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h264, resolution: full HD, kbps: 4000, {SURE}}}\n",
        "8: bitrates.0.resolution: must be a resolution in lines, like 1080p; it is 'full HD'",
        id="a resolution in words",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h264, resolution: 1080p, kbps: 4.5, {SURE}}}\n",
        "8: bitrates.0.kbps: must be a whole number; it is 4.5",
        id="Mbit/s for kbit/s",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h264, resolution: 1080p, kbps: 0, {SURE}}}\n",
        "8: bitrates.0.kbps: must be at least 1; it is 0",
        id="a camera that sends nothing",
    ),
    pytest.param(
        "bitrates:\n- {codec: h264, resolution: 1080p, kbps: 4000, source: s}\n",
        "8: bitrates.0.confidence: is missing",
        id="a bitrate of no confidence",
    ),
    pytest.param(
        "bitrates:\n" + 2 * f"- {{codec: h264, resolution: 1080p, kbps: 4000, {SURE}}}\n",
        "9: bitrates.1: begins on 2021-01-01 like the rule at kz-a.yaml:8; give one another valid_from",
        id="two bitrates of one kind",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h264, resolution: 1080p, kbps: 1, {SURE}}}\n"
        f"assumed_camera:\n- {{codec: h265, resolution: 1080p, {SURE}}}\n",
        "10: assumed_camera.0: no bitrate of h265 1080p is told; add it to bitrates",
        id="an assumption without its bitrate",
    ),
    pytest.param(
        f"bitrates:\n- {{codec: h264, resolution: 1080p, kbps: 1, {SURE}}}\n"
        "assumed_camera:\n" + 2 * f"- {{codec: h264, resolution: 1080p, {SURE}}}\n",
        "11: assumed_camera.1: begins on 2021-01-01 like the rule at kz-a.yaml:10; "
        "give one another valid_from",
        id="two assumptions of one day",
    ),
    pytest.param(
        f"thresholds: {{uplink_tight_share: {{value: 1.2, {SURE}}}}}\n",
        "7: thresholds.uplink_tight_share.value: must be at most 1; it is 1.2",
        id="more than the whole upload",
    ),
    pytest.param(
        f"baselines:\n- {{unit: schools, as_of: 2023-03-07, ratio: 0.6, {SURE}}}\n",
        "8: baselines.0.unit: must be 'cameras' or 'institutions'; it is 'schools'",
        id="no such unit",
    ),
    pytest.param(
        f"baselines:\n- {{unit: cameras, as_of: 2023-03-07, ratio: 0.6, part: 3, {SURE}}}\n",
        "8: baselines.0: give either ratio, or part and whole",
        id="a figure told twice",
    ),
    pytest.param(
        f"baselines:\n- {{unit: cameras, as_of: 2023-03-07, part: 4, whole: 3, {SURE}}}\n",
        "8: baselines.0: part must not be greater than whole",
        id="more than all",
    ),
    pytest.param(
        SCHEME.replace("headcount_from: 0", "headcount_from: 1"),
        "14: compliance.categories.0.headcount_from: the first category must begin with 0",
        id="nothing for the smallest",
    ),
    pytest.param(
        SCHEME.replace("headcount_from: 100", "headcount_from: 101"),
        "15: compliance.categories.1.headcount_from: must be 100: C0 ends with 99",
        id="a gap between bands",
    ),
    pytest.param(
        SCHEME.replace("headcount_from: 100", "headcount_from: 99"),
        "15: compliance.categories.1.headcount_from: must be 100: C0 ends with 99",
        id="bands that overlap",
    ),
    pytest.param(
        SCHEME.replace("headcount_to: null", "headcount_to: 700"),
        "15: compliance.categories.1.headcount_to: the last category must be open: null",
        id="nothing for the biggest",
    ),
    pytest.param(
        SCHEME.replace("headcount_to: 99, measures", "headcount_to: null, measures"),
        "14: compliance.categories.0.headcount_to: only the last category may be open; "
        "write its last headcount",
        id="an open band in the middle",
    ),
    pytest.param(
        SCHEME.replace("measures: [cctv]", "measures: [cctb]"),
        "15: compliance.categories.1.measures.0: cctb is not a measure of this pack; did you mean cctv?",
        id="no such measure",
    ),
    pytest.param(
        SCHEME.replace("measures: [cctv]", "measures: [cctv, cctv]"),
        "15: compliance.categories.1.measures.1: cctv is given twice",
        id="a measure twice",
    ),
    pytest.param(
        SCHEME.replace("code: occ", "code: cctv"),
        "12: compliance.measures.1.code: cctv is given twice",
        id="two measures of one code",
    ),
    pytest.param(
        SCHEME.replace("C1", "C0"),
        "15: compliance.categories.1.code: C0 is given twice",
        id="two categories of one code",
    ),
    pytest.param(
        SCHEME.replace("category: C1", "category: C9"),
        "16: compliance.regional_centre.category: C9 is not a category of this pack; did you mean C1?",
        id="no such category",
    ),
    pytest.param(
        SCHEME.replace("code: F,", "code: F, category: ZZ,"),
        "18: compliance.flags.0.category: ZZ is not a category of this pack; there are C0, C1",
        id="a flag about no category",
    ),
    pytest.param(
        SCHEME.replace("code: F,", "code: F, headcount_from: 100,"),
        "18: compliance.flags.0: headcount_to is less than headcount_from",
        id="a flag about no headcount",
    ),
    pytest.param(
        SCHEME.replace("types: [school]", "types: [schol]"),
        "16: compliance.regional_centre.types.0: must be 'kindergarten', 'school', 'small_school', "
        "'college', 'university', 'extra', 'special' or 'boarding'; it is 'schol'",
        id="no such type",
    ),
    pytest.param(
        SCHEME.replace("types: [school]", "types: [school], regions: [750000000]"),
        "16: compliance.regional_centre.regions.0: must be text; put it in quotes; it is 750000000",
        id="a code that is a number",
    ),
    pytest.param(
        SCHEME.replace("types: [school]", "types: [school], regions: ['75']"),
        "16: compliance.regional_centre.regions.0: must be a KATO code, 9 digits; it is '75'",
        id="a code that is too short",
    ),
    pytest.param(
        SCHEME.replace("evidence: share_received", "evidence: hearsay"),
        "12: compliance.measures.1.evidence: must be 'cameras_registered', 'share_received' or 'none'; "
        "it is 'hearsay'",
        id="no such evidence",
    ),
    pytest.param(
        SCHEME.replace("code: occ,", "code: occ, valid_from: 2024-01-01,"),
        "12: compliance.measures.1.valid_from: has no place here: a scheme holds as a whole",
        id="half a scheme",
    ),
]


@pytest.mark.parametrize(("text", "mistake"), BROKEN)
def test_a_broken_pack_is_refused_with_place_and_remedy(text: str, mistake: str, tmp_path: Path) -> None:
    """What is wrong is told with file, line, dotted key and what to write instead; nothing else is."""
    assert said(folder_of(tmp_path, HEAD + "\n" + text)) == [f"kz-a.yaml:{mistake}"]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        pytest.param(
            HEAD.replace("version: 1\n", ""), "kz-a.yaml: version: is missing", id="a pack without a version"
        ),
        pytest.param(
            HEAD.replace("version: 1", "version: 0"),
            "kz-a.yaml:2: version: must be at least 1; it is 0",
            id="version 0",
        ),
        pytest.param(
            HEAD.replace("2030", "2020"),
            "kz-a.yaml: valid_to is before valid_from",
            id="a pack that ends before it begins",
        ),
        pytest.param(
            HEAD + "\tx: 1\n",
            "kz-a.yaml:6: is not YAML: found character '\\t' that cannot start any token",
            id="tab",
        ),
        pytest.param(HEAD + "pack: Q\n", "kz-a.yaml:6: pack: is given twice (line 1)", id="a key twice"),
        pytest.param(
            HEAD + "x: &a 1\n" + "y: *a\n",
            "kz-a.yaml: references (*name) are not used in this file",
            id="references",
        ),
        pytest.param(
            "- a\n",
            "kz-a.yaml:1: the file must hold keys and values, one 'key: value' per line",
            id="a list",
        ),
    ],
)
def test_a_broken_file_is_refused(text: str, mistake: str, tmp_path: Path) -> None:
    """What is wrong with the head of a pack, or with the file itself, is told likewise."""
    assert said(folder_of(tmp_path, text)) == [mistake]


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """A folder is mended in one go: the mistakes of all files, from the top."""
    first = HEAD.replace("version: 1", "version: one") + "bandwith: []\n"
    second = HEAD.replace("pack: P", "pack: Q") + "procurement: {}\n"
    assert said(folder_of(tmp_path, first, second)) == [
        "kz-a.yaml:2: version: must be a whole number; it is 'one'",
        "kz-a.yaml:6: bandwith: is not a key; did you mean bandwidth?",
        "kz-b.yaml:6: procurement: must be a list: [a, b] or one '- a' per line",
    ]


def test_two_files_about_the_same_day_are_refused(tmp_path: Path) -> None:
    """Neither of two rules that begin on the same day could win, so both places are named."""
    other = HEAD.replace("pack: P", "pack: Q")
    (told,) = said(folder_of(tmp_path, HEAD + SCHEME, other + SCHEME))
    assert told == (
        "kz-b.yaml:6: compliance: begins on 2021-01-01 like the rule at kz-a.yaml:6; "
        "give one another valid_from"
    )


def test_two_files_of_one_edition_are_refused(tmp_path: Path) -> None:
    """A pack that was copied and not given a new version is found."""
    assert said(folder_of(tmp_path, HEAD, HEAD)) == [
        f"kz-{name}.yaml:1: pack: another file has the same pack and version" for name in "ab"
    ]


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """An empty folder, and one that is not there, are told apart."""
    assert said(tmp_path) == [f"{tmp_path}: holds no rules; name a folder with kz-*.yaml"]
    nowhere = tmp_path / "nowhere"
    assert said(nowhere) == [f"{nowhere}: is not a folder; name a folder with kz-*.yaml"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder in the place of a file, and an endless file, are mistakes and no crash."""
    (tmp_path / "kz-a.yaml").mkdir()
    (tmp_path / "kz-b.yaml").write_bytes(b"#" * 300_000)
    assert said(tmp_path) == [
        "kz-a.yaml: cannot be read: Is a directory",
        "kz-b.yaml: the file is larger than 262144 bytes",
    ]


@given(st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t0.", max_size=60).map(str.encode))
def test_any_text_is_a_pack_or_mistakes(data: bytes) -> None:
    """No file makes the reader raise anything but its own error."""
    with contextlib.suppress(DocumentError):
        read_document(data, PackFile)
