"""How every channel stands with its contracts on a day: one row each, the most urgent first.

A legal basis is only ever something that may be available: whether it is, procurement has to confirm.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exporters.tables.table import Record, Table, Value
from monitor.law.bridging import Bridge, BridgingState, bridging
from monitor.law.contracts import (
    COVERED,
    ChannelStanding,
    ChannelStatus,
    SiteStanding,
    by_channel,
    site_standings,
    standing,
)
from monitor.law.crossing import Crossing, SiteVideo, cross
from monitor.law.remarks import all_remarks
from monitor.law.sources import weakest
from monitor.law.terms import ContractRules
from monitor.model.channels import Contract
from monitor.model.estate import Estate, Ownership
from monitor.model.parties import PartyKind, Role
from monitor.model.verdict import Owner

TOLD = (  # for people
    "institution", "site", "channel", "provider", "payer", "status", "crossing", "since", "ends_on",
    "days_left", "step", "procurement", "lapse_cause", "bridging", "bridging_days_left", "legal_basis",
    "basis_note", "last_safe_day", "owner", "payer_phone", "provider_phone",
    "remarks",
)  # fmt: skip
ALL = (  # for programs
    "region", "institution_id", *TOLD[:1], "site_id", *TOLD[1:16], "confidence", *TOLD[16:-1], "days_dark",
    "customer_bin", "contract_number", "contract_date", "bridging_form", "bridging_days_used",
    "window_from", "window_to", "volume_kzt", "remarks",
)  # fmt: skip

Videos = Mapping[str, SiteVideo]

_URGENCY = {status: rank for rank, status in enumerate(ChannelStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A channel with its contracts, as it stands on a day."""

    standing: ChannelStanding
    bridge: Bridge
    contracts: Sequence[Contract]


def judged(estate: Estate, day: date, rules: ContractRules) -> list[Judged]:
    """Judge every channel of a register on a day."""
    contracts = by_channel(estate.contracts)
    found = []
    for key, channel in estate.channels.items():
        own = contracts.get(key, [])
        found.append(
            Judged(
                standing=standing(channel, own, day, rules),
                bridge=bridging(channel, own, day, rules),
                contracts=own,
            )
        )
    return found


def status_rows(
    estate: Estate, day: date, rules: ContractRules, videos: Videos | None = None
) -> list[Record]:
    """Make the rows: lapsed first and longest first, then what ends soonest.

    `videos` are what is known of the streams of each site; None: nobody looked.
    """
    phones = _phones(estate)
    found = sorted(judged(estate, day, rules), key=_urgency)
    sites = site_standings({each.standing.channel.channel_id: each.standing for each in found})
    crossings = {key: _crossing(each, videos, rules) for key, each in sites.items()}
    return [_row(estate, each, rules, phones, crossings) for each in found]


def _crossing(site: SiteStanding, videos: Videos | None, rules: ContractRules) -> Crossing:
    video = videos.get(site.site_id) if videos is not None else None
    return cross(site.covered, video.arrives(rules) if video is not None else None)


def status_table(rows: Sequence[Record], *, whole: bool = False) -> Table:
    """Put the rows under the columns for people, or under all there are."""
    return Table(columns=ALL if whole else TOLD, rows=rows)


def status_counts(rows: Sequence[Record]) -> dict[ChannelStatus, int]:
    """Count channels by how they stand, the most urgent first; those there are none of are 0."""
    counted = Counter(row["status"] for row in rows)
    return {status: counted[status] for status in ChannelStatus}


def crossing_counts(rows: Sequence[Record]) -> dict[Crossing, int]:
    """Count the channels that are needed by what contract and video say together."""
    counted = Counter(row["crossing"] for row in rows)
    return {crossing: counted[crossing] for crossing in Crossing}


def status_summary(rows: Sequence[Record]) -> dict[str, object]:
    """Count the rows for programs: channels by how they stand, and under "crossing" by their video too."""
    stands = {status.value: count for status, count in status_counts(rows).items()}
    return stands | {"crossing": {each.value: count for each, count in crossing_counts(rows).items()}}


def _urgency(each: Judged) -> tuple[int, date, str]:
    stands = each.standing
    day = stands.covered_until if stands.covered else stands.since
    return _URGENCY[stands.status], day or date.min, stands.channel.channel_id


Phones = Mapping[tuple[PartyKind, str, Role], str]


def _phones(estate: Estate) -> Phones:
    return {(each.party, each.party_id, each.role): each.phone for each in estate.contacts}


def _phone(phones: Phones, party: PartyKind, party_id: str | None, roles: Sequence[Role]) -> str | None:
    if party_id is None:
        return None
    return next((found for role in roles if (found := phones.get((party, party_id, role)))), None)


def _row(
    estate: Estate, each: Judged, rules: ContractRules, phones: Phones, crossings: Mapping[str, Crossing]
) -> Record:
    stands = each.standing
    site = estate.sites[stands.channel.site_id]
    institution = estate.institutions[site.institution_id]
    contract = stands.contract or stands.procured
    payer_id = contract.payer_id if contract is not None else None
    payer = estate.payers.get(payer_id) if payer_id is not None else None
    provider = contract.provider if contract is not None else None
    return {
        "region": institution.region,
        "institution_id": institution.institution_id,
        "institution": institution.name,
        "site_id": site.site_id,
        "site": site.name,
        "channel": stands.channel.channel_id,
        "provider": provider,
        "payer": payer.name if payer is not None else payer_id,
        **_standing(stands),
        "crossing": crossings[site.site_id] if stands.needed else None,
        **_contract(each, rules),
        **_bridge(each),
        "owner": owner_of(stands, institution.ownership),
        "payer_phone": _phone(phones, PartyKind.PAYER, payer_id, (Role.DUTY, Role.PROCUREMENT)),
        "provider_phone": _phone(phones, PartyKind.PROVIDER, provider, (Role.DUTY, Role.SUPPORT)),
    }


def _standing(stands: ChannelStanding) -> dict[str, Value]:
    lapse, procured = stands.lapse, stands.procured
    return {
        "status": stands.status,
        "since": stands.since,
        "ends_on": stands.covered_until,
        "days_left": stands.days_left,
        "step": stands.step,
        "days_dark": lapse.days(stands.day) if lapse is not None else None,
        "procurement": procured.stage if procured is not None else None,
        "lapse_cause": lapse.cause if lapse is not None else None,
    }


def _contract(each: Judged, rules: ContractRules) -> dict[str, Value]:
    stands, contract = each.standing, each.standing.contract
    until = stands.covered_until
    if contract is None:
        return {}
    said = all_remarks(contract, each.contracts, stands.day, rules)
    return {
        "customer_bin": contract.customer_bin,
        "contract_number": contract.contract_number,
        "contract_date": contract.contract_date,
        "last_safe_day": rules.last_safe_day(until) if until is not None else None,
        "remarks": said,
    }


def _bridge(each: Judged) -> dict[str, Value]:
    bridge, status = each.bridge, each.standing.status
    open_now = bridge.state is not BridgingState.NOT_NEEDED
    told: dict[str, Value] = {
        "bridging": bridge.state,
        "bridging_days_used": bridge.days_used,
        "bridging_days_left": bridge.days_left,
        "bridging_form": bridge.contract.form if bridge.contract is not None and open_now else None,
        "volume_kzt": bridge.volume_kzt if open_now else None,
    }
    if bridge.window is None or not (open_now or status is ChannelStatus.AT_RISK):
        return told
    sure = weakest(basis.origin.confidence for basis in bridge.bases) if bridge.bases else None
    return told | {
        "window_from": bridge.window.first,
        "window_to": bridge.window.last,
        "legal_basis": ", ".join(bridge.codes) or None,
        "confidence": sure,
        "basis_note": bridge.note,
    }


def owner_of(stands: ChannelStanding, ownership: Ownership) -> Owner | None:
    """Say who must act: whoever pays; None where nobody must."""
    if stands.status is ChannelStatus.NOT_NEEDED or (stands.status in COVERED and stands.step is None):
        return None
    contract = stands.contract or stands.procured
    if contract is None:
        return Owner.EDUCATION_DEPARTMENT if ownership is Ownership.PUBLIC else Owner.SCHOOL
    return Owner.EDUCATION_DEPARTMENT if contract.payer_id is not None else Owner.SCHOOL
