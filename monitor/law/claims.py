"""What an official figure's own numerator and denominator make of its told percent.

The ministry cuts the fraction off where others round; which of the two a figure follows is found out.
"""

from enum import StrEnum
from math import floor

from monitor.model.claims import Claim

_PERCENT = "percent"


class Agreement(StrEnum):
    """How a told percent comes out of its own numerator and denominator."""

    EXACT = "exact"  # rounded and cut off it is the same
    ROUNDED = "rounded"  # half up
    TRUNCATED = "truncated"  # the fraction is cut off
    DIFFERS = "differs"  # neither of them


def agreement(claim: Claim) -> Agreement | None:
    """Say by which rule a told percent follows from its counts; None: it has no counts, or is no percent."""
    percent = percent_of(claim)
    if percent is None or claim.unit != _PERCENT:
        return None
    decimals = 0 if claim.value.is_integer() else 1
    rounded = half_up(percent, decimals) == claim.value
    cut = floor(percent * 10**decimals) / 10**decimals == claim.value
    if rounded and cut:
        return Agreement.EXACT
    return Agreement.ROUNDED if rounded else Agreement.TRUNCATED if cut else Agreement.DIFFERS


def percent_of(claim: Claim) -> float | None:
    """Return the percent that a claim's own counts make; None: it has none."""
    if claim.numerator is None or not claim.denominator:
        return None
    return 100 * claim.numerator / claim.denominator


def half_up(percent: float, decimals: int) -> float:
    """Round as people do: a half goes up."""
    scale = 10.0**decimals
    return floor(percent * scale + 0.5) / scale
