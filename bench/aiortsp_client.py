"""The same check with aiortsp 1.4, in a process of its own: its CPU is that of the checks alone.

usage: python -m bench.aiortsp_client asyncio|uvloop PORT CONCURRENCY TOTAL PATH
Digest, SETUP over TCP, PLAY, packets until the key frame is complete, TEARDOWN; no deadline of the whole,
no reasons, no record. Prints one JSON object: cpu (seconds, user and system), failed.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import uvloop
from aiortsp.rtsp.connection import RTSPConnection
from aiortsp.rtsp.errors import RTSPError
from aiortsp.rtsp.session import RTSPMediaSession
from aiortsp.transport.tcp import TCPTransport

CAMERAS = 4000
WARM_UP = 100
PATIENCE = 10.0  # seconds
_FU_A, _IDR, _END = 28, 5, 0x40

log = logging.getLogger("bench.aiortsp")


class KeyFrame:
    """Waits for the last fragment of a key frame."""

    def __init__(self) -> None:
        self.complete = asyncio.Event()

    def handle_rtp(self, packet: Any) -> None:
        """Look at one packet (RFC 6184 §5.8)."""
        data = packet.data
        if data[0] & 0x1F == _FU_A and data[1] & 0x1F == _IDR and data[1] & _END:
            self.complete.set()

    def handle_rtcp(self, packet: Any) -> None:
        """Nothing is made of reports."""

    def handle_closed(self, error: Any) -> None:
        """Nothing: whoever waits has a time limit."""


async def check(host: str, port: int, path: str) -> None:
    """Make one check; raises for whatever is in the way."""
    waiting = KeyFrame()
    async with (
        RTSPConnection(host, port, "admin", "password", logger=log, timeout=PATIENCE) as connection,
        TCPTransport(connection, logger=log, timeout=PATIENCE) as transport,
        RTSPMediaSession(
            connection, f"rtspt://{host}:{port}{path}", transport=transport, logger=log
        ) as session,
    ):
        transport.subscribe(waiting)
        await session.play()
        async with asyncio.timeout(PATIENCE):
            await waiting.complete.wait()


async def ask(hosts: Iterator[str], port: int, path: str, concurrency: int) -> int:
    """Check every host, so many at a time; give how many failed."""
    failed = 0

    async def work() -> None:
        nonlocal failed
        for host in hosts:
            try:
                await check(host, port, path)
            except (OSError, TimeoutError, RTSPError):
                failed += 1

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return failed


async def main(arguments: list[str]) -> None:
    """Warm up, then measure."""
    log.setLevel(logging.CRITICAL)
    port, concurrency, total = (int(argument) for argument in arguments[1:4])
    path = arguments[4]
    hosts = cycle([f"127.0.{number // 200}.{number % 200 + 1}" for number in range(CAMERAS)])
    await ask(islice(hosts, WARM_UP), port, path, WARM_UP)
    began = time.process_time()
    failed = await ask(islice(hosts, total), port, path, concurrency)
    sys.stdout.write(json.dumps({"cpu": time.process_time() - began, "failed": failed}) + "\n")


if __name__ == "__main__":
    run = uvloop.run if sys.argv[1] == "uvloop" else asyncio.run
    run(main(sys.argv[1:]))
