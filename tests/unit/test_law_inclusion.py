"""Which cameras count on a day, and which planned work covers a loss."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.law.inclusion import Outside, outside
from monitor.law.windows import Windows
from monitor.model.allowances import Exclusion, Maintenance, Reason, Subject
from monitor.model.estate import Estate
from monitor.run.streams import Index
from tests.toy import estate

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def excluded(subject: Subject, subject_id: str, first: date = DAY, last: date = DAY) -> Estate:
    """Give the toy estate one exclusion."""
    exclusion = Exclusion(
        subject=subject,
        subject_id=subject_id,
        starts_on=first,
        ends_on=last,
        reason=Reason.TECHNICALLY_UNSUITABLE,
        approver="Education department",
        document="№ 7 of 2026-02-20",
    )
    return replace(estate(), exclusions=(exclusion,))


def window(subject: Subject, subject_id: str) -> Maintenance:
    """Make planned work from noon for two hours."""
    return Maintenance(
        maintenance_id="m",
        subject=subject,
        subject_id=subject_id,
        starts_at=NOON,
        ends_at=NOON + 2 * HOUR,
        approver="Police IT",
        reason="a new switch",
    )


@pytest.mark.parametrize(
    ("subject", "subject_id", "cameras"),
    [
        pytest.param(Subject.CAMERA, "c2", {"c2"}, id="a camera"),
        pytest.param(Subject.SITE, "s0", {"c0", "c1"}, id="a site"),
        pytest.param(Subject.INSTITUTION, "i", {"c0", "c1", "c2", "c3", "c4"}, id="an institution"),
        pytest.param(Subject.CAMERA, "c9", set(), id="a camera that left"),
    ],
)
def test_an_exclusion_covers_what_it_names(subject: Subject, subject_id: str, cameras: set[str]) -> None:
    """An exclusion keeps out every camera of what it was approved for, and no other."""
    found = outside(excluded(subject, subject_id), DAY)
    assert found == dict.fromkeys(cameras, Outside.EXCLUDED)


@pytest.mark.parametrize(("day", "counts"), [(-1, True), (0, False), (1, False), (2, True)])
def test_both_days_of_an_exclusion_count(day: int, counts: bool) -> None:
    """An exclusion holds from its first day to its last, both of them whole."""
    made = excluded(Subject.CAMERA, "c0", DAY, DAY + timedelta(days=1))
    assert ("c0" not in outside(made, DAY + timedelta(days=day))) is counts


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 2, 28), Outside.NOT_COMMISSIONED),
        (date(2026, 3, 1), None),
        (date(2026, 8, 31), None),
        (date(2026, 9, 1), Outside.DECOMMISSIONED),
    ],
)
def test_a_camera_counts_while_it_is_in_service(day: date, why: Outside | None) -> None:
    """A camera counts from the day of its commissioning until the day before it is taken out."""
    made = estate()
    made.cameras["c0"] = replace(
        made.cameras["c0"], commissioned_on=date(2026, 3, 1), decommissioned_on=date(2026, 9, 1)
    )
    assert outside(made, day).get("c0") is why


@pytest.mark.parametrize(
    ("lost", "now", "planned"),
    [
        pytest.param(0, 1, True, id="lost as it began"),
        pytest.param(1, 1.9, True, id="lost in it"),
        pytest.param(-1, 1, False, id="lost before it"),
        pytest.param(1, 2, False, id="it is over"),
        pytest.param(2, 2, False, id="lost as it ended"),
    ],
)
def test_a_window_covers_what_is_lost_in_it(lost: float, now: float, planned: bool) -> None:
    """Planned is a loss within the window, and only for as long as the window lasts."""
    stream = Index.of(estate()).by_id["c0@g"]
    windows = Windows([window(Subject.SITE, "s0")])
    found = windows.covering(stream, NOON + lost * HOUR, NOON + now * HOUR)
    assert (found is not None) is planned


@pytest.mark.parametrize(
    ("subject", "subject_id", "streams"),
    [
        (Subject.CAMERA, "c1", {"c1@g"}),
        (Subject.SITE, "s1", {"c2@g", "c3@g", "c4@"}),
        (Subject.INSTITUTION, "i", {"c0@g", "c1@g", "c2@g", "c3@g", "c4@"}),
        (Subject.GATEWAY, "g", {"c0@g", "c1@g", "c2@g", "c3@g"}),
    ],
)
def test_a_window_is_of_what_it_names(subject: Subject, subject_id: str, streams: set[str]) -> None:
    """Work at a camera, a site, an institution or a gateway covers the streams that pass there."""
    windows = Windows([window(subject, subject_id)])
    found = Index.of(estate()).by_id.values()
    assert {s.stream_id for s in found if windows.covering(s, NOON, NOON)} == streams
