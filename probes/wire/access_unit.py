"""Access units (coded frames) from RTP packets: complete or not, key frame or not, and their fingerprint.

Packets come in order of arrival. A gap in the sequence numbers makes the access unit that it falls into
incomplete. Units end by a new timestamp or the marker. In the cheap mode nothing is copied or hashed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from probes.wire.depacketizer import DEPACKETIZERS, Piece
from probes.wire.error import LimitExceeded
from probes.wire.nal import H264, H265, Codec
from probes.wire.rtp import Packet

CODECS = {"H264": H264, "H265": H265}
MOST_PARAMETER_BYTES = 4096
MOST_PARAMETER_SETS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUnit:
    """One coded frame as it arrived."""

    timestamp: int  # RTP, 32 bits
    complete: bool
    key_frame: bool  # every slice of it is one that decoding can start at
    fingerprint: str | None = None  # SHA-256 hex over its slice NAL units; only of complete ones


def fingerprint_of(nals: Iterable[bytes], codec: Codec) -> str:
    """SHA-256 over the slice NAL units of one access unit, in order, headers included."""
    digest = hashlib.sha256()
    for nal in nals:
        if codec.type_of(nal[0]) in codec.slices:
            digest.update(nal)
    return digest.hexdigest()


@dataclass(slots=True)
class Collector:
    """Collects the packets of one video stream. Raises WireError for payloads that cannot be its."""

    codec: str
    fingerprints: bool = True
    parameter_sets: dict[bytes, None] = field(default_factory=dict)  # in band, in order of arrival
    _next: int | None = None
    _timestamp: int | None = None
    _complete: bool = True
    _slices: int = 0
    _key_slices: int = 0
    _open: int | None = None  # type of the fragmented unit under way
    _kept: bytearray | None = None  # of a fragmented parameter set
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, packet: Packet) -> list[AccessUnit]:
        """Take one packet; return the access units that it ended (none, one, seldom two)."""
        ended: list[AccessUnit] = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            ended += self._end()
        if self._next is not None and packet.sequence != self._next:
            self._lose()
        self._next = (packet.sequence + 1) & 0xFFFF
        if self._timestamp is None:
            self._timestamp = packet.timestamp
        for piece in DEPACKETIZERS[self.codec](packet.payload):
            self._take_piece(piece)
        if packet.marker:
            ended += self._end()
        return ended

    def _lose(self) -> None:
        """Something is missing: what it belonged to cannot be known."""
        self._complete = False
        self._open = None
        self._kept = None

    def _take_piece(self, piece: Piece) -> None:
        codec = CODECS[self.codec]
        kind = codec.type_of(piece.header[0])
        if piece.first:
            if self._open is not None:
                self._complete = False
            self._begin(piece, kind, codec)
        elif self._open != kind:
            self._complete = False
            return
        if self.fingerprints and kind in codec.slices:
            self._digest.update(piece.body)
        if self._kept is not None:
            self._kept += piece.body
            if len(self._kept) > MOST_PARAMETER_BYTES:
                raise LimitExceeded("a parameter set larger than any")
        self._open = None if piece.last else kind
        if piece.last:
            self._finish_unit(kind, codec)

    def _begin(self, piece: Piece, kind: int, codec: Codec) -> None:
        self._kept = bytearray(piece.header) if kind in codec.parameter_sets else None
        if self.fingerprints and kind in codec.slices:
            self._digest.update(piece.header)

    def _finish_unit(self, kind: int, codec: Codec) -> None:
        if kind in codec.slices:
            self._slices += 1
            self._key_slices += kind in codec.key_slices
        elif self._kept is not None and len(self.parameter_sets) < MOST_PARAMETER_SETS:
            self.parameter_sets[bytes(self._kept)] = None
        self._kept = None

    def _end(self) -> list[AccessUnit]:
        """Close the access unit under way; one without a slice is none."""
        if self._open is not None:
            self._complete = False
        unit = AccessUnit(
            timestamp=self._timestamp or 0,
            complete=self._complete,
            key_frame=self._slices > 0 and self._slices == self._key_slices,
            fingerprint=self._digest.hexdigest() if self.fingerprints and self._complete else None,
        )
        had_slices = self._slices > 0 or not self._complete
        self._timestamp = None
        self._complete = True
        self._slices = self._key_slices = 0
        self._open = self._kept = None
        if self.fingerprints:
            self._digest = hashlib.sha256()
        return [unit] if had_slices else []
