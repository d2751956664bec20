"""The parameter sets of H.265 (ITU-T H.265 §7.3.2.1, §7.3.2.2, §E.2.1), up to their timing."""

from dataclasses import replace

from probes.wire.bits import Bits
from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat, make_format, make_rate, read_cropping, skip_vui_head

_MAX_REFERENCE_SETS = 64
_MAX_REFERENCES = 16
_MAX_LONG_TERM = 32
_MAX_LAYER_SETS = 1024


def parse_sps_h265(nal: bytes) -> PictureFormat:
    """Parse a sequence parameter set NAL unit; the rate is None where its timing cannot be read.

    Raises WireError when the size cannot be told.
    """
    bits = Bits(nal[2:])
    bits.skip(4)
    sub_layers = bits.read(3)  # sps_max_sub_layers_minus1
    bits.skip(1)
    _skip_profile_tier_level(bits, sub_layers)
    bits.skip_codes(1)
    chroma = bits.unsigned()
    if chroma == 3 and bits.flag():
        chroma = 0
    width, height = bits.unsigned(), bits.unsigned()
    if bits.flag():
        across, down = read_cropping(bits, chroma)
        width, height = width - across, height - down
    size = make_format(width, height)
    try:
        _skip_coding_tools(bits, sub_layers)
        return replace(size, fps=_read_rate(bits))
    except WireError:
        return size  # the size stands, whatever comes behind it


def parse_vps_rate(nal: bytes) -> float | None:
    """Give frames per second as a video parameter set NAL unit announces them. Raises WireError."""
    bits = Bits(nal[2:])
    bits.skip(12)
    sub_layers = bits.read(3)
    bits.skip(17)
    _skip_profile_tier_level(bits, sub_layers)
    _skip_ordering(bits, sub_layers)
    max_layer_id = bits.read(6)
    layer_sets = bits.unsigned()
    if layer_sets >= _MAX_LAYER_SETS:
        raise WireError("more layer sets than any")
    bits.skip(layer_sets * (max_layer_id + 1))
    if not bits.flag():
        return None
    units, ticks = bits.read(32), bits.read(32)
    return make_rate(ticks, units)


def _skip_profile_tier_level(bits: Bits, sub_layers: int) -> None:
    bits.skip(96)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.skip(2 * (8 - sub_layers))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))


def _skip_ordering(bits: Bits, sub_layers: int) -> None:
    """Pass over what is said for every sub-layer, or for the highest alone."""
    bits.skip_codes(3 * (sub_layers + 1 if bits.flag() else 1))


def _skip_coding_tools(bits: Bits, sub_layers: int) -> None:
    """Pass over all between the size and the VUI."""
    bits.skip_codes(2)  # bit depths
    order_bits = bits.unsigned() + 4
    if order_bits > 16:
        raise WireError("picture order counts longer than any")
    _skip_ordering(bits, sub_layers)
    bits.skip_codes(6)  # block sizes and depths
    if bits.flag() and bits.flag():
        _skip_scaling_data(bits)
    bits.skip(2)
    if bits.flag():  # PCM
        bits.skip(8)
        bits.skip_codes(2)
        bits.skip(1)
    _skip_reference_sets(bits)
    if bits.flag():
        count = bits.unsigned()
        if count > _MAX_LONG_TERM:
            raise WireError("more long-term pictures than any")
        bits.skip(count * (order_bits + 1))
    bits.skip(2)


def _skip_scaling_data(bits: Bits) -> None:
    """Pass over scaling_list_data() (§7.3.4)."""
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if bits.flag():
                bits.skip_codes(min(64, 1 << (4 + 2 * size)) + (size > 1))
            else:
                bits.skip_codes(1)


def _skip_reference_sets(bits: Bits) -> None:
    """Pass over the short-term reference picture sets (§7.3.7), whose sizes depend on each other."""
    count = bits.unsigned()
    if count > _MAX_REFERENCE_SETS:
        raise WireError("more reference picture sets than any")
    size = 0  # of the set before: NumDeltaPocs
    for number in range(count):
        if number and bits.flag():
            bits.skip(1)
            bits.skip_codes(1)
            size = sum(bits.flag() or bits.flag() for _ in range(size + 1))
        else:
            size = bits.unsigned() + bits.unsigned()
            if size > _MAX_REFERENCES:
                raise WireError("a reference picture set larger than any")
            for _ in range(size):
                bits.skip_codes(1)
                bits.skip(1)


def _read_rate(bits: Bits) -> float | None:
    if not bits.flag():
        return None
    skip_vui_head(bits)
    bits.skip(3)
    if bits.flag():  # default display window
        bits.skip_codes(4)
    if not bits.flag():
        return None
    units, ticks = bits.read(32), bits.read(32)
    return make_rate(ticks, units)
