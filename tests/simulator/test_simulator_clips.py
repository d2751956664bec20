"""The clips and their stamps: legal H.264, every camera's own, and nothing spoiled."""

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from simulator.clip import FOLDER, Clip, read_clips
from simulator.stamp import SliceSyntax, draw, read_stamp, stamp_head

CLIPS = read_clips()
EACH_CLIP = pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
START = b"\x00\x00\x00\x01"


def play(clip: Clip, count: int, *, camera: int) -> bytes:
    """The byte stream of a camera's first `count` frames."""
    units = (clip.access_unit(at, camera=camera, frame=1000 + at) for at in range(count))
    return b"".join(START + nal for unit in units for nal in unit)


def path_of(clip: Clip) -> Path:
    """The file that a clip was read from."""
    return next(FOLDER.glob(f"{clip.name}_*.h264"))


def fingerprint(nals: list[bytes]) -> bytes:
    """What tells coded frames apart: the slices alone."""
    return sha256(b"".join(nal for nal in nals if 1 <= nal[0] & 0x1F <= 5)).digest()


def decode(stream: bytes, clip: Clip) -> list[bytes]:
    """The luma of every picture, by ffmpeg, which must not complain."""
    command = ["ffmpeg", "-v", "error", "-xerror", "-f", "h264", "-i", "-", "-f", "rawvideo"]
    done = subprocess.run([*command, "-pix_fmt", "gray", "-"], input=stream, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    size = clip.width * clip.height
    return [done.stdout[at : at + size] for at in range(0, len(done.stdout), size)]


@EACH_CLIP
def test_decodes_and_shows_camera(clip: Clip) -> None:
    """Two loops of a stamped clip decode in ffmpeg without a word, and each picture says whose it is."""
    count = 2 * len(clip.pictures)
    pictures = decode(play(clip, count, camera=0xC0FFEE01), clip)
    assert [read_stamp(picture, clip.width) for picture in pictures] == [0xC0FFEE01] * count


@EACH_CLIP
def test_stamp_spoils_nothing(clip: Clip) -> None:
    """A stamped picture differs from the clip's own in its lowest row of macroblocks only."""
    stamped = decode(play(clip, len(clip.pictures), camera=7), clip)
    plain = decode(path_of(clip).read_bytes(), clip)
    above = (clip.height - 1) // 16 * 16 * clip.width
    assert [picture[:above] for picture in stamped] == [picture[:above] for picture in plain]


@EACH_CLIP
def test_every_frame_of_every_camera_is_its_own(clip: Clip) -> None:
    """Neither another camera nor another loop ever gives the same coded frame."""
    prints = {
        fingerprint(clip.access_unit(at, camera=camera, frame=at))
        for camera in range(20)
        for at in range(3 * len(clip.pictures))
    }
    assert len(prints) == 20 * 3 * len(clip.pictures)


@EACH_CLIP
def test_key_frame_each_second(clip: Clip) -> None:
    """A clip begins with a key frame, has one about every second, and only those carry parameter sets."""
    keys = [at for at in range(len(clip.pictures)) if clip.is_key(at)]
    assert keys[0] == 0
    assert all(abs(b - a - clip.fps) < 1 for a, b in zip(keys, [*keys[1:], len(clip.pictures)], strict=True))
    for at in range(len(clip.pictures)):
        kinds = [nal[0] & 0x1F for nal in clip.access_unit(at, camera=1, frame=1)]
        assert kinds == ([7, 8, 5, 5] if at in keys else [1, 1])


def test_clips_are_small() -> None:
    """All clips together take at most 150 KB."""
    assert sum(path.stat().st_size for path in FOLDER.glob("*.h264")) <= 150_000


def test_stamp_needs_no_emulation_prevention() -> None:
    """No stamp holds a zero sample, so its bytes can never look like a start code."""
    assert 0 not in draw(0, 0) + draw(0xFFFFFFFF, 0xFFFFFFFF)


def test_refuses_clip_with_cabac() -> None:
    """A clip made otherwise is refused, not stamped wrongly."""
    sps, pps = bytes.fromhex("6764000aacd9"), bytes.fromhex("68ebe3cb22c0")
    with pytest.raises(ValueError, match="profile"):
        SliceSyntax.of(sps, pps)
    with pytest.raises(ValueError, match="CABAC"):
        SliceSyntax.of(next(iter(CLIPS.values())).sps, pps)


def test_refuses_slice_with_deblocking() -> None:
    """A slice whose edges would be filtered is refused."""
    syntax = SliceSyntax(frame_num_bits=4, poc_lsb_bits=0, deblocking_control=True)
    bits = "1001101000000011"  # P slice, disable_deblocking_filter_idc 0
    nal = b"\x61" + int(bits.ljust(24, "0"), 2).to_bytes(3)
    with pytest.raises(ValueError, match="deblocking"):
        stamp_head(nal, syntax)


@EACH_CLIP
def test_name_tells_size_and_rate(clip: Clip) -> None:
    """What a clip's file name says of size and frame rate is what ffprobe finds in it."""
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "stream=width,height,r_frame_rate",
        "-of",
        "csv=p=0",
    ]
    done = subprocess.run([*command, str(path_of(clip))], capture_output=True, text=True, check=True)
    width, height, rate = done.stdout.strip().split(",")
    above, below = rate.split("/")
    assert (int(width), int(height), int(above) / int(below)) == (clip.width, clip.height, clip.fps)
