"""The schedule of faults by seed: its shares, and that nothing overlaps but what shall."""

from collections import Counter
from itertools import pairwise

import pytest

from simulator.world.fault import CONFIRMED_AFTER, Cause
from simulator.world.outages import outages_of
from simulator.world.places import Places, make_places
from simulator.world.schedule import SEEN_AT_ONCE, Schedule, draw

SEEDS = (1, 2, 3)


def drawn(seed: int, cameras: int = 800, hours: float = 24) -> tuple[Places, Schedule]:
    """Draw an estate and its schedule."""
    places = make_places(cameras=cameras, seed=seed)
    return places, draw(places, seed=seed, hours=hours)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_shares_of_a_schedule(seed: int) -> None:
    """A fifth overlaps, a tenth is short, and every cause is there."""
    _, schedule = drawn(seed)
    count = len(schedule.faults)
    assert 0.17 <= sum(fault.overlaps for fault in schedule.faults) / count <= 0.22
    assert 0.08 <= sum(fault.short for fault in schedule.faults) / count <= 0.12
    assert {fault.cause for fault in schedule.faults} == set(Cause)


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_share_a_camera_only_where_they_shall(seed: int) -> None:
    """Two faults of one camera at one time are both marked, and what is marked has a partner."""
    _, schedule = drawn(seed)
    by_camera: dict[str, list[int]] = {}
    for at, fault in enumerate(schedule.faults):
        for camera_id in fault.cameras:
            by_camera.setdefault(camera_id, []).append(at)
    partnered = set()
    for numbers in by_camera.values():
        faults = [schedule.faults[at] for at in numbers]
        for one in faults:
            for other in faults:
                if one.number < other.number and one.starts < other.ends and other.starts < one.ends:
                    partnered |= {one.number, other.number}
    assert partnered == {fault.number for fault in schedule.faults if fault.overlaps}


@pytest.mark.parametrize("seed", SEEDS)
def test_short_outages_cannot_be_confirmed(seed: int) -> None:
    """No short outage is long enough for three bad looks, and no other is shorter than two intervals."""
    places, schedule = drawn(seed)
    causes = {fault.number: fault.cause for fault in schedule.faults}
    for outages in outages_of(places, schedule.faults).values():
        for outage in outages:
            at_once = causes[outage.spans[0].fault] in SEEN_AT_ONCE
            longest = 15.0 if at_once else CONFIRMED_AFTER
            assert outage.short == (outage.ends - outage.starts < longest)
            assert outage.short or outage.ends - outage.starts >= 60


def test_contracts_lapse_on_the_first_of_january() -> None:
    """A lapse strikes in the new year, at sites whose contract ends with the old one."""
    places, schedule = drawn(1)
    lapsed = [fault for fault in schedule.faults if fault.cause is Cause.CONTRACT_LAPSED]
    assert lapsed
    assert all(fault.starts >= schedule.midnight and places.sites[fault.subject].lapses for fault in lapsed)


def test_planned_work_is_announced() -> None:
    """Every planned fault lies within a window of its site."""
    _, schedule = drawn(1)
    windows = {(window.site_id, window.starts): window for window in schedule.windows}
    planned = [fault for fault in schedule.faults if fault.cause is Cause.PLANNED]
    assert len(windows) == len(planned)
    assert all((fault.subject, fault.starts - 600) in windows for fault in planned)


def test_the_same_seed_draws_the_same() -> None:
    """Places and schedules are functions of their arguments; another seed is another run."""
    assert drawn(4) == drawn(4)
    assert drawn(4)[1] != drawn(5)[1]


def test_a_small_estate_has_what_fits_into_it() -> None:
    """One camera has no switch, no recorder and no provider's outage, and still a schedule in order."""
    _, schedule = drawn(1, cameras=1, hours=6)
    assert schedule.faults
    assert all(one.starts <= other.starts for one, other in pairwise(schedule.faults))
    assert (
        not {Cause.LAN_FAULT, Cause.RECORDER_DOWN, Cause.PROVIDER_OUTAGE}
        & Counter(fault.cause for fault in schedule.faults).keys()
    )
