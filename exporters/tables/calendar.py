"""What comes, by day: contracts that end, the last safe days to start a tender, bridging windows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from exporters.tables.contracts import Judged, judged
from exporters.tables.table import Record, Table
from monitor.law.deadlines import Deadline, deadlines
from monitor.law.terms import ContractRules
from monitor.model.estate import Estate

TOLD = ("month", "day", "event", "region_name", "provider", "channels", "sites", "cameras")
ALL = (*TOLD[:3], "region", *TOLD[3:])


_ORDER = {deadline: rank for rank, deadline in enumerate(Deadline)}


def calendar_rows(
    estate: Estate, day: date, days: int, rules: ContractRules, names: Mapping[str, str]
) -> list[Record]:
    """Make a row per day, event, region and provider within so many days from `day`, that one included.

    `names` are the regions' in the reader's language, by code.
    """
    cameras = Counter(camera.site_id for camera in estate.cameras.values())
    found: dict[tuple[date, int, str, str], list[Judged]] = defaultdict(list)
    last = day + timedelta(days=min(days - 1, (date.max - day).days))
    for each in judged(estate, day, rules):
        site = estate.sites[each.standing.channel.site_id]
        region = estate.institutions[site.institution_id].region
        contract = each.standing.contract
        provider = contract.provider if contract is not None else ""
        for event, at in deadlines(each.standing, each.bridge, rules):
            if day <= at <= last:
                found[at, _ORDER[event], region, provider].append(each)
    return [_row(key, found[key], cameras, names) for key in sorted(found)]


def calendar_table(rows: Sequence[Record], *, whole: bool = False) -> Table:
    """Put the rows under the columns for people, or under all there are."""
    return Table(columns=ALL if whole else TOLD, rows=rows)


def _row(
    key: tuple[date, int, str, str],
    channels: Sequence[Judged],
    cameras: Mapping[str, int],
    names: Mapping[str, str],
) -> Record:
    day, rank, region, provider = key
    sites = {each.standing.channel.site_id for each in channels}
    return {
        "month": f"{day:%Y-%m}",
        "day": day,
        "event": tuple(Deadline)[rank],
        "region": region,
        "region_name": names.get(region, region),
        "provider": provider or None,
        "channels": len(channels),
        "sites": len(sites),
        "cameras": sum(cameras.get(site, 0) for site in sites),
    }
