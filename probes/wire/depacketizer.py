"""RTP payloads to pieces of NAL units: RFC 6184 (H.264) and RFC 7798 (H.265).

A payload becomes pieces: a whole unit, or a part of a fragmented one. Nothing is copied here; whoever
collects access units decides what is kept. DON fields and interleaved modes are not read: no camera
and no gateway that we met uses them, and a stream that does is refused by its packetization-mode.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from probes.wire.error import WireError

MOST_UNITS = 256  # aggregated in one packet


class Piece(NamedTuple):
    """A part of a NAL unit. `first` and `last` are both true for a whole one."""

    header: bytes  # of the NAL unit: one byte in H.264, two in H.265
    body: memoryview  # what follows the header, or this fragment's part of it
    first: bool
    last: bool


Depacketizer = Callable[[memoryview], Iterator[Piece]]


def h264_pieces(payload: memoryview) -> Iterator[Piece]:
    """Read one RFC 6184 payload: single unit (§5.6), STAP-A (§5.7.1), FU-A (§5.8).

    Raises WireError for anything else; an empty payload has no pieces.
    """
    if not payload:
        return
    kind = payload[0] & 0x1F
    if 1 <= kind <= 23:
        yield Piece(bytes(payload[:1]), payload[1:], True, True)
    elif kind == 28:
        if len(payload) < 2:
            raise WireError("an FU-A without its header")
        second = payload[1]
        header = bytes((payload[0] & 0xE0 | second & 0x1F,))
        yield Piece(header, payload[2:], bool(second & 0x80), bool(second & 0x40))
    elif kind == 24:
        yield from (Piece(bytes(unit[:1]), unit[1:], True, True) for unit in _aggregated(payload[1:]))
    elif kind != 0 and kind < 30:
        raise WireError(f"an H.264 payload structure that is not used here: {kind}")


def h265_pieces(payload: memoryview) -> Iterator[Piece]:
    """Read one RFC 7798 payload: single unit (§4.4.1), AP (§4.4.2), FU (§4.4.3). As h264_pieces."""
    if len(payload) < 2:
        return
    kind = (payload[0] >> 1) & 0x3F
    if kind == 49:
        if len(payload) < 3:
            raise WireError("an FU without its header")
        third = payload[2]
        header = bytes((payload[0] & 0x81 | (third & 0x3F) << 1, payload[1]))
        yield Piece(header, payload[3:], bool(third & 0x80), bool(third & 0x40))
    elif kind == 48:
        units = _aggregated(payload[2:])
        yield from (Piece(bytes(unit[:2]), unit[2:], True, True) for unit in units if len(unit) >= 2)
    elif kind < 48:
        yield Piece(bytes(payload[:2]), payload[2:], True, True)


def _aggregated(rest: memoryview) -> Iterator[memoryview]:
    at, count = 0, 0
    while at + 2 <= len(rest):
        size = rest[at] << 8 | rest[at + 1]
        count += 1
        if at + 2 + size > len(rest) or count > MOST_UNITS:
            raise WireError("an aggregation packet whose units do not fit in it")
        if size:
            yield rest[at + 2 : at + 2 + size]
        at += 2 + size


DEPACKETIZERS: dict[str, Depacketizer] = {"H264": h264_pieces, "H265": h265_pieces}


def packetize_h264(nals: list[bytes], *, mtu: int) -> list[tuple[bytes, bool]]:
    """Cut one access unit into RFC 6184 payloads of at most `mtu` bytes; the last has the marker."""
    payloads: list[bytes] = []
    for nal in nals:
        if len(nal) <= mtu:
            payloads.append(nal)
            continue
        indicator, kind = nal[0] & 0xE0 | 28, nal[0] & 0x1F
        parts = [nal[at : at + mtu - 2] for at in range(1, len(nal), mtu - 2)]
        for number, part in enumerate(parts):
            flags = (0x80 if number == 0 else 0) | (0x40 if number == len(parts) - 1 else 0)
            payloads.append(bytes((indicator, flags | kind)) + part)
    return [(payload, number == len(payloads) - 1) for number, payload in enumerate(payloads)]
