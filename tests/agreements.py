"""Channels, contracts and rules as tests write them: days of 2026 as (month, day)."""

from dataclasses import replace
from datetime import date
from typing import Any

from monitor.law.terms import ContractRules, LeadTime, LegalBasis
from monitor.model.channels import Channel, Contract, ContractForm, Stage

Day = tuple[int, int] | tuple[int, int, int]

BASIS = LegalBasis(
    code="KZ-434V-43.18",
    form=ContractForm.EXTENSION,
    text="extension until the tender is decided",
    confidence="found",
    valid_from=date(2016, 1, 1),
    valid_to=date(2024, 12, 31),
)
LATER = replace(
    BASIS, code="KZ-106VIII-?", confidence="not_found", valid_from=date(2025, 1, 1), valid_to=None
)
RULES = ContractRules(
    at_risk_days=(90, 60, 30, 14, 7),
    expiring_days=14,
    bridge_months=2,
    correlation_days=3,
    correlation_share=0.8,
    bases=(BASIS, LATER),
    lead_times=(LeadTime(days=75, valid_from=date(2016, 1, 1)),),
)


def on(day: Day) -> date:
    """Read (month, day) of 2026, or (year, month, day)."""
    return date(*day) if len(day) == 3 else date(2026, *day)


def channel(channel_id: str = "ch", site_id: str = "s", **given: Any) -> Channel:
    """Build a channel needed since its first contract."""
    return Channel(channel_id=channel_id, site_id=site_id, **given)


def contract(number: str, starts: Day, ends: Day, stage: Stage = Stage.SIGNED, **given: Any) -> Contract:
    """Build a tender contract of one channel, concluded on the day it begins."""
    fixed: dict[str, Any] = {
        "customer_bin": "220440000009",
        "contract_date": on(starts),
        "channel_id": "ch",
        "provider": "P",
    }
    return Contract(
        contract_number=number, starts_on=on(starts), ends_on=on(ends), stage=stage, **fixed | given
    )
