"""What is read off coded video, against ffprobe as the witness: size, rate, key frames, number of frames."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from probes.wire.access_unit import CODECS, Collector
from probes.wire.nal import split_annex_b
from probes.wire.parameter_sets import picture_format
from tests.wire.video import encode, packets, probe

X264, X265 = ("-c:v", "libx264", "-preset", "ultrafast"), ("-c:v", "libx265", "-preset", "ultrafast")
KEY = ("-g", "5", "-bf", "0")
CASES = [
    pytest.param("H264", "640x360", "25", (*X264, "-profile:v", "baseline", *KEY), id="h264 baseline"),
    pytest.param("H264", "1920x1080", "30000/1001", (*X264, *KEY), id="h264 1080 lines are cropped"),
    pytest.param("H264", "1282x722", "12", (*X264, "-profile:v", "high", *KEY), id="h264 odd macroblocks"),
    pytest.param("H264", "352x288", "12.5", (*X264, "-flags", "+ildct+ilme", *KEY), id="h264 interlaced"),
    pytest.param(
        "H264", "704x576", "25", (*X264, "-g", "4", "-bf", "2", "-x264-params", "b-adapt=0"), id="h264 b"
    ),
    pytest.param(
        "H264", "320x240", "15", (*X264, "-x264-params", "slices=4:keyint=5"), id="h264 four slices"
    ),
    pytest.param(
        "H265", "640x360", "25", (*X265, "-x265-params", "log-level=error:keyint=5:bframes=0"), id="h265"
    ),
    pytest.param(
        "H265",
        "1922x1082",
        "20",
        (*X265, "-x265-params", "log-level=error:keyint=4:bframes=0"),
        id="h265 cropped",
    ),
    pytest.param(
        "H265",
        "352x288",
        "30000/1001",
        (*X265, "-x265-params", "log-level=error:keyint=4:open-gop=1"),
        id="h265 cra",
    ),
]


def read_rate(rate: str) -> float:
    """A rate as ffprobe writes it."""
    above, _, below = rate.partition("/")
    return int(above) / int(below or "1")


@pytest.mark.parametrize(("codec", "size", "rate", "options"), CASES)
def test_read_as_ffprobe_reads(
    tmp_path: Path, codec: str, size: str, rate: str, options: Sequence[str]
) -> None:
    """Size and rate from the parameter sets, and which access units are key frames, are what ffprobe says."""
    path = tmp_path / ("clip.264" if codec == "H264" else "clip.265")
    nals = split_annex_b(encode(path, options, size=size, rate=rate))
    said = probe(path)
    (stream,) = said["streams"]
    found = picture_format(nals, codec)
    assert found is not None
    assert (found.width, found.height) == (stream["width"], stream["height"])
    assert found.fps == pytest.approx(read_rate(stream["r_frame_rate"]), rel=1e-3)
    keys = ["K" in packet["flags"] for packet in said["packets"]]
    assert key_frames(codec, nals) == keys


def key_frames(codec: str, nals: list[bytes]) -> list[bool]:
    """Which access units are key frames, when they come as packets with a timestamp each."""
    collector, found, sequence = Collector(codec), list[bool](), 0
    for timestamp, unit in enumerate(pictures(codec, nals)):
        for packet in packets(codec, unit, mtu=1400, first=sequence, timestamp=timestamp):
            sequence += 1
            units = collector.take(packet)
            assert all(each.complete for each in units)
            found += [each.key_frame for each in units]
    return found


def pictures(codec: str, nals: list[bytes]) -> list[list[bytes]]:
    """Cut a stream into access units: each begins with a first slice, or what leads it."""
    kinds = CODECS[codec]
    out: list[list[bytes]] = []
    leading: list[bytes] = []
    for nal in nals:
        if kinds.type_of(nal[0]) not in kinds.slices:
            leading.append(nal)
        elif nal[kinds.header_bytes] & 0x80:
            out.append([*leading, nal])
            leading = []
        else:
            out[-1].append(nal)
    return out
