"""Our probe under load, in a process of its own: its CPU and memory are those of the checks alone.

usage: python -m bench.rtsp_client PORT describe|check|check_fingerprints CONCURRENCY TOTAL PATH
Prints one JSON object: cpu (seconds, user and system), failed. `hold` instead of a depth starts
CONCURRENCY checks of cameras that never send media and prints rss_bytes: what they take together.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import uvloop

from monitor.cli.assembly import settle_collector
from probes.base import CheckOptions, Credentials, Depth, Secret, Side, Target
from probes.rtsp import RtspProbe

CAMERAS = 4000
WARM_UP = 200

OPTIONS = {
    "describe": CheckOptions(depth=Depth.DESCRIBE),
    "check": CheckOptions(media_seconds=0, fingerprints=False),
    "check_fingerprints": CheckOptions(media_seconds=0, fingerprints=True),
    "hold": CheckOptions(media_seconds=0, fingerprints=False, timeout=8),
}


def make_targets(port: int, path: str) -> list[Target]:
    """Make as many cameras as there are addresses, each with credentials of its own."""
    hosts = [f"127.0.{number // 200}.{number % 200 + 1}" for number in range(CAMERAS)]
    return [
        Target(
            id=host,
            url=f"rtsp://{host}:{port}{path}",
            credentials=Credentials(host=host, port=port, username="admin", password=Secret("password")),
        )
        for host in hosts
    ]


def endless(targets: list[Target]) -> Iterator[Target]:
    """Give the cameras round and round."""
    while True:
        yield from targets


async def ask(targets: Iterator[Target], options: CheckOptions, concurrency: int) -> int:
    """Check every target, so many at a time; give how many failed."""
    probe = RtspProbe(Side.SITE)
    failed = 0

    async def work() -> None:
        nonlocal failed
        for target in targets:
            seen = await probe(target, options, now=datetime.now(UTC))
            failed += seen.failure is not None

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return failed


def resident() -> int:
    """Give the resident memory of this process in bytes."""
    statm = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * resource.getpagesize()


async def hold(targets: Iterator[Target], options: CheckOptions, concurrency: int) -> int:
    """Start checks that stay, and give the memory that they added while all are in flight."""
    before = resident()
    holding = asyncio.create_task(ask(islice(targets, concurrency), options, concurrency))
    await asyncio.sleep(options.timeout / 2)
    added = resident() - before
    await holding
    return added


async def main(arguments: list[str]) -> None:
    """Warm up, then measure."""
    port, mode, concurrency, total, path = arguments
    options = OPTIONS[mode]
    targets = make_targets(int(port), path)
    settle_collector()  # as `cctv-monitor run` does
    warm = "check" if mode == "hold" else mode
    plain = make_targets(int(port), path.replace("/hold/", "/"))
    await ask(islice(endless(plain), WARM_UP), OPTIONS[warm], WARM_UP)
    if mode == "hold":
        print(json.dumps({"rss_bytes": await hold(endless(targets), options, int(concurrency))}))
        return
    began = time.process_time()
    failed = await ask(islice(endless(targets), int(total)), options, int(concurrency))
    print(json.dumps({"cpu": time.process_time() - began, "failed": failed}))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
