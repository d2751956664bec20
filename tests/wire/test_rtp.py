"""RTP packets, and the counts that a receiver makes of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import WireError
from probes.wire.rtp import ReceiverStats, pack, parse

HEAD = bytes.fromhex("0001 00000002 00000003".replace(" ", ""))  # sequence, timestamp, SSRC
CSRC = bytes(4)


@pytest.mark.parametrize(
    ("data", "payload"),
    [
        pytest.param(b"\x80\x60" + HEAD + b"abc", b"abc", id="plain"),
        pytest.param(b"\x80\x60" + HEAD, b"", id="nothing in it"),
        pytest.param(b"\x82\x60" + HEAD + CSRC * 2 + b"abc", b"abc", id="two CSRCs"),
        pytest.param(b"\x90\x60" + HEAD + b"\xbe\xde\x00\x01extnabc", b"abc", id="an extension"),
        pytest.param(b"\x90\x60" + HEAD + b"\xab\xac\x00\x00abc", b"abc", id="an empty extension"),
        pytest.param(b"\xa0\x60" + HEAD + b"abc\x00\x00\x03", b"abc", id="padding"),
        pytest.param(b"\xa0\x60" + HEAD + b"\x00\x02", b"", id="padding alone"),
        pytest.param(b"\xb1\x60" + HEAD + CSRC + b"\0\0\0\1extnabc\x01", b"abc", id="all of them"),
    ],
)
@pytest.mark.parametrize("view", [bytes, memoryview])
def test_the_payload_is_found(data: bytes, payload: bytes, view: type) -> None:
    """The payload begins behind CSRCs and extension, and ends before the padding."""
    packet = parse(view(data))
    assert packet.payload == payload
    assert (packet.sequence, packet.timestamp, packet.ssrc) == (1, 2, 3)
    assert (packet.payload_type, packet.marker) == (0x60, False)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x80\x60" + HEAD[:-1], id="cut"),
        pytest.param(b"\x40\x60" + HEAD, id="version 1"),
        pytest.param(b"RTSP/1.0 200 OK", id="text"),
        pytest.param(b"\x82\x60" + HEAD + CSRC, id="a CSRC is missing"),
        pytest.param(b"\x90\x60" + HEAD + b"\0\0", id="a cut extension"),
        pytest.param(b"\x90\x60" + HEAD + b"\0\0\0\1abc", id="an extension too long"),
        pytest.param(b"\xa0\x60" + HEAD + b"abc\x00", id="padding of nothing"),
        pytest.param(b"\xa0\x60" + HEAD + b"abc\x05", id="padding too long"),
    ],
)
def test_what_is_no_packet_is_an_error(data: bytes) -> None:
    """A packet whose parts do not fit is refused."""
    with pytest.raises(WireError):
        parse(data)


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=20),
    st.integers(0, 127),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.booleans(),
)
def test_a_packet_survives_the_way_there_and_back(
    payload: bytes, kind: int, sequence: int, stamp: int, marker: bool
) -> None:
    """What is packed is parsed to the same; numbers beyond their bits wrap around."""
    data = pack(
        payload,
        payload_type=kind,
        sequence=sequence + 0x10000,
        timestamp=stamp + (1 << 32),
        ssrc=9,
        marker=marker,
    )
    packet = parse(data)
    assert packet.payload == payload
    assert (packet.payload_type, packet.sequence, packet.timestamp) == (kind, sequence, stamp)
    assert (packet.ssrc, packet.marker) == (9, marker)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_packet_or_an_error(data: bytes) -> None:
    """Of any bytes only WireError comes back, and a payload lies within its packet."""
    try:
        packet = parse(data)
    except WireError:
        return
    assert 12 <= packet.start <= packet.end <= len(data)


@pytest.mark.parametrize(
    ("sequences", "expected", "lost"),
    [
        pytest.param([7], 1, 0, id="one"),
        pytest.param([1, 2, 3], 3, 0, id="in order"),
        pytest.param([1, 2, 5], 5, 2, id="two are missing"),
        pytest.param([65534, 65535, 0, 1], 4, 0, id="around the end"),
        pytest.param([65534, 1], 4, 2, id="missing around the end"),
        pytest.param([1, 3, 2, 4], 4, 0, id="in disorder"),
        pytest.param([2, 1, 3], 2, 0, id="one from before the start"),
        pytest.param([1, 2, 2, 2], 2, 0, id="twice"),
        pytest.param([1, 2, 2, 4], 4, 0, id="twice hides one loss, as in RFC 3550"),
        pytest.param([1, 2, 30000, 3, 5], 5, 1, id="a stray"),
        pytest.param([1, 2, 30000, 30001, 30002], 5, 0, id="a new start"),
        pytest.param([1, 3, 30000, 30001, 30003], 7, 2, id="a new start, losses on both sides"),
        pytest.param([1, 2, 30000, 40000, 40001], 4, 0, id="a stray, then a new start"),
        pytest.param([5, 2000], 1996, 1994, id="a long gap"),
        pytest.param([0, 2999], 3000, 2998, id="the longest gap"),
        pytest.param([0, 3000], 1, 0, id="too long a gap is a stray"),
        pytest.param([200, 101], 1, 0, id="as late as can be"),
        pytest.param([200, 100, 101], 1, 0, id="later than that, then near: no new start"),
        pytest.param([65535, 1, 0, 2], 4, 0, id="in disorder around the end"),
        pytest.param([65535, 0, 65535, 0, 2], 4, 0, id="twice around the end"),
        pytest.param([65533, 2, 1, 0], 6, 2, id="late ones around the end"),
        pytest.param([30000, 30001, 65535, 0, 2], 6, 1, id="a new start around the end"),
        pytest.param([1, 2, 30000, 30000, 30001], 4, 0, id="a new start, its first twice"),
        pytest.param([1, 2, 30000, 30001, 3, 4, 30002], 6, 0, id="a new start, back, and a stray"),
    ],
)
def test_expected_and_lost_are_counted(sequences: list[int], expected: int, lost: int) -> None:
    """Sequence numbers are followed as in RFC 3550 §A.1 and counted as in §A.3."""
    stats = ReceiverStats(90000)
    for number, sequence in enumerate(sequences):
        stats.note(sequence, number * 3600, number * 0.04, 100)
    assert (stats.expected, stats.lost) == (expected, lost)
    assert (stats.received, stats.bytes) == (len(sequences), 100 * len(sequences))
    assert stats.seconds == pytest.approx(0.04 * (len(sequences) - 1))
    assert stats.jitter == pytest.approx(0, abs=1e-9)


def test_nothing_received_is_nothing_counted() -> None:
    """Before the first packet all is zero."""
    stats = ReceiverStats(90000)
    assert (stats.expected, stats.lost, stats.jitter, stats.seconds) == (0, 0, 0.0, 0.0)


def test_a_long_run_wraps_around_many_times() -> None:
    """The count goes on beyond 16 bits."""
    stats = ReceiverStats(90000)
    for number in range(0, 200_001, 2):
        stats.note(number & 0xFFFF, number, 0.0, 1)
    assert (stats.expected, stats.lost) == (200_001, 100_000)


@pytest.mark.parametrize("first", [0, 0xFFFFFFFF - 5000])
def test_jitter_is_the_running_mean_of_rfc_3550(first: int) -> None:
    """Arrivals that swing by 8 ms around the clock: the estimate of §A.8, in seconds, over a wrap too."""
    stats = ReceiverStats(90000)
    expected, before = 0.0, None
    for number in range(50):
        late = 0.008 if number % 2 else 0.0
        stats.note(number, (first + number * 3600) & 0xFFFFFFFF, number * 0.04 + late, 1)
        if before is not None:
            expected += (abs(late - before) - expected) / 16
        before = late
    assert stats.jitter == pytest.approx(expected)


def test_a_clock_that_is_set_is_no_jitter() -> None:
    """A timestamp that jumps by minutes says nothing about the way of the packets."""
    stats = ReceiverStats(90000)
    for number, stamp in enumerate([0, 3600, 3600 + 90000 * 300, 7200 + 90000 * 300]):
        stats.note(number, stamp, number * 0.04, 1)
    assert stats.jitter == pytest.approx(0, abs=1e-9)


def test_a_stream_without_a_clock_rate_is_counted_all_the_same() -> None:
    """A description may forget the clock: packets are counted, jitter is not."""
    stats = ReceiverStats(0)
    stats.note(1, 5, 1.0, 10)
    stats.note(3, 9, 2.0, 10)
    assert (stats.lost, stats.jitter) == (1, 0.0)
