"""From whatever parameter sets a stream has to its size and rate; of hostile ones nothing escapes."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.bits import MAX_BYTES
from probes.wire.error import WireError
from probes.wire.parameter_sets import picture_format
from probes.wire.picture_format import MAX_SIDE, PictureFormat, make_format, make_rate
from probes.wire.sps_h264 import parse_sps_h264
from probes.wire.sps_h265 import parse_sps_h265, parse_vps_rate

# Written by x264 and x265 for made-up pictures.
SMALL = bytes.fromhex("6742c00bda05067e7c0440000003004000000603c50aa8")
LARGE = bytes.fromhex("6764001eacd940a02ff97011000003000100000300320f162d96")
PPS = bytes.fromhex("68ebe3cb22c0")
SPS_H265 = bytes.fromhex(
    "42010101600000030090000003000003003ca00d480f1f596566924caf016808000003001000000300c840"
)
PPS_H265 = bytes.fromhex("4401c172b46240")
VPS_H265 = bytes.fromhex("40010c01ffff01600000030090000003000003003c959809")
# 320 by 240 without a rate; 15 pictures a second.
BARE_SPS_H265 = bytes.fromhex("4201010160000003000003000003000003005da00a080f16515e493082")
TIMED_VPS_H265 = bytes.fromhex("40010c01ffff0160000003000003000003000003005d15c0c0000003004000000303c8")

SMALL_FORMAT = PictureFormat(width=320, height=180, fps=12.0)
LARGE_FORMAT = PictureFormat(width=640, height=360, fps=25.0)
FORMAT_H265 = PictureFormat(width=424, height=238, fps=12.5)
BARE_FORMAT_H265 = PictureFormat(width=320, height=240)
TIMED_FORMAT_H265 = PictureFormat(width=320, height=240, fps=15.0)


@pytest.mark.parametrize(
    ("nals", "codec", "expected"),
    [
        pytest.param([SMALL, PPS], "H264", SMALL_FORMAT, id="one"),
        pytest.param([SMALL, PPS, LARGE, PPS], "H264", LARGE_FORMAT, id="the last counts"),
        pytest.param([LARGE, SMALL[:6]], "H264", LARGE_FORMAT, id="the last that can be read"),
        pytest.param([b"\x27" + SMALL[1:]], "H264", SMALL_FORMAT, id="another nal_ref_idc"),
        pytest.param([SMALL + bytes(3)], "H264", SMALL_FORMAT, id="zeros behind"),
        pytest.param([SMALL + bytes(MAX_BYTES)], "H264", SMALL_FORMAT, id="very many zeros behind"),
        pytest.param([b"", PPS, b"\x67"], "H264", None, id="none to be read"),
        pytest.param([], "H264", None, id="none at all"),
        pytest.param([SPS_H265, PPS_H265], "H265", FORMAT_H265, id="H.265"),
        pytest.param([SMALL, b"", SPS_H265], "H265", FORMAT_H265, id="H.264 among H.265"),
        pytest.param([BARE_SPS_H265], "H265", BARE_FORMAT_H265, id="no rate"),
        pytest.param([BARE_SPS_H265, VPS_H265], "H265", BARE_FORMAT_H265, id="no rate in either"),
        pytest.param([BARE_SPS_H265, TIMED_VPS_H265], "H265", TIMED_FORMAT_H265, id="the rate of the VPS"),
        pytest.param([TIMED_VPS_H265, SPS_H265], "H265", FORMAT_H265, id="the rate of the SPS comes first"),
        pytest.param([TIMED_VPS_H265], "H265", None, id="a VPS alone"),
        pytest.param([SMALL, PPS], "H265", None, id="H.264 alone, called H.265"),
        pytest.param([SMALL], "JPEG", None, id="another codec"),
    ],
)
def test_format_of_a_stream(nals: list[bytes], codec: str, expected: PictureFormat | None) -> None:
    """The last sequence parameter set that can be read decides; everything else is passed over."""
    assert picture_format(nals, codec) == expected


@pytest.mark.parametrize("side", [1, MAX_SIDE])
def test_sizes_that_can_be(side: int) -> None:
    """From one pixel to the highest level, a size is a size."""
    assert make_format(side, side) == PictureFormat(width=side, height=side)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 1), (1, 0), (-16, 16), (MAX_SIDE + 1, 16), (16, MAX_SIDE + 1)]
)
def test_sizes_that_cannot_be(width: int, height: int) -> None:
    """Nothing below or above is."""
    with pytest.raises(WireError):
        make_format(width, height)


@pytest.mark.parametrize(
    ("ticks", "units", "rate"),
    [(1, 100, 0.01), (1, 101, None), (1000, 1, 1000.0), (1001, 1, None), (30000, 1001, 29.97), (1, 0, None)],
)
def test_rates_that_can_be(ticks: int, units: int, rate: float | None) -> None:
    """A rate between one picture in 100 seconds and 1000 a second is one; all else is a clock."""
    assert make_rate(ticks, units) == rate


def attempt(parse: Callable[[bytes], object], nal: bytes) -> None:
    """Parse; a WireError is a good answer, anything else is not."""
    try:
        parse(nal)
    except WireError:
        return


PARSERS = pytest.mark.parametrize(
    ("parse", "whole"),
    [(parse_sps_h264, LARGE), (parse_sps_h265, SPS_H265), (parse_vps_rate, TIMED_VPS_H265)],
)


@PARSERS
def test_every_cut(parse: Callable[[bytes], object], whole: bytes) -> None:
    """Cut anywhere, a parameter set tells what it can, or WireError."""
    for end in range(len(whole)):
        attempt(parse, whole[:end])


@PARSERS
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_damage(parse: Callable[[bytes], object], whole: bytes, data: st.DataObject) -> None:
    """With any bytes in the place of some of its own, or behind them, nothing but WireError escapes."""
    at = data.draw(st.integers(0, len(whole)))
    foreign = data.draw(st.binary(max_size=300))
    attempt(parse, whole[:at] + foreign + whole[at + data.draw(st.integers(0, len(foreign))) :])


@settings(deadline=None, max_examples=150)
@given(nals=st.lists(st.binary(max_size=40), max_size=4), codec=st.sampled_from(["H264", "H265", "", "h264"]))
def test_any_bytes(nals: list[bytes], codec: str) -> None:
    """What is read of any bytes is a size that a picture can have, or nothing."""
    headers = b"\x67\x42\x40"
    found = picture_format([headers[at % 3 : at % 3 + 1] + nal for at, nal in enumerate(nals)], codec)
    assert found is None or (0 < found.width <= MAX_SIDE and 0 < found.height <= MAX_SIDE)
