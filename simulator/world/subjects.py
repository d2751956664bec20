"""Whom each cause can strike in an estate."""

from collections.abc import Mapping, Sequence

from simulator.world.fault import GATEWAY_SIDE, IP_CAMERA, Cause
from simulator.world.places import Places

MANY_SITES = 3  # of one provider in one region: fewer are no outage of the provider

Struck = Mapping[str, tuple[str, ...]]  # camera ids by subject


class Subjects:
    """Every subject of every cause, with the cameras that it takes along."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.of: dict[Cause, Struck] = {cause: self._of(cause) for cause in Cause}

    def near(self, cause: Cause, cameras: Sequence[str]) -> list[str]:
        """Return the subjects of a cause that take one of `cameras` along."""
        wanted = set(cameras)
        return [subject for subject, struck in self.of[cause].items() if not wanted.isdisjoint(struck)]

    def _of(self, cause: Cause) -> Struck:
        places = self._places
        if cause is Cause.MONITOR_BLIND:
            return {"monitor": tuple(places.cameras)}
        if cause is Cause.GATEWAY_DOWN:
            return places.of_gateway
        if cause is Cause.PROVIDER_OUTAGE:
            return self._providers()
        if cause is Cause.RECORDER_DOWN:
            return self._recorders()
        if cause is Cause.LAN_FAULT:
            return self._switches()
        if cause in GATEWAY_SIDE or cause in IP_CAMERA or cause is Cause.RECORDER_INPUT_LOST:
            return self._single_cameras(cause)
        return self._sites(cause)

    def _sites(self, cause: Cause) -> Struck:
        """Give whole sites; those whose contract ends are kept for that, so that no dark one is in doubt."""
        sites, lapsed = self._places.sites, cause is Cause.CONTRACT_LAPSED
        any_site = cause is Cause.CHANNEL_DEGRADED
        return {
            key: cameras
            for key, cameras in self._places.of_site.items()
            if cameras and (any_site or sites[key].lapses is lapsed)
        }

    def _single_cameras(self, cause: Cause) -> Struck:
        cameras = self._places.cameras.values()
        if cause in IP_CAMERA:
            return {each.camera_id: (each.camera_id,) for each in cameras if each.recorder_id is None}
        if cause is Cause.RECORDER_INPUT_LOST:
            return {each.camera_id: (each.camera_id,) for each in cameras if each.recorder_id is not None}
        return {each.camera_id: (each.camera_id,) for each in cameras}

    def _recorders(self) -> Struck:
        inputs: dict[str, tuple[str, ...]] = {}
        for camera in self._places.cameras.values():
            if camera.recorder_id is not None:
                inputs[camera.recorder_id] = (*inputs.get(camera.recorder_id, ()), camera.camera_id)
        return inputs

    def _switches(self) -> Struck:
        """Give switches with two cameras or more that are not all of their site."""
        behind: dict[tuple[str, int], tuple[str, ...]] = {}
        for camera in self._places.cameras.values():
            if camera.switch >= 0:
                key = camera.site_id, camera.switch
                behind[key] = (*behind.get(key, ()), camera.camera_id)
        return {
            f"{site_id}/{switch}": cameras
            for (site_id, switch), cameras in behind.items()
            if 1 < len(cameras) < len(self._places.of_site[site_id])
        }

    def _providers(self) -> Struck:
        """Give every provider's sites in one region; those whose contract ends are out of it."""
        sites: dict[str, list[str]] = {}
        for site in self._places.sites.values():
            if not site.lapses:
                sites.setdefault(f"{site.provider}/{site.region}", []).append(site.site_id)
        return {
            subject: tuple(camera for site_id in found for camera in self._places.of_site[site_id])
            for subject, found in sorted(sites.items())
            if len(found) >= MANY_SITES
        }
