"""The open incidents' lines. Labels are made when an incident is first told and stay until it closes.

An alert whose labels change is another alert, and would be sent twice: so nothing that changes with time is
among them, and they are the incident's own, whatever the register says meanwhile.
"""

from exporters.prometheus import catalogue
from exporters.prometheus.text import Family
from exporters.why import subjects
from monitor.model.incident import Incident, Scope
from monitor.run.board import Board
from monitor.run.streams import Index

FAMILIES = (
    catalogue.INCIDENT_OPEN,
    catalogue.INCIDENT_STREAMS,
    catalogue.INCIDENT_CAMERAS,
    catalogue.INCIDENT_PUPILS,
    catalogue.INCIDENT_OPENED,
    catalogue.INCIDENT,
)


class IncidentLines:
    """Some lines for every open incident. Regions are named in the language of `locale`."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._lines: dict[str, tuple[bytes, ...]] = {}

    def refresh(self, board: Board) -> None:
        """Add the lines of incidents that were opened, take away those of closed ones."""
        kept = {key: lines for key, lines in self._lines.items() if key in board.incidents}
        for key, incident in board.incidents.items():
            if key not in kept:
                kept[key] = _encode(incident, name_of(incident, board.index, self._locale))
        self._lines = kept

    def blocks(self) -> list[tuple[Family, tuple[bytes, ...]]]:
        """Copy the lines, family by family."""
        return [
            (family, tuple(line for lines in self._lines.values() if (line := lines[column])))
            for column, family in enumerate(FAMILIES)
        ]


def name_of(incident: Incident, index: Index, locale: str) -> str:
    """Return what people call what an incident is about; its id where the register has no name for it.

    What is at a school is called by the institution's name, a gateway by its centre's.
    """
    estate, subject = index.estate, incident.subject
    if incident.scope is Scope.REGION and subject in estate.regions:
        return estate.regions[subject].name_in(locale)
    institution_id = subjects.of_incident(incident, index).institution_id
    if incident.scope in _AT_SCHOOL and institution_id in estate.institutions:
        return estate.institutions[institution_id].name
    return subjects.name_of(incident, index)


def _encode(incident: Incident, name: str) -> tuple[bytes, ...]:
    """Make the lines of one incident, in the order of FAMILIES; empty where nobody counted."""
    names = (
        incident.incident_id,
        incident.scope.value,
        incident.cause.value,
        incident.owner.value,
        incident.severity.value,
        incident.region or "",
        incident.institution or "",
        incident.kind.value,
    )
    key, pupils = (incident.incident_id,), incident.pupils
    return (
        catalogue.INCIDENT_OPEN.sample(names, 1),
        catalogue.INCIDENT_STREAMS.sample(key, incident.streams),
        catalogue.INCIDENT_CAMERAS.sample(key, incident.cameras),
        catalogue.INCIDENT_PUPILS.sample(key, pupils) if pupils is not None else b"",
        catalogue.INCIDENT_OPENED.sample(key, incident.opened_at.timestamp()),
        catalogue.INCIDENT.sample((*key, incident.subject, name, incident.predecessor or ""), 1),
    )


_AT_SCHOOL = frozenset({Scope.SITE, Scope.RECORDER, Scope.CAMERA})
