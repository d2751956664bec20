"""Backups: one moment, whole, between both kinds of databases; what is no backup is refused."""

import random
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from monitor.model.incident import Incident, Scope
from monitor.model.login import Login
from monitor.model.sample import Sample
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict
from monitor.store import container
from monitor.store.backup import backup, restore
from monitor.store.container import Backup
from monitor.store.copying import TABLES
from monitor.store.error import (
    StoreBackupError,
    StoreError,
    StoreLockedError,
    StoreNewerError,
    StoreUnavailableError,
)
from monitor.store.journal import Author, Source
from monitor.store.lock import Holder
from monitor.store.secrets import SecretBox
from monitor.store.store import Store
from probes.base import Secret
from tests import older
from tests.databases import Databases, PostgresServer, SqliteFiles
from tests.two_regions import A, change_to, estate

FLIPS = 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = SecretBox([bytes(range(32))])
LOGINS = {("camera", "c0-a"): Login(username="canary-user", password=Secret("canary-password"))}
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK, evidence=(("провайдер", 'said "no"\n'),))


def holder(name: str = "monitor") -> Holder:
    return Holder(host=name, pid=1, started_at=NOW)


def turn(number: int) -> Transition:
    moment = NOW + timedelta(seconds=number)
    return Transition(stream_id=f"c{number}-a@g-a", verdict=LOST, since=moment, decided_at=moment)


async def fill(url: str) -> None:
    """Put a row into every table, as imports and a monitor do."""
    opened = Incident(
        incident_id="gateway:shared:1",
        scope=Scope.GATEWAY,
        subject="shared",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=NOW,
    )
    async with Store.open(url, holder=holder(), secrets=KEYS) as store:
        author = Author(who="u", command="register import", recorded_at=NOW)
        sources = [Source(file="a.csv", sha256="00", rows=1, refused=0)]
        await store.apply_register(change_to(estate()), NOW, author=author, sources=sources)
        await store.put_logins(LOGINS, NOW)
        await store.begin_run("run", NOW)
        await store.load_estate(NOW)
        await store.commit([turn(0), turn(1)], [opened], source="run", first_sequence=0, now=NOW)
        await store.put_unmatched("shared", ["stray"], [], NOW)
        await store.put_samples([Sample(gateway_id="shared", at=NOW, seconds=0.25, paths=4)], NOW)


async def saved(url: str, file: Path) -> Backup:
    return await backup(url, file, NOW, doing=lambda _: None, told=lambda _: None)


async def restored(url: str, file: Path, *, replace: bool = False) -> Backup:
    by = holder("restorer")
    return await restore(url, file, by, replace=replace, doing=lambda _: None, told=lambda _: None)


async def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    found = await older.dump(url)
    del found["locks"]
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def others(request: pytest.FixtureRequest) -> Databases:
    """Databases of each kind, to restore into."""
    if request.param == SqliteFiles.dialect:
        return SqliteFiles()
    found: PostgresServer = request.getfixturevalue("server")
    return found


async def test_what_was_saved_comes_back(url: str, others: Databases, tmp_path: Path) -> None:
    """Every row of every table goes from each kind of database into each, and work goes on there."""
    file = tmp_path / "m.backup"
    await fill(url)
    made = await saved(url, file)
    assert {name for name, count in made.rows.items() if not count} == {"locks"}
    assert made.rows.keys() == {*(table.name for table in TABLES), "alembic_version", "locks"}
    async with others.fresh() as other:
        assert await restored(other, file) == made
        assert await everything(other) == await everything(url)
        async with Store.open(other, holder=holder("next"), secrets=KEYS) as store:
            assert await store.logins() == LOGINS
            recovery = await store.begin_run("next", NOW + timedelta(hours=1))
            assert (recovery.streams, recovery.clean) == (2, False)
            await store.commit([turn(2)], source="next", first_sequence=0, now=NOW + timedelta(hours=1))
            assert len(await store.open_verdicts()) == 3
            await store.put_logins({("gateway", "shared"): LOGINS["camera", "c0-a"]}, NOW)


async def test_a_backup_is_one_moment_of_a_running_monitor(url: str, tmp_path: Path) -> None:
    """The monitor holds its part and goes on writing; the file is only its owner's, and holds no password."""
    file = tmp_path / "m.backup"
    await fill(url)
    async with Store.open(url, holder=holder(), secrets=KEYS) as store:
        await store.begin_run("second", NOW)
        first = await saved(url, file)
        await store.commit([turn(2)], source="second", first_sequence=0, now=NOW)
        second = await saved(url, file)  # in the place of the first
        await store.heartbeat(NOW)
    assert second.rows["intervals"] == first.rows["intervals"] + 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names_in(tmp_path) == {"m.backup"}
    assert b"canary" not in file.read_bytes()


async def test_nothing_is_restored_over_something(url: str, tmp_path: Path) -> None:
    """A database that is not empty is replaced only when that is asked for, and then wholly."""
    file = tmp_path / "m.backup"
    async with Store.open(url) as store:
        await store.apply_register(change_to(estate()), NOW)
    await saved(url, file)
    before = await everything(url)
    await fill_more(url)
    later = await everything(url)
    with pytest.raises(StoreBackupError, match="not empty"):
        await restored(url, file)
    assert await everything(url) == later
    await restored(url, file, replace=True)
    assert await everything(url) == before


async def fill_more(url: str) -> None:
    async with Store.open(url, holder=holder(), secrets=KEYS) as store:
        await store.put_logins(LOGINS, NOW)
        await store.begin_run("run", NOW)


@pytest.mark.parametrize("statement", [1, 5, 20, 40])
async def test_a_restore_that_breaks_leaves_what_was_there(url: str, statement: int, tmp_path: Path) -> None:
    """Whichever statement of it fails, the database holds what it held before."""
    file, count = tmp_path / "m.backup", 0
    await fill(url)
    await saved(url, file)
    await fill_more(url)
    before = await everything(url)

    def doing(what: str) -> None:
        if what == "restoring":
            event.listen(Engine, "before_cursor_execute", fail)

    def fail(_connection: object, _cursor: object, words: str, *_: object) -> None:
        nonlocal count
        count += words.startswith(("INSERT", "DELETE"))
        if count == statement:
            raise ConnectionResetError

    by = holder("restorer")
    try:
        with pytest.raises(StoreUnavailableError):
            await restore(url, file, by, replace=True, doing=doing, told=lambda _: None)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert await everything(url) == before


@pytest.mark.parametrize("regions", [[], [A]])
async def test_a_database_that_a_monitor_holds_is_left_alone(
    url: str, regions: list[str], tmp_path: Path
) -> None:
    """While a monitor holds any part nothing is restored, whatever was asked for; it goes on."""
    file = tmp_path / "m.backup"
    await saved_empty(url, file)
    async with Store.open(url, holder=holder(), regions=regions) as store:
        await store.begin_run("run", NOW)
        with pytest.raises(StoreLockedError, match="process 1 on monitor"):
            await restored(url, file, replace=True)
        await store.heartbeat(NOW)


async def saved_empty(url: str, file: Path) -> None:
    async with Store.open(url):
        pass
    await saved(url, file)


async def test_a_backup_of_the_schema_before_is_brought_up(databases: Databases, tmp_path: Path) -> None:
    """What an older version saved is restored as an upgrade of its database would be."""
    file = tmp_path / "m.db"
    await older.make(f"sqlite:///{file}")
    container.seal(file, made_at=NOW, dialect="sqlite", told=lambda _: None)
    async with databases.fresh(empty=True) as url, databases.fresh() as other:
        await older.make(url)
        async with Store.open(url):
            pass
        assert (await restored(other, file)).schema == "0001"
        assert await everything(other) == await everything(url)


def read(file: Path) -> bytes:
    return file.read_bytes()


def write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def damage(file: Path, how: str) -> None:
    """Break a backup in one of the ways in which files break."""
    if how == "text":
        file.write_text("institution_id,name\n" * 400)
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        statements = {
            "row": "UPDATE intervals SET cause = 'camera_off'",
            "fewer": "DELETE FROM samples",
            "seal": "DELETE FROM backup",
            "plain": "DROP TABLE backup",
            "newer": "UPDATE backup SET schema = '9999'",
            "later": "UPDATE backup SET format = 2",
            "nonsense": "UPDATE backup SET format = 'x', rows = 'y'",
        }
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statements[how])
            connection.commit()


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        pytest.param("text", StoreBackupError, "not a backup, or damaged", id="a text"),
        pytest.param("empty", StoreBackupError, "not a database of this program", id="empty"),
        pytest.param("cut", StoreBackupError, "damaged", id="cut short"),
        pytest.param("plain", StoreBackupError, "it is a database", id="a database"),
        pytest.param("row", StoreBackupError, "damaged: what it holds", id="another value"),
        pytest.param("fewer", StoreBackupError, "damaged: what it holds", id="a row less"),
        pytest.param("seal", StoreBackupError, "lost its seal", id="no seal"),
        pytest.param("nonsense", StoreBackupError, "damaged", id="a broken seal"),
        pytest.param("newer", StoreNewerError, "schema 9999, this program knows 0002", id="newer schema"),
        pytest.param("later", StoreNewerError, "newer version", id="newer format"),
    ],
)
async def test_what_is_no_good_backup_is_refused(
    how: str, error: type[StoreError], words: str, tmp_path: Path
) -> None:
    """A file that is no backup, was damaged or is newer is told as that, and no database is made."""
    source, target, file = tmp_path / "m.db", tmp_path / "other.db", tmp_path / "m.backup"
    await fill(f"sqlite:///{source}")
    await saved(f"sqlite:///{source}", file)
    damage(file, how)
    with pytest.raises(error, match=words):
        await restored(f"sqlite:///{target}", file)
    assert not target.exists()


async def test_a_changed_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """Of a backup with one bit changed anywhere, either it is refused or it reads exactly as it was saved."""
    source, file, chance = f"sqlite:///{tmp_path}/m.db", tmp_path / "m.backup", random.Random(7)
    await fill(source)
    made = await saved(source, file)
    whole, refused = read(file), 0
    for _ in range(FLIPS):
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        write(file, bytes(broken))
        try:
            found = container.unseal(file, lambda _: None)
        except StoreError:
            refused += 1
        else:
            assert found.rows == made.rows
    assert refused > FLIPS / 20


@pytest.mark.parametrize("there", ["database", "text", "folder"])
async def test_a_backup_overwrites_only_a_backup(there: str, tmp_path: Path) -> None:
    """The database itself, a folder or any other file is not replaced by a backup."""
    source = tmp_path / "m.db"
    await fill(f"sqlite:///{source}")
    file = {"database": source, "text": tmp_path / "a.txt", "folder": tmp_path}[there]
    if there == "text":
        file.write_text("mine")
    with pytest.raises(StoreBackupError, match="name a"):
        await saved(f"sqlite:///{source}", file)
    assert (tmp_path / "m.db").exists()
    assert there != "text" or file.read_text() == "mine"


async def test_a_backup_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    """A missing folder is an OSError of the file; nothing else is left."""
    await fill(f"sqlite:///{tmp_path}/m.db")
    with pytest.raises(FileNotFoundError):
        await saved(f"sqlite:///{tmp_path}/m.db", tmp_path / "none" / "m.backup")
    assert names_in(tmp_path) == {"m.db", "m.db.lock"}
