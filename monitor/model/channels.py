"""Channels from sites to centres, and the contracts under which they run."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Technology(StrEnum):
    """What a channel runs over."""

    FIBRE = "fibre"
    L2VPN = "l2vpn"
    L3VPN = "l3vpn"
    MPLS = "mpls"
    PROVIDER_CLOUD = "provider_cloud"
    INTERNET_VPN = "internet_vpn"
    MICROWAVE = "microwave"
    ADSL = "adsl"
    LTE = "lte"
    SATELLITE = "satellite"


class ContractForm(StrEnum):
    """How a contract came about."""

    TENDER = "tender"
    EXTENSION = "extension"  # of the contract before it, until the tender is decided
    SINGLE_SOURCE = "single_source"


class Stage(StrEnum):
    """How far the procurement of a contract is. Only a signed or registered contract covers a day."""

    NOT_PLANNED = "not_planned"
    NO_BUDGET = "no_budget"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    FAILED = "failed"
    APPEALED = "appealed"
    AWARDED = "awarded"
    PROVIDER_REFUSED = "provider_refused"
    SIGNED = "signed"
    REGISTERED = "registered"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The communication channel of a site to its centre, needed from one day until another."""

    channel_id: str
    site_id: str
    technology: Technology | None = None
    down_kbps: int | None = None  # contracted
    up_kbps: int | None = None  # contracted
    needed_from: date | None = None  # None: since its first contract begins
    needed_until: date | None = None  # the last day; None: it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One channel's part of an agreement with a provider. Both of its days count as covered.

    Customer, number and date name the agreement; one that covers several channels stands here once for
    each of them, alike in everything else.
    """

    customer_bin: str
    contract_number: str
    contract_date: date
    channel_id: str
    provider: str
    starts_on: date
    ends_on: date
    form: ContractForm = ContractForm.TENDER
    stage: Stage = Stage.SIGNED
    payer_id: str | None = None  # None: the customer pays itself
    monthly_price_kzt: int | None = None  # of the whole agreement
    legal_basis: str | None = None  # code in the rule pack, for a bridging contract

    @property
    def agreement(self) -> tuple[str, str, date]:
        """The key of the agreement that it is a part of."""
        return self.customer_bin, self.contract_number, self.contract_date
