"""Passwords that devices refused, as a list: those that are withheld since when, and those not yet."""

from collections.abc import Mapping

from exporters.tables.table import Record, Table
from monitor.model.estate import Estate
from monitor.model.login import Refusals, Way, way_of

REFUSED = ("way", "ident", "institution_id", "region", "refused", "since", "withheld", "withheld_since")


def site_of(estate: Estate, way: Way, ident: str) -> str | None:
    """Return the site of a camera or a recorder; None: the register has none of that id."""
    if way is Way.RECORDER:
        recorder = estate.recorders.get(ident)
        return recorder.site_id if recorder is not None else None
    camera = estate.cameras.get(ident)
    return camera.site_id if camera is not None else None


def refused_table(
    estate: Estate, refusals: Mapping[str, Refusals], *, most: int, region: str | None = None
) -> Table:
    """List the accounts of the register that refused their password, those that are withheld longest on top.

    `most`: checks in a row after which a password is withheld. `region`: only of this one (KATO code).
    """
    rows = []
    for account, each in refusals.items():
        way, ident = way_of(account)
        site_id = site_of(estate, way, ident)
        if site_id is not None and region in {None, estate.region_of(site_id)}:
            rows.append(_row(estate, site_id, way, ident, each, withheld=each.count >= most))
    rows.sort(key=lambda row: (not row["withheld"], row["since"], row["ident"], row["way"]))
    return Table(columns=REFUSED, rows=rows)


def _row(estate: Estate, site_id: str, way: Way, ident: str, refusals: Refusals, *, withheld: bool) -> Record:
    return {
        "way": way,
        "ident": ident,
        "institution_id": estate.sites[site_id].institution_id,
        "region": estate.region_of(site_id),
        "refused": refusals.count,
        "since": refusals.since,
        "withheld": withheld,
        "withheld_since": (refusals.last or refusals.since) if withheld else None,
    }
