"""Where something stands that an incident or a stream is about, and what people call it."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model.estate import Stream
from monitor.model.incident import Incident, Scope
from monitor.run.streams import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What stands around it, as far as the register still has it and it is of one only."""

    region: str | None = None
    institution_id: str | None = None
    site_id: str | None = None
    gateway_id: str | None = None
    provider: str | None = None  # named by the incident itself


def of_stream(stream: Stream, index: Index) -> Whereabouts:
    """Return where a stream belongs."""
    return Whereabouts(
        region=index.estate.institutions[stream.institution_id].region,
        institution_id=stream.institution_id,
        site_id=stream.site_id,
        gateway_id=stream.gateway_id,
    )


def of_incident(incident: Incident, index: Index) -> Whereabouts:
    """Return where an incident is; of one wider than a site only what all of it has in common."""
    subject, region = incident.subject, incident.region
    if incident.scope is Scope.GATEWAY:
        return Whereabouts(region=region, gateway_id=subject)
    if incident.scope is Scope.PROVIDER:
        return Whereabouts(region=region, provider=subject)
    site_id = _site(incident, index)
    site = index.estate.sites.get(site_id) if site_id is not None else None
    if site is None:
        return Whereabouts(region=region, institution_id=incident.institution)
    return Whereabouts(
        region=region,
        institution_id=site.institution_id,
        site_id=site_id,
        gateway_id=_gateway(_cameras(incident, site.site_id, index), index),
    )


def touches(incident: Incident, region: str, index: Index) -> bool:
    """Say whether an incident is of a region; one of several regions is of each."""
    if incident.region is not None or incident.scope is not Scope.GATEWAY:
        return incident.region == region
    institutions = index.estate.institutions
    streams = index.by_gateway.get(incident.subject, [])
    return any(institutions[stream.institution_id].region == region for stream in streams)


def name_of(incident: Incident, index: Index) -> str:
    """Return what people call the subject of an incident: its id where the register has no name for it."""
    estate, subject = index.estate, incident.subject
    if incident.scope is Scope.GATEWAY and subject in estate.gateways:
        return f"{estate.centres[estate.gateways[subject].centre_id].name}, {subject}"
    if incident.scope is Scope.SITE and subject in estate.sites:
        return place_of(subject, index)
    if incident.scope in {Scope.RECORDER, Scope.CAMERA}:
        site_id = _site(incident, index)
        return f"{place_of(site_id, index)}, {subject}" if site_id is not None else subject
    return subject


def place_of(site_id: str, index: Index) -> str:
    """Return the name of a site, with its institution's in front where it does not begin with it."""
    site = index.estate.sites[site_id]
    name = index.estate.institutions[site.institution_id].name
    return site.name if site.name.startswith(name) else f"{name}, {site.name}".rstrip(", ")


def _site(incident: Incident, index: Index) -> str | None:
    estate, subject = index.estate, incident.subject
    if incident.scope is Scope.RECORDER:
        return estate.recorders[subject].site_id if subject in estate.recorders else None
    if incident.scope is Scope.CAMERA:
        return estate.cameras[subject].site_id if subject in estate.cameras else None
    return subject if incident.scope is Scope.SITE else None


def _cameras(incident: Incident, site_id: str, index: Index) -> Iterable[str]:
    return (incident.subject,) if incident.scope is Scope.CAMERA else index.cameras_of_site.get(site_id, ())


def _gateway(cameras: Iterable[str], index: Index) -> str | None:
    """Return the gateway of these cameras' first stream that has one."""
    streams = (stream for camera in cameras for stream in index.by_camera.get(camera, ()))
    return next((stream.gateway_id for stream in streams if stream.gateway_id is not None), None)
