"""Colours that people who do not tell red from green can tell apart too.

Those of Okabe and Ito (https://jfly.uni-koeln.de/color/); unknown is grey everywhere, and a colour never
stands alone: the word or the number is always beside it.
"""

from collections.abc import Iterable

from grafana_foundation_sdk.builders.dashboard import FieldColor, ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import FieldColorModeId, Threshold, ThresholdsMode

RECEIVING = "#0072B2"  # blue
LOST = "#D55E00"  # vermilion
ATTENTION = "#E69F00"  # orange
UNKNOWN = "#8E8E8E"  # grey
OTHERS = ("#56B4E9", "#009E73", "#CC79A7", "#F0E442")  # sky blue, green, purple, yellow
SERIES = (RECEIVING, ATTENTION, *OTHERS, LOST, UNKNOWN)  # of a closed list, in its order, and again


def fixed(colour: str) -> FieldColor:
    """Return one colour whatever the value is."""
    return FieldColor().mode(FieldColorModeId.FIXED).fixed_color(colour)


def by_value() -> FieldColor:
    """Return the colour of the threshold that the value has reached."""
    return FieldColor().mode(FieldColorModeId.THRESHOLDS)


def steps(first: str, *rest: tuple[float, str]) -> ThresholdsConfig:
    """Return thresholds: the first colour from below, then each from its value on."""
    levels = [Threshold(value=None, color=first), *(Threshold(value=at, color=to) for at, to in rest)]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(levels)


def in_turn(names: Iterable[str]) -> dict[str, str]:
    """Give each name of a closed list a colour; those of one list stay the same everywhere."""
    return {name: SERIES[number % len(SERIES)] for number, name in enumerate(names)}
