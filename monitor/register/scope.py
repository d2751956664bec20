"""Of which part of the country a set of sheets is the whole: what they do not hold there any more ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.model.places import Region
from monitor.register.columns import SHEETS
from monitor.register.entries import Entries
from monitor.register.headings import fold
from monitor.register.hints import meant, near_regions
from monitor.register.kinds import Entry, Key, Kind
from monitor.register.said import NotSo, Said, said

WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """A region by its KATO code; None: the whole register."""

    region: str | None = None

    @property
    def told(self) -> Said:
        """What it is the whole of."""
        return said("the register") if self.region is None else said("region {region}", region=self.region)


class ScopeError(NotSo):
    """No scope is called so."""


def scope_named(text: str, regions: Collection[Region]) -> Scope:
    """Return the scope that a person names: all, or a region by its code or by its name in any language.

    Raises ScopeError with what to write instead.
    """
    wanted = fold(text.removeprefix("region="))
    if wanted == WHOLE:
        return Scope()
    names = {fold(name): region.region for region in regions for name in region.names}
    if wanted in names:
        return Scope(names[wanted])
    near = near_regions(wanted, regions)
    hint = meant(near) if near else said("write the region's KATO code or its name")
    raise ScopeError(
        said("{value} is neither {all} nor a region; {hint}", value=repr(text), all=WHOLE, hint=hint)
    )


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
