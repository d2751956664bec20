"""Whole NAL units from RTP packets: fragments are put together, what lost a part is dropped and counted.

Packets come in the order of their sequence numbers; a late one is passed over. Frames are not known here.
"""

from probes.wire.error import LimitExceeded
from probes.wire.nal import Codec
from probes.wire.payload import Piece, cut_payload
from probes.wire.rtp import MAX_MISORDER, Packet

MAX_NAL_BYTES = 2 * 1024 * 1024  # what a whole check may take


class Depacketizer:
    """Puts the NAL units of one stream together. `dropped` counts those that cannot be."""

    __slots__ = ("_codec", "_fragment", "_kind", "_next", "dropped")

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._fragment: bytearray | None = None
        self._kind = -1  # NAL unit type of the fragment
        self._next = -1  # sequence number
        self.dropped = 0

    def take(self, packet: Packet) -> list[bytes]:
        """Take a packet and give the NAL units that are now whole.

        Raises LimitExceeded for one of more than MAX_NAL_BYTES.
        """
        if packet.sequence != self._next:
            if self._next >= 0 and (self._next - packet.sequence) & 0xFFFF <= MAX_MISORDER:
                return []
            self._drop_fragment()
        self._next = (packet.sequence + 1) & 0xFFFF
        pieces = cut_payload(packet, self._codec)
        if pieces is None:
            self._drop_fragment()
            self.dropped += 1
            return []
        return [nal for piece in pieces if (nal := self._add(packet, piece))]

    def _add(self, packet: Packet, piece: Piece) -> bytes | None:
        """Add one piece; give its NAL unit when that is whole."""
        body = packet.data[piece.start : piece.end]
        if piece.first:
            self._drop_fragment()
            if piece.last:
                return piece.header + body
            self._fragment = bytearray(piece.header)
            self._kind = piece.kind
        if self._fragment is None or piece.kind != self._kind:
            self._drop_fragment()
            return None
        self._fragment += body
        if len(self._fragment) > MAX_NAL_BYTES:
            raise LimitExceeded(f"a NAL unit of more than {MAX_NAL_BYTES} bytes")
        if not piece.last:
            return None
        nal = bytes(self._fragment)
        self._fragment = None
        return nal

    def _drop_fragment(self) -> None:
        if self._fragment is not None:
            self._fragment = None
            self.dropped += 1
