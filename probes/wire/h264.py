"""H.264 (ITU-T H.264 §7.4.1) and its RTP payload format (RFC 6184), as numbers."""

from collections.abc import Iterable

from probes.wire.nal import Codec, split_annex_b
from probes.wire.payload import packetize

__all__ = ["H264", "packetize_h264", "split_annex_b"]

H264 = Codec(
    name="H264",
    header_bytes=1,
    type_mask=0x1F,
    type_shift=0,
    slices=frozenset(range(1, 6)),
    key_slices=frozenset({5}),  # an I slice of type 1 is no place to begin without its recovery point
    openers=frozenset({1, 2, 5}),  # first_mb_in_slice is 0; partitions B and C have none
    parameter_sets=frozenset({7, 8}),  # SPS, PPS
    aggregate=24,
    fragment=28,
    singles=frozenset(range(1, 24)),
)


def packetize_h264(nals: Iterable[bytes], *, mtu: int, aggregate: bool = False) -> list[tuple[bytes, bool]]:
    """Cut one access unit into RTP payloads with their marker; see payload.packetize."""
    return packetize(nals, H264, mtu=mtu, aggregate=aggregate)
