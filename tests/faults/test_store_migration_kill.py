"""kill -9 at any moment of an upgrade: the old schema or the new one, never between."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.store.schema import VERSIONS
from monitor.store.store import Store
from tests import older
from tests.databases import Databases

ROOT = Path(__file__).parents[2]
KILLS, STATEMENTS, SECONDS = 3, 80, 0.4


def killed(url: str, *, statement: int = 0, after: float = 0.0) -> None:
    """Let a child upgrade until it kills itself before a statement, or is killed after so many seconds."""
    command = [sys.executable, "-m", "tests.faults.migrating_child", url, str(statement)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begin\n"
        if not statement:
            time.sleep(after)
            child.send_signal(signal.SIGKILL)
    assert child.returncode in {-signal.SIGKILL, 0}


@pytest.mark.parametrize("seed", [1, 2])
async def test_kill_nine_leaves_the_old_schema_or_the_new_one(databases: Databases, seed: int) -> None:
    """Killed at any moment, all rows are as they were or all in the new schema; the next start finishes."""
    chance = random.Random(seed)
    async with databases.fresh(empty=True) as url:
        await older.make(url)
        before = await older.dump(url)
        for _ in range(KILLS):
            if seed % 2:
                killed(url, statement=chance.randrange(1, STATEMENTS))
            else:
                killed(url, after=chance.uniform(0.0, SECONDS))
            after = await older.dump(url)
            if after["alembic_version"] == before["alembic_version"]:
                assert after == before
        async with Store.open(url) as store:
            assert await store.revision() == 2
        finished = await older.dump(url)
        assert finished["alembic_version"] == [{"version_num": VERSIONS[-1]}]
        assert len(finished["contracts"]) == len(before["contracts"])
