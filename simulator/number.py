"""Business numbers that look like BINs and cannot be any: the check digit is wrong by design."""

from collections.abc import Sequence
from random import Random

_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def check_digit(figures: Sequence[int]) -> int | None:
    """The twelfth digit that 11 digits ask for; None when no such number is ever given out."""
    for weights in (_FIRST, _SECOND):
        rest = sum(weight * figure for weight, figure in zip(weights, figures, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def make_bin(rng: Random) -> str:
    """Twelve digits in a BIN's form: year and month, kind of entity, serial, a digit that is wrong."""
    text = f"{rng.randint(0, 23):02}{rng.randint(1, 12):02}4{rng.randint(0, 3)}{rng.randint(0, 99999):05}"
    right = check_digit([int(figure) for figure in text])
    return text + rng.choice([figure for figure in "0123456789" if int(figure) != right])
