"""What the law sets for contracts, as values: steps of risk, bridging, lead times. Filled from a rule pack.

No figure of the law stands here; whoever makes these values takes them from the pack of the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.model.channels import ContractForm


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """One row of the pack: what a bridging contract of this form may rest upon, and how sure that is."""

    code: str
    form: ContractForm
    text: str
    confidence: str  # as the pack marks it: found, inferred, memory, not_found
    valid_from: date
    valid_to: date | None = None  # the last day; None: it goes on

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """How many days a tender takes from its start to a contract in force."""

    days: int
    valid_from: date
    valid_to: date | None = None  # the last day; None: it goes on

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRules:
    """Everything the pack says of contracts."""

    at_risk_days: Sequence[int]  # steps, for example 90, 60, 30, 14, 7
    expiring_days: int  # a bridging contract with so many days left is about to expire
    bridge_months: int  # the longest bridge, in calendar months
    correlation_days: int  # a loss this soon after a contract's last day fits the lapse
    correlation_share: float  # of a site's streams that must be lost together
    crosses_year: bool = False  # whether a contract may outlive its fiscal year
    bases: Sequence[LegalBasis] = ()
    lead_times: Sequence[LeadTime] = ()

    def step(self, days_left: int) -> int | None:
        """Return the narrowest step that so many days lie within; None: within none."""
        return min((step for step in self.at_risk_days if days_left <= step), default=None)

    def bases_on(self, day: date, form: ContractForm | None = None) -> tuple[LegalBasis, ...]:
        """List the legal bases in force on a day, of one form or of any."""
        return tuple(basis for basis in self.bases if basis.holds(day) and form in {None, basis.form})

    def lead_days(self, day: date) -> int | None:
        """Return the lead time of a tender on a day; None: the pack does not say."""
        return next((lead.days for lead in self.lead_times if lead.holds(day)), None)
