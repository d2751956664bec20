"""Which cameras are counted on a day: in service, and not left out by an approved exclusion.

What is outside is watched all the same; it is only not counted, and every rate says how much that is.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from monitor.model.allowances import Subject
from monitor.model.estate import Camera, Estate


class Outside(StrEnum):
    """Why a camera is not counted."""

    EXCLUDED = "excluded"  # by an approved exclusion
    NOT_COMMISSIONED = "not_commissioned"  # yet
    DECOMMISSIONED = "decommissioned"


def outside(estate: Estate, day: date) -> Mapping[str, Outside]:
    """Return the cameras that are not counted on a local day, and why."""
    excluded = {
        (exclusion.subject, exclusion.subject_id)
        for exclusion in estate.exclusions
        if exclusion.starts_on <= day <= exclusion.ends_on
    }
    found = ((camera_id, _why(camera, estate, day, excluded)) for camera_id, camera in estate.cameras.items())
    return {camera_id: why for camera_id, why in found if why is not None}


def _why(camera: Camera, estate: Estate, day: date, excluded: set[tuple[Subject, str]]) -> Outside | None:
    if camera.commissioned_on is not None and day < camera.commissioned_on:
        return Outside.NOT_COMMISSIONED
    if camera.decommissioned_on is not None and day >= camera.decommissioned_on:
        return Outside.DECOMMISSIONED
    if not excluded:
        return None
    subjects = (
        (Subject.CAMERA, camera.camera_id),
        (Subject.SITE, camera.site_id),
        (Subject.INSTITUTION, estate.sites[camera.site_id].institution_id),
    )
    return Outside.EXCLUDED if any(subject in excluded for subject in subjects) else None
