"""NAL units, alike for H.264 and H.265: cutting a byte stream, and what kinds there are."""

import re
from dataclasses import dataclass

_START = re.compile(b"\x00\x00\x01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """What the NAL unit types of a codec mean."""

    name: str
    header_bytes: int
    slices: frozenset[int]  # VCL NAL units: coded picture data
    key_slices: frozenset[int]  # those of pictures that decoding can start at (IDR, IRAP)
    parameter_sets: frozenset[int]

    def type_of(self, header: int) -> int:
        """Return the NAL unit type from the first byte of its header."""
        return header & 0x1F if self.header_bytes == 1 else (header >> 1) & 0x3F


H264 = Codec(
    name="H264",
    header_bytes=1,
    slices=frozenset(range(1, 6)),
    key_slices=frozenset({5}),
    parameter_sets=frozenset({7, 8}),
)
H265 = Codec(
    name="H265",
    header_bytes=2,
    slices=frozenset(range(32)),
    key_slices=frozenset(range(16, 22)),
    parameter_sets=frozenset({32, 33, 34}),
)


def split_annex_b(data: bytes) -> list[bytes]:
    """Cut an Annex B byte stream into NAL units, without start codes and trailing zeros."""
    starts = [found.end() for found in _START.finditer(data)]
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    cut = (data[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=True))
    return [nal for nal in cut if nal]
