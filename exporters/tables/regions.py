"""Regions in the reader's language, a region by what people call it, and the register of one region.

A region is its KATO code or one of its three names, wholly: "Almaty" is a city and a region, and neither
is guessed.
"""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from monitor.model.estate import Estate
from monitor.model.places import Region

MOST_NEAR = 3  # names that are offered for one that is not known


class UnknownRegion(LookupError):
    """No region is called so; `near` lists those that may have been meant."""

    def __init__(self, asked: str, near: tuple[Region, ...]) -> None:
        self.near = near
        offered = ", ".join(f"{region.name_en} ({region.region})" for region in near)
        super().__init__(f"no region is called {asked!r}; nearest: {offered}")


def find_region(asked: str, regions: Mapping[str, Region]) -> Region:
    """Find a region by its code, or by its whole name in Kazakh, Russian or English; raises UnknownRegion."""
    wanted = _plain(asked)
    by_name = {_plain(name): region for region in regions.values() for name in region.names}
    found = by_name.get(wanted)
    if found is None:
        parts = [name for name in by_name if wanted and wanted in name]
        near = get_close_matches(wanted, parts or by_name, n=2 * MOST_NEAR, cutoff=0.0)
        chosen = {by_name[name].region: by_name[name] for name in near}
        raise UnknownRegion(asked, tuple(chosen.values())[:MOST_NEAR])
    return found


def region_names(estate: Estate, locale: str) -> dict[str, str]:
    """Return the names of the regions in a language, by code."""
    return {code: name_in(locale, region) for code, region in estate.regions.items()}


def within(estate: Estate, region: str) -> Estate:
    """Return the part of a register that lies in one region, as far as channels and cameras go."""
    institutions = {k: each for k, each in estate.institutions.items() if each.region == region}
    sites = {k: each for k, each in estate.sites.items() if each.institution_id in institutions}
    channels = {k: each for k, each in estate.channels.items() if each.site_id in sites}
    return replace(
        estate,
        institutions=institutions,
        sites=sites,
        cameras={k: each for k, each in estate.cameras.items() if each.site_id in sites},
        channels=channels,
        contracts=tuple(each for each in estate.contracts if each.channel_id in channels),
    )


def name_in(locale: str, region: Region) -> str:
    """Return the name of a region in a language."""
    return region.name_in(locale)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
