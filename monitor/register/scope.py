"""Of which part of the country a set of sheets is the whole: what they do not hold there any more ends."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.register.columns import SHEETS
from monitor.register.entries import Entries
from monitor.register.kinds import Entry, Key, Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """A region by its KATO code; None: the whole register."""

    region: str | None = None

    def __str__(self) -> str:
        return "the register" if self.region is None else f"region {self.region}"


class Places:
    """In which region entries are, by what they name: a camera's site, the site's institution, its region."""

    def __init__(self, *registers: Mapping[Kind, Entries]) -> None:
        self._registers = registers  # looked through in turn

    def region_of(self, kind: Kind, entry: Entry) -> str | None:
        """Return a region's code; None: it belongs to no one region (a provider, a figure of the country)."""
        region: str | None = getattr(entry, "region", None)
        if region is not None:
            return region
        for _, named, key in SHEETS[kind].references(entry):
            found = self._find(named, key)
            region = self.region_of(named, found) if found is not None else None
            if region is not None:
                return region
        return None

    def _find(self, kind: Kind, key: Key) -> Entry | None:
        return next((found for held in self._registers if (found := held[kind].get(key)) is not None), None)
