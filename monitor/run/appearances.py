"""What the last looks said of every camera that is received, held against what a camera must be."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.judge.warnings import Appearance, Standard, warnings_of
from monitor.law.rules import Figure, NoRule, Rules
from monitor.model.verdict import Warn

NOTHING = Appearance()
Identity = Mapping[str, str]  # serial, mac, endpoint: those that a device says of itself


class Appearances:
    """Appearances by camera, and the standard of the day."""

    def __init__(self, law: Rules, zone: ZoneInfo, *, flapping: Callable[[str, datetime], bool]) -> None:
        self._flapping = flapping
        self._law = law
        self._zone = zone
        self._by_camera: dict[str, Appearance] = {}
        self._standard: tuple[date, Standard] | None = None

    def picture(self, camera_id: str, height: int | None, fps: float | None) -> None:
        """Take what a look saw of the picture; what it did not see stays."""
        seen = self._of(camera_id)
        self._by_camera[camera_id] = replace(
            seen,
            height=height if height is not None else seen.height,
            fps=fps if fps is not None else seen.fps,
        )

    def clock(self, camera_id: str, offset: float | None) -> None:
        """Take what a look measured of the device's clock, in seconds; None: it was not told."""
        if offset is not None:
            self._by_camera[camera_id] = replace(self._of(camera_id), clock_offset=offset)

    def identity(self, camera_id: str, said: Identity, known: Identity) -> None:
        """Take who a device says it is, and who it was when it was first seen."""
        self._by_camera[camera_id] = replace(self._of(camera_id), identity=said, known_identity=known)

    def warnings(self, camera_id: str, stream_id: str, now: datetime, *, uncovered: bool) -> tuple[Warn, ...]:
        """List the warnings of a stream that is received."""
        flapping = self._flapping(stream_id, now)
        if camera_id not in self._by_camera and not uncovered and not flapping:
            return ()
        standard = self._standard_on(now.astimezone(self._zone).date())
        return warnings_of(self._of(camera_id), standard, uncovered=uncovered, flapping=flapping)

    def _of(self, camera_id: str) -> Appearance:
        return self._by_camera.get(camera_id, NOTHING)

    def _standard_on(self, day: date) -> Standard:
        if self._standard is None or self._standard[0] != day:
            height = self._number(Figure.LEAST_HEIGHT, day)
            standard = Standard(
                least_height=round(height) if height is not None else None,
                least_fps=self._number(Figure.LEAST_FPS, day),
                clock_skew=self._number(Figure.CLOCK_SKEW_SECONDS, day),
            )
            self._standard = day, standard
        return self._standard[1]

    def _number(self, figure: Figure, day: date) -> float | None:
        try:
            return self._law.threshold(figure, day).number
        except NoRule:
            return None
