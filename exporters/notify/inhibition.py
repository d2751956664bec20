"""What need not be told while something wider is told: gateway over site over recorder and camera.

A blind monitor is over everything. What is held is not lost: it is told when the wider one is over, if it
still lasts.
"""

from collections.abc import Iterable

from exporters.why.subjects import of_incident
from monitor.model.incident import Incident, Kind, Scope
from monitor.run.streams import Index

_BELOW_GATEWAY = frozenset({Scope.SITE, Scope.RECORDER, Scope.CAMERA})
_BELOW_SITE = frozenset({Scope.RECORDER, Scope.CAMERA})


def is_held(incident: Incident, still_open: Iterable[Incident], index: Index) -> bool:
    """Say whether an open incident covers this one."""
    wider = [each for each in still_open if each.kind is Kind.OUTAGE and each.scope is not incident.scope]
    return any(covers(each, incident, index) for each in wider)


def covers(wider: Incident, incident: Incident, index: Index) -> bool:
    """Say whether one incident explains away another as long as it lasts."""
    match wider.scope:
        case Scope.MONITOR:
            return incident.scope is not Scope.MONITOR
        case Scope.GATEWAY if incident.scope in _BELOW_GATEWAY:
            return of_incident(incident, index).gateway_id == wider.subject
        case Scope.SITE if incident.scope in _BELOW_SITE:
            return of_incident(incident, index).site_id == wider.subject
        case _:
            return False
