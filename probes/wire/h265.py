"""H.265 (ITU-T H.265 §7.4.2) and its RTP payload format (RFC 7798), as numbers."""

from collections.abc import Iterable

from probes.wire.nal import Codec
from probes.wire.payload import packetize

H265 = Codec(
    name="H265",
    header_bytes=2,
    type_mask=0x7E,
    type_shift=1,
    slices=frozenset(range(32)),
    key_slices=frozenset(range(16, 22)),  # BLA, IDR and CRA; 22 and 23 are reserved
    openers=frozenset(range(32)),  # first_slice_segment_in_pic_flag
    parameter_sets=frozenset({32, 33, 34}),  # VPS, SPS, PPS
    aggregate=48,
    fragment=49,
    singles=frozenset(range(48)),
)


def packetize_h265(nals: Iterable[bytes], *, mtu: int, aggregate: bool = False) -> list[tuple[bytes, bool]]:
    """Cut one access unit into RTP payloads with their marker; see payload.packetize."""
    return packetize(nals, H265, mtu=mtu, aggregate=aggregate)
