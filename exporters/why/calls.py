"""Whom to call: the party that stands behind an owner at one place, and its telephone by role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exporters.why.subjects import Whereabouts
from monitor.law.contracts import cover
from monitor.model.channels import Contract
from monitor.model.parties import PartyKind, Role
from monitor.model.verdict import Owner
from monitor.run.streams import Index

# The role that is tried first stands first.
ROLES: dict[PartyKind, Sequence[Role]] = {
    PartyKind.INSTITUTION: (Role.DUTY, Role.TECHNICIAN, Role.HEAD),
    PartyKind.PAYER: (Role.DUTY, Role.PROCUREMENT, Role.HEAD),
    PartyKind.PROVIDER: (Role.DUTY, Role.SUPPORT, Role.TECHNICIAN),
    PartyKind.CENTRE: (Role.DUTY, Role.TECHNICIAN, Role.SUPPORT),
}

Party = tuple[PartyKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A party, and the telephone that answers in a role; None: the register has none."""

    name: str
    role: Role | None = None
    phone: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Give the keys that programs read."""
        return {"name": self.name, "role": self.role, "phone": self.phone}


class Callers:
    """Finds whom to call, by the register and the contracts of one day."""

    def __init__(self, index: Index, day: date) -> None:
        self._index = index
        self._day = day
        self._phones = {(e.party, e.party_id, e.role): e.phone for e in index.estate.contacts}

    def of(self, owner: Owner, at: Whereabouts) -> Call | None:
        """Return whom to call about something; None: nobody is named for it, or nobody in the register."""
        party = self._party(owner, at)
        if party is None:
            return None
        found = ((role, self._phones.get((*party, role))) for role in ROLES[party[0]])
        role, phone = next(((role, phone) for role, phone in found if phone), (None, None))
        return Call(name=self._name(party), role=role, phone=phone)

    def _party(self, owner: Owner, at: Whereabouts) -> Party | None:
        match owner:
            case Owner.SCHOOL:
                return _named(PartyKind.INSTITUTION, at.institution_id)
            case Owner.PROVIDER:
                contract = self._contract(at)
                provider = at.provider or (contract.provider if contract is not None else None)
                return _named(PartyKind.PROVIDER, provider)
            case Owner.EDUCATION_DEPARTMENT:
                contract = self._contract(at)
                payer_id = contract.payer_id if contract is not None else None
                # Without a payer the school pays itself.
                return _named(PartyKind.PAYER, payer_id) or _named(PartyKind.INSTITUTION, at.institution_id)
            case Owner.POLICE_IT:
                return _named(PartyKind.CENTRE, self._centre(at))
            case _:
                return None

    def _contract(self, at: Whereabouts) -> Contract | None:
        """Return the contract in force at the site, else the last that was."""
        contracts = self._index.contracts_of_site.get(at.site_id, ()) if at.site_id is not None else ()
        return cover(contracts, self._day).contract

    def _centre(self, at: Whereabouts) -> str | None:
        """Return the centre of the gateway; where there is none, the only centre of the region."""
        estate = self._index.estate
        gateway = estate.gateways.get(at.gateway_id) if at.gateway_id is not None else None
        if gateway is not None:
            return gateway.centre_id
        near = [each.centre_id for each in estate.centres.values() if each.region == at.region]
        return near[0] if len(near) == 1 else None

    def _name(self, party: Party) -> str:
        kind, key = party
        estate = self._index.estate
        if kind is PartyKind.INSTITUTION and key in estate.institutions:
            return estate.institutions[key].name
        if kind is PartyKind.PAYER and key in estate.payers:
            return estate.payers[key].name
        if kind is PartyKind.CENTRE and key in estate.centres:
            return estate.centres[key].name
        return key


def _named(kind: PartyKind, party_id: str | None) -> Party | None:
    return (kind, party_id) if party_id is not None else None
