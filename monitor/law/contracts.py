"""How channels stand with their contracts on a local day.

One contract belongs to one channel. A site is covered when any channel that it needs is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.law.coverage import Run, contract_on, last_day, need_of, runs_of
from monitor.law.lapses import Lapse, lapses, procured
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract
from monitor.model.estate import Estate


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the contracts of one site say of one day."""

    covered: bool | None  # None: no contract was ever in force
    contract: Contract | None = None  # the one in force that ends last, else the last that ended


def cover(contracts: Iterable[Contract], day: date) -> Cover:
    """Say whether any of a site's contracts covers `day`, and name the one that matters.

    A contract that has not begun yet neither covers nor counts as ended, and neither does one that is
    not signed.
    """
    begun = [
        (last, contract.contract_number, contract)
        for contract in contracts
        if contract.starts_on <= day and (last := last_day(contract, day)) is not None
    ]
    if not begun:
        return Cover(covered=None)
    last, _, latest = max(begun, key=lambda each: each[:2])
    return Cover(covered=day <= last, contract=latest)


class ChannelStatus(StrEnum):
    """How a channel stands on a day, most urgent first."""

    LAPSED = "lapsed"  # needed, and the last contract ended
    NEVER_CONTRACTED = "never_contracted"  # needed, and there never was a contract
    AT_RISK = "at_risk"  # covered, ends within a step, and nothing in force follows at once
    COVERED = "covered"
    NOT_NEEDED = "not_needed"


COVERED = frozenset({ChannelStatus.COVERED, ChannelStatus.AT_RISK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStanding:
    """How one channel stands on one day."""

    channel: Channel
    day: date
    status: ChannelStatus
    since: date | None = None  # the first day of the cover, or the first dark one; None: not known
    contract: Contract | None = None  # in force on the day, else the last that ended
    covered_until: date | None = None  # the last covered day, all that follow without a gap included
    days_left: int | None = None  # until then; 0 on the last day; None when not covered
    step: int | None = None  # the step of risk that it is within
    lapse: Lapse | None = None  # that holds the day
    procured: Contract | None = None  # what is being procured for the days after the cover

    @property
    def covered(self) -> bool:
        """Whether it is needed and covered."""
        return self.status in COVERED

    @property
    def needed(self) -> bool:
        """Whether it is needed on the day."""
        return self.status is not ChannelStatus.NOT_NEEDED


def standing(
    channel: Channel, contracts: Sequence[Contract], day: date, rules: ContractRules
) -> ChannelStanding:
    """Judge one channel by its own contracts on a local day."""
    need, runs = need_of(channel, contracts), runs_of(contracts, day)
    current = next((run for run in runs if run.holds(day)), None)
    if not need.holds(day):
        contract = contract_on(contracts, day) if current is not None else None
        return ChannelStanding(channel=channel, day=day, status=ChannelStatus.NOT_NEEDED, contract=contract)
    if current is not None:
        ends_in_time = need.last is not None and need.last <= current.last
        step = None if ends_in_time else rules.step((current.last - day).days)
        return _covered(channel, contracts, day, current, step)
    lapse = next((each for each in lapses(need, runs, contracts, day) if each.holds(day)), None)
    return _uncovered(channel, contracts, day, lapse)


def _covered(
    channel: Channel, contracts: Sequence[Contract], day: date, run: Run, step: int | None
) -> ChannelStanding:
    return ChannelStanding(
        channel=channel,
        day=day,
        status=ChannelStatus.COVERED if step is None else ChannelStatus.AT_RISK,
        since=run.first,
        contract=contract_on(contracts, day),
        covered_until=run.last,
        days_left=(run.last - day).days,
        step=step,
        procured=procured(contracts, run.last),
    )


def _uncovered(
    channel: Channel, contracts: Sequence[Contract], day: date, lapse: Lapse | None
) -> ChannelStanding:
    preceding = lapse.preceding if lapse is not None else None
    return ChannelStanding(
        channel=channel,
        day=day,
        status=ChannelStatus.NEVER_CONTRACTED if preceding is None else ChannelStatus.LAPSED,
        since=lapse.first if lapse is not None else None,
        contract=preceding,
        covered_until=last_day(preceding, day) if preceding is not None else None,
        lapse=lapse,
        procured=lapse.procured if lapse is not None else procured(contracts, day),
    )


def by_channel(contracts: Iterable[Contract]) -> dict[str, list[Contract]]:
    """Sort contracts by the channel that they are for."""
    sorted_in: dict[str, list[Contract]] = defaultdict(list)
    for contract in contracts:
        sorted_in[contract.channel_id].append(contract)
    return dict(sorted_in)


def standings(estate: Estate, day: date, rules: ContractRules) -> dict[str, ChannelStanding]:
    """Judge every channel of a register, by its id."""
    contracts = by_channel(estate.contracts)
    return {
        key: standing(channel, contracts.get(key, ()), day, rules) for key, channel in estate.channels.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStanding:
    """How a site stands: as the best of the channels that it needs. Each channel's own is beside it."""

    site_id: str
    status: ChannelStatus
    channels: tuple[ChannelStanding, ...]

    @property
    def covered(self) -> bool | None:
        """Whether any channel that it needs is covered; None: it needs none."""
        return None if self.status is ChannelStatus.NOT_NEEDED else self.status in COVERED


_BEST_FIRST = (
    ChannelStatus.COVERED,
    ChannelStatus.AT_RISK,
    ChannelStatus.LAPSED,
    ChannelStatus.NEVER_CONTRACTED,
    ChannelStatus.NOT_NEEDED,
)
_RANK = {status: rank for rank, status in enumerate(_BEST_FIRST)}


def best(channels: Iterable[ChannelStanding]) -> ChannelStanding:
    """Return the channel that a site stands as: the best one, of several the one covered longest."""
    return min(channels, key=lambda each: (_RANK[each.status], date.max - (each.covered_until or date.min)))


def site_standings(channels: Mapping[str, ChannelStanding]) -> dict[str, SiteStanding]:
    """Judge every site that has channels, by its id."""
    at_site: dict[str, list[ChannelStanding]] = defaultdict(list)
    for each in channels.values():
        at_site[each.channel.site_id].append(each)
    return {
        site_id: SiteStanding(
            site_id=site_id,
            status=best(found).status,
            channels=tuple(found),
        )
        for site_id, found in at_site.items()
    }
