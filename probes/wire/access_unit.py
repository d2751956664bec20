"""Access units (coded frames) from RTP packets: whole or not, key frame or not, and their fingerprint.

An access unit is what has one RTP timestamp. It is told as soon as the marker says that it is over, or else
when the next timestamp comes. Payload bytes are neither kept nor, with fingerprints off, looked at: NAL unit
headers decide. Packets come in the order of their sequence numbers; a late one is passed over.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from probes.wire.error import LimitExceeded
from probes.wire.h264 import H264
from probes.wire.h265 import H265
from probes.wire.nal import Codec
from probes.wire.payload import Piece, cut_payload
from probes.wire.rtp import MAX_MISORDER, Packet

CODECS: dict[str, Codec] = {"H264": H264, "H265": H265}
MAX_UNIT_BYTES = 2 * 1024 * 1024  # of one access unit: what a whole check may take
MAX_PARAMETER_SET_BYTES = 4096  # of one: those of cameras have less than 200
MAX_PARAMETER_SETS = 32

_NONE = -1


class AccessUnit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One coded frame as it arrived."""

    timestamp: int  # RTP, 32 bits, in units of the clock rate
    complete: bool  # no slice of it is missing
    key_frame: bool  # complete, and decoding can begin at it: IDR (H.264), IRAP (H.265)
    fingerprint: str | None = None  # SHA-256 hex over its slice NAL units; only of complete ones


def fingerprint_of(nals: Iterable[bytes], codec: Codec) -> str:
    """SHA-256 hex over the slice NAL units of one access unit, in order.

    NAL unit headers are part of it; start codes, trailing zeros and all other NAL units are not: a relay
    may change them.
    """
    digest = hashlib.sha256()
    for nal in nals:
        if codec.type_of(nal[0]) in codec.slices:
            digest.update(nal.rstrip(b"\x00"))
    return digest.hexdigest()


class Collector:
    """Collects the access units of one video stream from its packets.

    - After a gap in the sequence numbers, and at the start, an access unit counts as complete only if its
      first slice is the first of a picture; one that the gap fell into is incomplete.
    - Some cameras set the marker on every slice. Once seen, markers are no longer believed; only the
      first access unit of such a stream is told too early.
    """

    __slots__ = (
        "_broken",
        "_by_marker",
        "_closed",
        "_codec",
        "_digest",
        "_fingerprints",
        "_has_key_slice",
        "_has_slice",
        "_kept",
        "_next",
        "_open",
        "_size",
        "_ssrc",
        "_timestamp",
        "_unsure",
        "_zeros",
        "malformed",
        "parameter_sets",
    )

    def __init__(self, codec: str, *, fingerprints: bool = True) -> None:
        self._codec = CODECS[codec]
        self._fingerprints = fingerprints
        self._next = _NONE  # sequence number
        self._ssrc = _NONE
        self._by_marker = True
        self._open = _NONE  # type of the fragmented NAL unit under way
        self._kept: bytearray | None = None  # the same, if it is a parameter set
        self.malformed = 0  # packets that could not be read
        self.parameter_sets: dict[bytes, None] = {}  # NAL units that came in band, in order, each once
        self._reset(_NONE)
        self._unsure = True

    def _reset(self, timestamp: int) -> None:
        self._timestamp = timestamp
        self._closed = False  # told already, because of its marker
        self._broken = False
        self._unsure = False  # packets before it may be missing
        self._has_slice = False  # or a part of one
        self._has_key_slice = False
        self._size = 0
        self._zeros = 0  # at the end of what came of a slice, not yet in the digest
        self._digest = hashlib.sha256() if self._fingerprints else None

    def take(self, packet: Packet) -> Sequence[AccessUnit]:
        """Take one packet; give the access units that it ended: mostly none, seldom two.

        Raises LimitExceeded for an access unit of more than MAX_UNIT_BYTES, and nothing else.
        """
        units: Sequence[AccessUnit] = ()
        if packet.sequence != self._next or packet.ssrc != self._ssrc:
            if self._is_late(packet):
                return ()
            units = self._follow_gap(packet)
        elif packet.timestamp != self._timestamp:
            units = self._turn(packet.timestamp)
        self._next = (packet.sequence + 1) & 0xFFFF
        self._size += packet.end - packet.start
        if self._size > MAX_UNIT_BYTES:
            raise LimitExceeded(f"an access unit of more than {MAX_UNIT_BYTES} bytes")
        if self._open < 0 or not self._continue_slice(packet):
            self._take_pieces(packet)
        if packet.marker and self._by_marker and self._has_slice and not self._closed and self._open < 0:
            units = (*units, self._close())
        return units

    def _is_late(self, packet: Packet) -> bool:
        """Judge whether a packet out of order came too late or twice."""
        behind = (self._next - packet.sequence) & 0xFFFF
        return packet.ssrc == self._ssrc and 0 < behind <= MAX_MISORDER

    def _follow_gap(self, packet: Packet) -> Sequence[AccessUnit]:
        """Go on behind a gap, or with another source: what was under way has lost a part."""
        lost_slice = self._has_slice or self._open in self._codec.slices
        self._broken = self._broken or lost_slice
        self._drop_fragment()
        units: Sequence[AccessUnit] = ()
        if packet.timestamp != self._timestamp or packet.ssrc != self._ssrc:
            units = self._turn(packet.timestamp)
        self._ssrc = packet.ssrc
        self._unsure = True
        return units

    def _turn(self, timestamp: int) -> Sequence[AccessUnit]:
        """End what was under way and begin the access unit of another timestamp."""
        units = (self._close(),) if self._has_slice and not self._closed else ()
        self._drop_fragment()
        self._reset(timestamp)
        return units

    def _close(self) -> AccessUnit:
        complete = not self._broken and self._open < 0
        self._closed = True
        return AccessUnit(
            timestamp=self._timestamp,
            complete=complete,
            key_frame=complete and self._has_key_slice,
            fingerprint=self._digest.hexdigest() if complete and self._digest is not None else None,
        )

    def _continue_slice(self, packet: Packet) -> bool:
        """Take the next fragment of the slice under way, the most frequent packet, at little cost."""
        codec = self._codec
        data, start = packet.data, packet.start
        behind = start + codec.header_bytes
        if self._kept is not None or behind >= packet.end:
            return False
        if (data[start] & codec.type_mask) >> codec.type_shift != codec.fragment:
            return False
        flags = data[behind]
        if flags & 0x80 or flags & (codec.type_mask >> codec.type_shift) != self._open:
            return False
        if self._digest is not None and not self._closed:
            self._absorb(self._digest, data[behind + 1 : packet.end])
        if flags & 0x40:
            self._open = _NONE
        return True

    def _take_pieces(self, packet: Packet) -> None:
        pieces = cut_payload(packet, self._codec)
        if pieces is None:
            self.malformed += 1
            self._broken = True
            self._drop_fragment()
            return
        for piece in pieces:
            if piece.kind in self._codec.slices:
                self._take_slice(packet, piece)
            elif piece.kind in self._codec.parameter_sets:
                self._take_parameter_set(packet, piece)
            elif piece.first:
                self._drop_fragment()

    def _take_slice(self, packet: Packet, piece: Piece) -> None:
        """Take a whole slice, or a fragment that does not simply go on with the one under way."""
        self._drop_fragment()
        if not piece.first:
            self._broken = self._has_slice = True  # the start of it is lost
            return
        opens = (
            piece.kind in self._codec.openers
            and piece.start < piece.end
            and bool(packet.data[piece.start] & 0x80)
        )
        if self._closed:
            if opens:  # another picture with the same timestamp: a clock that stands still
                self._reset(packet.timestamp)
            else:
                self._by_marker = False
        if self._unsure and not self._has_slice and not opens:
            self._broken = True
        self._has_slice = True
        self._has_key_slice = self._has_key_slice or piece.kind in self._codec.key_slices
        self._open = _NONE if piece.last else piece.kind
        if self._digest is not None and not self._closed:
            self._zeros = 0
            self._digest.update(piece.header)
            self._absorb(self._digest, packet.data[piece.start : piece.end])

    def _absorb(self, digest: "hashlib._Hash", data: bytes | memoryview) -> None:
        """Add a part of a slice to the digest; zeros wait, for those at its end are no part of it."""
        body = bytes(data)
        kept = body.rstrip(b"\x00") if body.endswith(b"\x00") else body
        if kept:
            if self._zeros:
                digest.update(bytes(self._zeros))
                self._zeros = 0
            digest.update(kept)
        self._zeros += len(body) - len(kept)

    def _take_parameter_set(self, packet: Packet, piece: Piece) -> None:
        if piece.first:
            self._drop_fragment()
            self._kept = bytearray(piece.header)
        elif self._kept is None or self._open != piece.kind:
            self._drop_fragment()
            return
        self._kept += packet.data[piece.start : piece.end]
        self._open = _NONE if piece.last else piece.kind
        if not piece.last and len(self._kept) <= MAX_PARAMETER_SET_BYTES:
            return
        if len(self._kept) <= MAX_PARAMETER_SET_BYTES and len(self.parameter_sets) < MAX_PARAMETER_SETS:
            self.parameter_sets[bytes(self._kept)] = None
        self._drop_fragment()

    def _drop_fragment(self) -> None:
        """Forget the fragmented NAL unit under way; a slice without its end is lost."""
        if self._open in self._codec.slices:
            self._broken = True
        self._open = _NONE
        self._kept = None
