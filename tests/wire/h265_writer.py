"""Parameter sets of H.265, written field by field."""

from collections.abc import Sequence

from tests.wire.bit_writer import BitWriter

SPS, VPS = b"\x42\x01", b"\x40\x01"


def tier(writer: BitWriter, layers: Sequence[tuple[int, int]] = ()) -> BitWriter:
    """A profile_tier_level, with (profile, level) present for each sub-layer below the highest."""
    writer.u(8, 1).u(32, 0x60000000).u(48, 0).u(8, 93)
    for layer in layers:
        writer.flags(*layer)
    if layers:
        writer.u(2 * (8 - len(layers)), 0)
    for profile, level in layers:
        writer.u(88 * profile, 0).u(8 * level, 0)
    return writer


def begin(
    width: int = 320,
    height: int = 240,
    offsets: Sequence[int] = (),
    *,
    chroma: int = 1,
    separate: int = 0,
    layers: Sequence[tuple[int, int]] = (),
) -> BitWriter:
    """Everything up to the size and its cropping: left, right, top, bottom."""
    writer = tier(BitWriter().u(4, 0).u(3, len(layers)).flags(1), layers).ue(0, chroma)
    if chroma == 3:
        writer.flags(separate)
    writer.ue(width, height)
    return writer.flags(1).ue(*offsets) if offsets else writer.flags(0)


def tools(writer: BitWriter, *, orders: int = 1) -> BitWriter:
    """Bit depths, picture orders of 8 bits, `orders` rows of buffering and the block sizes."""
    writer.ue(0, 0, 4).flags(int(orders > 1))
    for _ in range(orders):
        writer.ue(4, 2, 0)
    return writer.ue(0, 3, 0, 3, 0, 0)


def rest(writer: BitWriter, units: int = 1, ticks: int = 25) -> BitWriter:
    """No scaling, PCM, reference sets or long-term pictures; a VUI with nothing but the timing."""
    return timed(writer.flags(0, 0, 0, 0).ue(0).flags(0), units, ticks)


def timed(writer: BitWriter, units: int = 1, ticks: int = 25) -> BitWriter:
    """The last two tools, and the VUI."""
    writer.flags(0, 0, 1).flags(0, 0, 0, 0).flags(0, 0, 0, 0)
    return writer.flags(1).u(32, units).u(32, ticks).flags(0, 0, 0, 0)
