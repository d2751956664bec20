"""Official figures as they were told: never computed here, only set beside what is."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One figure somebody answered for, with everything that is needed to compare it with another."""

    claim_id: str
    measure: str  # what is counted, in one word: connected, cctv, panic_button …
    value: float
    unit: str  # percent, times, institutions, cameras …
    population: str  # of whom
    as_of: date
    source: str  # who said it, and where it was printed
    numerator: int | None = None
    denominator: int | None = None
    region: str | None = None  # None: the whole country
    note: str | None = None  # what does not fit, and what was read into it
