"""The ONVIF side of the cameras of an estate at work: a clock and an identity, to be changed by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from simulator import estate
from simulator.onvif_answers import Encoder, Make
from simulator.onvif_device import OnvifDevice, OnvifSettings


class OnvifDevices:
    """A device for each camera that speaks ONVIF, by the camera's id, at the camera's own address.

    They answer whatever happens to the camera's picture.
    """

    def __init__(self, plan: estate.Estate, *, clock: Callable[[], datetime]) -> None:
        self._devices = {
            each.camera_id: OnvifDevice(_settings(each), clock, host=each.address)
            for each in plan.cameras
            if each.speaks_onvif
        }

    @property
    def urls(self) -> dict[str, str]:
        """Where each listens, once it does."""
        return {camera_id: device.url for camera_id, device in self._devices.items()}

    async def start(self) -> None:
        """Listen everywhere. OSError when an address cannot be bound."""
        for device in self._devices.values():
            await device.start()

    async def stop(self) -> None:
        """Close everything."""
        for device in self._devices.values():
            await device.stop()

    def drift(self, camera_id: str, seconds: float) -> None:
        """Let the clock of one be off. ValueError for a camera that does not speak ONVIF."""
        device = self._device(camera_id)
        device.settings = replace(device.settings, clock_offset=seconds)

    def swap(self, camera_id: str) -> None:
        """Put another device in the place of one. ValueError for a camera that does not speak ONVIF."""
        device = self._device(camera_id)
        device.settings = replace(device.settings, make=_make(f"{device.settings.make.serial}-swapped", 2))

    def _device(self, camera_id: str) -> OnvifDevice:
        if camera_id not in self._devices:
            known = ", ".join(self._devices)
            raise ValueError(f"{camera_id!r} is no camera that speaks ONVIF; there are: {known}")
        return self._devices[camera_id]


def _settings(camera: estate.Camera) -> OnvifSettings:
    return OnvifSettings(
        username=camera.username,
        password=camera.password,
        make=_make(f"SIM-{camera.number:06d}", 1, camera.number),
        encoders=(Encoder(token="main", codec="H264", width=1920, height=1080),),  # noqa: S106, a name
        stream_path=camera.path,
    )


def _make(serial: str, series: int, number: int = 0) -> Make:
    """Say who it is; `number`: in its series."""
    tail = f"{number % 2**24:06X}"
    mac = "-".join(["02", "00", f"{series:02X}", tail[:2], tail[2:4], tail[4:]])
    return Make(serial=serial, mac=mac, endpoint=f"urn:uuid:00000000-0000-4000-800{series}-{number:012x}")
