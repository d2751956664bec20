"""The sequence parameter set of H.264 (ITU-T H.264 §7.3.2.1.1, §E.1.1), up to its timing."""

from dataclasses import replace

from probes.wire.bits import Bits
from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat, make_format, make_rate, read_cropping, skip_vui_head

_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_MAX_CYCLE = 255  # num_ref_frames_in_pic_order_cnt_cycle


def parse_sps_h264(nal: bytes) -> PictureFormat:
    """Parse a sequence parameter set NAL unit; the rate is None where its timing cannot be read.

    Raises WireError when the size cannot be told.
    """
    bits = Bits(nal[1:])
    profile = bits.read(8)
    bits.skip(16)  # constraints, level
    bits.skip_codes(1)
    chroma = _read_chroma(bits) if profile in _HIGH_PROFILES else 1
    bits.skip_codes(1)  # log2_max_frame_num
    _skip_order_count(bits)
    bits.skip_codes(1)  # max_num_ref_frames
    bits.skip(1)
    width = (bits.unsigned() + 1) * 16
    map_units = bits.unsigned() + 1
    frames_only = bits.flag()
    field_factor = 1 if frames_only else 2
    height = map_units * 16 * field_factor
    bits.skip(1 if frames_only else 2)  # mb_adaptive_frame_field, direct_8x8_inference
    if bits.flag():
        across, down = read_cropping(bits, chroma, field_factor)
        width, height = width - across, height - down
    size = make_format(width, height)
    try:
        return replace(size, fps=_read_rate(bits))
    except WireError:
        return size  # some cameras cut the VUI off


def _read_chroma(bits: Bits) -> int:
    """Read what the high profiles put in; give chroma_format_idc, 0 for separate planes."""
    chroma = bits.unsigned()
    lists = 12 if chroma == 3 else 8
    if chroma == 3 and bits.flag():
        chroma = 0
    bits.skip_codes(2)  # bit depths
    bits.skip(1)
    if bits.flag():
        for number in range(lists):
            if bits.flag():
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma


def _skip_scaling_list(bits: Bits, size: int) -> None:
    """Pass over scaling_list(), which ends early when the next scale would be 0 (§7.3.2.1.1.1)."""
    scale = 8
    for _ in range(size):
        scale = (scale + bits.signed()) % 256
        if not scale:
            return


def _skip_order_count(bits: Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.skip_codes(1)
    elif kind == 1:
        bits.skip(1)
        bits.skip_codes(2)
        cycle = bits.unsigned()
        if cycle > _MAX_CYCLE:
            raise WireError("a picture order cycle longer than any")
        bits.skip_codes(cycle)


def _read_rate(bits: Bits) -> float | None:
    if not bits.flag():
        return None
    skip_vui_head(bits)
    if not bits.flag():
        return None
    units, ticks = bits.read(32), bits.read(32)
    return make_rate(ticks, 2 * units)  # a tick is a field
