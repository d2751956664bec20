"""Due times: spread, stable, never in bursts."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.run.clock import offset
from monitor.run.scheduler import Scheduler


def filled(count: int, now: float = 0.0) -> Scheduler:
    scheduler = Scheduler(period=300.0)
    for index in range(count):
        scheduler.add(f"camera-{index}", now)
    return scheduler


def test_every_key_once_a_period() -> None:
    """In any whole period every key comes up exactly once."""
    scheduler = filled(1000)
    seen = [due.key for second in range(1, 301) for due in scheduler.pop(float(second))]
    assert sorted(seen) == sorted(f"camera-{index}" for index in range(1000))


def test_spread_evenly() -> None:
    """No second of the period holds more than a few times its share."""
    scheduler = filled(3000)
    assert max(len(scheduler.pop(float(second))) for second in range(1, 301)) < 30


def test_same_seconds_after_a_restart() -> None:
    """A key keeps its place in the period however often the monitor restarts."""
    first, second = filled(50), filled(50, now=4321.0)
    due_first = {due.key: t for t in range(1, 301) for due in first.pop(float(t))}
    due_second = {due.key: t for t in range(4322, 4622) for due in second.pop(float(t))}
    assert {key: t % 300 for key, t in due_first.items()} == {key: t % 300 for key, t in due_second.items()}


def test_late_is_said_and_not_made_up_for() -> None:
    """After a stall every key is due once, with its lateness, and not once per missed period."""
    scheduler = filled(100)
    late = scheduler.pop(3000.0)
    assert len(late) == 100
    assert min(due.lateness for due in late) > 2600
    assert scheduler.pop(3000.0) == []


def test_hasten_brings_forward_only() -> None:
    """A key can be made due earlier, never later, and goes back to its grid."""
    scheduler = filled(1)
    regular = 300 - (0 - offset("camera-0", 300.0)) % 300
    scheduler.hasten("camera-0", 1.0)
    assert [due.key for due in scheduler.pop(1.0)] == ["camera-0"]
    scheduler.hasten("camera-0", 10_000.0)
    assert scheduler.next_at() == regular


def test_removed_is_not_due() -> None:
    """A key that was taken off does not come up again."""
    scheduler = filled(2)
    scheduler.remove("camera-0")
    assert [due.key for due in scheduler.pop(301.0)] == ["camera-1"]
    assert len(scheduler) == 1


@given(st.text(), st.floats(min_value=1, max_value=1e6))
def test_offset_is_within_the_period(key: str, period: float) -> None:
    """Every id has a place in every period."""
    assert 0 <= offset(key, period) < period
