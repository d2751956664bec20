"""The last look at everything at a school: every camera, the edge of every site, every recorder.

A look counts only when it is newer than the loss that it shall explain. What failed while something of the
monitor's own was in doubt is not remembered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.judge.evidence import DeviceView, SiteLook
from monitor.judge.neighbours import EdgeView, Reach
from monitor.judge.selfcheck import Worth
from probes.failure import VANISHED, Failure
from probes.recorder.base import InputState, RecorderReading


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderLook:
    """A recorder's last answer about itself and its inputs."""

    at: datetime
    alive: bool | None  # something at its address answered; None: our own trouble, says nothing
    serves: bool | None  # it answered as a recorder does; None: it was not let tell
    inputs: Mapping[int, InputState] = field(default_factory=dict)
    clock_offset: float | None = None  # seconds, its clock minus ours
    locked: bool = False  # it says that it locked our account

    @classmethod
    def of(cls, reading: RecorderReading) -> "RecorderLook":
        """Keep of a reading what causes are decided by."""
        failure = reading.failure
        if failure is Failure.DNS_FAILED:
            return cls(at=reading.at, alive=None, serves=None)
        alive = failure not in VANISHED
        spoke = failure is None or failure in _SPOKEN
        serves = True if failure is None else None if spoke else False
        return cls(
            at=reading.at,
            alive=alive,
            serves=serves,
            inputs=reading.inputs,
            clock_offset=reading.clock_offset,
            locked=reading.locked,
        )


# It is there and speaks HTTP, and yet told nothing: no sign that it is down.
_SPOKEN = frozenset(
    {
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.NOT_FOUND,
        Failure.SESSION_LIMIT,
        Failure.REDIRECT_REFUSED,
        Failure.OVER_LIMIT,
        Failure.TLS_FAILED,
        Failure.PROTOCOL_ERROR,
    }
)


@dataclass(slots=True)
class Looks:
    """Site-side looks by camera, by site (its edge) and by recorder; what cameras last said over ONVIF."""

    devices: dict[str, DeviceView] = field(default_factory=dict)
    by_camera: dict[str, SiteLook] = field(default_factory=dict)
    edges: dict[str, EdgeView] = field(default_factory=dict)
    recorders: dict[str, RecorderLook] = field(default_factory=dict)
    worth: Callable[[datetime], Worth] = lambda _: Worth.ALL  # of an answer, by when it was asked for

    def put(self, camera_id: str, look: SiteLook) -> None:
        """Remember the newest look that tells anything of the camera."""
        if look.tells and self._counts(look.at, good=look.failure is None and not look.strained):
            self.by_camera[camera_id] = look

    def put_edge(self, site_id: str, view: EdgeView) -> None:
        """Remember the newest look that tells anything of the edge."""
        good = view.reach is Reach.ANSWERED and not view.strained
        if view.reach is not Reach.UNTOLD and self._counts(view.at, good=good):
            self.edges[site_id] = view

    def put_recorder(self, recorder_id: str, look: RecorderLook) -> None:
        """Remember the newest look that tells anything of the recorder."""
        if look.alive is not None and self._counts(look.at, good=look.serves is True):
            self.recorders[recorder_id] = look

    def forget_since(self, moment: datetime) -> None:
        """Forget every look that was made at `moment` or later: the monitor may have been blind."""
        self.by_camera = {key: look for key, look in self.by_camera.items() if look.at < moment}
        self.edges = {key: view for key, view in self.edges.items() if view.at < moment}
        self.recorders = {key: look for key, look in self.recorders.items() if look.at < moment}

    def _counts(self, at: datetime, *, good: bool) -> bool:
        worth = self.worth(at)
        return worth is Worth.ALL or (worth is Worth.GOOD and good)

    def since(self, camera_id: str, moment: datetime) -> SiteLook | None:
        """Return the camera's last look if it was made at `moment` or later."""
        look = self.by_camera.get(camera_id)
        return look if look is not None and look.at >= moment else None

    def edge_since(self, site_id: str, moment: datetime) -> EdgeView | None:
        """Return the last look at a site's edge if it was made at `moment` or later."""
        view = self.edges.get(site_id)
        return view if view is not None and view.at >= moment else None

    def recorder_since(self, recorder_id: str, moment: datetime) -> RecorderLook | None:
        """Return the last look at a recorder if it was made at `moment` or later."""
        look = self.recorders.get(recorder_id)
        return look if look is not None and look.at >= moment else None
