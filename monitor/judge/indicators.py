"""Counts and rates. A rate is a ratio of counts, never a mean of rates, and null when nothing is due.

Headline rule: UNKNOWN counts as not integrated, and coverage says how much is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model.verdict import State

_BEST_FIRST = (State.RECEIVING, State.UNKNOWN, State.NOT_RECEIVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of a unit (cameras or institutions) are in each state."""

    receiving: int = 0
    not_receiving: int = 0
    unknown: int = 0

    @property
    def registered(self) -> int:
        """All of them."""
        return self.receiving + self.not_receiving + self.unknown

    @property
    def rate(self) -> float | None:
        """Received over registered; None when nothing is registered."""
        return self.receiving / self.registered if self.registered else None

    @property
    def coverage(self) -> float | None:
        """The share of which the state is known; None when nothing is registered."""
        return 1 - self.unknown / self.registered if self.registered else None


def tally(states: Iterable[State]) -> Tally:
    """Count states."""
    counts = dict.fromkeys(State, 0)
    for state in states:
        counts[state] += 1
    return Tally(
        receiving=counts[State.RECEIVING],
        not_receiving=counts[State.NOT_RECEIVING],
        unknown=counts[State.UNKNOWN],
    )


def best(states: Iterable[State]) -> State:
    """Name the state of a camera with several streams, or of an institution with several cameras.

    One that is received is enough; one that is unknown keeps the whole from being called lost.
    Nothing at all is UNKNOWN.
    """
    seen = set(states)
    return next((state for state in _BEST_FIRST if state in seen), State.UNKNOWN)
