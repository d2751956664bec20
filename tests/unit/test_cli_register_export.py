"""The commands register export, show, diff and journal as a person meets them."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.register import app
from monitor.register.columns import SHEETS
from monitor.register.kinds import Kind
from monitor.register.sheets import read_sheets
from tests.small_sheets import FILES

KINDS = [f"{kind}.csv" for kind in Kind]


def register(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


def parsed(*args: str) -> Any:
    return json.loads(register(*args, "--json").stdout)


def day(days: int) -> str:
    """Name a day from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder whose database has held the small register for ten days."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for name, text in FILES.items():
        Path(f"{name}.csv").write_text(text)
    assert register("import", "--as-of", day(-10), *(f"{name}.csv" for name in FILES)).exit_code == 0
    return tmp_path


def test_a_folder_of_csv_gives_the_same_again(here: Path) -> None:
    """An export, imported into an empty register and exported again, is the same to the byte."""
    result = register("export", "out")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "exported to out")
    assert sorted(path.name for path in (here / "out").iterdir()) == sorted(KINDS)
    other = "--database=sqlite:///other.db"
    sheets = [f"out/{name}" for name in KINDS]
    assert register("import", *sheets, other).exit_code == 0
    assert register("export", "again", other).exit_code == 0
    assert [(here / "again" / name).read_bytes() for name in KINDS] == [
        (here / "out" / name).read_bytes() for name in KINDS
    ]
    assert register("import", *sheets).stdout.splitlines()[-1].startswith("nothing to change")


def test_a_workbook_gives_the_same_again(here: Path) -> None:
    """A workbook has a sheet for each kind and changes nothing when it is imported."""
    assert register("export", "book.XLSX", "--language", "kk").exit_code == 0
    assert [sheet.kind for sheet in read_sheets("b", (here / "book.XLSX").read_bytes())] == list(Kind)
    assert register("import", "book.XLSX").stdout.splitlines()[-1].startswith("nothing to change")
    assert register("import", "book.XLSX", "--complete", "all").exit_code == 0


def test_csv_for_a_russian_excel(here: Path) -> None:
    """Headings in Russian, a semicolon, and a mark by which Excel knows UTF-8; only the kind asked for."""
    result = register("export", "out", "--kind", "sites", "--language", "ru", "--delimiter", ";", "--bom")
    assert result.stdout.splitlines() == [f"{'sites':<14}{2:>10}", "exported to out"]
    (file,) = (here / "out").iterdir()
    text = file.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines()[0].split(";")[:3] == [
        "Код здания",
        "Код организации",
        "Наименование",
    ]
    assert register("import", str(file)).stdout.splitlines()[-1].startswith("nothing to change")


@pytest.mark.parametrize("target", ["out", "out.xlsx"])
def test_what_is_there_is_replaced_only_by_force(here: Path, target: str) -> None:
    """Exit code 2 and the old file as it was; with --force the new one, and no other file is left behind."""
    register("export", target)
    before = sorted(path for path in here.rglob("*") if path.suffix != ".db")
    file = here / target if target.endswith("x") else here / target / "sites.csv"
    file.write_bytes(b"old")
    result = register("export", target, "--kind", "sites")
    assert (result.exit_code, "is there already" in result.stderr, file.read_bytes()) == (2, True, b"old")
    assert register("export", target, "--kind", "sites", "--force").exit_code == 0
    assert file.read_bytes() != b"old"
    assert sorted(path for path in here.rglob("*") if path.suffix != ".db") == before


@pytest.mark.parametrize("there", [False, True], ids=["no database", "an empty one"])
def test_an_empty_register_gives_sheets_to_fill_in(here: Path, there: bool) -> None:
    """Every kind has its headings and no rows, but for the regions; no database is made for that."""
    if there:
        (here / "new.db").touch()
    result = register("export", "out", "--language", "ru", "--database", "sqlite:///new.db")
    assert result.exit_code == 0
    assert ("there is no database new.db yet" in result.stderr) is not there
    assert (here / "new.db").exists() is there
    lines = {name: (here / "out" / name).read_text().splitlines() for name in KINDS}
    assert {name for name, found in lines.items() if len(found) > 1} == {"regions.csv"}
    assert len(lines["regions.csv"]) == 21
    assert lines["sites.csv"][0].startswith("Код здания,Код организации,Наименование")


def test_an_export_that_fails_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full in the middle, no file stands there, whole or not."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "out/cameras.csv")

    monkeypatch.setattr("monitor.cli.exporting.write_csv", full)
    result = register("export", "out")
    assert (result.exit_code, "No space left on device" in result.stderr) == (2, True)
    assert list((here / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(("export", "out", "--kind", "camera"), "did you mean cameras?", id="unknown kind"),
        pytest.param(
            ("export", "out", "--as-of", "2020-01-01"), "knows nothing of 2020-01-01", id="too early"
        ),
        pytest.param(("export", "sites.csv"), "sites.csv", id="a file in the place of a folder"),
        pytest.param(
            ("export", "out", "--as-of", "2020-01-01", "--database", "sqlite:///no.db"),
            "import a register first",
            id="a day of no database",
        ),
        pytest.param(("show", "cameraz"), "did you mean cameras?", id="show an unknown kind"),
        pytest.param(("show", "sites", "s00"), "no 's00' among the sites; did you mean s0?", id="unknown id"),
        pytest.param(("show", "--as-of", "2020-01-01"), "knows nothing of 2020-01-01", id="show too early"),
        pytest.param(("diff", "r7"), "the nearest is r1", id="unknown revision"),
        pytest.param(("diff", "yesterday"), "is not a day", id="no day"),
        pytest.param(
            ("journal", "--database", "sqlite:///no.db"), "import a register first", id="no journal"
        ),
    ],
)
def test_wrong_use_is_exit_code_2(here: Path, args: tuple[str, ...], said: str) -> None:
    """What cannot be answered is told on stderr with what to do; nothing is written or made."""
    before = sorted(here.rglob("*"))
    result = register(*args)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""
    assert sorted(here.rglob("*")) == before


@pytest.mark.usefixtures("here")
def test_show_counts_what_there_is() -> None:
    """Without a kind: how many of each, which revision, since when anything is known, the last change."""
    lines = register("show").stdout.splitlines()
    assert f"{'cameras':<14}{5:>10}" in lines
    assert "revision 1" in lines
    assert lines[-1].startswith("known since 20")
    found = parsed("show")
    assert (found["revision"], found["entries"]["cameras"], found["entries"]["regions"]) == (1, 5, 20)
    assert found["begins_at"] == found["changed_at"]


@pytest.mark.usefixtures("here")
def test_show_lists_entries() -> None:
    """A table of the columns in which anything stands; by id, or by a part of a key, every column."""
    head, first, *_ = register("show", "cameras").stdout.splitlines()
    assert head.split() == ["camera_id", "site_id", "url", "basic_in_clear"]
    assert first.split() == ["c0", "s0", "rtsp://c0/", "false"]
    assert len(register("show", "cameras", "c1").stdout.splitlines()) == len(SHEETS[Kind.CAMERAS].cells)
    assert [each["camera_id"] for each in parsed("show", "streams", "g")] == ["c0", "c1", "c2", "c3"]
    assert parsed("show", "streams", "c1 g")[0]["stream_key"] == "c1"
    (contract,) = parsed("show", "contracts", "1")
    assert (contract["starts_on"], contract["form"], contract["payer_id"]) == ("2026-01-01", "tender", None)
    assert register("show", "recorders").stdout == "no recorders are registered\n"


def change(here: Path) -> None:
    """Change one camera and add one, five days ago."""
    (here / "new.csv").write_text("camera_id,site_id,url\nc0,s1,rtsp://c0/sub\nc9,s1,rtsp://c9/\n")
    assert register("import", "new.csv", "--as-of", day(-5)).exit_code == 0


def test_diff_tells_what_changed(here: Path) -> None:
    """What was added, which column said what before, and what ended, between revisions and days."""
    change(here)
    kept = [f"c{n},g,c{n}\n" for n in range(3)]
    (here / "streams.csv").write_text("camera_id,gateway_id,stream_key\n" + "".join(kept))
    assert register("import", "streams.csv", "--complete", "all", "--confirm").exit_code == 0
    assert register("diff", "r1").stdout.splitlines() == [
        "cameras: 1 added, 1 changed, 0 ended",
        "  + c9",
        "  ~ c0: site_id: s0 → s1",
        "  ~ c0: url: rtsp://c0/ → rtsp://c0/sub",
        "streams: 0 added, 0 changed, 1 ended",
        "  - c3 g",
    ]
    assert register("diff", "r2", "r2").stdout == "nothing differs\n"
    assert list(parsed("diff", "r2")) == ["streams"]
    assert parsed("diff", "r1", "r2")["cameras"] == {
        "added": [["c9"]],
        "changed": [
            {
                "key": ["c0"],
                "columns": {
                    "site_id": {"old": "s0", "new": "s1"},
                    "url": {"old": "rtsp://c0/", "new": "rtsp://c0/sub"},
                },
            }
        ],
        "ended": [],
    }
    assert parsed("diff", day(-7), day(-3)) == parsed("diff", "r1", "r2")
    whole = parsed("diff", "2020-01-01")
    assert (len(whole["cameras"]["added"]), "regions" in whole) == (6, False)


def test_the_journal_tells_who_imported_what(here: Path) -> None:
    """Newest first: who, when, which file with its hash, its rows, and what that import changed."""
    change(here)
    register("import", "new.csv")
    again, made, *first = parsed("journal")
    assert (again["file"], again["revision"], again["rows"], again["added"]) == ("new.csv", 2, 2, 0)
    assert (made["added"], made["changed"], made["ended"], made["refused"]) == (1, 1, 0, 0)
    assert made["sha256"] == again["sha256"]
    assert {entry["added"] for entry in first} == {18}
    assert {entry["file"] for entry in first} == {f"{name}.csv" for name in FILES}
    assert all(entry["who"] and entry["recorded_at"] for entry in (again, made, *first))
    lines = register("journal", "--limit", "1").stdout.splitlines()
    assert len(lines) == 2
    assert "changed nothing" in lines[1]


def test_the_past_is_shown_and_exported(here: Path) -> None:
    """With a day, the register as it was at its end."""
    change(here)
    assert [each["camera_id"] for each in parsed("show", "cameras", "--as-of", day(-7))] == [
        f"c{n}" for n in range(5)
    ]
    assert register("export", "out", "--as-of", day(-7), "--kind", "cameras").exit_code == 0
    assert len((here / "out" / "cameras.csv").read_text().splitlines()) == 6


def test_revisions_of_one_minute_are_told_apart(here: Path) -> None:
    """However soon one import followed another, each left a register of its own."""
    (here / "new.csv").write_text("camera_id,site_id,url\nc9,s1,rtsp://c9/\n")
    assert register("import", "new.csv").exit_code == 0
    (here / "new.csv").write_text("camera_id,site_id,url\nc8,s1,rtsp://c8/\n")
    assert register("import", "new.csv").exit_code == 0
    assert len(parsed("diff", "r1")["cameras"]["added"]) == 2
    (added,) = parsed("diff", "r2")["cameras"]["added"]
    assert added == ["c8"]


def test_the_same_register_gives_the_same_workbook(here: Path) -> None:
    """A workbook does not tell when it was written: two exports of one register are equal to the byte."""
    for name in ("a.xlsx", "b.xlsx"):
        assert register("export", name).exit_code == 0
    assert (here / "a.xlsx").read_bytes() == (here / "b.xlsx").read_bytes()
    assert b"2000-01-01" in zipfile.ZipFile(here / "a.xlsx").read("docProps/core.xml")
