"""Whether each site's uplink can carry its cameras, and whether its internet is what a school must have.

A row per site with cameras in scope, the worst first. Bitrates that are assumed say so: `basis` is that of
the least sure camera. The upload is of the channels in use: those under contract on the day, and where none
is, those that are needed. The headcount is the institution's; of one with several sites in the register a
site that does not have the whole institution's download by itself may still have enough.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exporters.tables.table import Record, Table
from monitor.law.contracts import SiteStanding, site_standings, standings
from monitor.law.inclusion import outside
from monitor.law.terms import ContractRules
from monitor.law.uplink import (
    Basis,
    Feasibility,
    Fits,
    UplinkRules,
    bitrate,
    download_kbps,
    feasibility,
    required_internet,
    upload_kbps,
)
from monitor.model.channels import Channel
from monitor.model.estate import Camera, Estate, Institution

TOLD = (
    "region_name", "institution", "site", "cameras", "basis", "needed_kbps", "up_kbps", "fitting", "uplink",
    "status", "down_kbps", "required_down_kbps", "down_enough",
)  # fmt: skip
ALL = (
    "region", TOLD[0], "institution_id", TOLD[1], "site_id", *TOLD[2:4], "cameras_assumed", *TOLD[4:],
    "headcount", "confidence",
)  # fmt: skip

_WORST = {fits: rank for rank, fits in enumerate((Fits.IMPOSSIBLE, Fits.TIGHT, Fits.UNKNOWN, Fits.FEASIBLE))}
_LEAST_SURE = tuple(Basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A site with its cameras in scope and what they need of its uplink."""

    site_id: str
    bases: Counter[Basis]
    fits: Feasibility
    standing: SiteStanding | None  # None: it has no channel

    @property
    def basis(self) -> Basis | None:
        """What its least sure bitrate rests on; None: a camera has none at all."""
        return max(self.bases, key=_LEAST_SURE.index) if self.fits.needed_kbps is not None else None


def uplink_rows(
    estate: Estate,
    day: date,
    contracts: ContractRules,
    rules: UplinkRules,
    names: Mapping[str, str],
    measured: Mapping[str, int] | None = None,
) -> list[Record]:
    """Make the rows, impossible uplinks first, and of those the ones that leave most cameras out.

    `names` are the regions' in the reader's language, by code; `measured` are kbit/s by camera.
    """
    sites = Counter(site.institution_id for site in estate.sites.values())
    loads = sorted(_loads(estate, day, contracts, rules, measured), key=_worst_first)
    return [_row(estate, each, rules, names, sites) for each in loads]


def uplink_table(rows: Sequence[Record], *, whole: bool = False) -> Table:
    """Put the rows under the columns for people, or under all there are."""
    return Table(columns=ALL if whole else TOLD, rows=rows)


def uplink_counts(rows: Sequence[Record]) -> dict[Fits, int]:
    """Count sites by whether their cameras fit, the worst first."""
    counted = Counter(row["uplink"] for row in rows)
    return {fits: counted[fits] for fits in _WORST}


def _loads(
    estate: Estate,
    day: date,
    contracts: ContractRules,
    rules: UplinkRules,
    measured: Mapping[str, int] | None,
) -> Iterable[Load]:
    cameras: dict[str, list[Camera]] = defaultdict(list)
    left_out = outside(estate, day)
    for camera in estate.cameras.values():
        if camera.camera_id not in left_out:
            cameras[camera.site_id].append(camera)
    stand = site_standings(standings(estate, day, contracts))
    for site_id, own in cameras.items():
        needs = [bitrate(camera, rules, measured) for camera in own]
        upload = upload_kbps(estate.sites[site_id], in_use(stand.get(site_id)))
        yield Load(
            site_id=site_id,
            bases=Counter(need.basis for need in needs if need is not None),
            fits=feasibility([need.kbps if need is not None else None for need in needs], upload, rules),
            standing=stand.get(site_id),
        )


def in_use(standing: SiteStanding | None) -> list[Channel]:
    """Return the channels under contract, else those that are needed all the same."""
    if standing is None:
        return []
    covered = [each.channel for each in standing.channels if each.covered]
    return covered or [each.channel for each in standing.channels if each.needed]


def _worst_first(each: Load) -> tuple[int, int, int, str]:
    fits = each.fits
    left_out = fits.cameras - fits.fitting if fits.fitting is not None else fits.cameras
    return _WORST[fits.fits], -left_out, -(fits.needed_kbps or 0), each.site_id


def _row(
    estate: Estate, each: Load, rules: UplinkRules, names: Mapping[str, str], sites: Mapping[str, int]
) -> Record:
    site = estate.sites[each.site_id]
    institution = estate.institutions[site.institution_id]
    assumed = each.bases[Basis.ASSUMED]
    return {
        "region": institution.region,
        "region_name": names.get(institution.region, institution.region),
        "institution_id": institution.institution_id,
        "institution": institution.name,
        "site_id": site.site_id,
        "site": site.name,
        "cameras": each.fits.cameras,
        "cameras_assumed": assumed,
        "basis": each.basis,
        "needed_kbps": each.fits.needed_kbps,
        "up_kbps": each.fits.available_kbps,
        "fitting": each.fits.fitting,
        "uplink": each.fits.fits,
        "status": each.standing.status if each.standing is not None else None,
        "confidence": rules.confidence if assumed else None,
        **_download(each, institution, rules, alone=sites[institution.institution_id] == 1),
    }


def _download(each: Load, institution: Institution, rules: UplinkRules, *, alone: bool) -> Record:
    """Set the contracted download against the rule; `alone`: it is the institution's only site."""
    down, rule = download_kbps(in_use(each.standing)), rules.internet
    internet = required_internet(institution.headcount, rule) if rule is not None else None
    enough = down >= internet.down_kbps if down is not None and internet is not None else None
    return {
        "headcount": institution.headcount,
        "down_kbps": down,
        "required_down_kbps": internet.down_kbps if internet is not None else None,
        "down_enough": enough if enough or alone else None,
    }
