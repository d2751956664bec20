"""The bridge between a contract that ended and the tender that is not decided yet.

The window follows the last day of the contract before it (E): from E + 1 day to E + 1 day + so many
calendar months - 1 day, so that after 31 December it ends with February. It ends earlier when the tender
contract begins. There is one window in a gap: a bridging contract's own end opens no other.
Whether the law allows a bridge in a given case is for procurement to say; here is only what may be.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from enum import StrEnum

from monitor.law.coverage import Run, contract_on, day_after, day_before, last_day, need_of, runs_of
from monitor.law.rules import Bridging as Rule
from monitor.law.rules import LegalBasis
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract, ContractForm

BRIDGING = frozenset({ContractForm.EXTENSION, ContractForm.SINGLE_SOURCE})


def add_months(day: date, months: int) -> date:
    """Return the same day so many calendar months later, or the month's last day when it has none such."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > MAXYEAR:
        return date.max
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days on which a bridge may stand."""

    first: date
    last: date
    limit: date  # its last day if no tender contract came earlier

    @classmethod
    def after(cls, ended_on: date, months: int, tender_starts_on: date | None = None) -> "Window":
        """Open the window that follows a contract's last day."""
        first = day_after(ended_on)
        limit = day_before(add_months(first, months))
        last = limit if tender_starts_on is None else min(limit, day_before(tender_starts_on))
        return cls(first=first, last=last, limit=limit)

    def holds(self, day: date) -> bool:
        """Whether a day is in the window."""
        return self.first <= day <= self.last

    def used(self, day: date) -> int:
        """Count its days that have begun, `day` included."""
        return max(0, (min(day, self.last) - self.first).days + 1)

    def left(self, day: date) -> int:
        """Count its days after `day`."""
        return max(0, (self.last - max(day, day_before(self.first))).days)


class BridgingState(StrEnum):
    """How the bridge over a gap stands."""

    NOT_NEEDED = "not_needed"
    ELIGIBLE_UNUSED = "eligible_unused"
    IN_USE = "in_use"
    EXPIRING = "expiring"
    EXPIRED_NO_AWARD = "expired_no_award"
    EXCEEDED = "exceeded"  # longer than the limit, or a second bridge in one gap


class BasisNote(StrEnum):
    """What is said beside a legal basis: never that somebody is entitled to it."""

    MAY_BE_AVAILABLE = "may_be_available"  # to be confirmed with procurement
    NONE_KNOWN = "none_known"  # the packs have none for the day
    OUT_OF_DAYS = "out_of_days"  # the contract names one that did not hold on its first day
    NOT_IN_PACKS = "not_in_packs"  # the contract names one that no pack knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The bridge of one channel on one day."""

    state: BridgingState
    window: Window | None = None  # of the gap that holds the day, else of the one in sight; None: no gap
    days_used: int | None = None  # of the window, the day included; None while it is not open
    days_left: int | None = None  # after the day: of the bridge in use, else of the open window
    contract: Contract | None = None  # in use, else the last that was, else the first that will be
    bases: tuple[LegalBasis, ...] = ()  # what it may rest upon: to be confirmed with procurement
    volume_kzt: int | None = None  # of the bridge, where its price is known
    chained: bool = False  # more than one agreement bridges the same gap

    @property
    def named(self) -> str | None:
        """The legal basis that its contract names; no other one is ever told in its place."""
        return self.contract.legal_basis if self.contract is not None else None

    @property
    def codes(self) -> tuple[str, ...]:
        """What it rests upon, or may."""
        return (self.named,) if self.named is not None else tuple(basis.code for basis in self.bases)

    @property
    def note(self) -> BasisNote:
        """What is said beside its legal bases."""
        if self.contract is not None and self.named is not None:
            if not self.bases:
                return BasisNote.NOT_IN_PACKS
            if not any(basis.origin.holds_on(self.contract.starts_on) for basis in self.bases):
                return BasisNote.OUT_OF_DAYS
        return BasisNote.MAY_BE_AVAILABLE if self.bases else BasisNote.NONE_KNOWN


@dataclass(frozen=True, slots=True)
class _Gap:
    """The days between a tender contract's end and the next one's beginning."""

    ended_on: date
    tender: Run | None
    bridges: tuple[tuple[date, date, Contract], ...]  # first and last day covered

    @property
    def chained(self) -> bool:
        return len({contract.agreement for _, _, contract in self.bridges}) > 1


def bridging(channel: Channel, contracts: Sequence[Contract], day: date, rules: ContractRules) -> Bridge:
    """Judge the bridge of one channel by its contracts on a local day."""
    need = need_of(channel, contracts)
    gap = _gap(contracts, day)
    if gap is None or (need.last is not None and need.last <= max(gap.ended_on, day_before(day))):
        return Bridge(state=BridgingState.NOT_NEEDED)
    rule = rules.bridging_on(day_after(gap.ended_on))
    if rule is None:
        return Bridge(state=BridgingState.NOT_NEEDED)
    starts_on = gap.tender.first if gap.tender is not None else None
    window = Window.after(gap.ended_on, rule.months, starts_on)
    contract = _contract(gap, day)
    known = Bridge(
        state=BridgingState.NOT_NEEDED,
        window=window,
        contract=contract,
        bases=_bases(contract, max(day, window.first), rules),
        volume_kzt=volume_kzt(contract, day) if contract is not None else None,
        chained=gap.chained,
    )
    if day <= gap.ended_on or not need.holds(day):
        return known
    begun = contract is not None and contract.starts_on <= day
    until = last_day(contract, day) if contract is not None and begun else None
    left = window.left(day) if until is None else max(0, (min(until, window.last) - day).days)
    state = _state(gap, window, day, rule, rules.expiring_days)
    return replace(known, state=state, days_used=window.used(day), days_left=left)


def _gap(contracts: Sequence[Contract], day: date) -> _Gap | None:
    """Find the gap between tender contracts that holds `day`, else the one that follows the cover of it."""
    tenders = runs_of([each for each in contracts if each.form not in BRIDGING], day)
    spans = [
        (contract.starts_on, last, contract)
        for contract in contracts
        if contract.form in BRIDGING and (last := last_day(contract, day)) is not None
    ]
    spans.sort(key=lambda span: span[:2])
    ended_on = max((run.last for run in tenders if run.first <= day), default=None)
    if ended_on is None:  # nothing was there before the bridge: it counts from its own beginning
        begun = [first for first, _, _ in spans if first <= day]
        ended_on = day_before(begun[0]) if begun else None
    if ended_on is None or ended_on == date.max:
        return None
    tender = next((run for run in tenders if run.first > ended_on), None)
    within = (span for span in spans if span[1] > ended_on and (tender is None or span[0] < tender.first))
    return _Gap(ended_on, tender, tuple(within))


def _contract(gap: _Gap, day: date) -> Contract | None:
    """Choose of a gap's bridges the one in use, else the last that was, else the first that will be."""
    bridges = [contract for _, _, contract in gap.bridges]
    in_use = contract_on(bridges, day)
    if in_use is not None or not bridges:
        return in_use
    begun = [contract for contract in bridges if contract.starts_on <= day]
    return begun[-1] if begun else bridges[0]


def _state(gap: _Gap, window: Window, day: date, rule: Rule, expiring_days: int) -> BridgingState:
    chained = gap.chained and not rule.chained
    if chained or any(last > window.limit for _, last, _ in gap.bridges):
        return BridgingState.EXCEEDED
    until = max((last for first, last, _ in gap.bridges if first <= day), default=None)
    if until is None:
        return BridgingState.ELIGIBLE_UNUSED if window.holds(day) else BridgingState.EXPIRED_NO_AWARD
    if until < day:
        return BridgingState.EXPIRED_NO_AWARD  # one in a gap: what was left of the window is gone
    follows = gap.tender is not None and gap.tender.first <= day_after(until)
    soon = (until - day).days <= expiring_days
    return BridgingState.EXPIRING if soon and not follows else BridgingState.IN_USE


def _bases(contract: Contract | None, day: date, rules: ContractRules) -> tuple[LegalBasis, ...]:
    if contract is None:
        return rules.bases_on(day)
    if contract.legal_basis is not None:
        return tuple(basis for basis in rules.bases if basis.code == contract.legal_basis)
    return rules.bases_on(contract.starts_on, contract.form)


def volume_kzt(contract: Contract, day: date) -> int | None:
    """Return what a contract comes to: its monthly price over its months and part of a month.

    The price is that of the whole agreement, and so is the volume.
    """
    last = last_day(contract, day)
    if contract.monthly_price_kzt is None or last is None:
        return None
    after, months = day_after(last), 0
    while add_months(contract.starts_on, months + 1) <= after and months < 12 * MAXYEAR:
        months += 1
    begun = add_months(contract.starts_on, months)
    length = (add_months(contract.starts_on, months + 1) - begun).days
    part = (after - begun).days / length if length else 0.0
    return round(contract.monthly_price_kzt * (months + part))
