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


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A root event. Scope, subject, cause and owner never change once it is open."""

    incident_id: str
    scope: Scope
    subject: str  # id of the gateway, site, camera …
    cause: Cause
    owner: Owner
    opened_at: datetime  # UTC, back-dated to the first sign
    closed_at: datetime | None = None
    streams: int = 0  # how many it covered when opened
