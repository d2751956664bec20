"""What is counted of the packets that come after PLAY: those of the track, by source; the frame rate."""

from collections.abc import Iterable

import pytest

from probes.frame_rate import FrameRate
from probes.media import MediaWatch, Track, choose_track
from probes.wire.rtp import pack
from tests.faults.scripted_camera import SDP, picture

CLOCK = 90_000
HOUR = 3600 * CLOCK
Frames = list[tuple[int, float]]  # timestamp, arrival


def steady(count: int, fps: float, *, first: int = 0, at: float = 0.0) -> Frames:
    """Frames that come just as their timestamps say."""
    return [(round(first + n * CLOCK / fps) % 2**32, at + n / fps) for n in range(count)]


@pytest.mark.parametrize(
    ("frames", "fps"),
    [
        pytest.param(steady(25, 25.0), 25.0, id="steady"),
        pytest.param(steady(25, 25.0, first=2**32 - 9000), 25.0, id="timestamps that begin anew at 2^32"),
        pytest.param([(t, 0.0) for t, _ in steady(25, 25.0)], 25.0, id="all at once: kept by a gateway"),
        pytest.param([(t, at) for t, at in steady(25, 25.0) for _ in "ab"], 25.0, id="each told twice"),
        pytest.param(
            [
                (steady(25, 25.0)[n][0], n / 25)
                for n in [0, *(k + d for k in range(1, 22, 3) for d in (2, 0, 1))]
            ],
            25.0,
            id="in the order of decoding",
        ),
        pytest.param(
            steady(12, 12.5) + steady(12, 12.5, first=HOUR, at=12 / 12.5),
            12.5,
            id="a clock set forward an hour",
        ),
        pytest.param(
            steady(12, 12.5, first=HOUR) + steady(12, 12.5, at=12 / 12.5), 12.5, id="a clock set back an hour"
        ),
        pytest.param(
            steady(12, 12.5) + steady(12, 12.5, first=18_000, at=12 / 12.5), 12.5, id="a clock set back a bit"
        ),
        pytest.param([(n * HOUR, n / 25) for n in range(25)], None, id="a clock that only jumps"),
        pytest.param([(n, n / 25) for n in range(25)], None, id="a clock that hardly moves"),
        pytest.param(steady(3, 0.5), None, id="too few frames"),
        pytest.param(steady(8, 25.0), None, id="too short a time"),
        pytest.param(steady(8, 0.5), 0.5, id="one frame in two seconds"),
        pytest.param([], None, id="none"),
    ],
)
def test_frame_rate(frames: Frames, fps: float | None) -> None:
    """The rate is that of the stream's clock, across no jump of it; None when it cannot be told."""
    rate = FrameRate(CLOCK)
    for timestamp, arrival in frames:
        rate.note(timestamp, arrival)
    assert rate.measure() == (None if fps is None else pytest.approx(fps, rel=0.01))


def track(payload_type: int = 96, more: bytes = b"") -> Track:
    """The track of a camera that announces this payload type for its video, and these media beside it."""
    announced = SDP.replace(b"AVP 96", b"AVP %d" % payload_type).replace(b":96 ", b":%d " % payload_type)
    found = choose_track(announced + more)
    assert found is not None
    return found


def video(payload_type: int, *, frames: int = 4, ssrc: int = 1) -> list[bytes]:
    """Whole key frames under a payload type."""
    packets = [p for n in range(frames) for p in picture(1 + 4 * n, 3600 * n)]
    return [bytes([p[0], p[1] & 0x80 | payload_type]) + p[2:8] + ssrc.to_bytes(4) + p[12:] for p in packets]


def sound(payload_type: int, ssrc: int = 1) -> list[bytes]:
    """Packets of something else, with numbers of their own."""
    numbers = range(0, 40_000, 2500)
    return [
        pack(b"\xd5" * 160, payload_type=payload_type, sequence=n, timestamp=n, ssrc=ssrc) for n in numbers
    ]


def mixed(*sources: list[bytes]) -> list[bytes]:
    """One packet of each in turn."""
    longest = max(map(len, sources))
    return [source[n] for n in range(longest) for source in sources if n < len(source)]


SENDER_REPORT = bytes([0x80, 200, 0, 6]) + bytes(24)
AUDIO = b"m=audio 0 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\na=control:track2\r\n"


@pytest.mark.parametrize(
    ("given", "packets"),
    [
        pytest.param(track(), video(96), id="as announced"),
        pytest.param(track(), mixed(video(96), sound(8)), id="sound between"),
        pytest.param(track(), sound(98) + video(96), id="something else before"),
        pytest.param(track(), video(97), id="another type than announced"),
        pytest.param(track(), mixed(sound(8), video(97)), id="another type, and sound"),
        pytest.param(track(more=AUDIO), mixed(sound(97), video(98)), id="another type, and announced sound"),
        pytest.param(track(), mixed([SENDER_REPORT] * 9, video(96)), id="RTCP between"),
        pytest.param(track(77), video(77), id="announced where RTCP's types are"),
        pytest.param(track(26), video(26), id="announced where others have a meaning"),
    ],
)
def test_only_packets_of_the_track_count(given: Track, packets: list[bytes]) -> None:
    """Four key frames of four packets are found, and no losses, whatever else comes on the channel."""
    watch = watched(given, packets)
    stats = watch.stats()
    assert (stats.packets, stats.lost, stats.frames, watch.key_frame) == (16, 0, 4, True)
    assert len(watch.fingerprints) == 4


@pytest.mark.parametrize(
    ("packets", "lost"),
    [
        pytest.param(video(96, ssrc=1) + video(96, ssrc=2), 0, id="a source after another"),
        pytest.param(
            video(96, ssrc=1) + video(96, ssrc=2)[1:3] + video(96, ssrc=1, frames=9)[18:], 2, id="back"
        ),
        pytest.param(mixed(video(96, ssrc=1), video(96, ssrc=2)[::-1]), 0, id="two at once"),
        pytest.param(video(96)[:4] + video(96)[6:], 2, id="two lost"),
        pytest.param([p for n in range(99) for p in video(96, ssrc=n)], 0, id="many sources"),
    ],
)
def test_losses_are_counted_by_source(packets: list[bytes], lost: int) -> None:
    """Every source has numbers of its own: only a hole in these is a loss."""
    stats = watched(track(), packets).stats()
    assert (stats.lost, stats.packets) == (lost, len(packets))


def watched(given: Track, packets: Iterable[bytes]) -> MediaWatch:
    """Watch packets that come a hundredth of a second apart."""
    watch = MediaWatch(given, fingerprints=True)
    for number, packet in enumerate(packets):
        watch.packet(packet, 100.0 + number / 100)
    return watch


@pytest.mark.parametrize(
    ("arrivals", "now", "goes_on"),
    [
        pytest.param([0.0], 0.5, False, id="one frame alone"),
        pytest.param([0.0, 0.0], 5.0, False, id="two kept ones, and nothing after"),
        pytest.param([0.0, 0.04, 0.08], 0.5, True, id="a moment's silence"),
        pytest.param([0.0, 0.04, 0.08], 3.0, False, id="it stopped"),
        pytest.param([0.0, 4.0], 6.0, True, id="one frame in four seconds"),
        pytest.param([0.0, 2.0, 4.0], 7.5, False, id="one in two seconds stopped"),
    ],
)
def test_whether_media_goes_on(arrivals: list[float], now: float, *, goes_on: bool) -> None:
    """Media goes on while the next frame is not overdue by what the stream itself showed."""
    watch = MediaWatch(track(), fingerprints=False)
    for number, arrival in enumerate(arrivals):
        for packet in picture(1 + 4 * number, 3600 * number):
            watch.packet(packet, arrival)
    assert watch.goes_on(now, slack=1.0) is goes_on
