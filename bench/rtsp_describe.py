"""What the light poll costs, OPTIONS and DESCRIBE with Digest, beside the least that it can cost."""

from collections.abc import Iterator
from statistics import median

from bench.figure import Figure, at_most, told
from bench.limit_pair import camera, limit_cpu, our_cpu

CONCURRENCY = 1000
ROUNDS = 5
LIMIT_CHECKS, OUR_CHECKS = 20_000, 8_000
TARGET = 2.5  # times


def figures() -> Iterator[Figure]:
    """Measure in turns, the C client first in each round; medians of the rounds."""
    with camera() as port:
        rounds = [
            (
                limit_cpu(port, "describe", CONCURRENCY, LIMIT_CHECKS),
                our_cpu(port, "describe", CONCURRENCY, OUR_CHECKS),
            )
            for _ in range(ROUNDS)
        ]
    limit, ours = (median(cpu) for cpu in zip(*rounds, strict=True))
    ratio = median(our / least for least, our in rounds)
    compared = f"CPU per OPTIONS+DESCRIBE of the C client, {CONCURRENCY} at a time, median of {ROUNDS} rounds"
    yield at_most("rtsp_describe_ratio", ratio, "times", TARGET, compared)
    yield told("rtsp_describe_cpu", ours * 1e6, "µs", f"{limit * 1e6:.0f} µs of the C client")
