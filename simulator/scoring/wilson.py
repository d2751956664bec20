"""Shares with the interval in which they truly lie, and order statistics."""

from collections.abc import Sequence
from math import ceil, sqrt

Z_95 = 1.959963984540054  # of the normal distribution, two-sided


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float] | None:
    """Return the Wilson score interval (1927) of a share, by default at 95 %; None for no trials."""
    if not trials:
        return None
    share = successes / trials
    denominator = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / denominator
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / denominator
    return max(0.0, middle - reach), min(1.0, middle + reach)


def ratio(part: int, whole: int) -> float | None:
    """Return a share; None of nothing."""
    return part / whole if whole else None


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of the values do not exceed; None of nothing."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
