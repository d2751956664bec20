"""The parameter sets of H.265: size, cropping and rate, whatever stands in between."""

from collections.abc import Sequence

import pytest

from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat
from probes.wire.sps_h265 import parse_sps_h265, parse_vps_rate
from tests.wire.bit_writer import BitWriter

SPS, VPS = b"\x42\x01", b"\x40\x01"
SIZED = PictureFormat(width=320, height=240)
TIMED = PictureFormat(width=320, height=240, fps=25.0)


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


def parsed(writer: BitWriter) -> PictureFormat:
    """What is read of a sequence parameter set."""
    return parse_sps_h265(writer.nal(SPS))


@pytest.mark.parametrize(
    ("chroma", "separate", "offsets", "expected"),
    [
        pytest.param(1, 0, (), (1920, 1088), id="not cropped"),
        pytest.param(1, 0, (0, 0, 0, 4), (1920, 1080), id="4:2:0"),
        pytest.param(1, 0, (1, 2, 3, 4), (1914, 1074), id="on all sides"),
        pytest.param(0, 0, (0, 3, 0, 4), (1917, 1084), id="grey"),
        pytest.param(2, 0, (0, 3, 0, 4), (1914, 1084), id="4:2:2"),
        pytest.param(3, 0, (0, 3, 0, 4), (1917, 1084), id="4:4:4"),
        pytest.param(3, 1, (0, 3, 0, 4), (1917, 1084), id="separate planes"),
    ],
)
def test_size_and_cropping(
    chroma: int, separate: int, offsets: tuple[int, ...], expected: tuple[int, int]
) -> None:
    """The conformance window counts in chroma samples (§7.4.3.2.1)."""
    found = parsed(rest(tools(begin(1920, 1088, offsets, chroma=chroma, separate=separate))))
    assert (found.width, found.height, found.fps) == (*expected, 25.0)


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([(0, 0)], id="one, nothing said"),
        pytest.param([(1, 1), (0, 1)], id="two"),
        pytest.param([(0, 1)] * 6, id="seven in all"),
    ],
)
def test_sub_layers_are_passed_over(layers: list[tuple[int, int]]) -> None:
    """Temporal sub-layers add to the profile and to the buffering."""
    assert parsed(rest(tools(begin(layers=layers), orders=len(layers) + 1))) == TIMED
    assert parsed(rest(tools(begin(layers=layers)))) == TIMED


@pytest.mark.parametrize("sent", [0, 1], ids=["predicted", "sent in full"])
def test_scaling_lists_are_passed_over(sent: int) -> None:
    """Scaling lists are predicted or sent with 16 or 64 differences; the two large sizes with a first one."""
    writer = tools(begin()).flags(1, 1)
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            writer.flags(sent)
            if not sent:
                writer.ue(0)
                continue
            if size > 1:
                writer.se(-3)
            writer.se(*[1, -1] * (8 if size == 0 else 32))
    assert parsed(timed(writer.flags(0, 0, 0).ue(0).flags(0))) == TIMED


def test_default_scaling_lists_are_no_data() -> None:
    """Scaling can be on without a word about it."""
    assert parsed(timed(tools(begin()).flags(1, 0).flags(0, 0, 0).ue(0).flags(0))) == TIMED


def test_pcm_and_long_term_pictures_are_passed_over() -> None:
    """PCM has its own bit depths and sizes; long-term pictures are as long as picture orders."""
    writer = tools(begin()).flags(0, 1, 1).flags(1).u(4, 7).u(4, 7).ue(0, 2).flags(1)
    writer.ue(0).flags(1).ue(2)
    for order in (17, 255):
        writer.u(8, order).flags(1)
    assert parsed(timed(writer)) == TIMED


def test_reference_sets_are_passed_over() -> None:
    """A predicted set has a flag or two for each picture of the set before it, and one more (§7.3.7)."""
    writer = tools(begin()).flags(0, 0, 0, 0).ue(4)
    writer.ue(2, 1).ue(0).flags(1).ue(1).flags(0).ue(0).flags(1)  # three pictures in full
    writer.flags(1, 0).ue(0).flags(1).flags(0, 1).flags(0, 0).flags(1)  # of four flags three stay
    writer.flags(1, 1).ue(2).flags(1, 1, 1).flags(0, 0)  # three again
    writer.flags(0).ue(1, 0).ue(0).flags(1)
    assert parsed(timed(writer.flags(0))) == TIMED


@pytest.mark.parametrize(
    ("units", "ticks", "fps"),
    [
        pytest.param(1, 25, 25.0, id="25"),
        pytest.param(1001, 30000, 29.97, id="30000/1001"),
        pytest.param(0x02000000, 0x19000000, 12.5, id="zeros that must be escaped"),
        pytest.param(0, 25, None, id="no unit"),
        pytest.param(1, 90000, None, id="a clock, no rate"),
    ],
)
def test_rate(units: int, ticks: int, fps: float | None) -> None:
    """A tick is a picture; what no camera does is no rate."""
    assert parsed(rest(tools(begin()), units, ticks)).fps == fps


def test_rate_behind_the_whole_vui() -> None:
    """Aspect ratio, overscan, colours, chroma places and the default window stand before the timing."""
    writer = tools(begin()).flags(0, 0, 0, 0).ue(0).flags(0, 0, 0, 1)
    writer.flags(1).u(8, 255).u(16, 4).u(16, 3).flags(1, 0)
    writer.flags(1).u(3, 5).flags(0, 1).u(24, 0x010101).flags(1).ue(2, 2)
    writer.flags(0, 0, 0, 1).ue(0, 1, 0, 1).flags(1).u(32, 1001).u(32, 24000).flags(0, 0, 0)
    assert parsed(writer).fps == 23.976


@pytest.mark.parametrize(
    "writer",
    [
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(0).flags(0, 0, 0, 0), id="no VUI"),
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(0).flags(0, 0, 0, 1, 0), id="it is cut off"),
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(65), id="too many reference sets"),
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(1, 9, 9), id="too large a reference set"),
        pytest.param(
            tools(begin()).flags(0, 0, 0, 0).ue(0).flags(1).ue(33), id="too many long-term pictures"
        ),
        pytest.param(begin().ue(0, 0, 13), id="picture orders too long"),
    ],
)
def test_a_timing_that_cannot_be_read_leaves_the_size(writer: BitWriter) -> None:
    """The size stands, whatever comes behind it."""
    assert parsed(writer) == SIZED


@pytest.mark.parametrize(
    "nal",
    [
        pytest.param(SPS, id="nothing"),
        pytest.param(begin().nal(SPS)[:15], id="it ends before the size"),
        pytest.param(begin(0, 240).nal(SPS), id="no width"),
        pytest.param(begin(16385, 240).nal(SPS), id="too wide"),
        pytest.param(begin(320, 240, (0, 0, 60, 60)).nal(SPS), id="cropped away"),
    ],
)
def test_a_size_that_cannot_be_is_an_error(nal: bytes) -> None:
    """Without a size that a picture can have, the set tells nothing."""
    with pytest.raises(WireError):
        parse_sps_h265(nal)


def vps(layers: Sequence[tuple[int, int]] = (), *, sets: int = 0, highest: int = 0) -> BitWriter:
    """A video parameter set up to its timing."""
    writer = BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, len(layers)).flags(1).u(16, 0xFFFF)
    tier(writer, layers).flags(0).ue(4, 2, 0).u(6, highest).ue(sets)
    return writer.u(sets * (highest + 1), 0)


@pytest.mark.parametrize(
    ("writer", "fps"),
    [
        pytest.param(vps().flags(0), None, id="no timing"),
        pytest.param(vps().flags(1).u(32, 1).u(32, 15), 15.0, id="15"),
        pytest.param(vps([(0, 1), (1, 0)]).flags(1).u(32, 1).u(32, 15), 15.0, id="sub-layers"),
        pytest.param(vps(sets=2, highest=3).flags(1).u(32, 2).u(32, 15), 7.5, id="layer sets"),
        pytest.param(vps().flags(1).u(32, 0).u(32, 15), None, id="no unit"),
    ],
)
def test_rate_of_the_video_parameter_set(writer: BitWriter, fps: float | None) -> None:
    """A rate may be told there alone."""
    assert parse_vps_rate(writer.flags(0, 0).nal(VPS)) == fps


@pytest.mark.parametrize("writer", [vps(), BitWriter()])
def test_a_video_parameter_set_that_ends_too_early_is_an_error(writer: BitWriter) -> None:
    """What is cut off tells no rate."""
    with pytest.raises(WireError):
        parse_vps_rate(writer.nal(VPS)[:20])


def test_layer_sets_without_end_are_an_error() -> None:
    """More layer sets than the standard allows are refused."""
    writer = tier(BitWriter().u(12, 0).u(3, 0).u(17, 0)).flags(0).ue(4, 2, 0).u(6, 63).ue(1024)
    with pytest.raises(WireError):
        parse_vps_rate(writer.nal(VPS))
