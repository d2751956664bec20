"""Which causes were taken for which."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from simulator.scoring.naming import Trial
from simulator.scoring.wilson import ratio, wilson

ENOUGH = 50  # trials of a cause, below which no share of it is told


@dataclass(slots=True)
class Confusion:
    """Counts by true and told cause."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, trials: Iterable[Trial]) -> "Confusion":
        """Count trials."""
        found = cls()
        for trial in trials:
            found.counts.setdefault(trial.true, Counter())[trial.told] += 1
        return found

    @property
    def accuracy(self) -> float | None:
        """The share of all trials that named the right cause."""
        right = sum(told[true] for true, told in self.counts.items())
        return ratio(right, sum(told.total() for told in self.counts.values()))

    def accuracy_by_cause(self, causes: Iterable[str]) -> dict[str, float | None]:
        """The same for each cause; None where there were too few trials."""
        none: Counter[str] = Counter()
        rows = {cause: self.counts.get(cause, none) for cause in causes}
        return {
            cause: ratio(told[cause], told.total()) if told.total() >= ENOUGH else None
            for cause, told in rows.items()
        }

    def rows(self) -> dict[str, dict[str, Any]]:
        """Give the matrix: by true cause its trials, what was told, and where the right share truly lies."""
        return {
            true: {
                "trials": told.total(),
                "right": told[true],
                "wilson_95": [round(end, 6) for end in wilson(told[true], told.total()) or ()],
                "told": dict(sorted(told.items(), key=lambda each: (-each[1], each[0]))),
            }
            for true, told in sorted(self.counts.items())
        }
