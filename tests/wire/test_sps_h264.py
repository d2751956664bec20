"""The sequence parameter set of H.264: size, cropping and rate, whatever stands in between."""

import pytest

from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat
from probes.wire.sps_h264 import parse_sps_h264
from tests.wire.bit_writer import BitWriter

HEADER = b"\x67"


def begin(profile: int, chroma: int | None = None, *, separate: int = 0) -> BitWriter:
    """Profile, level 4.0, identity, chroma and bit depths; no scaling lists."""
    writer = BitWriter().u(8, profile).u(8, 0).u(8, 40).ue(0)
    if chroma is None:
        return writer
    writer.ue(chroma)
    if chroma == 3:
        writer.flags(separate)
    return writer.ue(0, 0).flags(0, 0)


def size(writer: BitWriter, across: int, down: int, *, fields: bool = False) -> BitWriter:
    """Frame numbers, picture order count of type 2, references, and the size in macroblocks."""
    writer.ue(0, 2, 1).flags(0).ue(across - 1, down - 1)
    return writer.flags(0, 1, 1) if fields else writer.flags(1, 1)


def crop(writer: BitWriter, *offsets: int) -> BitWriter:
    """Cropping: left, right, top, bottom; none when there are no offsets."""
    return writer.flags(1).ue(*offsets) if offsets else writer.flags(0)


def timing(writer: BitWriter, units: int, ticks: int) -> BitWriter:
    """A VUI with nothing but the timing."""
    return writer.flags(1, 0, 0, 0, 0, 1).u(32, units).u(32, ticks).flags(1, 0, 0, 0, 0)


def parsed(writer: BitWriter) -> PictureFormat:
    """What is read of a whole parameter set without VUI."""
    return parse_sps_h264(writer.flags(0).nal(HEADER))


@pytest.mark.parametrize(
    ("profile", "chroma", "separate", "fields", "offsets", "expected"),
    [
        pytest.param(66, None, 0, False, (), (640, 368), id="not cropped"),
        pytest.param(66, None, 0, False, (0, 0, 0, 4), (640, 360), id="4:2:0"),
        pytest.param(77, None, 0, False, (1, 2, 3, 4), (634, 354), id="on all sides"),
        pytest.param(100, 1, 0, False, (0, 1, 0, 4), (638, 360), id="high"),
        pytest.param(100, 0, 0, False, (0, 1, 0, 4), (639, 364), id="high, grey"),
        pytest.param(122, 2, 0, False, (0, 1, 0, 4), (638, 364), id="4:2:2"),
        pytest.param(244, 3, 0, False, (0, 1, 0, 4), (639, 364), id="4:4:4"),
        pytest.param(244, 3, 1, False, (0, 1, 0, 4), (639, 364), id="separate planes"),
        pytest.param(77, None, 0, True, (0, 0, 0, 4), (640, 720), id="fields"),
        pytest.param(100, 0, 0, True, (0, 1, 0, 4), (639, 728), id="fields, grey"),
    ],
)
def test_size_and_cropping(
    profile: int,
    chroma: int | None,
    separate: int,
    fields: bool,
    offsets: tuple[int, ...],
    expected: tuple[int, int],
) -> None:
    """Crop units follow from the chroma format and from fields (equations 7-19 to 7-22)."""
    found = parsed(crop(size(begin(profile, chroma, separate=separate), 40, 23, fields=fields), *offsets))
    assert (found.width, found.height, found.fps) == (*expected, None)


SIZED = PictureFormat(width=320, height=240)


@pytest.mark.parametrize("profile", [100, 110, 122, 244, 44, 83, 86, 118, 128, 134, 135, 138, 139])
def test_profiles_with_chroma(profile: int) -> None:
    """Every profile that carries a chroma format is known to."""
    assert parsed(crop(size(begin(profile, 1), 20, 15))) == SIZED


@pytest.mark.parametrize(
    ("chroma", "lists"),
    [
        pytest.param(1, [[8] * 16], id="the first"),
        pytest.param(1, [[], [], [9], [], [], []], id="a small one that ends early"),
        pytest.param(1, [[100, 200]], id="one that ends by turning over"),
        pytest.param(1, [[], [], [], [], [], [], [5] * 64, [6] * 64], id="the large ones"),
        pytest.param(3, [[7] * 16] * 6 + [[7] * 64] * 6, id="all of 4:4:4"),
    ],
)
def test_scaling_lists_are_passed_over(chroma: int, lists: list[list[int]]) -> None:
    """Scaling lists stand before the size: those sent in full, and those that end early (§7.3.2.1.1.1)."""
    writer = BitWriter().u(8, 100).u(8, 0).u(8, 40).ue(0, chroma)
    if chroma == 3:
        writer.flags(0)
    writer.ue(0, 0).flags(0, 1)
    for number in range(12 if chroma == 3 else 8):
        scales = lists[number] if number < len(lists) else []
        writer.flags(int(bool(scales)))
        before = 8
        for scale in scales:
            writer.se(scale - before)
            before = scale
        if scales and len(scales) < 16:
            writer.se(-before if before <= 128 else 256 - before)  # 0, modulo 256
    assert parsed(crop(size(writer, 20, 15))) == SIZED


def cyclic(*offsets: int) -> BitWriter:
    """Picture order count of type 1."""
    return begin(66).ue(0, 1).flags(1).se(-3, 4).ue(len(offsets)).se(*offsets)


@pytest.mark.parametrize(
    "writer",
    [
        pytest.param(begin(66).ue(0, 0, 4), id="type 0"),
        pytest.param(cyclic(1, -2, 3), id="type 1"),
        pytest.param(cyclic(*[1] * 255), id="type 1, as long as can be"),
    ],
)
def test_picture_order_count_is_passed_over(writer: BitWriter) -> None:
    """The types 0 and 1 carry more than type 2 does."""
    assert parsed(crop(writer.ue(1).flags(0).ue(19, 14).flags(1, 1))) == SIZED


@pytest.mark.parametrize(
    ("units", "ticks", "fps"),
    [
        pytest.param(1, 50, 25.0, id="25"),
        pytest.param(1001, 60000, 29.97, id="30000/1001"),
        pytest.param(1, 24, 12.0, id="12"),
        pytest.param(0x01000000, 0x19000000, 12.5, id="zeros that must be escaped"),
        pytest.param(0, 50, None, id="no unit"),
        pytest.param(1, 0, None, id="no ticks"),
        pytest.param(1, 90000 * 2, None, id="a clock, no rate"),
    ],
)
def test_rate(units: int, ticks: int, fps: float | None) -> None:
    """A tick is a field: two of them make a frame; what no camera does is no rate."""
    found = parse_sps_h264(timing(crop(size(begin(66), 20, 15)), units, ticks).nal(HEADER))
    assert found == PictureFormat(width=320, height=240, fps=fps)


@pytest.mark.parametrize("ratio", [1, 255], ids=["a known ratio", "a ratio of its own"])
def test_rate_behind_the_whole_vui(ratio: int) -> None:
    """Aspect ratio, overscan, colours and chroma places stand before the timing."""
    writer = crop(size(begin(66), 20, 15)).flags(1, 1).u(8, ratio)
    if ratio == 255:
        writer.u(16, 12).u(16, 11)
    writer.flags(1, 1, 1).u(3, 5).flags(1, 1).u(24, 0x010101).flags(1).ue(0, 0)
    writer.flags(1).u(32, 1).u(32, 40).flags(0, 0, 0, 0, 0)
    assert parse_sps_h264(writer.nal(HEADER)).fps == 20.0


def test_a_timing_that_is_cut_off_leaves_the_size() -> None:
    """Some cameras cut the VUI off: the size stands, the rate is not told."""
    whole = timing(crop(size(begin(66), 20, 15)), 1, 50).nal(HEADER)
    assert parse_sps_h264(whole[:-4]) == SIZED


@pytest.mark.parametrize(
    "nal",
    [
        pytest.param(HEADER, id="nothing"),
        pytest.param(size(begin(66), 20, 15).plain()[:5], id="it ends before the size"),
        pytest.param(crop(size(begin(66), 1025, 15)).flags(0).nal(HEADER), id="too wide"),
        pytest.param(crop(size(begin(66), 20, 15), 0, 160, 0, 0).flags(0).nal(HEADER), id="cropped away"),
        pytest.param(crop(size(begin(66), 20, 15), 0, 0, 9999, 0).flags(0).nal(HEADER), id="cropped below 0"),
        pytest.param(
            crop(cyclic(*[1] * 256).ue(1).flags(0).ue(19, 14).flags(1, 1)).flags(0).nal(HEADER),
            id="too long a cycle",
        ),
    ],
)
def test_a_size_that_cannot_be_is_an_error(nal: bytes) -> None:
    """Without a size that a picture can have, the set tells nothing."""
    with pytest.raises(WireError):
        parse_sps_h264(nal)
