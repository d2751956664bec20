"""The outside by which the monitor tests itself: control addresses that are always there, and its own disk.

Everything that leaves the event loop is behind one small protocol, so that virtual time has its own.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from monitor.judge.selfcheck import Result
from probes.base import CheckOptions, Observation, Probe, Target
from probes.failure import Failure

BLOCK = b"\0" * 4096  # written to see that the disk takes it


@dataclass(frozen=True, slots=True)
class Answer:
    """What one test came to."""

    result: Result
    detail: str = ""


UNTOLD = Answer(Result.UNTOLD)


class Canaries(Protocol):
    """What the monitor asks of its surroundings, to know that it can see and remember."""

    async def network(self) -> Answer:
        """Ask the control addresses: failed when none of them answers, untold when there are none."""
        ...

    async def disk(self) -> Answer:
        """Write a little where the database is, and see how much room is left."""
        ...


class NoCanaries:
    """Nothing to test with."""

    async def network(self) -> Answer:
        """Say nothing."""
        return UNTOLD

    async def disk(self) -> Answer:
        """Say nothing."""
        return UNTOLD


class OwnCanaries:
    """Control addresses over TCP, and the folder of the database."""

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        probe: Probe,
        now: Callable[[], datetime],
        timeout: float,
        folder: Path | None = None,
        least_free: int = 0,
    ) -> None:
        self._addresses = tuple(addresses)  # HOST:PORT
        self._probe = probe
        self._now = now
        self._timeout = timeout  # seconds, of one test
        self._folder = folder  # None: the database is not on a disk of ours
        self._least_free = least_free  # bytes
        self._writing: asyncio.Task[Answer] | None = None

    async def network(self) -> Answer:
        """Ask all of them at once."""
        if not self._addresses:
            return UNTOLD
        seen = await asyncio.gather(*(self._ask(address) for address in self._addresses))
        failures = Counter(
            each.failure.value for each in seen if each.failure is not None and not _there(each)
        )
        if failures.total() < len(seen):
            return Answer(Result.OK)
        told = ", ".join(f"{failure} ({count})" for failure, count in sorted(failures.items()))
        return Answer(Result.FAILED, f"no control address answers: {told}")

    async def _ask(self, address: str) -> Observation:
        target = Target(id=address, url=f"rtsp://{address}")
        return await self._probe(target, CheckOptions(timeout=self._timeout), now=self._now())

    async def disk(self) -> Answer:
        """Write in a thread; one that hangs is left alone, and no second one is sent after it."""
        if self._folder is None:
            return UNTOLD
        if self._writing is None:
            self._writing = asyncio.create_task(
                asyncio.to_thread(write_a_little, self._folder, least_free=self._least_free)
            )
        done, _ = await asyncio.wait({self._writing}, timeout=self._timeout)
        if not done:
            return Answer(Result.FAILED, "the disk does not answer")
        answer, self._writing = self._writing.result(), None
        return answer


def _there(seen: Observation) -> bool:
    """Say whether something at the address answered: a refusal, too, came over the network."""
    return seen.failure is None or seen.failure is Failure.CONNECT_REFUSED


def write_a_little(folder: Path, *, least_free: int) -> Answer:
    """Write a block in a folder, to the disk itself, and take it away again."""
    file = folder / f".cctv-monitor-{os.getpid()}.check"
    try:
        room = os.statvfs(folder)
        free = room.f_bavail * room.f_frsize
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.write(number, BLOCK)
            os.fsync(number)
        finally:
            os.close(number)
            file.unlink()
    except OSError as error:
        return Answer(Result.FAILED, f"the folder of the database takes no file: {error.strerror}")
    if free < least_free:
        return Answer(Result.FAILED, f"{free // 2**20} MiB are free, {least_free // 2**20} are wanted")
    return Answer(Result.OK)
