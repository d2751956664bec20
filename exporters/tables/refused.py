"""Passwords that devices refused, as a list: those that are withheld since when, and those not yet."""

from collections.abc import Mapping

from exporters.tables.table import Record, Table
from monitor.model.estate import Estate
from monitor.model.login import Refusals, way_of
from monitor.run.backlog import site_of

REFUSED = ("way", "ident", "institution_id", "region", "refused", "since", "withheld", "withheld_since")


def refused_table(
    estate: Estate, refusals: Mapping[str, Refusals], *, most: int, region: str | None = None
) -> Table:
    """List the accounts of the register that refused their password, those that are withheld longest on top.

    `most`: checks in a row after which a password is withheld. `region`: only of this one (KATO code).
    """
    rows = []
    for account, each in refusals.items():
        site_id = site_of(account, estate)
        if site_id is not None and region in {None, estate.region_of(site_id)}:
            rows.append(_row(estate, site_id, account, each, withheld=each.count >= most))
    rows.sort(key=lambda row: (not row["withheld"], row["since"], row["ident"], row["way"]))
    return Table(columns=REFUSED, rows=rows)


def _row(estate: Estate, site_id: str, account: str, refusals: Refusals, *, withheld: bool) -> Record:
    way, ident = way_of(account)
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
