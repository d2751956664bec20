"""The command rules as a person meets it: output, exit codes, languages."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.rules import app
from monitor.law.load import shipped_rules

PLAIN = {"TERM": "dumb", "COLUMNS": "200"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    return tmp_path


def rules(*args: str) -> Result:
    return CliRunner().invoke(app, args, env=PLAIN)


def category(*args: str) -> dict[str, Any]:
    result = rules("category", "--json", *args)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def copied(folder: Path) -> Path:
    for file in shipped_rules().glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_the_shipped_rules_are_checked_without_a_database(here: Path) -> None:
    """Every pack is listed with its days and how sure its rules are, then what is to be filled in."""
    result = rules("check")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert " ".join(lines[0].split()) == "File Pack Version From To Rules Found Inferred Memory Missing"
    assert " ".join(lines[4].split()) == "kz-contracts.yaml KZ-procurement 1 1 Jan 2016 — 13 9 1 1 2"
    assert "Still to be filled in: 3" in lines
    assert lines[-1] == f"{shipped_rules()}: good"
    assert list(here.iterdir()) == []


def test_the_json_of_a_check_has_its_keys() -> None:
    """The same, for programs."""
    told = json.loads(rules("check", "--json").stdout)
    assert (told["good"], told["mistakes"], len(told["packs"])) == (True, [], 5)
    assert told["packs"][2] == {
        "file": "kz-compliance.yaml",
        "pack": "KZ-seed-2023",
        "version": 1,
        "valid_from": "2021-01-01",
        "valid_to": None,
        "rules": 19,
        "rules_found": 11,
        "rules_inferred": 7,
        "rules_memory": 0,
        "rules_missing": 1,
    }
    assert told["gaps"][2]["key"] == "legal_bases.2"


def test_every_mistake_of_a_folder_is_told_with_its_place(here: Path) -> None:
    """Exit code 1: file, line, key and what to do, for all files at once."""
    copied(here)
    for name, right, wrong in (
        ("kz-thresholds.yaml", "receiving_share:", "recieving_share:"),
        ("kz-contracts.yaml", "months: 2", "months: two"),
    ):
        file = here / name
        file.write_text(file.read_text().replace(right, wrong, 1))
    result = rules("check", str(here))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "kz-contracts.yaml:15: bridging.0.months: must be a whole number; it is 'two'",
        (
            "kz-thresholds.yaml:14: thresholds.recieving_share: is not a key; "
            "did you mean thresholds.receiving_share?"
        ),
    ]
    told = json.loads(rules("check", "--json", str(here)).stdout)
    assert (told["good"], told["packs"], [m["line"] for m in told["mistakes"]]) == (False, [], [15, 14])


def test_an_empty_folder_is_bad_and_none_is_wrong_use(here: Path) -> None:
    """A folder without packs can be mended (1); one that is not there was misspelt (2)."""
    assert rules("check", str(here)).exit_code == 1
    result = rules("check", "nowhere")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "nowhere: is not a folder\n")


@pytest.mark.parametrize(
    ("args", "name", "flags"),
    [
        (("--type", "school", "--headcount", "99"), "C0", []),
        (("--type", "school", "--headcount", "100"), "C1", ["BAND_EDGE"]),
        (("--type", "school", "--headcount", "301"), "C2", []),
        (("--type", "school", "--headcount", "701"), "C3", []),
        (("--type", "school", "--headcount", "120", "--regional-centre"), "C3", []),
        (("--type", "college", "--headcount", "120", "--regional-centre"), "C1", []),
        (("--type", "school", "--headcount", "60", "--regional-centre"), "C3", ["AMBIGUOUS"]),
        (("--type", "school", "--headcount", "120", "--region", "750000000"), "C3", ["REPUBLICAN_CITY"]),
        (("--type", "school"), "UNKNOWN", []),
        (("--type", "school", "--headcount", "800", "--as-of", "2020-12-31"), "UNKNOWN", []),
    ],
)
def test_a_category_is_told_to_programs(args: tuple[str, ...], name: str, flags: list[str]) -> None:
    """The answer has its category and flags, UNKNOWN among the good answers."""
    told = category(*args)
    assert (told["category"], told["flags"]) == (name, flags)
    assert (told["reason"] is None) == (name != "UNKNOWN")


def test_the_json_of_a_category_has_its_keys() -> None:
    """Category, measures, source and flags, and everything that they rest on."""
    told = category("--type", "school", "--headcount", "60", "--regional-centre", "--as-of", "2026-01-01")
    assert told.pop("doubts")[0]["flag"] == "AMBIGUOUS"
    assert told == {
        "category": "C3",
        "reason": None,
        "candidates": ["C3"],
        "measures": ["cctv", "public_address", "occ", "panic_button", "licensed_guard", "turnstiles"],
        "perhaps": [],
        "flags": ["AMBIGUOUS"],
        "confidence": "inferred",
        "source": 'Government session of 7 March 2023, "all schools in regional centres"',
        "pack": "KZ-seed-2023",
        "version": 1,
        "as_of": "2026-01-01",
    }


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        ("en", ["C1: up to 300 (by the rules of 1 Jan 2026)", "Required: CCTV, public address"]),
        (
            "ru",
            [
                "C1: до 300 человек (по правилам на 01.01.2026)",
                "Требуется: видеонаблюдение, система оповещения",
            ],
        ),
        (
            "kk",
            [
                "C1: 300 адамға дейін (01.01.2026 күнгі қағидалар бойынша)",
                "Талап етіледі: бейнебақылау, хабарлау жүйесі",
            ],
        ),
    ],
)
def test_a_category_is_told_in_the_readers_language(locale: str, lines: list[str], here: Path) -> None:
    """Names of categories and measures come from the pack, the words around them from the catalogues."""
    (here / "monitor.yaml").write_text(f"locale: {locale}\n")
    result = rules("category", "--type", "school", "--headcount", "200", "--as-of", "2026-01-01")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == lines


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ((), "UNKNOWN: the headcount is not known (by the rules of 1 Jan 2026)"),
        (("--headcount", "60", "--regional-centre"), "In doubt, AMBIGUOUS: a school below the lowest band"),
        ((), "Can be: C0, C1, C2, C3"),
        ((), "Required: nothing"),
        ((), "Perhaps required: CCTV, public address"),
        (("--headcount", "800"), "How sure: read in the source"),
        (("--headcount", "800"), "Source: Government session of 7 March 2023 (KZ-seed-2023, version 1)"),
        (("--headcount", "800", "--as-of", "2019-05-01"), "UNKNOWN: no rules are in force on that day"),
    ],
)
def test_a_category_is_told_to_people(args: tuple[str, ...], line: str) -> None:
    """What is unknown says why, and what is in doubt says so."""
    result = rules("category", "--type", "school", "--as-of", "2026-01-01", *args)
    assert result.exit_code == 0
    assert [told for told in result.stdout.splitlines() if told.startswith(line)]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--type", "schol"), "--type: schol is not a type of institution; did you mean school?"),
        (
            ("--type", "zzz"),
            (
                "--type: zzz is not a type of institution; there are kindergarten, school, small_school, "
                "college, university, extra, special, boarding"
            ),
        ),
        (
            ("--type", "school", "--region", "750000001"),
            "--region: 750000001 is not the code of a region; did you mean 750000000?",
        ),
    ],
)
def test_a_wrong_question_names_what_was_meant(args: tuple[str, ...], said: str) -> None:
    """Exit code 2, one line on stderr, nothing on stdout."""
    result = rules("category", *args)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said + "\n")


def test_a_wrong_day_is_wrong_use() -> None:
    """A day that is none is refused with exit code 2, by the option's name and with how to write it."""
    result = rules("category", "--type", "school", "--as-of", "20260101")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--as-of" in result.stderr
    assert "'20260101' is not a day; write 2026-12-31" in result.stderr


@pytest.mark.parametrize(
    "args", [(), ("--type", "school", "--headcount", "-1"), ("--type", "school", "more")]
)
def test_wrong_use_is_code_2(args: tuple[str, ...]) -> None:
    """A missing type, a negative headcount and a stray word are wrong use."""
    assert rules("category", *args).exit_code == 2


def test_the_configured_folder_is_used(here: Path) -> None:
    """`rules` of the configuration names the folder; a broken one is wrong use with every mistake."""
    (here / "law").mkdir()
    pack = copied(here / "law") / "kz-compliance.yaml"
    (here / "monitor.yaml").write_text("rules: law\n")
    pack.write_text(pack.read_text().replace("pack: KZ-seed-2023", "pack: OURS"))
    assert category("--type", "school", "--headcount", "800")["pack"] == "OURS"
    pack.write_text(pack.read_text().replace("headcount_from: 301", "headcount_from: 302"))
    result = rules("category", "--type", "school")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "compliance.categories.2.headcount_from: must be 301: C1 ends with 300" in result.stderr


def test_what_no_pack_says_is_told(here: Path) -> None:
    """A folder that lacks a pack is not good: what nothing is said of is told by its key."""
    shutil.copytree(shipped_rules(), here / "law")
    (here / "law" / "kz-contracts.yaml").unlink()
    result = rules("check", "law")
    assert result.exit_code == 1
    said = "no pack says anything of it; add the pack that does"
    keys = ("bridging", "legal_bases", "procurement", "contract_term")
    assert result.stdout.splitlines() == [f"{key}: {said}" for key in keys]
