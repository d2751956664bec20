"""What will be received if nothing is renewed, per region: some days ahead, and the steepest day.

It is made anew every few minutes beside the scrapes, from the register and the board of then.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from exporters.prometheus import catalogue
from exporters.prometheus.contracts import midnight
from exporters.prometheus.institutions import Block
from exporters.prometheus.terms import Contracted, channels_by_site
from exporters.prometheus.text import Family
from monitor.law.forecast import Forecast, Group, Series, SiteLoad
from monitor.run.board import Board

AHEAD = (0, 7, 14, 30, 60, 90, 180)  # days
HORIZON = 366  # days in which the steepest one is looked for: most contracts end with a year
EVERY = 300.0  # seconds
BATCH = 100  # sites looked at before others may work: about 3 ms

FAMILIES = (
    catalogue.FORECAST_CAMERAS,
    catalogue.FORECAST_COVERED,
    catalogue.FORECAST_RECEIVING,
    catalogue.CLIFF,
    catalogue.CLIFF_CAMERAS,
)


class ForecastLines:
    """The lines of every region that has a camera in scope."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._told: dict[Family, tuple[bytes, ...]] = {}
        self._made_at: float | None = None  # second of the loop; None: of nothing yet

    async def refresh(self, board: Board, day: date) -> None:
        """Look ahead from a local day when it is time, yielding the loop in between."""
        now = asyncio.get_running_loop().time()
        if self._made_at is not None and now - self._made_at < EVERY:
            return
        forecast = await self._look_ahead(board, day)
        if forecast is not None:
            found = {group: series for group, series in forecast.series().items() if group.region}
            self._told = _encode(found, day, self._zone)
            self._made_at = now if found else None  # an empty register is looked at again at once

    def blocks(self) -> list[Block]:
        """Give the lines, family by family."""
        return [(family, self._told.get(family, ())) for family in FAMILIES]

    async def _look_ahead(self, board: Board, day: date) -> Forecast | None:
        """Sum up what every site carries; None when the register became another one meanwhile."""
        revision, forecast = board.revision, Forecast(day, HORIZON)
        channels = channels_by_site(board.index.estate)
        sites = iter(board.index.cameras_of_site)
        while batch := list(islice(sites, BATCH)):
            for site_id in batch:
                load = _load(board, site_id, channels.get(site_id, []))
                if load.cameras:
                    forecast.add(load)
            await asyncio.sleep(0)
            if revision != board.revision:
                return None
        return forecast


def _load(board: Board, site_id: str, channels: list[Contracted]) -> SiteLoad:
    """Say what a site carries now. Providers are left out: nothing is told of them."""
    known = [board.received(camera_id) for camera_id in board.index.cameras_of_site[site_id]]
    return SiteLoad(
        region=board.index.estate.region_of(site_id),
        provider=None,
        cameras=sum(received is not None for received in known),
        receiving=known.count(True),
        channels=channels,
    )


def _encode(found: dict[Group, Series], day: date, zone: ZoneInfo) -> dict[Family, tuple[bytes, ...]]:
    lines: dict[Family, list[bytes]] = {family: [] for family in FAMILIES}
    for group, series in found.items():
        key = (group.region,)
        lines[catalogue.FORECAST_CAMERAS].append(catalogue.FORECAST_CAMERAS.sample(key, series.cameras))
        for ahead, at in _days(day, series):
            rate, ahead_of = series.on(at), (group.region, str(ahead))
            lines[catalogue.FORECAST_COVERED].append(
                catalogue.FORECAST_COVERED.sample(ahead_of, rate.covered)
            )
            lines[catalogue.FORECAST_RECEIVING].append(
                catalogue.FORECAST_RECEIVING.sample(ahead_of, rate.receiving)
            )
        cliff = series.cliff()
        if cliff is not None:
            lost = series.on(cliff.day - timedelta(days=1)).covered - cliff.covered
            lines[catalogue.CLIFF].append(catalogue.CLIFF.sample(key, midnight(cliff.day, zone)))
            lines[catalogue.CLIFF_CAMERAS].append(catalogue.CLIFF_CAMERAS.sample(key, lost))
    return {family: tuple(each) for family, each in lines.items()}


def _days(day: date, series: Series) -> Iterable[tuple[int, date]]:
    """Give the days that are told, as far as the calendar goes."""
    return [(ahead, day + timedelta(days=ahead)) for ahead in AHEAD if ahead < len(series.covered)]
