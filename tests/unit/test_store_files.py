"""What only a SQLite file can have: modes, folders that are not there, contents of others, blockers."""

import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.store.error import StoreBrokenError, StoreError, StoreUnavailableError
from monitor.store.lock import Holder
from monitor.store.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Holder(host="here", pid=101, started_at=NOW)


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/m.db"


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_the_database_is_only_its_owners(tmp_path: Path) -> None:
    """Addresses of cameras are in it: nobody else on the machine reads the file."""
    async with Store.open(url(tmp_path), holder=ONE):
        modes = _modes(tmp_path)
    assert modes.keys() >= {"m.db", "m.db.lock"}
    assert {mode & 0o077 for mode in modes.values()} == {0}


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        pytest.param("nothing", StoreUnavailableError, "there is no database", id="no file"),
        pytest.param("folder", StoreUnavailableError, "Is a directory", id="a folder"),
        pytest.param("text", StoreBrokenError, "not a database", id="a text file"),
        pytest.param("foreign", StoreBrokenError, "another program", id="another program's"),
        pytest.param("cut", StoreBrokenError, "malformed", id="cut short"),
    ],
)
async def test_what_is_no_database_of_ours_is_refused(
    tmp_path: Path, kind: str, error: type[StoreError], words: str
) -> None:
    """Every wrong file is told in one sentence, and by no driver's own exception."""
    file = tmp_path / "m.db"
    if kind == "folder":
        file.mkdir()
    elif kind == "text":
        file.write_text("institution_id,name\n" * 400)
    elif kind == "foreign":
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE things (id INTEGER)")
        connection.close()
    elif kind == "cut":
        async with Store.open(url(tmp_path)):
            pass
        os.truncate(file, 8192)
    with pytest.raises(error, match=words):
        async with Store.open(url(tmp_path), create=False) as store:
            await store.revision()


async def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A database in a folder that is not there names the trouble."""
    with pytest.raises(StoreUnavailableError, match="No such file or directory"):
        async with Store.open(f"sqlite:///{tmp_path}/none/m.db"):
            pass


async def test_a_busy_database_is_unavailable_and_takes_the_write_later(tmp_path: Path) -> None:
    """While another program blocks the file a commit fails as one to be tried again, and then succeeds."""
    async with Store.open(url(tmp_path), holder=ONE) as store:
        await store.begin_run("run", NOW)
        async with store._database.read() as connection:
            raw = await connection.get_raw_connection()
            assert raw.driver_connection is not None
            await raw.driver_connection.execute("PRAGMA busy_timeout = 1")
        blocker = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            await store.heartbeat(NOW)
        blocker.execute("ROLLBACK")
        blocker.close()
        await store.heartbeat(NOW)
