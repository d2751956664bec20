"""A region that an option names, and what is said when no region is called so."""

from collections.abc import Mapping

from exporters.tables.regions import UnknownRegion, find_region, name_in
from monitor.cli.telling import decline
from monitor.model.places import Region
from monitor.register.said import said
from monitor.settings import Settings


def region_asked(settings: Settings, asked: str | None, regions: Mapping[str, Region]) -> Region | None:
    """Find the region that --region names; None: it was not said. Ends the program with code 2 otherwise."""
    if asked is None:
        return None
    try:
        return find_region(asked, regions)
    except UnknownRegion as error:
        near = tuple(f"{name_in(settings.locale, each)} ({each.region})" for each in error.near)
        decline(
            settings,
            said("--region: no region is called {asked}; nearest: {near}", asked=repr(asked), near=near),
        )
