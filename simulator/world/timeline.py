"""When each camera and its stream are struck: the faults of a schedule, sorted by whom they strike."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.world.fault import GATEWAY_SIDE, UNKNOWN_STATES, Cause, Fault, Manner
from simulator.world.noise import between
from simulator.world.places import Camera, Places

RECONNECT = (1.0, 8.0)  # seconds until a gateway has a source again that came back
BOOT = (20.0, 150.0)  # seconds after the power's return until a camera answers
REBOOT = (20.0, 31.0)  # seconds that a camera needs when nothing else happens
FLICKER = 60.0  # seconds within which the cameras of a storm begin to reboot


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault and one camera: the device is struck in [starts, ends), its stream until `stream_ends`."""

    fault: Fault
    starts: float
    ends: float
    stream_ends: float


@dataclass(slots=True)
class Track:
    """One camera's strikes, and when its stream stands still, in the order of time and without overlap."""

    strikes: list[Strike] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)  # when the stream stopped
    resumes: list[float] = field(default_factory=list)  # when it came back, by the same index

    def add_stop(self, starts: float, ends: float) -> None:
        """Note that the stream stands still; stops come in the order of their beginnings."""
        if self.resumes and starts <= self.resumes[-1]:
            self.resumes[-1] = max(self.resumes[-1], ends)
        else:
            self.stops.append(starts)
            self.resumes.append(ends)

    def at(self, t: float) -> list[Strike]:
        """Return what strikes the device at `t`."""
        return [each for each in self.strikes if each.starts <= t < each.ends]

    def of_stream(self, t: float) -> list[Strike]:
        """Return what strikes the stream at `t`."""
        return [each for each in self.strikes if each.starts <= t < each.stream_ends]

    def flowing_since(self, t: float) -> tuple[float, float]:
        """Return since when the source that counts at `t` has sent, and until when: `t`, or its stop."""
        at = bisect_right(self.stops, t) - 1
        if at < 0:
            return BEFORE, t
        if t < self.resumes[at]:
            return (self.resumes[at - 1] if at else BEFORE), self.stops[at]
        return self.resumes[at], t


BEFORE = -3600.0  # every source has been sending for an hour when a run begins


def strike(fault: Fault, camera: Camera) -> Strike:
    """Say when a fault strikes one of its cameras."""
    starts, ends = fault.starts, fault.ends
    if fault.manner is Manner.STORM:
        starts += between(0.0, FLICKER, fault.number, camera.number, 1)
        ends = starts + between(*REBOOT, fault.number, camera.number, 2)
    elif fault.manner is Manner.POWER:
        ends += between(*BOOT, fault.number, camera.number, 3)
    back = 0.0 if fault.cause in UNKNOWN_STATES else between(*RECONNECT, fault.number, camera.number, 4)
    return Strike(fault, starts, ends, ends + back)


def lay_out(places: Places, faults: Iterable[Fault]) -> dict[str, Track]:
    """Sort faults into the tracks of the cameras that they strike; the others have none.

    Faults of the monitor and of gateways are not laid out: they stop no stream, only the sight of it.
    """
    strikes: dict[str, list[Strike]] = {}
    for fault in faults:
        if fault.cause in UNKNOWN_STATES:
            continue
        for camera_id in fault.cameras:
            strikes.setdefault(camera_id, []).append(strike(fault, places.cameras[camera_id]))
    return {camera_id: _track(found) for camera_id, found in sorted(strikes.items())}


def _track(strikes: Sequence[Strike]) -> Track:
    track = Track(strikes=sorted(strikes, key=lambda each: (each.starts, each.fault.number)))
    for each in track.strikes:
        track.add_stop(each.starts, each.stream_ends)
    return track


def at_gateway(track: Track, t: float) -> Cause | None:
    """Say what is wrong with a path itself at `t`: not_enrolled, placeholder, or nothing."""
    causes = {each.fault.cause for each in track.of_stream(t)} & GATEWAY_SIDE
    return next((cause for cause in (Cause.NOT_ENROLLED, Cause.PLACEHOLDER) if cause in causes), None)
