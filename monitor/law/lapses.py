"""Days on which a channel was needed and no contract covered it, and why the register says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.law.coverage import IN_FORCE, Need, Run, day_after, day_before
from monitor.law.terms import ContractRules
from monitor.model.channels import Contract, Stage


class LapseCause(StrEnum):
    """Why no contract follows."""

    NOT_PLANNED = "not_planned"
    TENDER_NOT_ANNOUNCED = "tender_not_announced"
    TENDER_FAILED = "tender_failed"
    APPEAL = "appeal"
    AWARDED_NOT_SIGNED = "awarded_not_signed"
    NO_BUDGET = "no_budget"
    PROVIDER_REFUSED = "provider_refused"
    UNKNOWN = "unknown"


# A tender that is announced and runs its course is no reason yet: UNKNOWN, and the stage is told beside it.
CAUSES: dict[Stage, LapseCause] = {
    Stage.NOT_PLANNED: LapseCause.NOT_PLANNED,
    Stage.NO_BUDGET: LapseCause.NO_BUDGET,
    Stage.PLANNED: LapseCause.TENDER_NOT_ANNOUNCED,
    Stage.FAILED: LapseCause.TENDER_FAILED,
    Stage.APPEALED: LapseCause.APPEAL,
    Stage.AWARDED: LapseCause.AWARDED_NOT_SIGNED,
    Stage.PROVIDER_REFUSED: LapseCause.PROVIDER_REFUSED,
}

_OVER = IN_FORCE | {Stage.TERMINATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A longest run of days that were needed and not covered."""

    first: date  # the first dark day
    last: date | None  # the day before a contract or the end of the need; None: neither is in sight
    preceding: Contract | None  # None: there never was one, so that nothing lapsed
    procured: Contract | None  # what is being procured for these days

    @property
    def stage(self) -> Stage | None:
        """How far that procurement is; None: the register names none."""
        return self.procured.stage if self.procured is not None else None

    @property
    def cause(self) -> LapseCause:
        """Why nothing covers these days, as far as the register says."""
        return CAUSES.get(self.stage, LapseCause.UNKNOWN) if self.stage is not None else LapseCause.UNKNOWN

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)

    def days(self, until: date) -> int:
        """Count its days, the last one or `until` included, whichever comes first."""
        last = until if self.last is None else min(self.last, until)
        return max(0, (last - self.first).days + 1)


def procured(contracts: Iterable[Contract], first: date, last: date | None = None) -> Contract | None:
    """Name what is being procured for days of [first, last]; of several the one that was entered last."""
    found = [
        each
        for each in contracts
        if each.stage not in _OVER and each.ends_on >= first and (last is None or each.starts_on <= last)
    ]
    return max(found, key=lambda each: (each.contract_date, each.contract_number), default=None)


def lapses(need: Need, runs: Sequence[Run], contracts: Sequence[Contract], day: date) -> tuple[Lapse, ...]:
    """List the lapses of one channel that began by `day`, oldest first.

    A need that has no known beginning, and no contract, has no first dark day: no lapse is told.
    """
    found: list[Lapse] = []
    preceding: Run | None = None
    for following in (*runs, None):
        first = day_after(preceding.last) if preceding is not None else need.first
        if first is None or first > day or (preceding is not None and preceding.last == date.max):
            break
        begin = max(first, need.first) if need.first is not None else first
        end = _earlier(need.last, day_before(following.first) if following is not None else None)
        if begin <= day and (end is None or begin <= end):
            found.append(_lapse(begin, end, preceding, contracts))
        preceding = following
    return tuple(found)


def _lapse(first: date, last: date | None, before: Run | None, contracts: Sequence[Contract]) -> Lapse:
    preceding = before.contract if before is not None else None
    return Lapse(first=first, last=last, preceding=preceding, procured=procured(contracts, first, last))


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def fits_lapse(ended_on: date, lost_on: Sequence[date | None], rules: ContractRules) -> bool:
    """Say whether a site's streams went dark together with the end of its contract.

    `lost_on`: the local day on which each stream was lost, None for one that still is received.
    """
    window = range(rules.correlation_days + 1)
    together = sum(lost is not None and (lost - ended_on).days in window for lost in lost_on)
    return bool(lost_on) and together >= rules.correlation_share * len(lost_on)
