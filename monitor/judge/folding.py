"""What an incident is about: the widest thing that explains a loss, and how much that weighs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model.incident import Incident, Kind, Scope, Severity
from monitor.model.verdict import Cause, State, Verdict

CRITICAL_PUPILS, MAJOR_PUPILS = 500, 100  # whose cameras are lost, from which on it weighs so much
# What is to be mended at the centre, or to be found out, is one thing for a school, or for one camera alone.
_WHOLE_OR_ONE = frozenset({Cause.NOT_ENROLLED, Cause.GATEWAY_SILENT, Cause.PLACEHOLDER, Cause.CANNOT_TELL})
REGION = "region"  # the evidence that sites of several providers went dark together
_WIDE = frozenset({Scope.MONITOR, Scope.GATEWAY, Scope.PROVIDER, Scope.REGION})

# Every other cause is one camera's own.
_SCOPES: dict[Cause, Scope] = {
    Cause.GATEWAY_DOWN: Scope.GATEWAY,
    Cause.PROVIDER_OUTAGE: Scope.PROVIDER,
    Cause.CONTRACT_LAPSED: Scope.SITE,
    Cause.SITE_DARK: Scope.SITE,
    Cause.CHANNEL_DEGRADED: Scope.SITE,
    Cause.LAN_FAULT: Scope.SITE,
    Cause.RECORDER_DOWN: Scope.RECORDER,
    Cause.NOT_ENROLLED: Scope.SITE,
    Cause.GATEWAY_SILENT: Scope.SITE,
    Cause.PLACEHOLDER: Scope.SITE,
    Cause.CANNOT_TELL: Scope.SITE,
}
_PASSING = _SCOPES.keys() - _WHOLE_OR_ONE  # what takes more than one camera is no reason why one never came


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stream belongs."""

    camera_id: str
    site_id: str
    institution_id: str
    region: str
    gateway_id: str | None = None
    recorder_id: str | None = None
    provider: str | None = None  # of the site's channel now
    headcount: int | None = None  # of the institution
    cameras: int = 1  # of the institution

    @property
    def share(self) -> float | None:
        """The pupils that one camera of the institution stands for; None: nobody counted them."""
        return self.headcount / max(1, self.cameras) if self.headcount is not None else None


@dataclass(frozen=True, slots=True)
class Group:
    """What one incident is about. Two losses of one group have one root cause."""

    scope: Scope
    subject: str
    cause: Cause
    region: str  # "" where it is of several
    lost: bool  # False: never connected

    @property
    def passes(self) -> bool:
        """Say whether the cause is one that passes over a backlog and leaves it as it was."""
        return self.cause in _PASSING

    @classmethod
    def of(cls, incident: Incident) -> "Group":
        """Return the group that an open incident is of."""
        region = incident.region or ""
        return cls(incident.scope, incident.subject, incident.cause, region, incident.lost)

    def narrower(self, place: Place) -> "Group":
        """Return the group of one camera of a site, where the cause can be one of either."""
        if self.cause not in _WHOLE_OR_ONE or self.scope is not Scope.SITE or not self.lost:
            return self
        return replace(self, scope=Scope.CAMERA, subject=place.camera_id)

    def wider(self, place: Place) -> "Group":
        """Return the group of the site of which this one is a camera's part, or itself."""
        whole = replace(self, scope=Scope.SITE, subject=place.site_id)
        return whole if whole.narrower(place) == self else self

    def backlogs(self) -> Iterator["Group"]:
        """Give every backlog that the place of one may have, this one first."""
        yield self
        yield from (replace(self, cause=cause) for cause in Cause if cause is not self.cause)

    def name(self, since: datetime) -> str:
        """Make the id of an incident of the group: `since` its cause holds, which no other has."""
        return f"{self._name}:{since.strftime('%Y%m%dT%H%M%SZ')}"

    def named(self, incident_id: str) -> bool:
        """Say whether an incident of this id is one of the group."""
        return incident_id.rpartition(":")[0] == self._name

    @property
    def _name(self) -> str:
        parts = [self.scope.value, self.subject, self.cause.value]
        if self.scope is Scope.PROVIDER:
            parts.insert(2, self.region)
        if not self.lost:  # an outage can begin in the same second beside it
            parts.append(Kind.NEVER_CONNECTED.value)
        return ":".join(parts)


def group_of(verdict: Verdict, place: Place, *, lost: bool) -> Group | None:
    """Return the group of a stream with this verdict; None: it opens nothing.

    What was never connected is one backlog per school and cause, and no outage.
    """
    cause = verdict.cause
    if verdict.state is not State.NOT_RECEIVING or cause is None or cause is Cause.PLANNED:
        return None
    scope = _SCOPES.get(cause, Scope.CAMERA) if lost else Scope.SITE
    if scope is Scope.PROVIDER and any(looked == REGION for looked, _ in verdict.evidence):
        scope = Scope.REGION
    subjects = {
        Scope.GATEWAY: place.gateway_id,
        Scope.PROVIDER: place.provider,
        Scope.REGION: place.region,
        Scope.SITE: place.site_id,
        Scope.RECORDER: place.recorder_id,
    }
    subject = subjects.get(scope)
    if subject is None:
        scope, subject = Scope.CAMERA, place.camera_id
    region = "" if scope is Scope.GATEWAY else place.region
    return Group(scope, subject, cause, region, lost)


def pupils_of(places: Collection[Place]) -> int | None:
    """Count the pupils of the institutions that are touched; None: of none of them they were counted."""
    counted = {place.institution_id: place.headcount for place in places if place.headcount is not None}
    return sum(counted.values()) if counted else None


def severity_of(scope: Scope, places: Collection[Place]) -> Severity:
    """Weigh an incident by the pupils whose cameras it takes; what is wider than a school is critical."""
    if scope in _WIDE:
        return Severity.CRITICAL
    shares = [place.share for place in places]
    if None in shares:
        return Severity.MINOR if scope is Scope.CAMERA else Severity.MAJOR
    pupils = sum(share for share in shares if share is not None)
    if pupils >= CRITICAL_PUPILS:
        return Severity.CRITICAL
    return Severity.MAJOR if pupils >= MAJOR_PUPILS else Severity.MINOR
