"""Make-believe cameras and gateways against ffmpeg: what they send is real video, and everybody's own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator.camera import Camera
from simulator.clip import read_clips
from simulator.simulation import Simulation
from simulator.stamp import read_stamp
from tests.simulator.estate_at_work import at_work, check, check_relayed, small_estate, stream_of, sweep

CLIPS = read_clips()
FRAMES = 6
WAYS = ("rfc2069", "md5", "sha-256", "basic")


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    """Four cameras and a gateway."""
    async with at_work(small_estate()) as simulation:
        yield simulation


def asking(simulation: Simulation, way: str) -> Camera:
    """The camera that asks in this way who is there."""
    return next(camera for camera in simulation.cameras.values() if camera.plan.auth == way)


async def decode(url: str, transport: str) -> bytes:
    """The luma of the first pictures as ffmpeg fetches and decodes them; it must not complain."""
    command = ("ffmpeg", "-v", "error", "-xerror", "-analyzeduration", "100000", "-rtsp_transport", transport)
    raw = ("-i", url, "-frames:v", str(FRAMES), "-f", "rawvideo", "-pix_fmt", "gray", "-")
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*command, *raw, stdout=pipe, stderr=pipe)
    out, errors = await asyncio.wait_for(child.communicate(), 30)
    assert (child.returncode, errors.decode()) == (0, "")
    return out


def with_login(url: str, username: str, password: str) -> str:
    """A URL as ffmpeg wants it."""
    return url.replace("://", f"://{username}:{password}@", 1)


def stamps(luma: bytes, camera: Camera) -> list[int]:
    """Whose camera each decoded picture says it is of."""
    clip = CLIPS[camera.plan.clip]
    size = clip.width * clip.height
    assert len(luma) == FRAMES * size
    return [read_stamp(luma[at : at + size], clip.width) for at in range(0, len(luma), size)]


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("way", ["md5", "basic"])
async def test_ffmpeg_plays_a_camera(simulation: Simulation, way: str, transport: str) -> None:
    """By ffmpeg, which logs in and decodes without a word, every picture is stamped with its camera."""
    camera = asking(simulation, way)
    luma = await decode(with_login(camera.url, camera.plan.username, camera.plan.password), transport)
    assert stamps(luma, camera) == [camera.plan.number] * FRAMES


async def test_ffmpeg_plays_a_stream_at_the_gateway(simulation: Simulation) -> None:
    """What the gateway relays decodes as well, and it is that camera's picture."""
    camera = asking(simulation, "sha-256")
    gateway, stream = stream_of(simulation, camera)
    url = f"{gateway.rtsp_url}/{stream.stream_key}"
    luma = await decode(with_login(url, gateway.plan.username, gateway.plan.password), "tcp")
    assert stamps(luma, camera) == [camera.plan.number] * FRAMES


@pytest.mark.parametrize("way", WAYS)
async def test_probe_sees_what_the_clip_is(simulation: Simulation, way: str) -> None:
    """The monitor's own probe logs in whatever way it is asked, and reads the clip's size off the stream."""
    camera = asking(simulation, way)
    seen = await check(camera)
    clip = CLIPS[camera.plan.clip]
    assert (seen.failure, seen.key_frame) == (None, True)
    assert seen.video is not None
    assert (seen.video.codec, seen.video.width, seen.video.height) == ("H264", clip.width, clip.height)


async def test_same_frames_at_both_ends_and_no_other_camera_s(simulation: Simulation) -> None:
    """A camera and its relayed stream have coded frames in common; two cameras of one clip have none."""
    camera = asking(simulation, "md5")
    other = asking(simulation, "sha-256")
    other.feed._clip = camera.feed._clip
    here, there, elsewhere = await asyncio.gather(
        check(camera, media_seconds=2),
        check_relayed(simulation, camera, media_seconds=2),
        check(other, media_seconds=2),
    )
    assert set(here.fingerprints) & set(there.fingerprints)
    assert not set(here.fingerprints) & set(elsewhere.fingerprints)


async def test_api_counts_what_flows(simulation: Simulation) -> None:
    """Two sweeps list the register's paths and the strays, and the counters of what flows have grown."""
    (gateway,) = simulation.gateways.values()
    first = await sweep(gateway)
    await asyncio.sleep(0.3)
    second = await sweep(gateway)
    assert (first.failure, second.failure) == (None, None)
    keys = {stream.stream_key for stream in simulation.estate.streams}
    assert second.samples.keys() == keys | set(gateway.plan.unknown_paths)
    assert all((second.samples[key].counter or 0) > (first.samples[key].counter or 0) > 0 for key in keys)
