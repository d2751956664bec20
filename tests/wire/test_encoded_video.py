"""What is read off coded video, against ffprobe as the witness: size, rate, key frames, number of frames."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from probes.wire.access_unit import Collector
from probes.wire.nal import split_annex_b
from probes.wire.parameter_sets import picture_format
from tests.wire.video import encode, packets, pictures, probe

X264, X265 = ("-c:v", "libx264", "-preset", "ultrafast"), ("-c:v", "libx265", "-preset", "ultrafast")
KEY = ("-g", "5", "-bf", "0")
QUIET = ("-x265-params", "log-level=error:keyint=5:bframes=0")
EVERYTHING = (
    QUIET[0],
    f"{QUIET[1]}:hrd=1:vbv-maxrate=900:vbv-bufsize=900:scaling-list=default:slices=3:temporal-layers=2",
)
COLOURS = (
    "-aspect",
    "37:20",
    "-color_range",
    "pc",
    "-colorspace",
    "bt709",
    "-chroma_sample_location",
    "left",
)
CASES = [
    pytest.param("H264", "640x360", "25", (*X264, "-profile:v", "baseline", *KEY), id="h264 baseline"),
    pytest.param("H264", "1920x1080", "30000/1001", (*X264, *KEY), id="h264 1080 lines are cropped"),
    pytest.param("H264", "1282x722", "12", (*X264, "-x264-params", "8x8dct=1", *KEY), id="h264 high"),
    pytest.param("H264", "350x276", "12.5", (*X264, "-flags", "+ildct+ilme", *KEY), id="h264 interlaced"),
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
    pytest.param("H264", "326x246", "50/3", (*X264, "-pix_fmt", "yuv422p", *KEY), id="h264 4:2:2"),
    pytest.param("H264", "323x241", "25", (*X264, "-pix_fmt", "yuv444p", *KEY), id="h264 4:4:4, odd"),
    pytest.param("H264", "324x246", "25", (*X264, "-pix_fmt", "gray", *KEY), id="h264 grey"),
    pytest.param("H264", "352x290", "25", (*X264, "-x264-params", "cqm=jvt:keyint=4"), id="h264 scaling"),
    pytest.param("H264", "352x288", "25", (*X264, *COLOURS, *KEY), id="h264 whole VUI"),
    pytest.param("H265", "326x246", "15", (*X265, "-pix_fmt", "yuv422p", *QUIET), id="h265 4:2:2"),
    pytest.param("H265", "322x242", "15", (*X265, "-pix_fmt", "yuv444p10", *QUIET), id="h265 4:4:4, 10 bits"),
    pytest.param("H265", "330x246", "15", (*X265, "-pix_fmt", "gray", *QUIET), id="h265 grey"),
    pytest.param("H265", "352x288", "60000/1001", (*X265, *COLOURS, *EVERYTHING), id="h265 whole VUI"),
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


def test_a_recovery_point_is_no_key_frame(tmp_path: Path) -> None:
    """In an open GOP of H.264 pictures alone count, though ffprobe takes recovery points too."""
    path = tmp_path / "clip.264"
    options = (*X264, "-x264-params", "open-gop=1:keyint=4:bframes=2")
    nals = split_annex_b(encode(path, options, size="352x288", rate="25"))
    said = ["K" in packet["flags"] for packet in probe(path)["packets"]]
    assert said.count(True) > 1
    assert key_frames("H264", nals) == [True] + [False] * (len(said) - 1)


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
