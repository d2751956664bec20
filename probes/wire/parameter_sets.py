"""Picture size and announced frame rate from sequence parameter sets.

H.264: ITU-T H.264 §7.3.2.1.1 and §E.1.1. H.265: ITU-T H.265 §7.3.2.2 and §E.2.1. Only what stands before
and in the timing information is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from probes.wire.bits import Bits
from probes.wire.error import WireError

MOST_PIXELS = 16384  # on a side; level 6.2 of both codecs ends below it
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_EXTENDED_SAR = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFormat:
    """What a sequence parameter set says of every picture."""

    width: int  # pixels, after cropping
    height: int
    fps: float | None = None  # announced; None when it says nothing


def picture_format(parameter_sets: Iterable[bytes], codec: str) -> PictureFormat | None:
    """Read the first usable sequence parameter set among NAL units; None when there is none."""
    for nal in parameter_sets:
        try:
            if codec == "H264" and nal[:1] and nal[0] & 0x1F == 7:
                return parse_sps_h264(nal)
            if codec == "H265" and nal[:1] and (nal[0] >> 1) & 0x3F == 33:
                return parse_sps_h265(nal)
        except WireError:
            continue
    return None


def parse_sps_h264(nal: bytes) -> PictureFormat:
    """Read an H.264 sequence parameter set NAL unit. Raises WireError."""
    bits = Bits(nal[1:])
    profile = bits.read(8)
    bits.skip(16)
    bits.unsigned()
    chroma = _h264_chroma(bits) if profile in _HIGH_PROFILES else 1
    bits.unsigned()
    _h264_order(bits)
    bits.unsigned()
    bits.skip(1)
    width = (bits.unsigned() + 1) * 16
    map_units = (bits.unsigned() + 1) * 16
    frames_only = bits.flag()
    height = map_units * (1 if frames_only else 2)
    if not frames_only:
        bits.skip(1)
    bits.skip(1)
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        across, down = _chroma_units(chroma)
        width -= (left + right) * across
        height -= (top + bottom) * down * (1 if frames_only else 2)
    return _format(width, height, _h264_fps(bits) if bits.flag() else None)


def _h264_chroma(bits: Bits) -> int:
    """Read what the high profiles put between the id and the frame numbers; return chroma_format_idc."""
    chroma = bits.unsigned()
    if chroma == 3 and bits.flag():
        chroma = 0  # separate planes are cropped like monochrome
    bits.unsigned()
    bits.unsigned()
    bits.skip(1)
    if bits.flag():
        for number in range(8 if chroma != 3 else 12):
            if bits.flag():
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _h264_order(bits: Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.skip(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()


def _h264_fps(bits: Bits) -> float | None:
    _skip_vui_head(bits)
    if not bits.flag():
        return None
    units, scale = bits.read(32), bits.read(32)
    return _rate(scale, 2 * units)


def _skip_vui_head(bits: Bits) -> None:
    """Pass over aspect ratio, overscan, video signal and chroma location, the same in both codecs."""
    if bits.flag() and bits.read(8) == _EXTENDED_SAR:
        bits.skip(32)
    if bits.flag():
        bits.skip(1)
    if bits.flag():
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():
        bits.unsigned()
        bits.unsigned()


def parse_sps_h265(nal: bytes) -> PictureFormat:
    """Read an H.265 sequence parameter set NAL unit. Raises WireError."""
    bits = Bits(nal[2:])
    bits.skip(4)
    sub_layers = bits.read(3)
    bits.skip(1)
    _skip_profile_tier_level(bits, sub_layers)
    bits.unsigned()
    chroma = bits.unsigned()
    if chroma == 3 and bits.flag():
        chroma = 0
    width, height = bits.unsigned(), bits.unsigned()
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        across, down = _chroma_units(chroma)
        width -= (left + right) * across
        height -= (top + bottom) * down
    size = _format(width, height, None)
    try:
        fps = _h265_fps(bits, sub_layers)
    except WireError:
        return size  # the size stands; what follows it we could not read
    return _format(width, height, fps)


def _skip_profile_tier_level(bits: Bits, sub_layers: int) -> None:
    bits.skip(96)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.skip(2 * (8 - sub_layers))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))


def _h265_fps(bits: Bits, sub_layers: int) -> float | None:
    """Walk from the bit depths to the VUI's timing information."""
    bits.unsigned()
    bits.unsigned()
    order_bits = bits.unsigned() + 4
    first = 0 if bits.flag() else sub_layers
    for _ in range(first, sub_layers + 1):
        bits.unsigned()
        bits.unsigned()
        bits.unsigned()
    for _ in range(6):
        bits.unsigned()
    if bits.flag() and bits.flag():
        _skip_scaling_data_h265(bits)
    bits.skip(2)
    if bits.flag():
        bits.skip(8)
        bits.unsigned()
        bits.unsigned()
        bits.skip(1)
    _skip_reference_sets(bits)
    if bits.flag():
        for _ in range(min(bits.unsigned(), 32)):
            bits.skip(order_bits + 1)
    bits.skip(2)
    if not bits.flag():
        return None
    return _h265_vui_fps(bits)


def _h265_vui_fps(bits: Bits) -> float | None:
    _skip_vui_head(bits)
    bits.skip(3)
    if bits.flag():
        for _ in range(4):
            bits.unsigned()
    if not bits.flag():
        return None
    units, scale = bits.read(32), bits.read(32)
    return _rate(scale, units)


def _skip_scaling_data_h265(bits: Bits) -> None:
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if not bits.flag():
                bits.unsigned()
                continue
            if size > 1:
                bits.signed()
            for _ in range(min(64, 1 << (4 + (size << 1)))):
                bits.signed()


def _skip_reference_sets(bits: Bits) -> None:
    """Pass over the short-term reference picture sets (§7.3.7), whose sizes depend on each other."""
    count = bits.unsigned()
    if count > 64:
        raise WireError("more reference picture sets than any")
    sizes: list[int] = []
    for number in range(count):
        if number and bits.flag():
            bits.skip(1)
            bits.unsigned()
            sizes.append(sum(_inter_reference(bits) for _ in range(sizes[-1] + 1)))
        else:
            negative, positive = bits.unsigned(), bits.unsigned()
            if negative + positive > 16:
                raise WireError("a reference picture set larger than any")
            for _ in range(negative + positive):
                bits.unsigned()
                bits.skip(1)
            sizes.append(negative + positive)


def _inter_reference(bits: Bits) -> int:
    used = bits.flag()
    return 1 if used or bits.flag() else 0


def _chroma_units(chroma: int) -> tuple[int, int]:
    return (2 if chroma in {1, 2} else 1, 2 if chroma == 1 else 1)


def _rate(ticks: int, units: int) -> float | None:
    if not ticks or not units:
        return None
    rate = ticks / units
    return round(rate, 3) if 0.01 <= rate <= 1000 else None


def _format(width: int, height: int, fps: float | None) -> PictureFormat:
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise WireError(f"pictures of {width} by {height} pixels")
    return PictureFormat(width=width, height=height, fps=fps)
