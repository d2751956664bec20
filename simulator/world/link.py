"""The ways to sites: how long a connection takes, what gets lost, and how bytes come in bursts.

A lost SYN is sent again after 1, 3 and 7 seconds (RFC 6298), so that a bad way shows in the time that a
connection takes long before it fails.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulator.world.noise import between, chance

RESENT_AFTER = (0.0, 1.0, 3.0, 7.0)  # seconds
BURST = 2.0  # seconds of a lossy link that get through, or do not, as one
BURST_LOST = 0.3


class Quality(StrEnum):
    """How good a way is."""

    CLEAN = "clean"
    LOSSY = "lossy"  # 30 % of packets lost, 600 ms
    DEGRADED = "degraded"  # a fault: hardly anything gets through


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way of one quality. Shares are of 1."""

    quality: Quality
    delay: tuple[float, float]  # seconds for a request and its answer
    handshake: float  # how often a SYN and its answer get through
    cut: float  # conversations that time out half-way
    packets_lost: tuple[float, float]
    key_frames: float  # whole looks that get a key frame

    def connect(self, *numbers: int) -> float | None:
        """Give the seconds until a connection stood; None: every SYN was lost."""
        delay = between(*self.delay, *numbers, 11)
        for at, resent in enumerate(RESENT_AFTER):
            if chance(*numbers, 12, at) < self.handshake:
                return resent + delay
        return None


LINKS = {
    Quality.CLEAN: Link(
        quality=Quality.CLEAN,
        delay=(0.01, 0.08),
        handshake=1.0,
        cut=0.0,
        packets_lost=(0.0, 0.002),
        key_frames=1.0,
    ),
    Quality.LOSSY: Link(
        quality=Quality.LOSSY,
        delay=(0.55, 0.7),
        handshake=0.49,
        cut=0.04,
        packets_lost=(0.25, 0.35),
        key_frames=0.6,
    ),
    Quality.DEGRADED: Link(
        quality=Quality.DEGRADED,
        delay=(0.7, 1.2),
        handshake=0.3,
        cut=0.15,
        packets_lost=(0.3, 0.6),
        key_frames=0.4,
    ),
}


def frozen_until(t: float, number: int) -> float:
    """Say up to when the bytes have come over a lossy link at `t`: in a lost burst they stand still."""
    slot = int(t // BURST)
    if chance(number, slot) >= BURST_LOST:
        return t
    while chance(number, slot - 1) < BURST_LOST:
        slot -= 1
    return slot * BURST
