"""The days that come for a channel: its cover ends, a tender must start, a bridge may begin and must end."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from monitor.law.bridging import Bridge
from monitor.law.contracts import ChannelStanding
from monitor.law.terms import ContractRules


class Deadline(StrEnum):
    """What falls on a day, in the order in which it is told of one day."""

    LAST_SAFE_DAY = "last_safe_day"  # to start a tender for the days after the cover
    COVER_ENDS = "cover_ends"  # its last day
    WINDOW_OPENS = "window_opens"  # the first day on which a bridge may stand
    WINDOW_CLOSES = "window_closes"  # the last one


def deadlines(
    standing: ChannelStanding, bridge: Bridge, rules: ContractRules
) -> Iterator[tuple[Deadline, date]]:
    """List what falls on which day, past days included. A cover that outlasts the need has no deadlines."""
    until, needed = standing.covered_until, standing.channel.needed_until
    ends_in_time = until is not None and needed is not None and needed <= until
    if standing.covered and until is not None and until != date.max and not ends_in_time:
        yield Deadline.COVER_ENDS, until
        safe = rules.last_safe_day(until)
        if safe is not None:
            yield Deadline.LAST_SAFE_DAY, safe
    window = bridge.window
    if standing.needed and window is not None and window.first <= window.last:
        yield Deadline.WINDOW_OPENS, window.first
        yield Deadline.WINDOW_CLOSES, window.last
