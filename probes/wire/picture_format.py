"""What a sequence parameter set says of every picture, and what both codecs write alike."""

from dataclasses import dataclass

from probes.wire.bits import Bits
from probes.wire.error import WireError

MAX_SIDE = 16384  # pixels; the highest levels of both codecs end below it
MIN_RATE, MAX_RATE = 0.01, 1000.0  # frames per second that can be meant

_EXTENDED_SAR = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFormat:
    """Size and rate of the pictures."""

    width: int  # pixels, after cropping
    height: int
    fps: float | None = None  # as announced; None when nothing sensible is


def make_format(width: int, height: int, fps: float | None = None) -> PictureFormat:
    """Give the format. Raises WireError for a size that no picture has."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise WireError(f"pictures of {width} by {height} pixels")
    return PictureFormat(width=width, height=height, fps=fps)


def make_rate(ticks: int, units: int) -> float | None:
    """Give frames per second from time_scale and what one frame takes of it; None for nonsense."""
    if not units:
        return None
    rate = ticks / units
    return round(rate, 3) if MIN_RATE <= rate <= MAX_RATE else None


def read_cropping(bits: Bits, chroma: int, field_factor: int = 1) -> tuple[int, int]:
    """Read the cropping offsets; give the pixels to take off width and height.

    `chroma` is chroma_format_idc, 0 for separate planes; `field_factor` is 2 when lines count twice.
    """
    left, right, top, bottom = (bits.unsigned() for _ in range(4))
    across = 2 if chroma in {1, 2} else 1
    down = 2 if chroma == 1 else 1
    return (left + right) * across, (top + bottom) * down * field_factor


def skip_vui_head(bits: Bits) -> None:
    """Pass over aspect ratio, overscan, video signal and chroma location (§E.1.1, §E.2.1)."""
    if bits.flag() and bits.read(8) == _EXTENDED_SAR:
        bits.skip(32)
    if bits.flag():
        bits.skip(1)
    if bits.flag():
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():
        bits.skip_codes(2)
