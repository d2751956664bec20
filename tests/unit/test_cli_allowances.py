"""Exclusions, planned work, compliance and claims on the command line: written, listed, refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app

SHEETS = {
    "institutions": (
        "institution_id,name,region,type,ownership,headcount\n"
        "i1,Мектеп,750000000,school,public,900\ni2,Сад,310000000,kindergarten,private,90\n"
    ),
    "sites": "site_id,institution_id,name\ns1,i1,Main\ns2,i2,Main\n",
    "cameras": "camera_id,site_id,url\nc1,s1,rtsp://10.0.0.1/\nc2,s1,rtsp://10.0.0.2/\nc3,s2,rtsp://10.0.0.3/\n",
    "claims": (
        "claim_id,measure,value,unit,population,as_of,source,numerator,denominator\n"
        "a,connected,62,percent,institutions,2023-03-07,a session,4360,6936\n"
    ),
}
APPROVED = ("--approver", "Education department", "--document", "№ 7 of 2026-01-10")
WHY = ("--approver", "Police IT", "--reason", "a new switch")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a register of two institutions, known since 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for kind, text in SHEETS.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    files = [f"{kind}.csv" for kind in SHEETS]
    assert run("register", "import", *files, "--as-of", "2026-01-01").exit_code == 0
    return tmp_path


def run(*args: str) -> Result:
    """Run the program."""
    return CliRunner().invoke(app, args)


def rows(*args: str) -> list[dict[str, Any]]:
    """Run a command that lists, and read its rows."""
    result = run(*args, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return found


def exclude(*args: str) -> Result:
    """Add an exclusion."""
    return run("exclusions", "add", *args, "--reason", "under_repair", *APPROVED)


def test_an_exclusion_is_added_and_listed() -> None:
    """What is approved is listed with the cameras that it keeps out, and those leave the counts."""
    assert exclude("--site", "s1", "--starts", "2026-11-01", "--ends", "2027-04-01").exit_code == 0
    (row,) = rows("exclusions", "list", "--as-of", "2026-12-01")
    assert (row["subject"], row["subject_id"], row["cameras"]) == ("site", "s1", 2)
    assert (row["starts_on"], row["ends_on"], row["reason"]) == ("2026-11-01", "2027-04-01", "under_repair")
    assert rows("exclusions", "list", "--as-of", "2027-04-02") == []
    status = json.loads(run("status", "--json").stdout)["cameras"]
    assert (status["registered"], status["excluded"]) == (1, 2)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        pytest.param(
            ("--camera", "c1", "--starts", "2026-01-10", "--ends", "2026-07-09"),
            1,
            "--ends: the exclusion lasts 181 days; at most 180 can be approved at once",
            id="longer than the rules allow",
        ),
        pytest.param(
            ("--camera", "c9", "--ends", "2099-01-01"),
            1,
            "--camera: c9 is not in the register, among the cameras; `register show cameras` lists them",
            id="of nothing",
        ),
        pytest.param(
            ("--site", "s11", "--ends", "2099-01-01"),
            1,
            "--site: s11 is not in the register, among the sites; did you mean s1?",
            id="of nothing, misspelt",
        ),
        pytest.param(
            ("--camera", "c1", "--starts", "2026-02-01", "--ends", "2026-01-31"),
            1,
            "--ends: the exclusion ends before it starts",
            id="backwards",
        ),
        pytest.param(("--ends", "2026-12-31"), 2, "exactly one of --camera, --site", id="of what"),
        pytest.param(
            ("--camera", "c1", "--site", "s1", "--ends", "2026-12-31"), 2, "exactly one of", id="of two"
        ),
    ],
)
def test_an_exclusion_that_cannot_be(args: tuple[str, ...], code: int, said: str) -> None:
    """What the rules or the register do not allow is refused by the option's name, and nothing is written."""
    result = exclude(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert rows("exclusions", "list", "--all") == []


def test_an_exclusion_wants_an_approver() -> None:
    """Without the office that approved it there is no exclusion."""
    args = ("--camera", "c1", "--ends", "2026-12-31", "--reason", "other", "--document", "№ 7")
    assert run("exclusions", "add", *args).exit_code == 2
    refused = run("exclusions", "add", *args, "--approver", " ")
    assert (refused.exit_code, refused.stderr) == (1, "--approver: is empty; fill it in\n")


def test_work_is_announced_listed_and_ended() -> None:
    """Planned work gets a name, is listed until it is over, and can be ended early."""
    added = run("maintenance", "add", "--site", "s1", "--ends", "2099-01-01T00:00", *WHY)
    ident = added.stdout.strip()
    assert (added.exit_code, ident[:2]) == (0, "m-")
    (row,) = rows("maintenance", "list")
    assert (row["maintenance_id"], row["phase"], row["cameras"]) == (ident, "open", 2)
    assert run("maintenance", "end", ident).exit_code == 0
    assert rows("maintenance", "list") == []
    assert [row["phase"] for row in rows("maintenance", "list", "--all")] == ["over"]
    again = run("maintenance", "end", ident)
    assert (again.exit_code, again.stderr) == (2, f"{ident} is over already\n")


def test_work_that_has_not_begun_is_called_off() -> None:
    """Ending what has not begun takes it out of the list altogether."""
    starts = ("--starts", "2098-01-01T00:00", "--ends", "2098-01-02T00:00")
    run("maintenance", "add", "--gateway", "g", *starts, *WHY, "--id", "a")
    run("maintenance", "add", "--institution", "i1", *starts, *WHY, "--id", "night-work")
    assert [row["phase"] for row in rows("maintenance", "list")] == ["planned"]  # there is no gateway g
    mistyped = run("maintenance", "end", "nightwork")
    assert mistyped.stderr == "there is no planned work 'nightwork'; did you mean night-work?\n"
    assert run("maintenance", "end", "night-work").exit_code == 0
    assert rows("maintenance", "list", "--all") == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--site", "s1", "--ends", "tomorrow"), "--ends: 'tomorrow' is not a time; write 2026-12-01T23:00"),
        (
            ("--site", "s1", "--starts", "2026-01-02", "--ends", "2026-01-01"),
            "--ends: the window ends before",
        ),
    ],
)
def test_work_at_no_time_is_refused(args: tuple[str, ...], said: str) -> None:
    """A window needs a beginning before its end."""
    result = run("maintenance", "add", *args, *WHY)
    assert (result.exit_code in {1, 2}, result.stdout) == (True, "")
    assert said in result.stderr


def test_local_times_are_meant() -> None:
    """A time without an offset is local; one with an offset is taken as it says."""
    run(
        "maintenance",
        "add",
        "--site",
        "s1",
        "--starts",
        "2098-06-01T10:00",
        "--ends",
        "2098-06-01T12:00Z",
        *WHY,
    )
    (row,) = rows("maintenance", "list")
    assert (row["starts_at"], row["ends_at"]) == ("2098-06-01T05:00:00+00:00", "2098-06-01T12:00:00+00:00")


def test_every_change_is_journalled() -> None:
    """Who added or ended what is in the journal, newest first, whatever the command was."""
    exclude("--camera", "c1", "--ends", "2099-01-01")  # too long: refused
    exclude("--camera", "c1", "--starts", "2026-01-10", "--ends", "2026-02-10")
    run("maintenance", "add", "--site", "s1", "--ends", "2099-01-01", *WHY, "--id", "a")
    run("maintenance", "end", "a")
    listed = json.loads(run("register", "journal", "--json").stdout)
    commands = [entry["command"] for entry in listed]
    assert commands[:3] == ["maintenance end", "maintenance add", "exclusions add"]


def test_compliance_is_counted_and_listed() -> None:
    """Counts carry numerator and denominator; the list says how each institution stands."""
    shares = {(row["category"], row["measure"]): row for row in rows("compliance")}
    occ = shares["C3", "occ"]
    assert (occ["numerator"], occ["denominator"], occ["unknown"], occ["coverage"]) == (0, 1, 1, 0.0)
    listed = {row["institution_id"]: row for row in rows("compliance", "--institutions")}
    assert [listed["i1"][name] for name in ("category", "cctv", "occ")] == ["C3", "met", "unknown"]
    assert [listed["i2"][name] for name in ("category", "cctv", "occ")] == [
        "C0",
        "not_required",
        "not_required",
    ]
    only = rows("compliance", "--institutions", "--region", "Жамбылская область")
    assert [row["institution_id"] for row in only] == ["i2"]
    early = rows("compliance", "--institutions", "--as-of", "2025-12-31")
    assert early == []


def test_claims_show_their_own_arithmetic() -> None:
    """An official figure stands with unit, numerator, denominator and the rule of its rounding."""
    (row,) = rows("claims", "--measure", "connected")
    names = ("value", "unit", "numerator", "denominator", "percent", "percent_truncated", "agrees")
    assert [row[name] for name in names] == [62, "percent", 4360, 6936, 62.9, 62, "truncated"]
    wrong = run("claims", "--measure", "conected")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "--measure: 'conected' is not counted; did you mean connected?\n",
    )


def test_status_of_a_past_day() -> None:
    """The register is counted as it was at the end of that day; nobody looked, so nothing is known."""
    told = json.loads(run("status", "--json", "--as-of", "2026-02-01").stdout)
    assert (told["cameras"]["registered"], told["cameras"]["unknown"]) == (3, 3)
    assert told["as_of"] == "2026-02-01T18:59:59.999999+00:00"
    before = json.loads(run("status", "--json", "--as-of", "2025-12-31").stdout)
    assert before["cameras"]["registered"] == 0
    assert run("status", "--unmatched", "--as-of", "2026-02-01").exit_code == 2
    ahead = run("status", "--as-of", "2099-01-01")
    assert (ahead.exit_code, "2099-01-01 is still to come" in ahead.stderr) == (2, True)


@pytest.mark.parametrize(
    ("locale", "head"), [("kk", "Орындалу үлесі"), ("ru", "Доля выполнения"), ("en", "Share met")]
)
def test_the_share_of_a_measure_is_headed_as_that(locale: str, head: str, here: Path) -> None:
    """What is counted is who meets a measure, and not what is received."""
    (here / "monitor.yaml").write_text(f"locale: {locale}\n", encoding="utf-8")
    assert head in run("compliance").stdout.splitlines()[0]


@pytest.mark.parametrize("command", ["claims", "compliance", "contracts status"])
def test_a_region_that_may_be_meant_is_told_in_the_readers_language(command: str, here: Path) -> None:
    """A part of a name is two regions, each told once with its code."""
    (here / "monitor.yaml").write_text("locale: ru\n", encoding="utf-8")
    result = run(*command.split(), "--region", "Алматы")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("ближайшие: город Алматы (750000000), Алматинская область (190000000)\n")


@pytest.mark.parametrize("command", ["exclusions list", "maintenance list", "compliance", "claims", "status"])
@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_every_list_is_told_in_every_language(command: str, locale: str, here: Path) -> None:
    """No text is missing in any language."""
    (here / "monitor.yaml").write_text(f"locale: {locale}\n", encoding="utf-8")
    exclude("--camera", "c1", "--starts", "2026-01-10", "--ends", "2026-02-10")
    result = run(*command.split())
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
