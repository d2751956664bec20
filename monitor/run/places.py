"""Where the streams of a register belong, for incidents; and which streams an incident may be about."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from monitor.judge.folding import Group, Place
from monitor.law.contracts import cover
from monitor.law.inclusion import Outside
from monitor.model.estate import Stream
from monitor.model.incident import Incident, Scope
from monitor.run.streams import Index


class Places:
    """The places of one register on one local day. What is outside the counts has none."""

    def __init__(self, index: Index, outside: Mapping[str, Outside], day: date) -> None:
        self._index = index
        self._outside = outside
        self._day = day
        self._providers: dict[str, str | None] = {}
        self._cameras = Counter(
            index.by_camera[camera_id][0].institution_id
            for camera_id in index.by_camera
            if camera_id not in outside
        )

    def of(self, stream_id: str) -> Place | None:
        """Return where a stream belongs; None: it left the register, or its camera does not count."""
        stream = self._index.by_id.get(stream_id)
        if stream is None or stream.camera_id in self._outside:
            return None
        estate = self._index.estate
        institution = estate.institutions[stream.institution_id]
        return Place(
            camera_id=stream.camera_id,
            site_id=stream.site_id,
            institution_id=stream.institution_id,
            region=institution.region,
            gateway_id=stream.gateway_id,
            recorder_id=estate.cameras[stream.camera_id].recorder_id,
            provider=self._provider(stream.site_id),
            headcount=institution.headcount,
            cameras=self._cameras[stream.institution_id],
        )

    def all(self) -> Iterable[Stream]:
        """Give every stream of the register."""
        return self._index.by_id.values()

    def streams(self, stream_ids: Iterable[str]) -> list[Stream]:
        """Return those of the streams that the register has."""
        return [stream for key in stream_ids if (stream := self._index.by_id.get(key)) is not None]

    def within(self, group: Group) -> list[Stream]:
        """List the streams that an incident of the group may be about."""
        subject, index = group.subject, self._index
        if group.scope is Scope.GATEWAY:
            return index.by_gateway.get(subject, [])
        if group.scope is Scope.CAMERA:
            return index.by_camera.get(subject, [])
        sites: Iterable[str] = (subject,)
        if group.scope is Scope.REGION:
            sites = [site for site in index.cameras_of_site if self._index.estate.region_of(site) == subject]
        if group.scope is Scope.PROVIDER:
            sites = index.sites_of_provider.get(subject, ())
        elif group.scope is Scope.RECORDER:
            recorder = index.estate.recorders.get(subject)
            sites = (recorder.site_id,) if recorder is not None else ()
        cameras = (camera for site in sites for camera in index.cameras_of_site.get(site, ()))
        return [stream for camera in cameras for stream in index.by_camera[camera]]

    def weigh(self, incident: Incident) -> tuple[int, int | None, str | None]:
        """Return how many cameras and pupils an incident touches, and the region of the centre.

        It is a gateway's, or the monitor's own, which touches everything and belongs to no centre.
        """
        estate, streams = self._index.estate, list(self._index.by_id.values())
        if incident.scope is Scope.GATEWAY:
            streams = self._index.by_gateway.get(incident.subject, [])
        institutions = {stream.institution_id for stream in streams}
        counted = [estate.institutions[key].headcount for key in institutions]
        known = [headcount for headcount in counted if headcount is not None]
        gateway = estate.gateways.get(incident.subject) if incident.scope is Scope.GATEWAY else None
        region = estate.centres[gateway.centre_id].region if gateway is not None else None
        return len({stream.camera_id for stream in streams}), sum(known) if known else None, region

    def _provider(self, site_id: str) -> str | None:
        if site_id not in self._providers:
            found = cover(self._index.contracts_of_site.get(site_id, ()), self._day)
            held = found.contract if found.covered else None
            self._providers[site_id] = held.provider if held is not None else None
        return self._providers[site_id]
