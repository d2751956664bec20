"""The RTSP probe against GStreamer's RTSP server, with ffmpeg as the second witness."""

import asyncio
import socket
from datetime import UTC, datetime
from typing import Any

import pytest

from probes import PROBES
from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target, Trust
from probes.failure import Failure, Stage
from tests.peers.conftest import PASSWORD, USERNAME, Site
from tests.peers.ffmpeg import fingerprints_of, video_of
from tests.peers.gst import Servers

CAMERAS = ("h264", "h265", "digest", "tls", "udp")


async def check(url: str, *, seconds: float = 1.0, within: float = 10.0, **target: Any) -> Observation:
    """Check one stream once."""
    return await PROBES["rtsp"](Side.SITE)(
        Target(id="camera", url=url, **target),
        CheckOptions(timeout=within, media_seconds=seconds),
        now=datetime.now(UTC),
    )


def log_in(site: Site, password: str = PASSWORD) -> Credentials:
    return Credentials(
        host="127.0.0.1", port=site.servers.ports["digest"], username=USERNAME, password=Secret(password)
    )


def access_to(site: Site, name: str) -> dict[str, Any]:
    """Give what is needed to be let in at a camera."""
    if name == "digest":
        return {"credentials": log_in(site)}
    return {"trust": Trust(fingerprint=site.fingerprint)} if name == "tls" else {}


@pytest.mark.parametrize("name", CAMERAS)
async def test_camera_that_is_well(site: Site, name: str) -> None:
    """A camera is checked to the end: what it is, that frames come whole, and nothing is left behind."""
    seen = await check(site.url(name), **access_to(site, name))
    assert (seen.failure, seen.reached, seen.detail) == (None, Stage.TEARDOWN, "")
    assert seen.transport == ("udp" if name == "udp" else "tcp")
    assert seen.video is not None
    assert (seen.video.codec, seen.video.width, seen.video.height) == (
        "H265" if name == "h265" else "H264",
        320,
        240,
    )
    assert seen.video.fps == pytest.approx(15, abs=1.5)
    assert seen.key_frame
    assert seen.media is not None
    assert (seen.media.lost, seen.skipped_bytes) == (0, 0)
    assert 10 <= seen.media.frames <= 40
    assert len(set(seen.fingerprints)) == seen.media.frames
    assert seen.log_ins == (name == "digest")


@pytest.mark.parametrize("name", ["h264", "h265"])
async def test_ffmpeg_sees_the_same(site: Site, name: str) -> None:
    """A second client, ffmpeg, agrees on codec, size, rate and the coded frames of the same moment."""
    url = site.servers.url(name, "/witness")  # nobody else's: who leaves it cannot end it under the others
    codec = {"h264": "h264", "h265": "hevc"}[name]
    copying = asyncio.create_task(fingerprints_of(url, codec, 8.0))
    await check(url, seconds=1.0)  # by its end both play
    video, seen = await asyncio.gather(video_of(url), check(url, seconds=2.5))
    assert seen.video is not None
    assert (video["codec_name"], video["width"], video["height"]) == (codec, 320, 240)
    assert (seen.video.codec, seen.video.width, seen.video.height) == (name.upper(), 320, 240)
    assert eval_rate(video["r_frame_rate"]) == pytest.approx(seen.video.fps, abs=1.5)
    copied = await copying
    assert len(seen.fingerprints) >= 30
    assert set(seen.fingerprints) <= set(copied)


def eval_rate(rate: str) -> float:
    """Read a rate as ffprobe writes it: "15/1"."""
    above, _, below = rate.partition("/")
    return int(above) / int(below)


async def test_two_cameras_share_no_frame(site: Site) -> None:
    """The frames of one camera are never those of another."""
    one, other = await asyncio.gather(
        check(site.url("h264"), seconds=2.0),
        check(site.url("digest"), seconds=2.0, **access_to(site, "digest")),
    )
    assert one.fingerprints
    assert other.fingerprints
    assert not set(one.fingerprints) & set(other.fingerprints)


@pytest.mark.parametrize(
    ("name", "path", "failure", "failed_at"),
    [
        pytest.param("silent", "/live", Failure.NO_MEDIA, Stage.MEDIA, id="answers PLAY and never sends"),
        pytest.param("hung", "/live", Failure.TIMED_OUT, Stage.DESCRIBE, id="hangs at DESCRIBE"),
        pytest.param("digest", "/live", Failure.UNAUTHORIZED, Stage.DESCRIBE, id="asks for a log-in"),
        pytest.param("h264", "/other", Failure.NOT_FOUND, Stage.DESCRIBE, id="has no such stream"),
    ],
)
async def test_camera_that_is_not(
    site: Site, name: str, path: str, failure: Failure, failed_at: Stage
) -> None:
    """What keeps the picture from us is named, with the stage it happened in, within the deadline."""
    seen = await check(site.servers.url(name, path), within=6.5)
    assert (seen.failure, seen.failed_at) == (failure, failed_at)
    assert not seen.key_frame
    assert sum(stage.seconds for stage in seen.stages) <= 7.0


async def test_wrong_password(site: Site) -> None:
    """A wrong password is offered once, is unauthorized, and is not told."""
    seen = await check(site.url("digest"), credentials=log_in(site, "wr0ng"))
    assert (seen.failure, seen.failed_at, seen.log_ins) == (Failure.UNAUTHORIZED, Stage.DESCRIBE, 1)
    assert "wr0ng" not in repr(seen)


@pytest.mark.parametrize("trust", [None, Trust(fingerprint="ab" * 32)])
async def test_certificate_that_is_not_trusted(site: Site, trust: Trust | None) -> None:
    """A camera with another certificate than the one we trust is tls_failed."""
    seen = await check(site.url("tls"), trust=trust)
    assert (seen.failure, seen.failed_at, seen.reached) == (Failure.TLS_FAILED, Stage.TLS, Stage.CONNECT)


async def test_frozen_process(freezing: Servers) -> None:
    """A camera whose kernel takes connections and whose program stands still timed out at OPTIONS."""
    with freezing.frozen():
        seen = await check(freezing.url("freezing"), within=1.5)
    assert (seen.failure, seen.failed_at) == (Failure.TIMED_OUT, Stage.OPTIONS)
    assert (await check(freezing.url("freezing"))).failure is None


async def test_nobody_there() -> None:
    """An address where nothing listens is connect_refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        seen = await check(f"rtsp://127.0.0.1:{unused.getsockname()[1]}/live")
    assert (seen.failure, seen.failed_at) == (Failure.CONNECT_REFUSED, Stage.CONNECT)
