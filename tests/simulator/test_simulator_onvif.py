"""The make-believe ONVIF device as a client that is not ours finds it, and what it refuses."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from probes.base import Credentials, Secret, Target
from probes.onvif.codec import Codec
from probes.onvif.probe import OnvifProbe
from probes.onvif.reading import DeviceReading
from simulator.making import make_estate
from simulator.onvif_answers import Make
from simulator.onvif_device import OnvifDevice, OnvifSettings
from tests.simulator.estate_at_work import TODAY, at_work

CLIENT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from onvif import ONVIFCamera
port, password = int(sys.argv[1]), sys.argv[2]
try:
    camera = ONVIFCamera("127.0.0.1", port, "viewer", password, no_cache=True, adjust_time=True)
    information = camera.devicemgmt.GetDeviceInformation()
    media = camera.create_media_service()
    profiles = media.GetProfiles()
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    stream = media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profiles[0].token})
    told = [information.SerialNumber, profiles[0].VideoEncoderConfiguration.Encoding, stream.Uri]
except Exception as error:
    told = [str(error)]
print(json.dumps(told))
"""


async def ask_as_library(device: OnvifDevice, password: str) -> list[str]:
    """Let onvif-zeep's own client ask, in a process of its own: it changes logging and environment."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CLIENT, str(device.port), password),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await asyncio.wait_for(program.communicate(), 30)
    told: list[str] = json.loads(output)
    return told


SETTINGS = OnvifSettings(password="right", make=Make(serial="S-77"))


@pytest.mark.parametrize("offset", [0.0, 3600.0])
async def test_onvif_zeep_asks(offset: float) -> None:
    """The device answers onvif-zeep's ONVIFCamera, which sets its log-in by the device's clock."""
    device = OnvifDevice(replace(SETTINGS, clock_offset=offset))
    await device.start()
    told = await ask_as_library(device, "right")
    await device.stop()
    assert told == ["S-77", "H264", "rtsp://127.0.0.1:554/Streaming/Channels/101?profile=main"]
    assert device.bad_log_ins == 0


async def test_onvif_zeep_is_refused() -> None:
    """The device tells that client of a wrong password as real ones do."""
    device = OnvifDevice(SETTINGS)
    await device.start()
    (told,) = await ask_as_library(device, "wrong")
    await device.stop()
    assert "Sender not Authorized" in told
    assert device.bad_log_ins >= 1


async def test_cameras_of_an_estate_speak_onvif() -> None:
    """Those that do are asked at their own address; a clock that is set off, or a device swapped, shows."""
    made = make_estate(institutions=2, cameras=12, seed=5, today=TODAY)
    async with at_work(made) as simulation:
        camera = next(each for each in made.cameras if each.speaks_onvif)
        url = simulation.places.onvif[camera.camera_id]
        assert urlsplit(url).hostname == camera.address
        assert simulation.places.onvif.keys() == {e.camera_id for e in made.cameras if e.speaks_onvif}

        async def look() -> DeviceReading:
            host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
            login = Credentials(
                host=host, port=port, username=camera.username, password=Secret(camera.password)
            )
            target = Target(id=camera.camera_id, url=url, credentials=login)
            return await OnvifProbe(Codec())(target, timeout=5.0, now=datetime.now(UTC))

        first = await look()
        simulation.devices.drift(camera.camera_id, 3600)
        simulation.devices.swap(camera.camera_id)
        second = await look()
        with pytest.raises(ValueError, match="is no camera that speaks ONVIF"):
            simulation.devices.swap("nobody")
    assert (first.failure, second.failure) == (None, None)
    assert first.clock_offset == pytest.approx(0, abs=2)
    assert second.clock_offset == pytest.approx(3600, abs=2)
    before, after = first.identity, second.identity
    assert before is not None
    assert after is not None
    assert before.serial == f"SIM-{camera.number:06d}"
    assert not {before.serial, before.mac, before.endpoint} & {after.serial, after.mac, after.endpoint}
