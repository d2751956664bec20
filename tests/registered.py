"""Contracts and channels as tests register them: a site's channel has the site's id."""

from collections.abc import Iterable
from datetime import date

from monitor.model.channels import Channel, Contract
from monitor.model.parties import Provider

CUSTOMER = "220440000000"  # its check digit does not fit, by design
AGREED = date(2025, 12, 20)


def contract(
    channel: str, starts_on: date, ends_on: date, *, number: str = "1", provider: str = "P"
) -> Contract:
    """Make a contract of one channel."""
    return Contract(
        customer_bin=CUSTOMER,
        contract_number=number,
        contract_date=AGREED,
        channel_id=channel,
        provider=provider,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def channels_of(sites: Iterable[str]) -> dict[str, Channel]:
    """Make one channel for each site."""
    return {site: Channel(channel_id=site, site_id=site) for site in sites}


def providers_of(contracts: Iterable[Contract]) -> dict[str, Provider]:
    """Register the providers that contracts name."""
    return {each.provider: Provider(provider=each.provider) for each in contracts}
