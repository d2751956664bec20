"""ffmpeg as the second client: what it says of a stream, and the coded frames as it received them."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from typing import Any

_OPTIONS = ("-hide_banner", "-loglevel", "error", "-rtsp_transport", "tcp")
SECONDS = 30.0  # for a run that should take a few
# Types of NAL units that hold parts of a picture, and the byte behind the header of their first slice.
_H264_SLICES, _H265_SLICES = range(1, 6), range(32)


async def video_of(url: str) -> dict[str, Any]:
    """Ask ffprobe what video a stream holds."""
    out = await _run("ffprobe", *_OPTIONS, "-select_streams", "v:0", "-show_streams", "-of", "json", url)
    found: dict[str, Any] = json.loads(out)["streams"][0]
    return found


async def fingerprints_of(url: str, codec: str, seconds: float) -> list[str]:
    """Copy some seconds of a stream ("h264" or "hevc"), undecoded, and hash the slices of each frame."""
    copy = ("-i", url, "-map", "0:v:0", "-c", "copy", "-t", str(seconds), "-f", codec, "-")
    return list(_frames(await _run("ffmpeg", *_OPTIONS, *copy), codec))


async def _run(*command: str) -> bytes:
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, errors = await asyncio.wait_for(child.communicate(), SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    assert child.returncode == 0, errors.decode()
    return out


def _frames(stream: bytes, codec: str) -> Iterator[str]:
    """Hash access units our own way, beside the monitor's code: SHA-256 over their slices, in order."""
    digest = None
    for unit in stream.split(b"\x00\x00\x01"):
        nal = unit.rstrip(b"\x00")
        if len(nal) < 3:
            continue
        kind, first = (
            (nal[0] & 0x1F, nal[1] & 0x80) if codec == "h264" else ((nal[0] >> 1) & 0x3F, nal[2] & 0x80)
        )
        if kind not in (_H264_SLICES if codec == "h264" else _H265_SLICES):
            continue
        if first:
            if digest is not None:
                yield digest.hexdigest()
            digest = hashlib.sha256()
        if digest is not None:
            digest.update(nal)
    if digest is not None:
        yield digest.hexdigest()
