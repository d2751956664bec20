"""How the scorer counts incidents against what had gone wrong, by hand-made tables."""

import pytest

from simulator.scoring.grouping import Grouping, grouping_of
from simulator.scoring.told import Incident
from simulator.world.fault import Cause, Fault
from simulator.world.outages import outages_of
from tests.small_world import fault, places

OFF = fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")


def incident(scope: str, subject: str, opened_at: float, closed_at: float | None = None) -> Incident:
    """Make an incident."""
    return Incident(
        incident_id=f"{scope}:{subject}:{opened_at}",
        scope=scope,
        subject=subject,
        cause="camera_off",
        opened_at=opened_at,
        closed_at=closed_at,
    )


def grouped(faults: list[Fault], *incidents: Incident) -> Grouping:
    """Set incidents against faults."""
    here = places()
    return grouping_of(incidents, faults, outages_of(here, faults), here, shortest=60)


@pytest.mark.parametrize(
    ("told", "false"),
    [
        pytest.param(incident("camera", "c0", 1_030, 2_010), 0, id="of it"),
        pytest.param(incident("site", "s", 1_030), 0, id="of its site, still open"),
        pytest.param(incident("monitor", "all", 1_030), 0, id="of everything"),
        pytest.param(incident("camera", "c0", 900, 980), 1, id="closed before it began"),
        pytest.param(incident("camera", "c0", 2_100), 1, id="opened after it"),
        pytest.param(incident("camera", "c1", 1_030), 1, id="of another camera"),
    ],
)
def test_an_incident_of_no_root_cause_is_false(told: Incident, false: int) -> None:
    """An incident is of a fault when it is about one of its cameras while that was lost."""
    assert grouped([OFF], told) == Grouping(incidents=1, root_causes=1, false_incidents=false)


def test_an_incident_of_a_short_fault_is_false() -> None:
    """What is too short to be confirmed, and planned work, is no root cause; its incident is a false one."""
    short = fault(Cause.CAMERA_OFF, 1_000, 1_020, "c0", short=True)
    planned = fault(Cause.PLANNED, 1_000, 2_000, "c0")
    for each in (short, planned):
        found = grouped([each], incident("camera", "c0", 1_010, 1_060))
        assert found == Grouping(incidents=1, root_causes=0, false_incidents=1)
        assert found.per_root_cause is None


def test_a_fault_that_another_hides_opens_none() -> None:
    """A camera that is off only while its site is dark is no root cause; one that outlasts it is."""
    dark = fault(Cause.SITE_DARK, 1_000, 3_000, "c0", "c1", number=1)
    for ends, roots in ((2_500, 1), (9_000, 2)):
        hidden = fault(Cause.CAMERA_OFF, 1_500, ends, "c0", number=2)
        assert grouped([dark, hidden]).root_causes == roots


def test_many_incidents_of_one_fault_are_counted() -> None:
    """A dark site that is told camera by camera is as many incidents as it has cameras."""
    dark = fault(Cause.SITE_DARK, 1_000, 3_000, "c0", "c1", "c2")
    told = [incident("camera", f"c{number}", 1_030, 3_010) for number in range(3)]
    assert grouped([dark], *told).per_root_cause == 3
