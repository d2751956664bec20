"""Who may write: one process at a time, found by name, replaced when dead, fenced when taken for dead."""

import asyncio
import socket
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from monitor.model.verdict import State, Transition, Verdict
from monitor.store.database import Database
from monitor.store.error import StoreLockedError, StoreUnavailableError
from monitor.store.lock import DEAD_AFTER, Holder
from monitor.store.store import Store
from monitor.store.tables import locks
from tests.databases import PostgresServer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Holder(host="here", pid=101, started_at=NOW)


def other(seconds: float) -> Holder:
    return Holder(host="there", pid=202, started_at=NOW + timedelta(seconds=seconds))


async def test_a_second_monitor_is_told_who_holds_the_part(url: str) -> None:
    """Whoever comes second is refused with host, process and times of the first."""
    async with Store.open(url, holder=ONE) as first:
        await first.heartbeat(NOW + timedelta(seconds=30))
        with pytest.raises(
            StoreLockedError, match=r"process 101 on here, since 2026-01-01 00:00:00 UTC.*00:00:30"
        ):
            async with Store.open(url, holder=other(40)):
                pass
        await first.heartbeat(NOW + timedelta(seconds=31))


async def test_the_part_is_free_after_a_clean_end(url: str) -> None:
    """One monitor after another needs no waiting."""
    for seconds in range(3):
        async with Store.open(url, holder=other(seconds)) as store:
            await store.begin_run(str(seconds), NOW)


async def test_a_dead_holder_is_replaced_at_once(url: str) -> None:
    """A row left by a killed process of this machine does not keep the next one out."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await child.wait()
    dead = {"host": socket.gethostname(), "pid": child.pid, "started_at": NOW, "beat_at": NOW}
    async with Store.open(url, holder=ONE):
        pass
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(update(locks).values(dead))
    await database.close()
    async with Store.open(url, holder=Holder.of_this_process(NOW + timedelta(seconds=1))) as store:
        await store.begin_run("next", NOW)


async def test_others_read_and_import_beside_the_monitor(url: str) -> None:
    """Without the lock everything can be read; history cannot be written."""
    async with Store.open(url, holder=ONE) as monitor, Store.open(url) as reader:
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
    server: PostgresServer, silent: timedelta, *, replaced: bool
) -> None:
    """On a server a holder is dead when it was not heard of for a minute; then it can write no more."""
    second = Holder(host="there", pid=202, started_at=NOW + silent)
    async with server.fresh() as url, Store.open(url, holder=ONE) as first:
        await first.begin_run("first", NOW)
        if not replaced:
            with pytest.raises(StoreLockedError, match="process 101 on here"):
                async with Store.open(url, holder=second):
                    pass
            await first.heartbeat(NOW)
            return
        async with Store.open(url, holder=second):
            lost = Transition(
                stream_id="c@g", verdict=Verdict(state=State.RECEIVING), since=NOW, decided_at=NOW
            )
            with pytest.raises(StoreLockedError, match="took this part of the estate over"):
                await first.commit([lost], source="first", first_sequence=0, now=NOW)
            assert await first.open_verdicts() == {}


async def test_a_lost_server_is_unavailable_and_takes_the_write_later(server: PostgresServer) -> None:
    """When the server ends our connections a commit fails as one to be tried again, and then succeeds."""
    async with server.fresh() as url, Store.open(url, holder=ONE) as store:
        await store.begin_run("run", NOW)
        await server.hang_up(url)
        with pytest.raises(StoreUnavailableError):
            await store.heartbeat(NOW)
        await store.heartbeat(NOW)


@pytest.mark.parametrize("wrong", ["postgresql://postgres@/none", "postgresql://nobody@/postgres"])
async def test_a_server_that_does_not_know_us_is_told(server: PostgresServer, wrong: str) -> None:
    """A database or a user that is not there is told in the server's words, and by no driver's exception."""
    socket_of = server.url("").partition("?")[2]
    with pytest.raises(StoreUnavailableError, match="does not exist"):
        async with Store.open(f"{wrong}?{socket_of}"):
            pass
