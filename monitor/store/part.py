"""The part of the estate that one monitor serves: all of it, or named regions."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, true

ALL = "all"


@dataclass(frozen=True, slots=True)
class Part:
    """Regions by their KATO codes; none of them: the whole estate, and what is in no region."""

    regions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, regions: Iterable[str]) -> "Part":
        """Make the part of some regions."""
        return cls(frozenset(regions))

    @classmethod
    def named(cls, name: str) -> "Part":
        """Return the part that the tables name so."""
        return cls() if name == ALL else cls.of(name.split(","))

    @property
    def name(self) -> str:
        """How the tables name it: one part, one name."""
        return ",".join(sorted(self.regions)) or ALL

    @property
    def whole(self) -> bool:
        """Whether it is the whole estate."""
        return not self.regions

    def holds(self, region: str) -> bool:
        """Say whether a region is in it."""
        return self.whole or region in self.regions

    def overlaps(self, other: "Part") -> bool:
        """Say whether the two share a region."""
        return self.whole or other.whole or bool(self.regions & other.regions)

    def has(self, column: Column[str]) -> ColumnElement[bool]:
        """Say in SQL whether the region of a row is in it."""
        return true() if self.whole else column.in_(sorted(self.regions))

    def __str__(self) -> str:
        if self.whole:
            return "all regions"
        return f"region{'s' if len(self.regions) > 1 else ''} {', '.join(sorted(self.regions))}"
