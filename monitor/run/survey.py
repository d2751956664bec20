"""What becomes of what is said around the cameras: looks for the desk, warnings, identities to keep."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from monitor.judge.evidence import DeviceView
from monitor.judge.neighbours import EdgeView
from monitor.model.estate import Camera, Recorder
from monitor.model.identity import KnownIdentity
from monitor.model.verdict import Transition
from monitor.run.clock import Clock
from monitor.run.desk import Desk
from monitor.run.looks import RecorderLook
from probes.onvif.reading import DeviceReading

log: structlog.stdlib.BoundLogger = structlog.get_logger()

FEATURES = ("serial", "mac", "endpoint")  # by which a device is told from another; no one of them alone


class Shelf(Protocol):
    """Where identities are kept."""

    async def put_identities(self, known: dict[str, KnownIdentity], now: datetime) -> None:
        """Keep who these cameras said they were."""


class Survey:
    """Hands on what edges, recorders and devices said."""

    def __init__(self, desk: Desk, clock: Clock, tell: Callable[[Sequence[Transition]], None]) -> None:
        self.known: dict[str, KnownIdentity] = {}
        self._desk = desk
        self._clock = clock
        self._tell = tell
        self._unkept: dict[str, KnownIdentity] = {}

    def edge(self, site_id: str, view: EdgeView) -> None:
        """Take what became of a connection to a site's edge."""
        self._desk.looks.put_edge(site_id, view)
        self._tell(self._desk.look_again(site_id, self._clock.now()))

    def recorder(self, recorder: Recorder, look: RecorderLook) -> None:
        """Take what a recorder said: of its inputs for causes, of its clock for warnings."""
        now = self._clock.now()
        self._desk.looks.put_recorder(recorder.recorder_id, look)
        self._tell(self._desk.look_again(recorder.site_id, now))
        cameras = self._desk.index.estate.cameras
        inputs = [
            key
            for key in self._desk.index.cameras_of_site.get(recorder.site_id, ())
            if cameras[key].recorder_id == recorder.recorder_id
        ]
        for camera_id in inputs:
            self._desk.appearances.clock(camera_id, look.clock_offset)
        self._warn(inputs)

    def device(self, camera: Camera, seen: DeviceReading) -> None:
        """Take what a camera said over ONVIF: its clock, who it is, and what it offers."""
        self._desk.looks.devices[camera.camera_id] = DeviceView.of(seen)
        self._desk.appearances.clock(camera.camera_id, seen.clock_offset)
        said = {name: value for name in FEATURES if (value := getattr(seen.identity, name, None))}
        if said:
            url = camera.onvif_url or ""
            known = self.known.get(camera.camera_id)
            if known is None or known.url != url:
                known = self.known[camera.camera_id] = KnownIdentity(url=url, features=said)
                self._unkept[camera.camera_id] = known
            self._desk.appearances.identity(camera.camera_id, said, known.features)
        self._warn([camera.camera_id])

    def picture(self, camera_id: str, height: int | None, fps: float | None) -> None:
        """Take what a check saw of the picture."""
        if height is not None or fps is not None:
            self._desk.appearances.picture(camera_id, height, fps)
            self._warn([camera_id])

    async def keep(self, shelf: Shelf, store_errors: tuple[type[Exception], ...]) -> None:
        """Write down who was seen for the first time; what the store refuses is tried at the next call."""
        if not self._unkept:
            return
        fresh, self._unkept = self._unkept, {}
        try:
            await shelf.put_identities(fresh, self._clock.now())
        except store_errors as error:
            self._unkept = fresh | self._unkept
            log.warning("identities_not_written", error=type(error).__name__)

    def _warn(self, cameras: Iterable[str]) -> None:
        index, now = self._desk.index, self._clock.now()
        streams = [stream for camera_id in cameras for stream in index.by_camera.get(camera_id, ())]
        self._tell(self._desk.warn(streams, now))
