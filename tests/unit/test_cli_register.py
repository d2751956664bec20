"""The commands register, credentials and config as a person meets them: output, exit codes, silence."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.config import app as config_app
from monitor.cli.credentials import app as credentials_app
from monitor.cli.register import app as register_app

INSTITUTIONS = (
    "institution_id;name;region;type;ownership;bin\ni;Мектеп;750000000;school;public;220440000001\n"
)
SITES = "site_id,institution_id,name\ns,i,Main\n"
CAMERAS = "camera_id,site_id,url\nc1,s,rtsp://10.0.0.1/\nc2,s,rtsp://10.0.0.2/\n"
FIRST = "rtsp://10.0.0.1/"
PASSWORDS = "kind,id,username,password\ncamera,c1,admin,canary-1\ncamera,c2,admin,canary-2\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder with three good sheets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    (tmp_path / "institutions.csv").write_text(INSTITUTIONS, encoding="windows-1251")
    (tmp_path / "sites.csv").write_text(SITES)
    (tmp_path / "cameras.csv").write_text(CAMERAS)
    (tmp_path / "passwords.csv").write_text(PASSWORDS)
    (tmp_path / "passwords.csv").chmod(0o600)
    return tmp_path


SHEETS = ("cameras.csv", "sites.csv", "institutions.csv")


def register(*args: str) -> Result:
    return CliRunner().invoke(register_app, ["import", *args])


def credentials(*args: str) -> Result:
    return CliRunner().invoke(credentials_app, ["import", *args])


def parsed(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_sheets_are_imported_and_again_change_nothing(here: Path) -> None:
    """The first import adds everything, the second nothing; both are good."""
    first, second = register(*SHEETS), register(*SHEETS)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.splitlines()[-1] == "imported into monitor.db (revision 1)"
    assert second.stdout.splitlines()[-1].startswith("nothing to change: monitor.db")
    assert "warning: institutions.csv:2: bin:" in first.stdout
    assert first.stderr == ""
    assert (here / "monitor.db").exists()


def test_a_dry_run_writes_nothing(here: Path) -> None:
    """What would change is shown, and not even the database is made."""
    result = register("--dry-run", *SHEETS)
    assert result.exit_code == 0
    assert "dry run: nothing was written" in result.stdout
    assert not (here / "monitor.db").exists()
    register(*SHEETS)
    (here / "cameras.csv").write_text(CAMERAS.replace("10.0.0.2", "10.0.0.3") + "c3,s,rtsp://10.0.0.4/\n")
    changes = parsed(register("--dry-run", "--json", "cameras.csv"))["changes"]
    assert changes == {"cameras": {"added": 1, "changed": 1, "unchanged": 1, "ended": 0}}
    assert parsed(register("--dry-run", "--json", "cameras.csv"))["changes"] == changes


def test_one_bad_row_keeps_everything_out(here: Path) -> None:
    """Exit code 1: every bad row is listed with file, line and reason, nothing is imported."""
    (here / "cameras.csv").write_text(CAMERAS + "c3,nowhere,rtsp://h/\nc4,s,rtsp://u:canary-3@h/\n")
    result = register(*SHEETS)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.split(": ")[1:3] for line in lines if line.startswith("bad: ")] == [
        ["cameras.csv:4", "site_id"],
        ["cameras.csv:5", "url"],
    ]
    assert lines[-1] == "nothing was imported: bad rows 2, good rows 4"
    assert "canary" not in result.output
    assert parsed(register("--json", "sites.csv"))["bad"][0]["column"] == "institution_id"


def test_a_dry_run_says_which_rows(here: Path) -> None:
    """Ids stand behind + ~ and -, and in the JSON all of them, column by column."""
    register(*SHEETS)
    (here / "cameras.csv").write_text("camera_id,site_id,url\nc1,s,rtsp://10.0.0.9/\nc3,s,rtsp://10.0.0.4/\n")
    args = ("--dry-run", "--complete", "all", "cameras.csv")
    lines = register(*args).stdout.splitlines()
    at = lines.index("cameras: 1 added, 1 changed, 1 ended")
    assert lines[at + 1 : at + 4] == ["  + c3", f"  ~ c1: url: {FIRST} → rtsp://10.0.0.9/", "  - c2"]
    assert parsed(register("--json", *args))["differences"] == {
        "cameras": {
            "added": [["c3"]],
            "changed": [{"key": ["c1"], "columns": {"url": {"old": FIRST, "new": "rtsp://10.0.0.9/"}}}],
            "ended": [["c2"]],
        }
    }


def test_a_dry_run_with_bad_rows_shows_what_the_good_ones_would_change(here: Path) -> None:
    """Nothing is imported, and it says so above the table too; what is refused is counted nowhere."""
    register(*SHEETS)
    text = CAMERAS + "c3,s,rtsp://10.0.0.4/\nc4,nowhere,rtsp://h/\nc5,s,http://h/\nc3,s,rtsp://other/\n"
    (here / "cameras.csv").write_text(text)
    result = register("--dry-run", "cameras.csv")
    lines = result.stdout.splitlines()
    at = lines.index("nothing was imported; the good rows alone would change:")
    assert lines[at + 2].split() == ["cameras", "0", "0", "2", "0"]
    assert (result.exit_code, lines[-1]) == (1, "nothing was imported: bad rows 4, good rows 2")
    counts = {"cameras": {"added": 0, "changed": 0, "unchanged": 2, "ended": 0}}
    assert parsed(register("--dry-run", "--json", "cameras.csv"))["changes"] == counts
    (here / "cameras.csv").write_text(CAMERAS.replace("c2,s", "c2,nowhere"))
    whole = parsed(register("--dry-run", "--complete", "all", "--json", "cameras.csv"))
    assert whole["changes"] == {"cameras": {"added": 0, "changed": 0, "unchanged": 1, "ended": 0}}


def test_a_sheet_without_rows_is_warned_of(here: Path) -> None:
    """Only headings are no mistake, and nobody should think that they brought something."""
    register(*SHEETS)
    (here / "cameras.csv").write_text(CAMERAS.splitlines()[0] + "\n")
    result = register("cameras.csv")
    assert result.exit_code == 0
    assert "warning: cameras.csv:1: stands above no rows; nothing of this sheet is imported" in result.stdout


def test_the_json_answer_has_its_keys(here: Path) -> None:
    """The JSON stands alone on stdout and says what the text says."""
    found = parsed(register("--json", *SHEETS))
    assert (found["imported"], found["dry_run"], found["revision"], found["bad"]) == (True, False, 1, [])
    assert found["files"][2] == {
        "file": "institutions.csv",
        "sha256": hashlib.sha256((here / "institutions.csv").read_bytes()).hexdigest(),
        "sheet": None,
        "kind": "institutions",
        "rows": 1,
        "encoding": "windows-1251",
        "delimiter": "semicolon",
    }
    assert [warning["column"] for warning in found["warnings"]] == ["bin"]
    assert found["good_rows"] == 4


def test_completing_ends_what_is_gone(here: Path) -> None:
    """With --complete a camera that its sheet does not hold any more leaves the register."""
    register(*SHEETS)
    (here / "cameras.csv").write_text(CAMERAS.rsplit("c2", 1)[0])
    assert parsed(register("--json", "cameras.csv"))["imported"] is False
    found = parsed(register("--json", "--complete", "all", "--confirm", "cameras.csv"))
    assert found["changes"]["cameras"] == {"added": 0, "changed": 0, "unchanged": 1, "ended": 1}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(("nope.csv",), "nope.csv: cannot be read: No such file", id="no such sheet"),
        pytest.param(("--config", "no.yaml", "sites.csv"), "no.yaml: cannot be read", id="no such config"),
        pytest.param(
            ("--config", "bad.yaml", "sites.csv"), "bad.yaml:1: pols: is not a key", id="bad config"
        ),
        pytest.param(("--database", "mysql://h/x", "sites.csv"), "--database: must begin with", id="bad URL"),
        pytest.param(
            ("--database", "sqlite:///none/m.db", "sites.csv"),
            "the database cannot be opened",
            id="no folder",
        ),
        pytest.param((), "Missing argument", id="no sheet"),
    ],
)
def test_wrong_use_is_exit_code_2(here: Path, args: tuple[str, ...], said: str) -> None:
    """What has nothing to do with the sheets' rows is told on stderr, with exit code 2."""
    (here / "bad.yaml").write_text("pols: 1\n")
    result = register(*args)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_the_configuration_says_where_the_database_is(here: Path) -> None:
    """--config, the variable and the usual places all lead to the same database."""
    (here / "etc").mkdir()
    (here / "etc" / "m.yaml").write_text("database: {url: 'sqlite:///deep.db'}\n")
    (here / "monitor.yaml").write_text("database: {url: 'sqlite:///near.db'}\n")
    assert parsed(register("--json", "--config", "etc/m.yaml", *SHEETS))["database"] == "etc/deep.db"
    assert (here / "etc" / "deep.db").exists()
    assert parsed(register("--json", *SHEETS))["database"] == "near.db"
    assert parsed(register("--json", "--database", "sqlite:///own.db", *SHEETS))["database"] == "own.db"


def test_passwords_are_imported_and_never_shown(here: Path) -> None:
    """The first import makes the key file and says so; no password is in any output or file but its own."""
    register(*SHEETS)
    first, second = credentials("passwords.csv"), credentials("--json", "passwords.csv")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == "passwords in monitor.db: 2 added, 0 changed, 0 unchanged\n"
    assert "made the key file" in first.stderr
    assert "delete it" in first.stderr
    assert parsed(second)["unchanged"] == 2
    assert (here / "monitor.key").stat().st_mode & 0o777 == 0o600
    (here / "passwords.csv").unlink()
    assert "canary" not in first.output + second.output
    assert all(b"canary" not in path.read_bytes() for path in here.iterdir())


def test_passwords_of_unknown_devices_are_refused(here: Path) -> None:
    """A row for a camera that the register does not know keeps all of them out."""
    register(*SHEETS)
    (here / "passwords.csv").write_text(PASSWORDS + "camera,c9,admin,canary-9\n")
    result = credentials("passwords.csv")
    assert result.exit_code == 1
    assert "bad: passwords.csv:4: id: no camera of this id" in result.stdout
    assert "nothing was imported: bad rows 1, good rows 2" in result.stdout
    assert "canary" not in result.output
    assert not (here / "monitor.key").exists()


def test_a_key_that_others_can_read_is_refused(here: Path) -> None:
    """Exit code 2, and what to run."""
    register(*SHEETS)
    credentials("passwords.csv")
    (here / "monitor.key").chmod(0o644)
    result = credentials("passwords.csv")
    assert (result.exit_code, "chmod 600" in result.stderr) == (2, True)


def test_a_lost_key_is_not_replaced_silently(here: Path) -> None:
    """While passwords are kept that need it, a missing key file is an error and no new one is made."""
    register(*SHEETS)
    credentials("passwords.csv")
    (here / "monitor.key").unlink()
    result = credentials("passwords.csv")
    assert (result.exit_code, "put it back" in result.stderr) == (2, True)
    assert not (here / "monitor.key").exists()


def test_passwords_need_a_register(here: Path) -> None:
    """Before any register there is nothing that a password could belong to, and no database is made."""
    result = credentials("passwords.csv")
    assert (result.exit_code, "import a register first" in result.stderr) == (2, True)
    assert not (here / "monitor.db").exists()


def test_a_readable_password_file_is_warned_of(here: Path) -> None:
    """A file of passwords that others may read is imported, with a warning."""
    register(*SHEETS)
    (here / "passwords.csv").chmod(0o644)
    assert "others may read passwords.csv" in credentials("passwords.csv").stderr


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        pytest.param("zone: Asia/Almaty\n", 0, "m.yaml: good", id="good"),
        pytest.param("\nswep: 1\n", 1, "m.yaml:2: swep: is not a key; did you mean sweep?", id="bad"),
        pytest.param(None, 2, "m.yaml: cannot be read: No such file", id="not there"),
    ],
)
def test_a_configuration_is_checked(here: Path, text: str | None, code: int, said: str) -> None:
    """Exit 0 good, 1 bad with every mistake on its line, 2 not there."""
    if text is not None:
        (here / "m.yaml").write_text(text)
    result = CliRunner().invoke(config_app, ["check", "m.yaml"])
    assert (result.exit_code, said in result.output) == (code, True)
    if code < 2:
        answer = json.loads(CliRunner().invoke(config_app, ["check", "m.yaml", "--json"]).stdout)
        assert answer["good"] is (code == 0)
        assert len(answer["mistakes"]) == code
