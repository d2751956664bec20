"""RTCP as far as a check needs it: sender reports and goodbyes (RFC 3550 §6.4.1, §6.6)."""

from dataclasses import dataclass
from struct import Struct

from probes.wire.error import WireError

_HEADER = Struct("!BBH")
_SENDER = Struct("!IIIIII")
SENDER_REPORT, BYE = 200, 203


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """What a sender says it sent."""

    ssrc: int
    ntp: int  # 64 bits: seconds since 1900 and their fraction
    rtptime: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Sources that leave."""

    ssrcs: tuple[int, ...]


def parse_rtcp(data: bytes) -> list[SenderReport | Goodbye]:
    """Read a compound packet; kinds that say nothing to us are left out. Raises WireError."""
    found: list[SenderReport | Goodbye] = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise WireError("an RTCP packet shorter than its header", at=at)
        first, kind, words = _HEADER.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first & 0xC0 != 0x80 or end > len(data):
            raise WireError("an RTCP packet of another version or length", at=at)
        body = data[at + 4 : end]
        if kind == SENDER_REPORT:
            found.append(_sender_report(body))
        elif kind == BYE:
            found.append(_goodbye(body, first & 0x1F))
        at = end
    return found


def _sender_report(body: bytes) -> SenderReport:
    if len(body) < _SENDER.size:
        raise WireError("a sender report that is too short")
    ssrc, seconds, fraction, rtptime, packets, octets = _SENDER.unpack_from(body)
    return SenderReport(
        ssrc=ssrc, ntp=seconds << 32 | fraction, rtptime=rtptime, packets=packets, octets=octets
    )


def _goodbye(body: bytes, count: int) -> Goodbye:
    if len(body) < 4 * count:
        raise WireError("a goodbye that is too short")
    return Goodbye(ssrcs=tuple(int.from_bytes(body[at : at + 4]) for at in range(0, 4 * count, 4)))


def pack_sender_report(report: SenderReport) -> bytes:
    """Write a sender report without report blocks."""
    seconds, fraction = report.ntp >> 32, report.ntp & 0xFFFFFFFF
    body = _SENDER.pack(
        report.ssrc,
        seconds,
        fraction,
        report.rtptime & 0xFFFFFFFF,
        report.packets & 0xFFFFFFFF,
        report.octets & 0xFFFFFFFF,
    )
    return _HEADER.pack(0x80, SENDER_REPORT, len(body) // 4) + body


def pack_goodbye(goodbye: Goodbye) -> bytes:
    """Write a goodbye."""
    body = b"".join(ssrc.to_bytes(4) for ssrc in goodbye.ssrcs)
    return _HEADER.pack(0x80 | len(goodbye.ssrcs), BYE, len(body) // 4) + body
