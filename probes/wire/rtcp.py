"""RTCP as far as a check needs it: sender reports and goodbyes (RFC 3550 §6.1, §6.4.1, §6.6)."""

from dataclasses import dataclass
from struct import Struct

from probes.wire.error import WireError

SENDER_REPORT = 200
GOODBYE = 203

_HEADER = Struct("!BBH")
_SENDER = Struct("!IIIIII")
_NTP_TO_UNIX = 2_208_988_800  # seconds from 1900 to 1970, RFC 868
_ERA = 1 << 32  # seconds after which NTP's count begins anew


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """What a sender says it sent, and its clock beside the stream's."""

    ssrc: int
    ntp: int  # 64 bits: seconds since 1900 and their fraction; 0: the sender has no clock
    rtptime: int  # the same moment in RTP timestamp units
    packets: int
    octets: int  # of payload

    @property
    def unix_seconds(self) -> float | None:
        """The sender's clock, in seconds since 1970; None when it has none.

        Seconds before 1970 are taken for the era after 2036 (RFC 4330 §3).
        """
        if not self.ntp:
            return None
        seconds = self.ntp / _ERA - _NTP_TO_UNIX
        return seconds if seconds >= 0 else seconds + _ERA


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Sources that leave."""

    ssrcs: tuple[int, ...]


def is_rtcp(data: bytes | memoryview) -> bool:
    """Judge whether a packet that came where RTP was expected is RTCP (RFC 5761 §4)."""
    return len(data) >= 4 and data[0] & 0xC0 == 0x80 and 192 <= data[1] <= 223


def parse_rtcp(data: bytes) -> list[SenderReport | Goodbye]:
    """Parse a compound packet; kinds that mean nothing here are passed over. Raises WireError."""
    found: list[SenderReport | Goodbye] = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise WireError("an RTCP packet shorter than its header", at=at)
        first, kind, words = _HEADER.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first & 0xC0 != 0x80 or end > len(data):
            raise WireError("an RTCP packet of another version or length", at=at)
        if kind == SENDER_REPORT:
            found.append(_parse_sender_report(data[at + 4 : end]))
        elif kind == GOODBYE:
            found.append(_parse_goodbye(data[at + 4 : end], first & 0x1F))
        at = end
    return found


def _parse_sender_report(body: bytes) -> SenderReport:
    if len(body) < _SENDER.size:
        raise WireError("a sender report that ends too early")
    ssrc, seconds, fraction, rtptime, packets, octets = _SENDER.unpack_from(body)
    ntp = seconds << 32 | fraction
    return SenderReport(ssrc=ssrc, ntp=ntp, rtptime=rtptime, packets=packets, octets=octets)


def _parse_goodbye(body: bytes, count: int) -> Goodbye:
    if len(body) < 4 * count:
        raise WireError("a goodbye that ends too early")
    return Goodbye(ssrcs=tuple(int.from_bytes(body[at : at + 4]) for at in range(0, 4 * count, 4)))


def pack_sender_report(report: SenderReport) -> bytes:
    """Encode a sender report without report blocks; its counters wrap around."""
    counters = (value & 0xFFFFFFFF for value in (report.rtptime, report.packets, report.octets))
    body = _SENDER.pack(report.ssrc, report.ntp >> 32, report.ntp & 0xFFFFFFFF, *counters)
    return _HEADER.pack(0x80, SENDER_REPORT, len(body) // 4) + body


def pack_goodbye(goodbye: Goodbye) -> bytes:
    """Encode a goodbye of at most 31 sources."""
    body = b"".join(ssrc.to_bytes(4) for ssrc in goodbye.ssrcs)
    return _HEADER.pack(0x80 | len(goodbye.ssrcs), GOODBYE, len(body) // 4) + body
