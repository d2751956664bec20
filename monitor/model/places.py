"""Where institutions are: regions, districts and settlements of the KATO classifier. They change in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An oblast or a city of republican significance."""

    region: str  # KATO code, 9 digits
    name_kk: str
    name_ru: str
    name_en: str
    time_zone: str  # IANA name: where its days begin

    @property
    def names(self) -> tuple[str, ...]:
        """What people call it by: its code, and its name in each language."""
        return self.region, self.name_kk, self.name_ru, self.name_en

    def name_in(self, language: str) -> str:
        """Return its name in a language: kk, ru, else English."""
        return {"kk": self.name_kk, "ru": self.name_ru}.get(language, self.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district, or a city that has the rank of one. It can pass to another region."""

    district: str  # KATO code, 9 digits
    region: str
    name_kk: str
    name_ru: str
    name_en: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A town or village."""

    settlement: str  # KATO code, 9 digits
    region: str
    name_kk: str
    name_ru: str
    name_en: str | None = None
    district: str | None = None  # none: it belongs to its region directly
    regional_centre: bool = False  # the seat of a region: other duties hold for schools there
