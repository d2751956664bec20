"""The open incidents' lines. Labels are made when an incident is first told and stay until it closes.

They name the region and the institution as the register had them then: an alert whose labels change is
another alert, and would be sent twice.
"""

from exporters.prometheus import catalogue
from exporters.prometheus.text import Family
from monitor.model.estate import Estate
from monitor.model.incident import Incident, Scope
from monitor.run.board import Board


def place(incident: Incident, estate: Estate) -> tuple[str, str]:
    """Return the region and the institution that an incident is in; empty where there is none.

    A subject that the register no longer has is nowhere.
    """
    subject, scope = incident.subject, incident.scope
    if scope is Scope.REGION:
        return subject, ""
    if scope is Scope.GATEWAY:
        gateway = estate.gateways.get(subject)
        return (estate.centres[gateway.centre_id].region, "") if gateway is not None else ("", "")
    if scope is Scope.CAMERA:
        camera = estate.cameras.get(subject)
        return _of_site(camera.site_id, estate) if camera is not None else ("", "")
    return _of_site(subject, estate) if scope is Scope.SITE else ("", "")


def _of_site(site_id: str, estate: Estate) -> tuple[str, str]:
    site = estate.sites.get(site_id)
    if site is None:
        return "", ""
    institution = estate.institutions[site.institution_id]
    return institution.region, institution.institution_id


class IncidentLines:
    """Three lines for every open incident."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[bytes, bytes, bytes]] = {}

    def refresh(self, board: Board) -> None:
        """Add the lines of incidents that were opened, take away those of closed ones."""
        kept = {key: lines for key, lines in self._lines.items() if key in board.incidents}
        for key, incident in board.incidents.items():
            if key not in kept:
                kept[key] = _encode(incident, board.index.estate)
        self._lines = kept

    def blocks(self) -> list[tuple[Family, tuple[bytes, ...]]]:
        """Copy the lines, family by family."""
        families = (catalogue.INCIDENT_OPEN, catalogue.INCIDENT_STREAMS, catalogue.INCIDENT_OPENED)
        return [
            (family, tuple(lines[column] for lines in self._lines.values()))
            for column, family in enumerate(families)
        ]


def _encode(incident: Incident, estate: Estate) -> tuple[bytes, bytes, bytes]:
    region, institution = place(incident, estate)
    names = (
        incident.incident_id,
        incident.scope.value,
        incident.cause.value,
        incident.owner.value,
        region,
        institution,
    )
    key = (incident.incident_id,)
    return (
        catalogue.INCIDENT_OPEN.sample(names, 1),
        catalogue.INCIDENT_STREAMS.sample(key, incident.streams),
        catalogue.INCIDENT_OPENED.sample(key, incident.opened_at.timestamp()),
    )
