"""Exclusions and planned work as lists."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from exporters.tables.table import Record, Table
from monitor.model.allowances import Exclusion, Maintenance, Subject
from monitor.model.estate import Estate

EXCLUSION = ("subject", "subject_id", "cameras", "starts_on", "ends_on", "reason", "approver", "document")
MAINTENANCE = (
    *("maintenance_id", "subject", "subject_id", "cameras", "starts_at", "ends_at", "phase"),
    *("approver", "reason"),
)


def exclusion_table(estate: Estate, day: date | None) -> Table:
    """List the exclusions that hold on a day (None: all of them), the one that ends first on top."""
    cameras = _Cameras(estate)
    held = [each for each in estate.exclusions if day is None or each.starts_on <= day <= each.ends_on]
    held.sort(key=lambda each: (each.ends_on, each.subject, each.subject_id))
    return Table(columns=EXCLUSION, rows=[_exclusion(each, cameras) for each in held])


def maintenance_table(estate: Estate, now: datetime, *, every: bool) -> Table:
    """List the windows that are not over at a moment, or all of them, the one that begins first on top."""
    cameras = _Cameras(estate)
    held: Iterable[Maintenance] = (e for e in estate.maintenance.values() if every or now < e.ends_at)
    ordered = sorted(held, key=lambda each: (each.starts_at, each.maintenance_id))
    return Table(columns=MAINTENANCE, rows=[_maintenance(each, cameras, now) for each in ordered])


def _exclusion(each: Exclusion, cameras: "_Cameras") -> Record:
    return {
        "subject": each.subject,
        "subject_id": each.subject_id,
        "cameras": cameras.of(each.subject, each.subject_id),
        "starts_on": each.starts_on,
        "ends_on": each.ends_on,
        "reason": each.reason,
        "approver": each.approver,
        "document": each.document,
    }


def _maintenance(each: Maintenance, cameras: "_Cameras", now: datetime) -> Record:
    phase = "planned" if now < each.starts_at else "open" if now < each.ends_at else "over"
    return {
        "maintenance_id": each.maintenance_id,
        "subject": each.subject,
        "subject_id": each.subject_id,
        "cameras": cameras.of(each.subject, each.subject_id),
        "starts_at": each.starts_at,
        "ends_at": each.ends_at,
        "phase": phase,
        "approver": each.approver,
        "reason": each.reason,
    }


class _Cameras:
    """How many cameras stand behind what an allowance is of."""

    def __init__(self, estate: Estate) -> None:
        self._counts: Counter[tuple[Subject, str]] = Counter()
        for camera in estate.cameras.values():
            self._counts[Subject.CAMERA, camera.camera_id] += 1
            self._counts[Subject.SITE, camera.site_id] += 1
            self._counts[Subject.INSTITUTION, estate.sites[camera.site_id].institution_id] += 1
        for enrolment in estate.enrolments:
            self._counts[Subject.GATEWAY, enrolment.gateway_id] += 1

    def of(self, subject: Subject, subject_id: str) -> int:
        return self._counts[subject, subject_id]
