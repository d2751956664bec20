"""The rate of each coming day if no contract is renewed, by region and by provider, in cameras.

`covered` counts the cameras of covered sites: what is received when all that is covered works. `receiving`
counts those received when one looked that are not of an uncovered site on the day. Cameras in scope are
those of the day from which one looks.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exporters.tables.table import Ratio, Record, Share, Table
from monitor.law.contracts import by_channel, cover
from monitor.law.forecast import Group, Rate, Series, SiteLoad, forecast
from monitor.law.inclusion import outside
from monitor.model.channels import Channel, Contract
from monitor.model.estate import Estate

TOLD = (
    "day", "region_name", "provider", "cameras", "covered", "covered_rate", "change", "receiving", "rate",
    "baseline", "below_baseline",
)  # fmt: skip
ALL = (TOLD[0], "region", *TOLD[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A forecast, and how its rows are to be told."""

    series: Mapping[Group, Series]
    region: str | None = None  # the only one; None: all of them
    receiving_known: bool = True  # False: nobody looked, so that only the cover is told
    baseline: float | None = None  # the official share of cameras

    @property
    def total(self) -> Series | None:
        """The series of everything; None where no site has a camera in scope."""
        return self.series.get(Group())


def site_loads(estate: Estate, day: date, receiving: Container[str]) -> Iterator[SiteLoad]:
    """Give every site with cameras in scope; `receiving` holds the ids of the cameras received.

    A site is its provider's whose contract ends last, so that every camera is counted once.
    """
    cameras: dict[str, list[str]] = defaultdict(list)
    left_out = outside(estate, day)
    for camera in estate.cameras.values():
        if camera.camera_id not in left_out:
            cameras[camera.site_id].append(camera.camera_id)
    contracts = by_channel(estate.contracts)
    channels: dict[str, list[tuple[Channel, Sequence[Contract]]]] = defaultdict(list)
    for key, channel in estate.channels.items():
        channels[channel.site_id].append((channel, contracts.get(key, ())))
    for site_id, camera_ids in cameras.items():
        own = channels.get(site_id, [])
        latest = cover((contract for _, each in own for contract in each), day).contract
        yield SiteLoad(
            region=estate.region_of(site_id),
            provider=latest.provider if latest is not None else None,
            cameras=len(camera_ids),
            receiving=sum(camera_id in receiving for camera_id in camera_ids),
            channels=own,
        )


def outlook(
    estate: Estate,
    day: date,
    days: int,
    receiving: Container[str] | None,
    *,
    region: str | None = None,
    baseline: float | None = None,
) -> Outlook:
    """Forecast so many days from `day`. `receiving`: the cameras received; None: that is not known."""
    loads = site_loads(estate, day, receiving if receiving is not None else ())
    return Outlook(
        series=forecast(loads, day, days),
        region=region,
        receiving_known=receiving is not None,
        baseline=baseline,
    )


def forecast_rows(told: Outlook, names: Mapping[str, str], *, every_day: bool = False) -> list[Record]:
    """Make a row per day and group: of everything, each region, each provider (of the one region).

    Without `every_day`, a group has rows for the first day and for those on which it changes.
    """
    found: list[tuple[date, Group, Record]] = []
    for group, series in told.series.items():
        if _is_told(group, told.region):
            rates = series.rates() if every_day else series.changes()
            found += [(rate.day, group, _row(told, group, series, rate, names)) for rate in rates]
    return [row for _, _, row in sorted(found, key=lambda each: each[:2])]


def forecast_table(rows: Sequence[Record], *, whole: bool = False) -> Table:
    """Put the rows under the columns for people, or under all there are."""
    return Table(columns=ALL if whole else TOLD, rows=rows)


def _is_told(group: Group, region: str | None) -> bool:
    return group.region == region if region is not None else not (group.region and group.provider)


def _row(told: Outlook, group: Group, series: Series, rate: Rate, names: Mapping[str, str]) -> Record:
    before = series.on(rate.day - timedelta(days=1)) if rate.day > series.first else rate
    main = rate.rate if told.receiving_known else rate.covered_rate
    compared = main is not None and told.baseline is not None
    return {
        "day": rate.day,
        "region": group.region or None,
        "region_name": names.get(group.region, group.region) or None,
        "provider": group.provider or None,
        "cameras": rate.cameras,
        "covered": rate.covered,
        "covered_rate": Share(rate.covered, rate.cameras) if rate.cameras else None,
        "change": rate.covered - before.covered,
        "receiving": rate.receiving if told.receiving_known else None,
        "rate": Share(rate.receiving, rate.cameras) if rate.cameras and told.receiving_known else None,
        "baseline": Ratio(told.baseline) if told.baseline is not None else None,
        "below_baseline": main < told.baseline if compared and main is not None and told.baseline else None,
    }
