"""What a whole check costs beside the least that it can cost, beside aiortsp, and in memory.

A check: Digest, a complete key frame, TEARDOWN; ours with deadline, classification and record.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median

from bench.figure import Figure, at_least, at_most, told
from bench.limit_pair import CAMERA_PATH, CannotMeasureError, camera, limit_cpu, our_cpu, run

CONCURRENCY = 1000
ROUNDS = 5
LIMIT_CHECKS, OUR_CHECKS, THEIR_CHECKS = 15_000, 5_000, 1_500
RATIO_TARGET, AIORTSP_TARGET, MEMORY_TARGET = 3.0, 4.0, 15.0  # times, times, KB


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds per check, measured one after the other."""

    limit: float
    plain: float
    hashed: float
    aiortsp: float  # on asyncio's own loop, as it comes
    aiortsp_uvloop: float


def figures() -> Iterator[Figure]:
    """Measure in turns, everybody once in each round; medians of the rounds."""
    if find_spec("aiortsp") is None:
        raise CannotMeasureError("aiortsp is not installed; `make bench` installs it")
    with camera() as port:
        rounds = [_measure(port) for _ in range(ROUNDS)]
        memory = _memory(port)
    by = f"{CONCURRENCY} at a time, median of {ROUNDS} rounds"
    compared = f"CPU per check of the C client, {by}"
    plain = median(each.plain / each.limit for each in rounds)
    yield at_most("rtsp_check_ratio", plain, "times", RATIO_TARGET, f"{compared}, fingerprints off")
    hashed = median(each.hashed / each.limit for each in rounds)
    yield told("rtsp_check_fingerprints_ratio", hashed, "times", f"{compared}, fingerprints on")
    cheaper = median(each.aiortsp / each.plain for each in rounds)
    theirs = f"CPU per check of aiortsp 1.4.0 as it comes over ours, the same bytes, {by}"
    yield at_least("rtsp_check_cheaper_than_aiortsp", cheaper, "times", AIORTSP_TARGET, theirs)
    cheaper = median(each.aiortsp_uvloop / each.plain for each in rounds)
    theirs = f"CPU per check of aiortsp 1.4.0 put on uvloop over ours, the same bytes, {by}"
    yield told("rtsp_check_cheaper_than_aiortsp_on_uvloop", cheaper, "times", theirs)
    cpu = median(each.plain for each in rounds)
    least = median(each.limit for each in rounds)
    yield told("rtsp_check_cpu", cpu * 1e6, "µs", f"{least * 1e6:.0f} µs of the C client")
    yield at_most(
        "rtsp_check_memory", memory, "KB", MEMORY_TARGET, f"{CONCURRENCY} checks that wait for media"
    )


def _measure(port: int) -> Round:
    return Round(
        limit_cpu(port, "check", CONCURRENCY, LIMIT_CHECKS),
        our_cpu(port, "check", CONCURRENCY, OUR_CHECKS),
        our_cpu(port, "check_fingerprints", CONCURRENCY, OUR_CHECKS),
        _aiortsp_cpu(port, "asyncio"),
        _aiortsp_cpu(port, "uvloop"),
    )


def _aiortsp_cpu(port: int, loop: str) -> float:
    command = [sys.executable, "-m", "bench.aiortsp_client", loop, str(port), str(CONCURRENCY)]
    return run([*command, str(THEIR_CHECKS), CAMERA_PATH])["cpu"] / THEIR_CHECKS


def _memory(port: int) -> float:
    """Resident memory that a check in flight adds, KB."""
    command = [sys.executable, "-m", "bench.rtsp_client", str(port), "hold", str(CONCURRENCY), "0"]
    return run([*command, "/cam/hold/live"])["rss_bytes"] / CONCURRENCY / 1024
