"""The next step: who does what by when; for a lapsed contract with what is left of the bridging window.

Whether the law allows a bridge in a given case is for procurement to say: here it only may be available.
"""

from collections import defaultdict
from datetime import date

from exporters.locale.forms import format_day
from exporters.terminal.words import Words
from monitor.law.bridging import Bridge, BridgingState, bridging
from monitor.law.contracts import ChannelStanding, cover, standing
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract
from monitor.model.verdict import Cause
from monitor.run.streams import Index

_OPEN = frozenset({BridgingState.ELIGIBLE_UNUSED, BridgingState.IN_USE, BridgingState.EXPIRING})


class SiteContracts:
    """How the channels of sites stand with their contracts on one day."""

    def __init__(self, index: Index, day: date, rules: ContractRules) -> None:
        self._index = index
        self._day = day
        self._rules = rules
        self._channels: dict[str, list[Channel]] = defaultdict(list)
        for channel in index.estate.channels.values():
            self._channels[channel.site_id].append(channel)

    def standings(self, site_id: str) -> list[ChannelStanding]:
        """Judge each channel of a site."""
        channels = self._channels.get(site_id, ())
        return [standing(each, self._of(each), self._day, self._rules) for each in channels]

    def bridge(self, site_id: str) -> Bridge | None:
        """Judge the bridge of the channel whose contract ended last; None: the site has no channel."""
        channels = {each.channel_id: each for each in self._channels.get(site_id, ())}
        latest = cover(self._index.contracts_of_site.get(site_id, ()), self._day).contract
        found = channels.get(latest.channel_id) if latest is not None else None
        return bridging(found, self._of(found), self._day, self._rules) if found is not None else None

    def _of(self, channel: Channel) -> list[Contract]:
        contracts = self._index.contracts_of_site.get(channel.site_id, ())
        return [each for each in contracts if each.channel_id == channel.channel_id]


def next_step(cause: Cause, site_id: str | None, contracts: SiteContracts, words: Words) -> str:
    """Say what is to be done about a cause."""
    step = words.text(f"step.{cause.value}")
    if cause is not Cause.CONTRACT_LAPSED or site_id is None:
        return step
    bridge = contracts.bridge(site_id)
    return " ".join([step, *(_told(bridge, words) if bridge is not None else [])])


def _told(bridge: Bridge, words: Words) -> list[str]:
    """Say what is left of the bridging window, or when it closed."""
    if bridge.window is None or bridge.state is BridgingState.NOT_NEEDED:
        return []
    day = format_day(bridge.window.last, words.locale)
    if bridge.state not in _OPEN or bridge.days_left is None:
        return [words.text("bridge.over", day=day)]
    note = words.translator.of(bridge.note)
    return [words.text("bridge.window", day=day, days=words.count(bridge.days_left), note=note)]
