"""What is odd about a contract and yet no reason to refuse it: told beside it, for people to look at."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from monitor.law.coverage import IN_FORCE, day_after, last_day
from monitor.law.terms import ContractRules
from monitor.model.channels import Contract, Stage


class Remark(StrEnum):
    """What is odd."""

    CROSSES_YEAR = "crosses_year"  # it outlives the fiscal year that it is for
    BACK_DATED = "back_dated"  # concluded after it began: until then nothing covered its days
    TERMINATED_AHEAD = "terminated_ahead"  # terminated, and its last day was not brought forward
    OVERLAPPING = "overlapping"  # another contract covers some of the same days


def remarks(contract: Contract, day: date, rules: ContractRules) -> tuple[Remark, ...]:
    """List what is odd about one contract by itself, seen from a day."""
    found = []
    if contract.stage in IN_FORCE and rules.outlives_its_year(contract):
        found.append(Remark.CROSSES_YEAR)
    if contract.contract_date > contract.starts_on and last_day(contract, day) is not None:
        found.append(Remark.BACK_DATED)
    if contract.stage is Stage.TERMINATED and contract.ends_on > day:
        found.append(Remark.TERMINATED_AHEAD)
    return tuple(found)


def overlapping(contracts: Iterable[Contract], day: date) -> list[tuple[Contract, Contract, int]]:
    """List the contracts of one channel that reach into the cover before them, with how many days.

    Each is named with the one before it that reaches furthest. Seen from a day.
    """
    known = [(each.starts_on, last, each) for each in contracts if (last := last_day(each, day)) is not None]
    known.sort(key=lambda span: (span[0], span[1], span[2].contract_number))
    found: list[tuple[Contract, Contract, int]] = []
    reach: tuple[date, Contract] | None = None
    for first, last, contract in known:
        if reach is not None and first <= reach[0]:
            shared = (day_after(min(last, reach[0])) - first).days
            found.append((reach[1], contract, shared))
        if reach is None or last > reach[0]:
            reach = (last, contract)
    return found


def all_remarks(
    contract: Contract, contracts: Sequence[Contract], day: date, rules: ContractRules
) -> tuple[Remark, ...]:
    """List what is odd about a contract, by itself and beside the others of its channel."""
    own = remarks(contract, day, rules)
    if len(contracts) < 2:
        return own
    beside = any(contract in pair[:2] for pair in overlapping(contracts, day))
    return (*own, Remark.OVERLAPPING) if beside else own
