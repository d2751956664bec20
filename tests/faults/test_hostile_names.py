"""Names whose resolver keeps silent, names with addresses that swallow everything, and what is left open."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.judge.evidence import SiteLook
from monitor.run.looks import Looks
from probes import connection
from probes.base import CheckOptions, Observation, Side, Target
from probes.connection import Resolve
from probes.failure import Failure, Stage
from probes.rtsp import RtspProbe

TIMEOUT, SPARE = 1.5, 3.0
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def check(port: int, resolve: Resolve = connection.resolve) -> Observation:
    """Ask a camera by its name, and hold the deadline."""
    target = Target(id="camera", url=f"rtsp://cam.school.example:{port}/x")
    began = time.monotonic()
    options = CheckOptions(timeout=TIMEOUT, media_seconds=0.0)
    seen = await RtspProbe(Side.SITE, resolve=resolve)(target, options, now=NOW)
    assert time.monotonic() - began < TIMEOUT + SPARE
    return seen


def open_files() -> int:
    """Count the open descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def swallowing() -> Iterator[int]:
    """Listen on 127.0.0.7 with a backlog that is full: what connects hears nothing at all."""
    with socket.socket() as server:
        server.bind(("127.0.0.7", 0))
        server.listen(0)
        port = server.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.7", port))
            time.sleep(0.05)
            yield port
        finally:
            for filler in fillers:
                filler.close()


def test_a_silent_resolver_ends_with_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that does not answer is our own trouble by name, and holds neither check nor program up."""
    release = threading.Event()

    def wait(*_: Any, **__: Any) -> list[Any]:
        release.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    began = time.monotonic()
    seen = asyncio.run(check(554))
    assert time.monotonic() - began < TIMEOUT + 2 * SPARE
    release.set()
    assert (seen.failure, seen.failed_at, seen.reached) == (Failure.DNS_FAILED, Stage.RESOLVE, None)
    assert "not resolved in time" in seen.detail


async def test_a_silent_address_leaves_time_for_the_next() -> None:
    """Of several addresses of a name each has its part of the deadline, also after one that swallows all."""
    dialled = asyncio.Event()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialled.set()
        writer.close()

    with swallowing() as port:
        server = await asyncio.start_server(answer, "127.0.0.1", port)

        async def both(_host: str, _port: int) -> list[str]:
            return ["127.0.0.7", "127.0.0.1"]

        async with server:
            seen = await check(port, both)
    assert dialled.is_set()
    assert seen.failure is not Failure.CONNECT_TIMEOUT


async def test_nothing_is_open_after_a_check_that_ran_out_of_time() -> None:
    """A check that ended by its deadline gives back every descriptor, the loop's own included."""

    async def one(_host: str, _port: int) -> list[str]:
        return ["127.0.0.7"]

    with swallowing() as port:
        before = open_files()
        seen = await check(port, one)
        await asyncio.sleep(0.1)
        after = open_files()
    assert seen.failure is Failure.CONNECT_TIMEOUT
    assert after <= before


def test_a_name_that_is_not_resolved_says_nothing_of_the_camera() -> None:
    """A look that failed at our own resolver is no evidence against a school."""
    looks = Looks()
    failed = SiteLook(
        at=NOW, reached=None, failure=Failure.DNS_FAILED, failed_at=Stage.RESOLVE, key_frame=False
    )
    looks.put("c", failed)
    assert looks.since("c", NOW) is None
