"""RTP packets, and what a receiver counts of them (RFC 3550 §5.1, §A.1, §A.3, §A.8).

No payload is looked into here, and none is copied. The time of arrival is handed in.
"""

from struct import Struct

import msgspec

from probes.wire.error import WireError

HEADER_BYTES = 12
MAX_DROPOUT = 3000  # RFC 3550 §A.1: a greater step forward is a new start or a stray
MAX_MISORDER = 100  # RFC 3550 §A.1: a packet later than that is a new start or a stray
MAX_TRANSIT_STEP = 10  # seconds: a greater step is a clock that was set, not jitter

_HEADER = Struct("!BBHII")
_WRAP = 0xFFFFFFFF
_HALF = 0x80000000


class Packet(msgspec.Struct, frozen=True, gc=False):
    """One RTP packet. Its payload is data[start:end]: behind CSRCs and extension, before padding."""

    marker: bool
    payload_type: int  # 0..127
    sequence: int  # 16 bits
    timestamp: int  # 32 bits, in units of the clock rate
    ssrc: int
    data: bytes | memoryview
    start: int
    end: int

    @property
    def payload(self) -> bytes:
        """A copy of the payload."""
        return bytes(self.data[self.start : self.end])


def parse(data: bytes | memoryview) -> Packet:
    """Parse a packet; it keeps `data`. Raises WireError when it is none (RFC 3550 §A.1)."""
    size = len(data)
    if size < HEADER_BYTES:
        raise WireError("an RTP packet shorter than its header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    start = HEADER_BYTES
    if first != 0x80:
        if first & 0xC0 != 0x80:
            raise WireError("an RTP packet of another version")
        start, size = _find_payload(data, first, size)
    return Packet(second > 127, second & 0x7F, sequence, timestamp, ssrc, data, start, size)


def _find_payload(data: bytes | memoryview, first: int, size: int) -> tuple[int, int]:
    """Give where the payload begins and ends; `first` is the first byte: V, P, X and CC."""
    start = HEADER_BYTES + 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > size:
            raise WireError("an RTP extension that ends outside its packet", at=start)
        start += 4 + 4 * (data[start + 2] << 8 | data[start + 3])
    if first & 0x20:
        if not data[-1]:
            raise WireError("RTP padding of no length", at=size - 1)
        size -= data[-1]
    if start > size:
        raise WireError("an RTP packet without room for its payload", at=size)
    return start, size


def pack(
    payload: bytes, *, payload_type: int, sequence: int, timestamp: int, ssrc: int, marker: bool = False
) -> bytes:
    """Encode a packet without CSRCs, extension and padding; sequence and timestamp wrap around."""
    second = payload_type | (0x80 if marker else 0)
    return _HEADER.pack(0x80, second, sequence & 0xFFFF, timestamp & _WRAP, ssrc) + payload


class ReceiverStats:
    """Counts one stream's packets as a receiver report does (RFC 3550 §6.4.1).

    The first packet is believed at once: checks are short. A source that begins anew, which two packets
    in a row far from the others show, is counted from there on as well; a single one is a stray.
    """

    __slots__ = (
        "_base",
        "_expected_before",
        "_highest",
        "_jitter",
        "_restart_at",
        "_strays",
        "_timestamp",
        "bytes",
        "clock_rate",
        "first_arrival",
        "last_arrival",
        "received",
    )

    def __init__(self, clock_rate: int) -> None:
        self.clock_rate = clock_rate  # Hz
        self.received = 0
        self.bytes = 0
        self.first_arrival: float | None = None
        self.last_arrival = 0.0
        self._base = 0  # sequence number of the first packet of the present run
        self._highest = 0  # the highest, extended beyond 16 bits
        self._expected_before = 0  # of the runs before it
        self._restart_at = -1  # the sequence number that would prove a new start
        self._strays = 0
        self._timestamp = 0
        self._jitter = 0.0  # RFC 3550 §A.8, in units of the clock rate

    def note(self, sequence: int, timestamp: int, arrival: float, size: int) -> None:
        """Count one packet of `size` bytes that came at `arrival` (seconds, of a steady clock)."""
        self.received += 1
        self.bytes += size
        if self.first_arrival is None:
            self.first_arrival = arrival
            self._base = self._highest = sequence
        else:
            if (sequence - self._highest) & 0xFFFF == 1:
                self._highest += 1
            else:
                self._follow_jump(sequence)
            if timestamp == self._timestamp and arrival == self.last_arrival:  # the rest of a burst
                self._jitter -= self._jitter / 16
                return
            clock = self.clock_rate
            ticks = ((timestamp - self._timestamp + _HALF) & _WRAP) - _HALF
            step = abs((arrival - self.last_arrival) * clock - ticks)
            if step < MAX_TRANSIT_STEP * clock:
                self._jitter += (step - self._jitter) / 16
        self._timestamp = timestamp
        self.last_arrival = arrival

    def _follow_jump(self, sequence: int) -> None:
        """Place a packet that is not the next one: after a loss, late, twice, a stray or a new start."""
        step = (sequence - self._highest) & 0xFFFF
        if step < MAX_DROPOUT:
            self._highest += step
        elif step <= 0x10000 - MAX_MISORDER:
            if sequence == self._restart_at:
                self._expected_before = self.expected
                self._base = sequence - 1  # the stray before it was the new start's first
                self._highest = sequence
                self._restart_at = -1
                self._strays -= 1
            else:
                self._restart_at = (sequence + 1) & 0xFFFF
                self._strays += 1

    @property
    def expected(self) -> int:
        """How many packets were sent, by their sequence numbers."""
        if self.first_arrival is None:
            return 0
        return self._expected_before + self._highest - self._base + 1

    @property
    def lost(self) -> int:
        """Expected minus received (RFC 3550 §A.3); never negative, whatever came twice."""
        return max(0, self.expected - (self.received - self._strays))

    @property
    def jitter(self) -> float:
        """Interarrival jitter in seconds (RFC 3550 §A.8)."""
        return self._jitter / self.clock_rate if self.clock_rate else 0.0

    @property
    def seconds(self) -> float:
        """From the first packet to the last."""
        return 0.0 if self.first_arrival is None else self.last_arrival - self.first_arrival
