"""Channels, contracts and rules as tests write them: days of 2026 as (month, day)."""

from datetime import date, timedelta
from typing import Any

from monitor.law.rules import Bridging, ContractTerm, LeadTime, LegalBasis, Method
from monitor.law.sources import Confidence, Origin, Wording
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract, ContractForm, Stage

CONCLUDED_BEFORE = timedelta(days=180)  # a contract begins

Day = tuple[int, int] | tuple[int, int, int]


def origin(
    valid_from: date, valid_to: date | None = None, confidence: Confidence = Confidence.FOUND
) -> Origin:
    """Say when a rule of the tests holds."""
    return Origin(
        pack="TEST",
        version=1,
        valid_from=valid_from,
        valid_to=valid_to,
        confidence=confidence,
        source="a test",
    )


OLD_LAW = origin(date(2016, 1, 1), date(2024, 12, 31))
NEW_LAW = origin(date(2025, 1, 1), confidence=Confidence.MISSING)
BOTH = (ContractForm.EXTENSION, ContractForm.SINGLE_SOURCE)
WORDING = Wording(kk="ұзарту", ru="продление", en="extension")
BASIS = LegalBasis(code="KZ-434V-43.18", forms=(ContractForm.EXTENSION,), text=WORDING, origin=OLD_LAW)
LATER = LegalBasis(code="KZ-106VIII-?", forms=BOTH, text=WORDING, origin=NEW_LAW)
RULES = ContractRules(
    at_risk_days=(90, 60, 30, 14, 7),
    expiring_days=14,
    correlation_days=3,
    correlation_share=0.8,
    bridgings=[Bridging(months=2, forms=BOTH, chained=False, origin=law) for law in (OLD_LAW, NEW_LAW)],
    bases=(BASIS, LATER),
    lead_times=(LeadTime(method=Method.TENDER, days=60, origin=origin(date(2016, 1, 1))),),
    terms=(ContractTerm(fiscal_years=1, first_month=1, first_day=1, origin=origin(date(2016, 1, 1))),),
)


def on(day: Day) -> date:
    """Read (month, day) of 2026, or (year, month, day)."""
    return date(*day) if len(day) == 3 else date(2026, *day)


def channel(channel_id: str = "ch", site_id: str = "s", **given: Any) -> Channel:
    """Build a channel needed since its first contract."""
    return Channel(channel_id=channel_id, site_id=site_id, **given)


def contract(number: str, starts: Day, ends: Day, stage: Stage = Stage.SIGNED, **given: Any) -> Contract:
    """Build a tender contract of one channel, concluded well before it begins."""
    fixed: dict[str, Any] = {
        "customer_bin": "220440000009",
        "contract_date": on(starts) - CONCLUDED_BEFORE,
        "channel_id": "ch",
        "provider": "P",
    }
    return Contract(
        contract_number=number, starts_on=on(starts), ends_on=on(ends), stage=stage, **fixed | given
    )
