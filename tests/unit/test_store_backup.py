"""Backups: one moment, whole, between both kinds of databases."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from monitor.store import container
from monitor.store.backup import restore
from monitor.store.copying import TABLES
from monitor.store.error import (
    StoreLockedError,
    StoreNotEmptyError,
    StoreRestoredError,
    StoreUnavailableError,
)
from monitor.store.store import Store
from tests import older
from tests.backups import (
    KEYS,
    LOGINS,
    NOW,
    everything,
    fill,
    fill_more,
    holder,
    names_in,
    restored,
    saved,
    turn,
)
from tests.databases import Databases, PostgresServer, SqliteFiles
from tests.two_regions import A, change_to, estate


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
    with pytest.raises(StoreNotEmptyError, match="not empty"):
        await restored(url, file)
    assert await everything(url) == later
    await restored(url, file, replace=True)
    assert await everything(url) == before


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

    try:
        with pytest.raises(StoreUnavailableError):
            await restore(url, file, replace=True, doing=doing, told=lambda _: None)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert await everything(url) == before


@pytest.mark.parametrize("regions", [[], [A]])
async def test_a_monitor_below_which_a_backup_is_restored_begins_anew(
    url: str, regions: list[str], tmp_path: Path
) -> None:
    """What a running monitor decided by the old rows is refused; its part stays its own."""
    file = tmp_path / "m.backup"
    await saved_empty(url, file)
    async with Store.open(url, holder=holder(), regions=regions) as store:
        await store.begin_run("run", NOW)
        await restored(url, file, replace=True)
        held = await everything(url)
        for write in (store.heartbeat(NOW), store.end_run(NOW), store.begin_run("run", NOW)):
            with pytest.raises(StoreRestoredError):
                await write
        assert await everything(url) == held
        with pytest.raises(StoreLockedError, match="process 1 on monitor"):
            async with Store.open(url, holder=holder("second"), regions=regions):
                pass
    async with Store.open(url, holder=holder(), regions=regions) as store:
        await store.begin_run("again", NOW)


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
