"""The commands backup and restore as a person meets them: output, exit codes, what is said of the key."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.cli.backup import command as backup
from monitor.cli.credentials import app as credentials_app
from monitor.cli.register import app as register_app
from monitor.cli.restore import command as restore
from monitor.cli.run import command as serve
from monitor.cli.status import command as status
from monitor.store.schema import VERSIONS

INSTITUTIONS = (
    "institution_id,name,region,type,ownership\ni,School,110000000,school,public\n",
    "site_id,institution_id,name\ns,i,Main\n",
    "camera_id,site_id,url\nc,s,rtsp://10.0.0.1/\n",
)
PASSWORDS = "kind,id,username,password\ncamera,c,admin,canary\n"


def run(command: Callable[..., None], *args: str) -> Result:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return CliRunner().invoke(app, list(args))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a register and passwords."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    names = [f"{name}.csv" for name in ("institutions", "sites", "cameras")]
    for name, text in zip(names, INSTITUTIONS, strict=True):
        (tmp_path / name).write_text(text)
    (tmp_path / "passwords.csv").write_text(PASSWORDS)
    (tmp_path / "passwords.csv").chmod(0o600)
    assert CliRunner().invoke(register_app, ["import", *names]).exit_code == 0
    assert CliRunner().invoke(credentials_app, ["import", "passwords.csv"]).exit_code == 0
    return tmp_path


def test_a_backup_is_made_and_restored(here: Path) -> None:
    """Both say how much there was; where passwords are, the key file that is not in it is named."""
    made = run(backup, "m.backup")
    assert made.exit_code == 0
    assert made.stdout.startswith("m.backup: ")
    assert made.stdout.endswith(f" rows of monitor.db, schema {VERSIONS[-1]}\n")
    assert "monitor.key is not in it" in made.stderr
    (here / "monitor.key").rename(here / "elsewhere.key")
    done = run(restore, "m.backup", "--database", "sqlite:///other.db")
    assert done.exit_code == 0
    assert done.stdout.startswith("other.db: ")
    assert "there is no key file" in done.stderr
    again = run(restore, "m.backup", "--database", "sqlite:///other.db", "--replace", "--json")
    told = json.loads(again.stdout)
    assert told["rows"]["cameras"] == told["rows"]["credentials"] == 1
    assert (told["dialect"], told["schema"], told["file"]) == ("sqlite", VERSIONS[-1], "m.backup")


def test_what_cannot_be_done_ends_with_one(here: Path) -> None:
    """A database that is not empty, a file that is no backup and a database in the way are bad."""
    assert run(backup, "m.backup").exit_code == 0
    for result, said in (
        (run(restore, "m.backup"), "monitor.db: the database is not empty; name another, or give up"),
        (run(restore, "cameras.csv", "--replace"), "not a backup"),
        (run(backup, "monitor.db"), "the database itself"),
        (run(backup, "cameras.csv"), "is no backup"),
    ):
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr
    assert (here / "cameras.csv").read_text() == INSTITUTIONS[2]


def test_a_database_of_a_newer_program_ends_with_two(here: Path) -> None:
    """Whichever command meets it: this program is the wrong one, and the database is as it was."""
    with closing(sqlite3.connect(here / "monitor.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    for result in (run(backup, "m.backup"), run(status), run(serve)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert "schema 9999" in result.stderr


def test_a_backup_is_replaced_only_when_that_is_said(here: Path) -> None:
    """As an export is: a second backup of one name asks for --force."""
    assert run(backup, "m.backup").exit_code == 0
    before = (here / "m.backup").read_bytes()
    again = run(backup, "m.backup")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == "m.backup: is there already; name another one, or say --force to replace it\n"
    assert (here / "m.backup").read_bytes() == before
    assert run(backup, "m.backup", "--force").exit_code == 0


def test_a_restore_names_the_database_that_cannot_take_it(here: Path) -> None:
    """The backup is good: what is said is of the database, with what to do."""
    assert run(backup, "m.backup").exit_code == 0
    (here / "text.db").write_text("institution_id,name\n" * 400)
    with closing(sqlite3.connect(here / "foreign.db")) as database:
        database.execute("CREATE TABLE things (id INTEGER)")
    assert run(restore, "m.backup", "--database", "sqlite:///newer.db").exit_code == 0
    with closing(sqlite3.connect(here / "newer.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    for name, code, said, todo in (
        ("text.db", 1, "not one of this program, or damaged", "name another with --database"),
        ("foreign.db", 1, "the tables of another program", "name another with --database"),
        ("newer.db", 2, "has schema 9999", "use the newer version"),
    ):
        result = run(restore, "m.backup", "--database", f"sqlite:///{name}", "--replace")
        assert (result.exit_code, result.stdout) == (code, "")
        assert result.stderr.startswith(f"{name}: the database ")
        assert said in result.stderr
        assert todo in result.stderr
        assert "m.backup" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        "register import sites.csv",
        "register show",
        "register export sheets",
        "register diff 2026-01-01",
        "register journal",
        "contracts status",
        "compliance",
        "claims",
        "exclusions list",
        "exclusions add --camera c --ends 2099-01-01 --reason other --approver A --document D",
        "maintenance list",
        "maintenance end m",
        "credentials import passwords.csv",
        "status",
        "incidents",
        "why c",
        "backup m.backup",
        "restore m.backup",
        "run",
    ],
)
def test_a_damaged_database_ends_with_one(here: Path, command: str) -> None:
    """Whichever command meets it, in one sentence: the use was right, and the database is bad."""
    assert run(backup, "m.backup").exit_code == 0
    (here / "monitor.db").write_text("institution_id,name\n" * 400)
    forced = ["--force"] if command.startswith("backup") else []
    result = CliRunner().invoke(app, [*command.split(), *forced])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the database is not one of this program, or damaged: file is not a database" in result.stderr


def test_wrong_use_ends_with_two(here: Path) -> None:
    """Files that are not there or cannot be written, and a configuration that is not, are wrong use."""
    for result, said in (
        (run(restore, "none.backup", "--database", "sqlite:///o.db"), "cannot be read: No such file"),
        (run(backup, "none/m.backup"), "cannot be written: No such file"),
        (run(backup, "m.backup", "--config", "none.yaml"), "cannot be read"),
    ):
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
    assert not (here / "o.db").exists()
