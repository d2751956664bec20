"""The categories of institutions as a pack tells them: bands of headcount, measures, what is in doubt."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.law.sources import Origin, Wording
from monitor.model.estate import InstitutionType


class Evidence(StrEnum):
    """What of the register or of the present shows whether a measure is met."""

    CAMERAS_REGISTERED = "cameras_registered"
    SHARE_RECEIVED = "share_received"
    NONE = "none"  # nothing that is known here


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that a category may require."""

    code: str
    name: Wording
    evidence: Evidence
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A category: the headcounts that it is for, and the measures that it requires."""

    code: str
    headcount_from: int
    headcount_to: int | None  # the last that belongs to it; None: there is no greater band
    measures: tuple[str, ...]
    name: Wording
    origin: Origin

    def holds(self, headcount: int) -> bool:
        """Say whether a headcount belongs to it."""
        return self.headcount_from <= headcount and (
            self.headcount_to is None or headcount <= self.headcount_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreClause:
    """The institutions that belong to one category for where they stand, whatever their headcount."""

    category: str
    types: frozenset[InstitutionType]
    regions: frozenset[str]  # regions that count as regional centres as a whole
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A doubt about a category, and when it is raised: when everything that is given fits."""

    code: str
    text: Wording
    headcount_from: int
    headcount_to: int | None
    types: frozenset[InstitutionType] | None  # None: of any
    regional_centre: bool | None  # None: wherever
    regions: frozenset[str] | None  # None: wherever
    category: str | None  # None: whatever comes out
    undecided: bool  # whether the category could as well be the band's own
    origin: Origin

    def fits(self, place: "Place", headcount: int, category: str, day: date) -> bool:
        """Say whether the doubt is raised about a category that came out for a place and headcount."""
        return (
            self.origin.holds_on(day)
            and self.headcount_from <= headcount
            and (self.headcount_to is None or headcount <= self.headcount_to)
            and (self.category is None or category == self.category)
            and (self.types is None or place.type in self.types)
            and (self.regional_centre is None or place.regional_centre is self.regional_centre)
            and (self.regions is None or place.region in self.regions)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an institution is and where it stands, as far as a category asks."""

    type: InstitutionType
    regional_centre: bool
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """All categories that hold together; a later scheme replaces an earlier one as a whole."""

    measures: tuple[Measure, ...]
    bands: tuple[Band, ...]  # growing, without gaps
    centre: CentreClause | None
    flags: tuple[Flag, ...]
    origin: Origin

    def band_of(self, headcount: int) -> Band:
        """Return the band of a headcount."""
        return next(band for band in self.bands if band.holds(headcount))

    def band(self, code: str) -> Band:
        """Return a category by its code (KeyError when there is none)."""
        for band in self.bands:
            if band.code == code:
                return band
        raise KeyError(code)

    def measure(self, code: str) -> Measure:
        """Return a measure by its code (KeyError when there is none)."""
        for measure in self.measures:
            if measure.code == code:
                return measure
        raise KeyError(code)
