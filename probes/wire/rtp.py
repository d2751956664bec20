"""RTP packets and what a receiver counts of them (RFC 3550 §5.1, §A.1, §A.3, §A.8)."""

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

from probes.wire.error import WireError

_HEADER = Struct("!BBHII")
MAX_DROPOUT = 3000  # RFC 3550 §A.1
MAX_MISORDER = 100


class Packet(NamedTuple):
    """One RTP packet; `payload` begins behind header, CSRCs and extension, padding is cut off."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: memoryview


def parse(data: bytes | memoryview) -> Packet:
    """Read a packet. Raises WireError when it is none."""
    size = len(data)
    if size < 12:
        raise WireError("an RTP packet shorter than its header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first & 0xC0 != 0x80:
        raise WireError("an RTP packet of another version")
    start = 12
    if first & 0x3F:
        start, size = _bounds(data, first, size)
    return Packet(second > 127, second & 0x7F, sequence, timestamp, ssrc, memoryview(data)[start:size])


def _bounds(data: bytes | memoryview, first: int, size: int) -> tuple[int, int]:
    """Find where the payload begins and ends around CSRCs, an extension and padding."""
    start = 12 + 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > size:
            raise WireError("an RTP extension outside its packet")
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    if first & 0x20:
        padding = data[-1]
        if not padding:
            raise WireError("RTP padding of no length")
        size -= padding
    if start > size:
        raise WireError("an RTP packet without room for its payload")
    return start, size


def pack(
    payload: bytes, *, payload_type: int, sequence: int, timestamp: int, ssrc: int, marker: bool = False
) -> bytes:
    """Write a packet without CSRCs, extension or padding."""
    second = payload_type | (0x80 if marker else 0)
    return _HEADER.pack(0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


@dataclass(slots=True)
class ReceiverStats:
    """Counts one source's packets as a receiver report does."""

    clock_rate: int
    received: int = 0
    bytes: int = 0
    jitter_units: float = 0.0  # RFC 3550 §A.8, in timestamp units
    first_arrival: float | None = None  # seconds of the caller's clock
    last_arrival: float = 0.0
    _base: int = 0
    _highest: int = 0  # extended
    _bad: int = -1
    _transit: float | None = None
    _expected_before: int = 0  # of sources that restarted

    def note(self, sequence: int, timestamp: int, arrival: float, size: int) -> None:
        """Take one packet of `size` bytes that arrived at `arrival` (seconds)."""
        if self.first_arrival is None:
            self.first_arrival = arrival
            self._base = self._highest = sequence
        else:
            self._follow(sequence)
        self.received += 1
        self.bytes += size
        self.last_arrival = arrival
        transit = arrival * self.clock_rate - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < self.clock_rate * 10:  # a timestamp that wrapped or jumped is not jitter
                self.jitter_units += (difference - self.jitter_units) / 16
        self._transit = transit

    def _follow(self, sequence: int) -> None:
        """RFC 3550 §A.1: in order, late, or a source that began anew."""
        delta = (sequence - self._highest) & 0xFFFF
        if delta < MAX_DROPOUT:
            self._highest += delta
        elif delta <= 0x10000 - MAX_MISORDER:
            if sequence == self._bad:
                self._expected_before = self.expected
                self._base = self._highest = sequence - 1
                self._highest = sequence
            self._bad = (sequence + 1) & 0xFFFF

    @property
    def expected(self) -> int:
        """How many packets the sequence numbers say were sent."""
        if self.first_arrival is None:
            return 0
        return self._expected_before + self._highest - self._base + 1

    @property
    def lost(self) -> int:
        """Expected minus received, never negative (duplicates)."""
        return max(0, self.expected - self.received)

    @property
    def jitter(self) -> float:
        """Interarrival jitter in seconds."""
        return self.jitter_units / self.clock_rate if self.clock_rate else 0.0

    @property
    def seconds(self) -> float:
        """From the first packet to the last."""
        return self.last_arrival - self.first_arrival if self.first_arrival is not None else 0.0
