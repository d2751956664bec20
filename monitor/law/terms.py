"""What the rule packs say of contracts, picked for one day of looking: steps of risk, bridging, lead times.

No figure of the law stands here: all of them come from the packs. What belongs to a contract's or a gap's
own date (bridging, its legal basis, the length of a tender, the fiscal year) is looked up by that date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.law.rules import Bridging, ContractTerm, Figure, LeadTime, LegalBasis, Method, Rules
from monitor.model.channels import Contract, ContractForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRules:
    """Everything the packs say of contracts."""

    at_risk_days: Sequence[int]  # steps, for example 90, 60, 30, 14, 7
    expiring_days: int  # a bridging contract with so many days left is about to expire
    correlation_days: int  # a loss this soon after a contract's last day fits the lapse
    correlation_share: float  # of a site's streams that must be lost together
    bridgings: Sequence[Bridging] = ()
    bases: Sequence[LegalBasis] = ()
    lead_times: Sequence[LeadTime] = ()  # of a tender
    terms: Sequence[ContractTerm] = ()

    @classmethod
    def of(cls, rules: Rules, day: date) -> "ContractRules":
        """Pick from the packs what holds on a day; raises NoRule when they do not say a threshold."""
        return cls(
            at_risk_days=rules.threshold(Figure.AT_RISK_DAYS, day).steps,
            expiring_days=rules.threshold(Figure.EXPIRING_DAYS, day).days,
            correlation_days=rules.threshold(Figure.CORRELATION_DAYS, day).days,
            correlation_share=rules.threshold(Figure.CORRELATION_SHARE, day).share,
            bridgings=rules.bridgings,
            bases=rules.bases,
            lead_times=[lead for lead in rules.lead_times if lead.method is Method.TENDER],
            terms=rules.terms,
        )

    def step(self, days_left: int) -> int | None:
        """Return the narrowest step that so many days lie within; None: within none."""
        return min((step for step in self.at_risk_days if days_left <= step), default=None)

    def bridging_on(self, day: date) -> Bridging | None:
        """Return how a gap that begins on a day may be bridged; None: the packs do not say."""
        holding = [rule for rule in self.bridgings if rule.origin.holds_on(day)]
        return max(holding, key=lambda rule: rule.origin.valid_from, default=None)

    def bases_on(self, day: date, form: ContractForm | None = None) -> tuple[LegalBasis, ...]:
        """List the legal bases of a day, for one form or for any."""
        holding = (basis for basis in self.bases if basis.origin.holds_on(day))
        return tuple(basis for basis in holding if form is None or form in basis.forms)

    def last_safe_day(self, ends_on: date) -> date | None:
        """Return the last day on which a tender can start and be through by `ends_on`.

        How long it takes is what the packs say of the day on which it starts. None: they do not say.
        """
        started = [day for lead in self.lead_times if (day := _latest_start(lead, ends_on)) is not None]
        return max(started, default=None)

    def outlives_its_year(self, contract: Contract) -> bool:
        """Say whether a contract runs over more fiscal years than the packs allow on the day it begins."""
        return outlives_its_year(contract, self.terms)


def outlives_its_year(contract: Contract, terms: Iterable[ContractTerm]) -> bool:
    """Say whether a contract runs over more fiscal years than terms allow on the day it begins."""
    holding = [term for term in terms if term.origin.holds_on(contract.starts_on)]
    term = max(holding, key=lambda rule: rule.origin.valid_from, default=None)
    if term is None:
        return False
    years = term.year_of(contract.ends_on)[0] - term.year_of(contract.starts_on)[0] + 1
    return years > term.fiscal_years


def _latest_start(lead: LeadTime, ends_on: date) -> date | None:
    if (ends_on - date.min).days < lead.days:
        return None
    start, until = ends_on - timedelta(days=lead.days), lead.origin.valid_to
    start = start if until is None else min(start, until)
    return start if lead.origin.valid_from <= start else None
