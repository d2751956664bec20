"""Who answers for a channel, and whom to call: parties and their telephones by role, never by person."""

from dataclasses import dataclass
from enum import StrEnum


class PartyKind(StrEnum):
    """Who can be called."""

    INSTITUTION = "institution"
    PAYER = "payer"
    PROVIDER = "provider"
    CENTRE = "centre"


class Role(StrEnum):
    """Whose telephone it is. A role, so that the register holds no names of persons."""

    DUTY = "duty"
    HEAD = "head"
    TECHNICIAN = "technician"
    PROCUREMENT = "procurement"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A company that runs channels. Its name is its key: contracts carry it."""

    provider: str
    bin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The body that pays for channels: an education department, or the institution's owner."""

    payer_id: str
    name: str
    region: str
    bin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A telephone that is answered in a role."""

    party: PartyKind
    party_id: str
    role: Role
    phone: str  # +7XXXXXXXXXX
