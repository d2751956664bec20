"""kill -9 at any moment: nothing committed is lost, and the time nobody looked is known. And SIGSTOP."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from monitor.model.verdict import Cause
from monitor.store.lock import DEAD_AFTER, Holder
from monitor.store.rows import Interval
from monitor.store.store import Store
from tests.databases import PostgresServer
from tests.faults.committing_child import STREAMS

KILLS = 8
ROOT = Path(__file__).parents[2]
LONG_AGO, FAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def last_told(url: str, run: str, alive: float) -> int:
    """Let a child commit for some seconds after its first word, kill it; returns its last sequence told."""
    command = [sys.executable, "-m", "tests.faults.committing_child", url, run]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first.startswith(run.encode()), "the child did not begin"
        time.sleep(alive)
        child.send_signal(signal.SIGKILL)
        whole = [line for line in (first + child.stdout.read()).split(b"\n")[:-1] if line]
    return int(whole[-1].split()[1])


def assert_unbroken(intervals: list[Interval]) -> None:
    """Each interval begins where the one before it ended."""
    for before, after in pairwise(intervals):
        if before.stream_id == after.stream_id:
            assert before.ended_at == after.began_at


async def test_kill_nine_loses_no_committed_transition(url: str) -> None:
    """Killed again and again while committing: all that was told is there, and gaps are UNKNOWN."""
    seeded = random.Random(20260101)
    told = {str(n): last_told(url, str(n), seeded.uniform(0.0, 0.25)) for n in range(KILLS)}
    now = datetime.now(UTC)
    async with Store.open(url, holder=Holder.of_this_process(now)) as store:
        for run, sequence in told.items():
            # the last commit may have gone through without its word getting out, the one after it not
            assert await store.next_sequence(run) in {sequence + 1, sequence + 1 + STREAMS}
        recovery = await store.begin_run("after", now)
        assert (recovery.clean, recovery.streams) == (False, STREAMS)
        intervals = await store.intervals(None, LONG_AGO, FAR)
        covered = await store.coverage(LONG_AGO, FAR)
    assert_unbroken(intervals)
    unseen = {
        (interval.began_at, interval.ended_at)
        for interval in intervals
        if interval.verdict.cause is Cause.MONITOR_BLIND
    }
    assert len(covered) == KILLS + 1
    for (_, ended), (began, _) in pairwise(covered):
        assert ended < began
        assert any(start == ended and (end is None or end >= began) for start, end in unseen)


async def test_a_monitor_that_wakes_up_replaced_writes_nothing_more(server: PostgresServer) -> None:
    """SIGSTOP, another takes the part over, SIGCONT: the first ends at its next write, which is refused."""
    async with server.fresh() as url:
        command = [sys.executable, "-m", "tests.faults.committing_child", url, "stopped"]
        child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
        assert child.stdout is not None
        await child.stdout.readline()
        child.send_signal(signal.SIGSTOP)
        later = datetime.now(UTC) + 2 * DEAD_AFTER
        async with Store.open(url, holder=Holder(host="other", pid=1, started_at=later)) as store:
            await store.begin_run("other", later)
            before = await store.next_sequence("stopped")
            child.send_signal(signal.SIGCONT)
            _, errors = await child.communicate()
            assert child.returncode == 1
            assert b"took this part of the estate over" in errors
            assert await store.next_sequence("stopped") == before
            assert {verdict.cause for verdict, _ in (await store.open_verdicts()).values()} == {
                Cause.MONITOR_BLIND
            }
