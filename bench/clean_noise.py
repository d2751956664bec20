"""False alarms of the judge and its patience alone over cameras that never fail, by the noise of the looks.

The first figure has a target; the others raise one sort of noise each, to see which level breaks it.
"""

from collections.abc import Iterator
from dataclasses import replace

from bench.figure import Figure, at_most, told
from monitor.cli.score_clean import CLEAN, watch_clean
from simulator.world.clean import Noise

SEED = 1
FULL, PART = 300_000, 100_000  # camera-days
TARGET = 0.01  # false alarms per 1,000 camera-days
LOUDER: dict[str, Noise] = {
    "still_0.001": replace(CLEAN, still=1e-3),
    "still_0.002": replace(CLEAN, still=2e-3),
    "still_0.005": replace(CLEAN, still=5e-3),
    "bursts_100_a_day": replace(CLEAN, bursts=100),
    "bursts_300_a_day": replace(CLEAN, bursts=300),
    "bursts_to_28_s": replace(CLEAN, burst_lasts=(1, 28)),
    "bursts_to_30_s": replace(CLEAN, burst_lasts=(1, 30)),
    "bursts_to_35_s": replace(CLEAN, burst_lasts=(1, 35)),
    "bursts_to_45_s": replace(CLEAN, burst_lasts=(1, 45)),
    "restarts_24_a_day": replace(CLEAN, restarts=24),
    "restarts_to_30_s": replace(CLEAN, restart_lasts=(1, 30)),
    "swing_0.6": replace(CLEAN, swing=0.6),
    "lost_0.003": replace(CLEAN, lost=3e-3),
    "lost_0.01": replace(CLEAN, lost=1e-2),
}


def figures() -> Iterator[Figure]:
    """Watch with the noise of a clean link, then with one sort of it louder each time."""
    clean = watch_clean(FULL, seed=SEED)
    size = f"per 1,000 of {FULL:,} camera-days"
    yield at_most("clean_false_alarms", clean.rate, "alarms", TARGET, size)
    yield told("clean_cpu", clean.seconds, "s", f"{FULL:,} camera-days")
    for name, noise in LOUDER.items():
        louder = watch_clean(PART, seed=SEED, noise=noise)
        size = f"per 1,000 of {PART:,} camera-days; target {TARGET}"
        yield told(f"clean_false_alarms_{name}", louder.rate, "alarms", size)
