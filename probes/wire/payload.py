"""RTP payloads of NAL units, both ways: RFC 6184 (H.264) and RFC 7798 (H.265).

Read: single NAL unit packets, aggregation packets (STAP-A, AP) and fragmentation units (FU-A, FU).
Absent: the interleaved modes with decoding order numbers (STAP-B, MTAP, FU-B, sprop-max-don-diff) and PACI.
"""

from collections.abc import Iterable, Iterator

import msgspec

from probes.wire.nal import Codec
from probes.wire.rtp import HEADER_BYTES, Packet

MAX_AGGREGATED = 256  # NAL units in one packet
_FIRST, _LAST = 0x80, 0x40  # S and E of a fragmentation unit's header


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A NAL unit or a part of one. Its bytes behind the NAL unit header are data[start:end]."""

    kind: int  # NAL unit type
    header: bytes  # of the NAL unit
    start: int
    end: int
    first: bool  # both are true for a whole one
    last: bool


def cut_payload(packet: Packet, codec: Codec) -> list[Piece] | None:
    """Cut a payload into its pieces; an empty one has none.

    None: the payload is malformed, or of a structure that is not read here.
    """
    data, start, end = packet.data, packet.start, packet.end
    if end - start < codec.header_bytes:
        return [] if start == end else None
    kind = codec.type_of(data[start])
    if kind in codec.singles:
        return [_whole(codec, data, start, end)]
    if kind == codec.fragment:
        return _cut_fragment(codec, data, start, end)
    if kind == codec.aggregate:
        return _cut_aggregate(codec, data, start + codec.header_bytes, end)
    return None


def _whole(codec: Codec, data: bytes | memoryview, start: int, end: int) -> Piece:
    body = start + codec.header_bytes
    return Piece(codec.type_of(data[start]), bytes(data[start:body]), body, end, True, True)


def _cut_fragment(codec: Codec, data: bytes | memoryview, start: int, end: int) -> list[Piece] | None:
    """Read a fragmentation unit (RFC 6184 §5.8, RFC 7798 §4.4.3)."""
    behind = start + codec.header_bytes
    if behind >= end:
        return None
    flags = data[behind]
    kind = flags & (codec.type_mask >> codec.type_shift)
    first_byte = data[start] & ~codec.type_mask | kind << codec.type_shift
    header = bytes((first_byte, *data[start + 1 : behind]))
    return [Piece(kind, header, behind + 1, end, bool(flags & _FIRST), bool(flags & _LAST))]


def _cut_aggregate(codec: Codec, data: bytes | memoryview, at: int, end: int) -> list[Piece] | None:
    """Read an aggregation packet (RFC 6184 §5.7.1, RFC 7798 §4.4.2)."""
    pieces: list[Piece] = []
    while at < end:
        if at + 2 > end or len(pieces) == MAX_AGGREGATED:
            return None
        start = at + 2
        at = start + (data[at] << 8 | data[at + 1])
        if at > end or at - start < codec.header_bytes:
            return None
        pieces.append(_whole(codec, data, start, at))
    return pieces


def packetize(
    nals: Iterable[bytes], codec: Codec, *, mtu: int, aggregate: bool = False
) -> list[tuple[bytes, bool]]:
    """Cut one access unit into (payload, marker); the marker stands on the last.

    `mtu` bounds the RTP packet in bytes, its header of 12 included. With `aggregate`, small neighbours
    share a packet. Raises ValueError when `mtu` leaves no room for a fragment, or for an empty NAL unit.
    """
    room = mtu - HEADER_BYTES
    if room < codec.header_bytes + 2:
        raise ValueError(f"no fragment fits in {mtu} bytes")
    payloads: list[bytes] = []
    for group in _group(nals, codec, room if aggregate else 0):
        if len(group) > 1:
            payloads.append(_join(group, codec))
        elif len(group[0]) <= room:
            payloads.append(group[0])
        else:
            payloads += _split(group[0], codec, room)
    return [(payload, number == len(payloads)) for number, payload in enumerate(payloads, 1)]


def _group(nals: Iterable[bytes], codec: Codec, room: int) -> Iterator[list[bytes]]:
    """Gather neighbours that fit together in one aggregation packet of `room` bytes."""
    group: list[bytes] = []
    size = codec.header_bytes
    for nal in nals:
        if len(nal) < codec.header_bytes:
            raise ValueError("a NAL unit without its header")
        if group and size + 2 + len(nal) > room:
            yield group
            group, size = [], codec.header_bytes
        group.append(nal)
        size += 2 + len(nal)
    if group:
        yield group


def _join(group: list[bytes], codec: Codec) -> bytes:
    if codec.header_bytes == 1:
        header = bytes((codec.aggregate | max(nal[0] & 0x60 for nal in group),))
    else:
        header = bytes((codec.aggregate << codec.type_shift, 1))  # layer 0, TID 0
    return header + b"".join(len(nal).to_bytes(2) + nal for nal in group)


def _split(nal: bytes, codec: Codec, room: int) -> Iterator[bytes]:
    begin = nal[0] & ~codec.type_mask | codec.fragment << codec.type_shift
    indicator = bytes((begin, *nal[1 : codec.header_bytes]))
    kind = codec.type_of(nal[0])
    step = room - codec.header_bytes - 1
    for at in range(codec.header_bytes, len(nal), step):
        first = _FIRST * (at == codec.header_bytes)
        last = _LAST * (at + step >= len(nal))
        yield indicator + bytes((kind | first | last,)) + nal[at : at + step]
