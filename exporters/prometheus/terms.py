"""How the contracts of a site stand on a day: as those of its best channel do."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.law.bridging import BridgingState, Window, bridging
from monitor.law.contracts import ChannelStatus, best, by_channel, cover, standing
from monitor.law.coverage import day_after, last_day
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract
from monitor.model.estate import Estate

Contracted = tuple[Channel, Sequence[Contract]]  # a channel with its own contracts


def channels_by_site(estate: Estate) -> dict[str, list[Contracted]]:
    """Sort the channels of a register, each with its contracts, by the site that they are of."""
    contracts, found = by_channel(estate.contracts), defaultdict[str, list[Contracted]](list)
    for key, channel in estate.channels.items():
        found[channel.site_id].append((channel, contracts.get(key, ())))
    return dict(found)


def contracts_of(channels: Sequence[Contracted]) -> Sequence[Contract]:
    """List the contracts of a site, channel by channel."""
    if len(channels) == 1:
        return channels[0][1]
    return [contract for _, contracts in channels for contract in contracts]


def told(contracts: Sequence[Contract], day: date) -> list[Contract]:
    """Choose the contracts of one site that matter on `day`: concluded and not ended, else the last ended."""
    chosen = [each for each in contracts if (last := last_day(each, day)) is not None and day <= last]
    if all(each.starts_on > day for each in chosen):  # none is in force
        ended = cover(contracts, day).contract
        chosen += [ended] if ended is not None else []
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a site stands; days are local."""

    status: ChannelStatus
    cover_ends: date | None = None  # the first day not covered, gapless successors included
    lapsed_on: date | None = None  # the first day not covered of the lapse that runs
    bridging: BridgingState = BridgingState.NOT_NEEDED
    window: Window | None = None  # for a bridge: of the gap that holds the day, or that is at risk to come


def terms_of(channels: Sequence[Contracted], day: date, rules: ContractRules) -> Terms:
    """Judge one site by all of its channels; ValueError for a site without one."""
    judged = [standing(channel, contracts, day, rules) for channel, contracts in channels]
    chosen = best(judged)
    bridge = bridging(*channels[judged.index(chosen)], day, rules)
    in_sight = bridge.state is not BridgingState.NOT_NEEDED or chosen.status is ChannelStatus.AT_RISK
    window, until = bridge.window if in_sight else None, chosen.covered_until
    return Terms(
        status=chosen.status,
        cover_ends=day_after(until) if until is not None and chosen.covered else None,
        lapsed_on=chosen.since if chosen.status is ChannelStatus.LAPSED else None,
        bridging=bridge.state,
        window=window if window is not None and window.first <= window.last else None,
    )


def pattern_of(channels: Sequence[Contracted]) -> Hashable:
    """Return all that the terms of a site, and which of its contracts are told, depend on.

    Most sites of a country are contracted for the same days. Agreements and providers are told apart where
    there are several contracts: they decide which is the last, and whether bridges are chained.
    """
    if len(channels) == 1 and len(channels[0][1]) == 1:
        channel, (only,) = channels[0]
        return channel.needed_from, channel.needed_until, only.contract_date, *_days(only)
    return tuple(
        (channel.needed_from, channel.needed_until, *(_several(each) for each in contracts))
        for channel, contracts in channels
    )


def _several(contract: Contract) -> tuple[Hashable, ...]:
    return contract.agreement, contract.provider, *_days(contract)


def _days(contract: Contract) -> tuple[Hashable, ...]:
    return contract.starts_on, contract.ends_on, contract.form, contract.stage
