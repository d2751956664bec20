"""Which days of a channel are needed, and which are covered. Dates are local, both ends count.

A signed or registered contract covers its days, seen from the day of its conclusion on: on the days before
nobody had it, however far back it was dated. A terminated one was in force until the day before its
`ends_on`, which is the day of termination; it covers neither the day from which one looks nor any later
one, even where nobody shortened its `ends_on`. Any other stage covers nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model.channels import Channel, Contract, Stage

IN_FORCE = frozenset({Stage.SIGNED, Stage.REGISTERED})

_DAY = timedelta(days=1)


def day_after(day: date) -> date:
    """Return the next day; the greatest date ("for ever") has none and stays."""
    return day + _DAY if day < date.max else day


def day_before(day: date) -> date:
    """Return the day before; the smallest date has none and stays."""
    return day - _DAY if day > date.min else day


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Days that contracts cover without a gap; no other covered day touches them."""

    first: date
    last: date
    contract: Contract  # the one that ends last

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The days on which a channel must be there."""

    first: date | None  # None: it has no known beginning
    last: date | None  # None: it goes on

    def holds(self, day: date) -> bool:
        """Whether the channel is needed on a day."""
        begun = self.first is None or self.first <= day
        return begun and (self.last is None or day <= self.last)


def last_day(contract: Contract, day: date) -> date | None:
    """Return the last day that a contract covers, seen from `day`; None: it covers and covered nothing."""
    if contract.contract_date > day:
        return None
    if contract.stage in IN_FORCE:
        last = contract.ends_on
    elif contract.stage is Stage.TERMINATED:
        last = day_before(min(contract.ends_on, day))
    else:
        return None
    return last if contract.starts_on <= last else None


def runs_of(contracts: Iterable[Contract], day: date) -> list[Run]:
    """Merge what the contracts of one channel cover, seen from `day`: runs in order, with gaps between."""
    known = [(each.starts_on, last, each) for each in contracts if (last := last_day(each, day)) is not None]
    known.sort(key=lambda span: (span[0], span[1], span[2].contract_number))
    runs: list[Run] = []
    for first, last, contract in known:
        before = runs[-1] if runs else None
        if before is None or first > day_after(before.last):
            runs.append(Run(first=first, last=last, contract=contract))
        elif last > before.last:
            runs[-1] = Run(first=before.first, last=last, contract=contract)
    return runs


def need_of(channel: Channel, contracts: Iterable[Contract]) -> Need:
    """Say when a channel is needed: as the register says, else since its first contract of any stage begins.

    With neither, it is needed without a known beginning: somebody entered it to be connected.
    """
    first = channel.needed_from
    if first is None:
        first = min((contract.starts_on for contract in contracts), default=None)
    return Need(first=first, last=channel.needed_until)


def contract_on(contracts: Iterable[Contract], day: date) -> Contract | None:
    """Return the contract that covers a day; of several the one that ends last."""
    found = [
        (last, contract.contract_number, contract)
        for contract in contracts
        if contract.starts_on <= day and (last := last_day(contract, day)) is not None and day <= last
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None
