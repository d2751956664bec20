"""What the contracts and the video of a site say together.

A site is covered when any channel that it needs is; all its channels share the video of its cameras.
"""

from dataclasses import dataclass
from enum import StrEnum

from monitor.law.terms import ContractRules


class Crossing(StrEnum):
    """What contract and video say together."""

    OK = "ok"
    TECHNICAL_OUTAGE = "technical_outage"  # covered and dark: the provider answers for it
    LAPSED_AND_DARK = "lapsed_and_dark"  # not covered, never covered included
    WORKING_UNCOVERED = "working_uncovered"  # goodwill, and will go dark
    UNKNOWN = "unknown"


def cross(covered: bool | None, received: bool | None) -> Crossing:
    """Cross a needed channel's (or site's) cover with its video; None is what is not known of either."""
    if covered is None or received is None:
        return Crossing.UNKNOWN
    if covered:
        return Crossing.OK if received else Crossing.TECHNICAL_OUTAGE
    return Crossing.WORKING_UNCOVERED if received else Crossing.LAPSED_AND_DARK


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVideo:
    """What is known of the streams of a site's cameras in scope, enrolled at a gateway."""

    streams: int = 0
    received: int = 0
    lost: int = 0  # known not to be received; the rest is unknown

    def arrives(self, rules: ContractRules) -> bool | None:
        """Say whether the site is received (any camera is) or dark; None: neither is known.

        Dark is a site of which nothing is received and enough is known to be lost.
        """
        if self.received:
            return True
        dark = self.streams > 0 and self.lost >= rules.correlation_share * self.streams
        return False if dark else None
