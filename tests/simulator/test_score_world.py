"""What the make-believe world answers while something is wrong with it."""

from itertools import pairwise

import pytest

from probes.failure import Failure, Stage
from simulator.world.answers import World
from simulator.world.camera import Answer, camera_at
from simulator.world.fault import Cause, Fault, Manner
from simulator.world.places import Camera, Places, make_places

PLACES = make_places(cameras=120, seed=3, gateways=1)
STARTS, ENDS = 10_000.0, 12_000.0
DURING, AFTER = 11_000.0, 13_000.0


def pick(*, wired: bool = False, lossy: bool = False) -> Camera:
    """Find a camera: an input of a recorder or not, behind a bad link or not."""
    return next(
        camera
        for camera in PLACES.cameras.values()
        if (camera.recorder_id is not None) is wired and PLACES.sites[camera.site_id].lossy is lossy
    )


def world(
    cause: Cause,
    camera: Camera,
    *,
    manner: Manner = Manner.PLAIN,
    subject: str = "",
    all_of_site: bool = False,
) -> World:
    """Let one thing go wrong."""
    cameras = PLACES.of_site[camera.site_id] if all_of_site else (camera.camera_id,)
    fault = Fault(
        number=0,
        cause=cause,
        subject=subject or camera.site_id,
        cameras=cameras,
        starts=STARTS,
        ends=ENDS,
        manner=manner,
    )
    return World(PLACES, [fault])


def look(found: World, camera: Camera, t: float, *, whole: bool = True) -> Answer:
    """Ask a camera."""
    return camera_at(found, camera.camera_id, t, whole=whole, offered=True)


def counter(found: World, camera: Camera, t: float) -> int | None:
    """Return what the gateway has counted."""
    return found.paths_at("gw-1", t, [camera.camera_id]).counters.get(camera.camera_id)


@pytest.mark.parametrize("lossy", [False, True])
def test_counters_stop_with_the_camera_and_begin_anew(lossy: bool) -> None:
    """Bytes grow, stand still through the whole fault, and start from nothing when the source is back."""
    camera = pick(lossy=lossy)
    found = world(Cause.CAMERA_OFF, camera)
    before = [counter(found, camera, t) or 0 for t in range(9_000, 10_000, 30)]
    assert before == sorted(set(before))
    assert len({counter(found, camera, t) for t in range(10_001, 12_001, 10)}) == 1
    assert 0 < (counter(found, camera, AFTER) or 0) < before[-1]


def test_bytes_over_a_bad_link_come_in_bursts() -> None:
    """Within two seconds they may stand still; over half a minute they never do."""
    camera = pick(lossy=True)
    found = World(PLACES, [])
    fine = [counter(found, camera, t) or 0 for t in range(3_000)]
    assert any(one == other for one, other in pairwise(fine))
    coarse = fine[::30]
    assert all(one < other for one, other in pairwise(coarse))


def test_a_path_that_the_gateway_lost_is_not_told() -> None:
    """It is missing from the list, and back later."""
    camera = pick()
    found = world(Cause.NOT_ENROLLED, camera)
    assert counter(found, camera, DURING) is None
    assert counter(found, camera, AFTER)
    assert look(found, camera, DURING).key_frame


def test_a_filler_is_told_as_one() -> None:
    """The gateway plays something of its own."""
    camera = pick()
    found = world(Cause.PLACEHOLDER, camera)
    assert found.paths_at("gw-1", DURING, [camera.camera_id]).fillers == (camera.camera_id,)


@pytest.mark.parametrize(
    ("cause", "manner", "failure", "stage"),
    [
        (Cause.CAMERA_OFF, Manner.PLAIN, Failure.CONNECT_TIMEOUT, Stage.CONNECT),
        (Cause.CAMERA_OFF, Manner.REFUSING, Failure.CONNECT_REFUSED, Stage.CONNECT),
        (Cause.SITE_DARK, Manner.QUICK, Failure.UNREACHABLE, Stage.CONNECT),
        (Cause.LAN_FAULT, Manner.PLAIN, Failure.CONNECT_TIMEOUT, Stage.CONNECT),
        (Cause.CAMERA_HUNG, Manner.PLAIN, Failure.TIMED_OUT, Stage.OPTIONS),
        (Cause.CAMERA_HUNG, Manner.QUICK, Failure.CLOSED_EARLY, Stage.DESCRIBE),
        (Cause.BAD_CREDENTIALS, Manner.PLAIN, Failure.UNAUTHORIZED, Stage.DESCRIBE),
        (Cause.LOCKED_OUT, Manner.PLAIN, Failure.FORBIDDEN, Stage.DESCRIBE),
        (Cause.SESSION_LIMIT, Manner.PLAIN, Failure.SESSION_LIMIT, Stage.SETUP),
        (Cause.NO_MEDIA, Manner.PLAIN, Failure.NO_MEDIA, Stage.MEDIA),
        (Cause.GATEWAY_SILENT, Manner.PLAIN, None, None),
    ],
)
def test_a_camera_shows_its_fault(
    cause: Cause, manner: Manner, failure: Failure | None, stage: Stage | None
) -> None:
    """A whole look meets the failure that belongs to the fault; before and after, the camera plays."""
    camera = pick()
    found = world(cause, camera, manner=manner)
    answer = look(found, camera, DURING)
    assert (answer.failure, answer.failed_at) == (failure, stage)
    assert answer.key_frame is (failure is None)
    assert look(found, camera, AFTER).key_frame


def test_a_light_look_does_not_show_missing_media() -> None:
    """Only a look that watches for media sees that none comes."""
    camera = pick()
    found = world(Cause.NO_MEDIA, camera)
    assert look(found, camera, DURING, whole=False).failure is None


def test_a_device_refuses_us_before_it_locks_us_out() -> None:
    """Ten minutes of 401, with media flowing, then 403 and no stream, then all is forgotten."""
    camera = pick()
    found = world(Cause.LOCKED_OUT, camera)
    assert look(found, camera, STARTS - 300).failure is Failure.UNAUTHORIZED
    assert counter(found, camera, STARTS - 200) != counter(found, camera, STARTS - 230)
    assert look(found, camera, DURING).failure is Failure.FORBIDDEN
    assert look(found, camera, AFTER).failure is None


def test_a_dark_site_takes_its_edge_along_and_a_switch_does_not() -> None:
    """What is behind the edge vanishes with it; a dead switch leaves the edge in place."""
    camera = pick()
    dark = world(Cause.SITE_DARK, camera, all_of_site=True)
    assert dark.edge_at(camera.site_id, DURING) is None
    assert dark.edge_at(camera.site_id, AFTER) is not None
    assert world(Cause.LAN_FAULT, camera).edge_at(camera.site_id, DURING) is not None


def test_cameras_boot_one_by_one_after_the_power_returns() -> None:
    """The edge is back at once, each camera in its own time."""
    camera = next(each for each in PLACES.cameras.values() if len(PLACES.of_site[each.site_id]) > 5)
    found = world(Cause.SITE_DARK, camera, manner=Manner.POWER, all_of_site=True)
    cameras = PLACES.of_site[camera.site_id]
    ends = {found.tracks[key].strikes[0].ends for key in cameras}
    assert len(ends) == len(cameras)
    assert all(ENDS + 20 <= each <= ENDS + 150 for each in ends)
    assert found.edge_at(camera.site_id, ENDS + 10) is not None or PLACES.sites[camera.site_id].lossy


def test_a_recorder_knows_its_inputs() -> None:
    """It tells which input is lost while it lives, and nothing when it is dead."""
    camera = pick(wired=True)
    recorder = camera.recorder_id or ""
    lost = world(Cause.RECORDER_INPUT_LOST, camera)
    assert lost.lost_inputs(recorder, DURING) == {camera.input}
    assert lost.lost_inputs(recorder, AFTER) == frozenset()
    assert lost.recorder_at(recorder, DURING) is not None
    dead = world(Cause.RECORDER_DOWN, camera, subject=recorder)
    assert dead.recorder_at(recorder, DURING) is None
    assert dead.edge_at(camera.site_id, DURING) is not None


def test_a_blind_monitor_reaches_nothing() -> None:
    """Every answer fails, also of what is well."""
    camera = pick()
    found = world(Cause.MONITOR_BLIND, camera, subject="monitor")
    assert found.is_blind(DURING)
    assert look(found, camera, DURING).failure in {Failure.CONNECT_TIMEOUT, Failure.UNREACHABLE}
    assert found.edge_at(camera.site_id, DURING) is None
    assert counter(found, camera, DURING) != counter(found, camera, DURING - 30)


def test_a_degraded_way_is_slow_and_lossy_and_stops_the_stream() -> None:
    """Connections wait for repeated SYNs, media has gaps, and at the centre nothing moves."""
    camera = pick()
    found = world(Cause.CHANNEL_DEGRADED, camera, all_of_site=True)
    answers = [look(found, camera, STARTS + at) for at in range(0, 2_000, 20)]
    connected = [each.connect for each in answers if each.connect is not None]
    assert 0.5 < len(connected) / len(answers) < 0.95
    assert max(connected) > 1
    assert any(each.key_frame and each.lost > 0.2 * each.packets for each in answers)
    assert counter(found, camera, DURING) == counter(found, camera, DURING - 30)


def test_no_places_without_a_camera() -> None:
    """An estate of nothing is a mistake of whoever asks for it."""
    with pytest.raises(ValueError, match="a camera at least"):
        make_places(cameras=0, seed=1)
    assert isinstance(PLACES, Places)
