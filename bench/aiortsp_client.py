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

import uvloop
from aiortsp.rtsp.reader import RTSPReader

CAMERAS = 4000
WARM_UP = 100
_FU_A, _IDR, _END = 28, 5, 0x40


def _ends_key_frame(payload: bytes) -> bool:
    """Say whether a payload is the last fragment of a key frame (RFC 6184 §5.8)."""
    return payload[0] & 0x1F == _FU_A and payload[1] & 0x1F == _IDR and bool(payload[1] & _END)


class _Reader(RTSPReader):  # type: ignore[misc]
    """The package's own reader, that can also be waited for."""

    async def left(self) -> None:
        """Wait until the session is torn down."""
        await asyncio.wait({self._runner})


async def check(host: str, port: int, path: str) -> bool:
    """Make one check as the package's own documentation shows it; say whether a key frame came."""
    complete = False
    async with _Reader(f"rtspt://admin:password@{host}:{port}{path}", log_level=logging.CRITICAL) as reader:
        async for packet in reader.iter_packets():
            if _ends_key_frame(packet.data):
                complete = True
                break
    await reader.left()
    return complete


async def ask(hosts: Iterator[str], port: int, path: str, concurrency: int) -> int:
    """Check every host, so many at a time; give how many failed."""
    failed = 0

    async def work() -> None:
        nonlocal failed
        for host in hosts:
            failed += not await check(host, port, path)

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return failed


async def main(arguments: list[str]) -> None:
    """Warm up, then measure."""
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
