"""Whether a site's channel is under contract on a day. Dates are local; both ends of a contract count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.model.channels import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the contracts of one site say of one day."""

    covered: bool | None  # None: no contract was ever registered
    contract: Contract | None = None  # the one in force that ends last, else the last that ended


def cover(contracts: Iterable[Contract], day: date) -> Cover:
    """Say whether any of a site's contracts covers `day`, and name the one that matters.

    A contract that has not begun yet neither covers nor counts as ended.
    """
    begun = [contract for contract in contracts if contract.starts_on <= day]
    if not begun:
        return Cover(covered=None)
    latest = max(begun, key=lambda contract: (contract.ends_on, contract.contract_number))
    return Cover(covered=latest.ends_on >= day, contract=latest)
