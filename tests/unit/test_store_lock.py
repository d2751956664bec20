"""Who may write: one process at a time, found by name, replaced when dead, fenced when taken for dead."""

import asyncio
import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from monitor.model.verdict import State, Transition, Verdict
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.error import (
    StoreBrokenError,
    StoreError,
    StoreLockedError,
    StoreNewerError,
    StoreUnavailableError,
)
from monitor.store.lock import DEAD_AFTER, Holder, Lock
from monitor.store.store import Store
from monitor.store.tables import metadata

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Holder(host="here", pid=101, started_at=NOW)


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/m.db"


def other(seconds: float) -> Holder:
    return Holder(host="there", pid=202, started_at=NOW + timedelta(seconds=seconds))


async def test_a_second_monitor_is_told_who_holds_the_part(tmp_path: Path) -> None:
    """Whoever comes second is refused with host, process and times of the first."""
    async with Store.open(url(tmp_path), holder=ONE) as first:
        await first.heartbeat(NOW + timedelta(seconds=30))
        with pytest.raises(
            StoreLockedError, match=r"process 101 on here, since 2026-01-01 00:00:00 UTC.*00:00:30"
        ):
            async with Store.open(url(tmp_path), holder=other(9999)):
                pass
        await first.heartbeat(NOW + timedelta(seconds=31))


async def test_the_part_is_free_after_a_clean_end(tmp_path: Path) -> None:
    """One monitor after another needs no waiting."""
    for seconds in range(3):
        async with Store.open(url(tmp_path), holder=other(seconds)) as store:
            await store.begin_run(str(seconds), NOW)


async def test_a_dead_holder_is_replaced_at_once(tmp_path: Path) -> None:
    """A row left by a killed process does not keep the next one out: the OS lock went with the process."""
    async with Store.open(url(tmp_path), holder=ONE):
        pass
    with sqlite3.connect(tmp_path / "m.db") as connection:
        connection.execute(
            "UPDATE locks SET host = 'here', pid = 1, started_at = ?, beat_at = ?", [str(NOW)] * 2
        )
    connection.close()
    async with Store.open(url(tmp_path), holder=other(1)) as store:
        await store.begin_run("next", NOW)


async def test_others_read_and_import_beside_the_monitor(tmp_path: Path) -> None:
    """Without the lock everything can be read; history cannot be written."""
    async with Store.open(url(tmp_path), holder=ONE) as monitor, Store.open(url(tmp_path)) as reader:
        await monitor.begin_run("run", NOW)
        assert (await reader.present(NOW, max_heartbeat_age=timedelta(seconds=1))).looking
        with pytest.raises(StoreLockedError):
            await reader.heartbeat(NOW)


@pytest.mark.parametrize(
    ("silent", "replaced"),
    [
        pytest.param(DEAD_AFTER - timedelta(seconds=1), False, id="heard of lately"),
        pytest.param(DEAD_AFTER, True, id="silent for long"),
    ],
)
async def test_without_an_os_lock_silence_decides(
    tmp_path: Path, silent: timedelta, *, replaced: bool
) -> None:
    """On a server a holder is dead when it was not heard of for a minute; then it can write no more."""
    database, second = Database(url(tmp_path)), Database(url(tmp_path))
    await schema.ensure_schema(database)
    database.file = second.file = None  # as on a server: nothing but the row
    first = Store(database, secrets=None, lock=await Lock.take(database, ONE))
    await first.begin_run("first", NOW)
    taking = Lock.take(second, Holder(host="there", pid=202, started_at=NOW + silent))
    if not replaced:
        with pytest.raises(StoreLockedError, match="process 101 on here"):
            await taking
        await first.heartbeat(NOW)
    else:
        lock = await taking
        lost = Transition(stream_id="c@g", verdict=Verdict(state=State.RECEIVING), since=NOW, decided_at=NOW)
        with pytest.raises(StoreLockedError, match="took this part of the estate over"):
            await first.commit([lost], source="first", first_sequence=0, now=NOW)
        assert await first.open_verdicts() == {}
        await lock.release()
    await database.close()
    await second.close()


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_the_database_is_only_its_owners(tmp_path: Path) -> None:
    """Addresses of cameras are in it: nobody else on the machine reads the file."""
    async with Store.open(url(tmp_path), holder=ONE):
        modes = _modes(tmp_path)
    assert modes.keys() >= {"m.db", "m.db.lock"}
    assert {mode & 0o077 for mode in modes.values()} == {0}


async def test_the_migrations_end_with_the_tables(tmp_path: Path) -> None:
    """What the steps make and what the program reads and writes is the same schema."""
    database = Database(url(tmp_path))
    await schema.ensure_schema(database)

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_known_versions_are_the_steps() -> None:
    """The list that decides what is newer is the list of steps."""
    steps = ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).walk_revisions()
    assert tuple(step.revision for step in reversed(list(steps))) == schema.VERSIONS


async def test_two_processes_may_make_the_tables_at_once(tmp_path: Path) -> None:
    """Whoever comes second finds the tables made."""

    async def make() -> None:
        async with Store.open(url(tmp_path)) as store:
            assert await store.revision() == 0

    await asyncio.gather(*(make() for _ in range(4)))


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database of a later version is left alone, and both versions are named."""
    async with Store.open(url(tmp_path)):
        pass
    database = Database(url(tmp_path))
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreNewerError, match=r"schema 9999, this program knows 0002"):
        async with Store.open(url(tmp_path)):
            pass


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
