"""From a stream's parameter sets to the size and announced rate of its pictures."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat
from probes.wire.sps_h264 import parse_sps_h264
from probes.wire.sps_h265 import parse_sps_h265, parse_vps_rate

__all__ = ["PictureFormat", "picture_format"]

T = TypeVar("T")

_SPS_H264 = 7
_VPS_H265, _SPS_H265 = 32, 33


def picture_format(parameter_sets: Iterable[bytes], codec: str) -> PictureFormat | None:
    """Give the format that the last readable sequence parameter set among NAL units tells.

    None when there is none. `codec` is "H264" or "H265". What is in none of the two is passed over.
    """
    sets = [nal for nal in parameter_sets if nal]
    if codec == "H264":
        return _last(parse_sps_h264, (nal for nal in sets if nal[0] & 0x1F == _SPS_H264))
    if codec != "H265":
        return None
    found = _last(parse_sps_h265, (nal for nal in sets if nal[0] >> 1 & 0x3F == _SPS_H265))
    if found is not None and found.fps is None:
        rate = _last(parse_vps_rate, (nal for nal in sets if nal[0] >> 1 & 0x3F == _VPS_H265))
        return replace(found, fps=rate)
    return found


def _last(parse: Callable[[bytes], T], nals: Iterable[bytes]) -> T | None:
    """Give what the last NAL unit says that can be parsed."""
    result: T | None = None
    for nal in nals:
        try:
            result = parse(nal)
        except WireError:
            continue
    return result
