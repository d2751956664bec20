"""One whole look at one gateway in numbers. Kept for a while, where verdicts are kept for good."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a sweep found; of a failed one, nothing but its failure."""

    gateway_id: str
    at: datetime  # UTC, when the answer was complete
    seconds: float  # that it took
    paths: int = 0  # that the gateway told of
    moved: int = 0  # streams of the register whose counter had grown
    failure: str | None = None  # a word of probes.failure
