"""What is allowed for a time and by somebody: cameras left out of the rate, and planned work."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Subject(StrEnum):
    """What an allowance is given for."""

    INSTITUTION = "institution"
    SITE = "site"
    CAMERA = "camera"
    GATEWAY = "gateway"  # maintenance only


class Reason(StrEnum):
    """Why cameras are left out of the rate."""

    TECHNICALLY_UNSUITABLE = "technically_unsuitable"
    BUILDING_CLOSED = "building_closed"
    UNDER_REPAIR = "under_repair"
    COURT_ORDER = "court_order"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An approved exclusion from the rate. Both of its days count."""

    subject: Subject
    subject_id: str
    starts_on: date
    ends_on: date
    reason: Reason
    approver: str  # an office, not a person
    document: str  # number and date of what it was approved by


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A window of planned work: what is lost in it was planned. Watching goes on."""

    maintenance_id: str
    subject: Subject
    subject_id: str
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC, not in it
    approver: str  # an office, not a person
    reason: str
