"""NAL units: what their types mean in H.264 and H.265, and how a byte stream is cut into them.

The two codecs differ in numbers only, so one Codec value each tells all other modules what to do. Nothing
inside a NAL unit is read here.
"""

import re
from dataclasses import dataclass

_START_CODE = re.compile(rb"\x00\x00\x01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """What the NAL unit headers of a codec, and of its RTP payload format, mean."""

    name: str  # the rtpmap encoding name
    header_bytes: int
    type_mask: int  # of the first header byte
    type_shift: int
    slices: frozenset[int]  # VCL NAL units: parts of a coded picture
    key_slices: frozenset[int]  # of a picture where decoding can begin: IDR, IRAP
    openers: frozenset[int]  # slices whose first payload bit says "first of the picture"
    parameter_sets: frozenset[int]
    aggregate: int  # type of a packet with several units: STAP-A, AP
    fragment: int  # type of a packet with a part of one: FU-A, FU
    singles: frozenset[int]  # types that stand in a packet as they are

    def type_of(self, header: int) -> int:
        """Give the NAL unit type from the first byte of its header."""
        return (header & self.type_mask) >> self.type_shift


def split_annex_b(data: bytes) -> list[bytes]:
    """Cut a byte stream (ITU-T H.264 and H.265, Annex B) into NAL units.

    Start codes and the zeros behind a unit are left out. What stands before the first start code is
    left out too, so a stream without any gives nothing.
    """
    starts = [match.end() for match in _START_CODE.finditer(data)]
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    cut = (data[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=False))
    return [nal for nal in cut if nal]
