"""One event people act on: grouped streams, one cause, one owner, opened, closed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.verdict import Cause, Owner


class Scope(StrEnum):
    """What an incident is about, widest first."""

    MONITOR = "monitor"
    GATEWAY = "gateway"
    PROVIDER = "provider"
    REGION = "region"
    SITE = "site"
    RECORDER = "recorder"
    CAMERA = "camera"


class Severity(StrEnum):
    """How much an incident weighs, by the pupils it touches when it opens. It never changes after."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Kind(StrEnum):
    """Whether something was lost, or never came to be."""

    OUTAGE = "outage"
    NEVER_CONNECTED = "never_connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A root event. Nothing of it changes once it is open, but that it closes."""

    incident_id: str
    scope: Scope
    subject: str  # id of the gateway, provider, region, site, recorder or camera
    cause: Cause
    owner: Owner
    opened_at: datetime  # UTC, back-dated to the first sign
    closed_at: datetime | None = None
    streams: int = 0  # how many it covered when opened
    cameras: int = 0  # likewise
    pupils: int | None = None  # of the institutions that it touched then; None: nobody counted them
    severity: Severity = Severity.CRITICAL
    region: str | None = None  # KATO code; None: of several
    institution: str | None = None  # None: of several
    predecessor: str | None = None  # the incident whose cause this one revises
    lost: bool = True  # False: it was never connected, so that nothing was lost

    @property
    def kind(self) -> Kind:
        """Say of which kind it is."""
        return Kind.OUTAGE if self.lost else Kind.NEVER_CONNECTED
