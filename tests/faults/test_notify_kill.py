"""kill -9 at any moment: every committed incident reaches its receiver, and few of them twice."""

import asyncio
import random
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

import pytest

from monitor.store.store import Store
from tests.receivers import Webhook, listening

KILLS = 5
ROOT = Path(__file__).parents[2]
STEP = 1000  # numbers of one child


@pytest.fixture
def addresses(tmp_path: Path) -> Path:
    """A file for one address."""
    file = tmp_path / "r.urls"
    file.touch(mode=0o600)
    return file


def name(hook: Webhook, file: Path) -> None:
    file.write_text(hook.address())


async def started(url: str, addresses: Path, first: int) -> Process:
    command = [sys.executable, "-m", "tests.faults.telling_child", url, str(addresses), str(first)]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)


async def killed(child: Process, alive: float) -> list[int]:
    """Kill a child some seconds after its first commit; returns what it committed."""
    assert child.stdout is not None
    first = await child.stdout.readline()
    await asyncio.sleep(alive)
    child.send_signal(signal.SIGKILL)
    rest = await child.stdout.read()
    await child.wait()
    return [int(line.split()[1]) for line in (first + rest).split(b"\n") if line.startswith(b"committed ")]


def told(hook: Webhook) -> Counter[int]:
    """How often each number was told."""
    found = Counter[int]()
    for message in hook.taken:
        text = message["message"] + message["title"]
        found.update({int(number) for number in re.findall(r"number-(\d+)", text)})
    return found


async def owed(url: str) -> int:
    async with Store.open(url) as store:
        return sum(each.owed for each in await store.standings())


async def until_told(committed: set[int], hook: Webhook) -> None:
    """Wait until all of them were told; the child goes on with others meanwhile."""
    async with asyncio.timeout(60):
        while not committed <= told(hook).keys():  # noqa: ASYNC110 - another process tells them
            await asyncio.sleep(0.2)


async def test_kill_nine_loses_no_message(url: str, addresses: Path) -> None:
    """Killed between commit and send, in the middle of it, and before its mark: told, and rarely twice."""
    seeded, hook = random.Random(20261125), Webhook(seconds=0.2)
    committed = set[int]()
    async with listening(hook):
        name(hook, addresses)
        for kill in range(KILLS):
            child = await started(url, addresses, kill * STEP)
            committed |= set(await killed(child, seeded.uniform(0.0, 6.0)))
        child = await started(url, addresses, KILLS * STEP)
        assert child.stdout is not None
        await child.stdout.readline()
        await until_told(committed, hook)
        committed |= set(await killed(child, 0.0))
    counted = told(hook)
    assert max(counted.values()) <= 1 + KILLS
    assert len([number for number in committed if number < KILLS * STEP]) >= KILLS


async def test_a_receiver_that_was_away_is_told_all(url: str, addresses: Path) -> None:
    """While nobody listens everything stays owed, over a restart too; then it is told, once."""
    hook = Webhook()
    async with listening(hook):
        name(hook, addresses)
    first = await killed(await started(url, addresses, 0), 3.0)
    assert await owed(url) >= len(first)
    async with listening(hook, hook.port):
        child = await started(url, addresses, STEP)
        await until_told(set(first), hook)
        await killed(child, 0.0)
    assert {told(hook)[number] for number in first} == {1}
