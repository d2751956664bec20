"""What the estate answers at one second: gateways, cameras, edges of sites, recorders, canaries."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.world.fault import DARK, UNKNOWN_STATES, Cause, Fault, Manner
from simulator.world.link import LINKS, Link, Quality, frozen_until
from simulator.world.noise import number_of
from simulator.world.places import Camera, Places
from simulator.world.timeline import Strike, Track, at_gateway, lay_out

NEVER = Track()


@dataclass(frozen=True, slots=True)
class Paths:
    """What a gateway tells of its paths: bytes by stream key; fillers are played in place of a camera."""

    counters: dict[str, int]
    fillers: tuple[str, ...] = ()


class World:
    """An estate under a schedule. Every method is a function of its arguments; nothing is remembered."""

    def __init__(self, places: Places, faults: Sequence[Fault]) -> None:
        self.places = places
        self.tracks = lay_out(places, faults)
        self.site_of = places.camera_sites()
        self._by_subject: dict[str, list[Fault]] = {}
        for fault in sorted(faults, key=lambda each: each.starts):
            for key in _told_by(fault, places):
                self._by_subject.setdefault(key, []).append(fault)

    def active(self, subject: str, t: float) -> list[Fault]:
        """Return the faults of the monitor, a gateway, a site or a recorder at `t`."""
        return [fault for fault in self._by_subject.get(subject, ()) if fault.starts <= t < fault.ends]

    def is_blind(self, t: float) -> bool:
        """Say whether the monitor's own network fails."""
        return bool(self.active("monitor", t))

    def gateway_is_down(self, gateway_id: str, t: float) -> Fault | None:
        """Return the fault for which a gateway does not answer."""
        return next(iter(self.active(gateway_id, t)), None)

    def paths_at(self, gateway_id: str, t: float, keys: Sequence[str] | None = None) -> Paths:
        """Tell of every path of a gateway, or of those asked for; a key that it does not have is left out."""
        counters: dict[str, int] = {}
        fillers: list[str] = []
        cameras, tracks = self.places.cameras, self.tracks
        for key in self.places.of_gateway[gateway_id] if keys is None else keys:
            camera, track = cameras[key], tracks.get(key)
            if track is not None and (wrong := at_gateway(track, t)) is not None:
                if wrong is Cause.NOT_ENROLLED:
                    continue
                fillers.append(key)
            counters[key] = self._counter(camera, track, t)
        return Paths(counters, tuple(fillers))

    def _counter(self, camera: Camera, track: Track | None, t: float) -> int:
        """Count the bytes since the source came; over a bad link they come in bursts, and some never."""
        since, until = (track or NEVER).flowing_since(t)
        if self.site_of[camera.camera_id].lossy:
            until = max(since, frozen_until(until, camera.number))
            return int((until - since) * camera.rate * 0.7)
        return int((until - since) * camera.rate)

    def strikes(self, camera_id: str, t: float) -> list[Strike]:
        """Return what strikes a camera itself at `t`."""
        track = self.tracks.get(camera_id)
        return track.at(t) if track is not None else []

    def link_of(self, site_id: str, t: float) -> Link:
        """Say how good the way to a site is."""
        if any(fault.cause is Cause.CHANNEL_DEGRADED for fault in self.active(site_id, t)):
            return LINKS[Quality.DEGRADED]
        return LINKS[Quality.LOSSY if self.places.sites[site_id].lossy else Quality.CLEAN]

    def connects(self, site_id: str, name: str, t: float) -> float | None:
        """Give the seconds until a host of a living site took a connection; None: it was not to be had."""
        return self.link_of(site_id, t).connect(self.places.seed, number_of(name), int(t * 10))

    def edge_at(self, site_id: str, t: float) -> float | None:
        """Give the seconds until the site's router took a connection; None: nothing answers there."""
        if self.is_blind(t) or any(fault.cause in DARK for fault in self.active(site_id, t)):
            return None
        return self.connects(site_id, site_id, t)

    def recorder_at(self, recorder_id: str, t: float) -> float | None:
        """Give the seconds until a recorder took a connection; None: it does not answer."""
        if self.active(recorder_id, t):
            return None
        site_id = self.places.recorders[recorder_id].site_id
        if self.is_blind(t) or any(fault.cause in DARK for fault in self.active(site_id, t)):
            return None
        return self.connects(site_id, recorder_id, t)

    def lost_inputs(self, recorder_id: str, t: float) -> frozenset[int]:
        """Return the inputs of which a recorder that answers says that they have no picture."""
        cameras = self.places.cameras
        site_id = self.places.recorders[recorder_id].site_id
        return frozenset(
            cameras[key].input or 0
            for key in self.places.of_site[site_id]
            if cameras[key].recorder_id == recorder_id
            and any(each.fault.cause is Cause.RECORDER_INPUT_LOST for each in self.strikes(key, t))
        )


def _told_by(fault: Fault, places: Places) -> list[str]:
    """Name those who answer otherwise while a fault lasts, cameras aside."""
    if fault.cause in UNKNOWN_STATES or fault.cause is Cause.RECORDER_DOWN:
        return [fault.subject]
    if fault.manner is Manner.STORM:
        return []  # cameras reboot, and nothing else does
    if fault.cause in DARK or fault.cause is Cause.CHANNEL_DEGRADED:
        return sorted({places.cameras[camera_id].site_id for camera_id in fault.cameras})
    return []
