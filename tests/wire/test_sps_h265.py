"""The sequence parameter set of H.265: size, cropping and rate, whatever stands in between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import WireError
from probes.wire.picture_format import PictureFormat
from probes.wire.sps_h265 import parse_sps_h265
from tests.wire.bit_writer import BitWriter
from tests.wire.h265_writer import SPS, begin, rest, timed, tools

SIZED = PictureFormat(width=320, height=240)
TIMED = PictureFormat(width=320, height=240, fps=25.0)
BIT, SMALL = st.integers(0, 1), st.integers(0, 8)


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


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_reference_sets_are_passed_over(data: st.DataObject) -> None:
    """A predicted set has a flag or two for each picture of the set before it, and one more (§7.3.7)."""
    count = data.draw(st.integers(0, 8))
    writer, size = tools(begin()).flags(0, 0, 0, 0).ue(count), 0
    for number in range(count):
        predicted = number > 0 and data.draw(st.booleans())
        if number:
            writer.flags(predicted)
        if predicted:
            writer.flags(data.draw(BIT)).ue(data.draw(SMALL))
            kept = data.draw(
                st.lists(st.sampled_from([(1,), (0, 1), (0, 0)]), min_size=size + 1, max_size=size + 1)
            )
            for flags in kept:
                writer.flags(*flags)
            size = sum(any(flags) for flags in kept)
        else:
            before, after = data.draw(SMALL), data.draw(SMALL)
            writer.ue(before, after)
            size = before + after
            for _ in range(size):
                writer.ue(data.draw(SMALL)).flags(data.draw(BIT))
    assert parsed(timed(writer.flags(0))) == TIMED


def reference_sets(count: int, size: int) -> BitWriter:
    """So many sets in full, of so many pictures each."""
    writer = tools(begin()).flags(0, 0, 0, 0).ue(count)
    for number in range(count):
        writer.flags(*[0] * (number > 0)).ue(size, 0)
        for _ in range(size):
            writer.ue(0).flags(1)
    return timed(writer.flags(0))


def long_term(count: int) -> BitWriter:
    """So many long-term pictures, each of 8 bits and a flag."""
    return timed(tools(begin()).flags(0, 0, 0, 0).ue(0).flags(1).ue(count).u(9 * count, 0))


def order_bits(count: int) -> BitWriter:
    """Picture orders of so many bits."""
    writer = begin().ue(0, 0, count - 4).flags(0).ue(4, 2, 0).ue(0, 3, 0, 3, 0, 0)
    return timed(writer.flags(0, 0, 0, 0).ue(0).flags(0))


@pytest.mark.parametrize(
    ("writer", "expected"),
    [
        pytest.param(reference_sets(64, 1), TIMED, id="64 reference sets"),
        pytest.param(reference_sets(65, 1), SIZED, id="65"),
        pytest.param(reference_sets(1, 16), TIMED, id="16 references"),
        pytest.param(reference_sets(1, 17), SIZED, id="17"),
        pytest.param(long_term(32), TIMED, id="32 long-term pictures"),
        pytest.param(long_term(33), SIZED, id="33"),
        pytest.param(order_bits(16), TIMED, id="16 bits of picture order"),
        pytest.param(order_bits(17), SIZED, id="17"),
    ],
)
def test_what_is_passed_over_is_bounded(writer: BitWriter, expected: PictureFormat) -> None:
    """As much as the standard allows is passed over; behind more than that nothing is believed."""
    assert parsed(writer) == expected


@pytest.mark.parametrize(
    ("units", "ticks", "fps"),
    [
        pytest.param(1, 25, 25.0, id="25"),
        pytest.param(1001, 30000, 29.97, id="30000/1001"),
        pytest.param(0x02000000, 0x19000000, 12.5, id="zeros that must be escaped"),
        pytest.param(0x06000000, 0x96000000, 25.0, id="of 32 bits"),
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
    writer.flags(1).u(8, 255).u(16, 4).u(16, 3).flags(1, 1)
    writer.flags(1).u(3, 5).flags(0, 1).u(24, 0x010101).flags(1).ue(2, 2)
    writer.flags(0, 0, 0, 1).ue(0, 1, 0, 1).flags(1).u(32, 1001).u(32, 24000).flags(0, 0, 0)
    assert parsed(writer).fps == 23.976


@pytest.mark.parametrize(
    "writer",
    [
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(0).flags(0, 0, 0, 0), id="no VUI"),
        pytest.param(tools(begin()).flags(0, 0, 0, 0).ue(0).flags(0, 0, 0, 1, 0), id="it is cut off"),
        pytest.param(
            tools(begin()).flags(0, 0, 0, 0).ue(0).flags(1).ue(33), id="too many long-term pictures"
        ),
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
