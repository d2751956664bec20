"""Chance without a state: the same question at the same second gets the same number, in every process.

`random.Random` is for drawing schedules; seeding one for each of millions of answers would cost more than
the answer.
"""

from zlib import crc32

_MASK = (1 << 64) - 1


def number_of(name: str) -> int:
    """Make a number of a name, the same in every process (Python's own hash is not)."""
    return crc32(name.encode())


def chance(*numbers: int) -> float:
    """Draw a number in [0, 1) that depends on all of `numbers` (the finaliser of splitmix64)."""
    mixed = 0
    for number in numbers:
        mixed = (mixed + number + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        mixed ^= mixed >> 31
    return mixed / 2**64


def between(low: float, high: float, *numbers: int) -> float:
    """Draw a number in [low, high)."""
    return low + (high - low) * chance(*numbers)
