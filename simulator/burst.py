"""What flows from a source to its readers: the packets of one moment, shared by all who read.

A source is a camera's own feed (feed.py) or a stream that a gateway pulls (relay.py).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

Payload = tuple[bytes, bool]  # RTP payload and its marker
PAYLOAD_TYPE = 96
MTU = 1400  # bytes of an RTP packet


class Burst(NamedTuple):
    """RTP payloads that are sent at once: one access unit, or one packet passed on."""

    payloads: Sequence[Payload]
    rtp_time: int  # 90 kHz, the source's own count
    key: bool  # decoding can begin here
    wall: float  # unix seconds


class Reader(Protocol):
    """Who reads a source."""

    def take(self, burst: Burst) -> None:
        """Take what was sent now."""
        ...

    def end(self) -> None:
        """The source is gone for good."""
        ...


class Source(Protocol):
    """What can be played."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The H.264 format parameters of its description."""
        ...

    @property
    def fps(self) -> float:
        """Its frame rate, as announced."""
        ...

    def join(self, reader: Reader) -> None:
        """Begin to send to a reader."""
        ...

    def leave(self, reader: Reader) -> None:
        """Send no more to it; no fault if it never joined."""
        ...
