"""Fault plans and the truth that goes with faults."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from simulator.estate import Estate
from simulator.faults import SUBJECT, Episode, Fault, FaultKind, FaultPlan, Subject
from simulator.making import make_estate
from simulator.truth import Truth, tell_truth

TODAY = date(2026, 11, 24)
THEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ESTATE = make_estate(institutions=30, cameras=150, seed=4, today=TODAY)
PULLED = next(each for each in ESTATE.streams if each.known and not each.on_demand)
KNOWN = {each.camera_id for each in ESTATE.streams if each.known and not each.on_demand}
CAMERA = next(each for each in ESTATE.cameras if each.camera_id == PULLED.camera_id)
INPUT = next(each for each in ESTATE.cameras if each.recorder_id is not None and each.camera_id in KNOWN)
AT_INPUTS = {FaultKind.INPUT_LOST, FaultKind.RECORDER_DOWN}
LAZY = next(each for each in ESTATE.streams if each.on_demand)
STRAY = next(each for each in ESTATE.streams if not each.known)


def plan(seed: int = 1, estate: Estate = ESTATE) -> list[Episode]:
    """The beginning of a plan."""
    return list(islice(FaultPlan(estate=estate, seed=seed, today=TODAY).episodes(), 400))


def truth(camera_id: str, *faults: Fault) -> Truth:
    """The truth of one camera's only stream."""
    found = [each for each in tell_truth(ESTATE, dict.fromkeys(faults, THEN)) if each.camera_id == camera_id]
    assert len(found) == 1
    return found[0]


def test_plan_is_a_function_of_its_seed() -> None:
    """The same seed gives the same episodes, another seed others."""
    assert plan() == plan()
    assert plan() != plan(2)


def test_plan_strikes_everything() -> None:
    """Episodes come in order, last as long as asked, and every kind strikes a subject of its own sort."""
    episodes = plan()
    assert [each.starts for each in episodes] == sorted(each.starts for each in episodes)
    assert all(20 <= each.ends - each.starts <= 60 for each in episodes)
    assert {each.fault.kind for each in episodes} == set(FaultKind)
    ids = {
        Subject.CAMERA: {each.camera_id for each in ESTATE.cameras},
        Subject.RECORDER: {each.recorder_id for each in ESTATE.recorders},
        Subject.SITE: {each.site_id for each in ESTATE.sites},
        Subject.GATEWAY: {each.gateway_id for each in ESTATE.gateways},
    }
    assert all(each.fault.subject in ids[SUBJECT[each.fault.kind]] for each in episodes)


def test_plan_never_strikes_a_site_twice_at_once() -> None:
    """While one fault touches a site no other does."""
    site_of = {each.camera_id: each.site_id for each in ESTATE.cameras}
    site_of |= {each.recorder_id: each.site_id for each in ESTATE.recorders}
    free_at: dict[str, float] = {}
    for each in plan():
        place = site_of.get(each.fault.subject, each.fault.subject)
        assert free_at.get(place, 0.0) <= each.starts
        free_at[place] = each.ends


def test_plan_lets_only_ended_contracts_lapse() -> None:
    """A site goes dark for its contract only where the register shows one that ended."""
    ended = {each.site_id for each in ESTATE.contracts if each.ends_on < TODAY}
    lapses = {each.fault.subject for each in plan() if each.fault.kind is FaultKind.CONTRACT_LAPSED}
    cuts = {each.fault.subject for each in plan() if each.fault.kind is FaultKind.SITE_CUT}
    assert lapses
    assert lapses <= ended
    assert not cuts & ended


def test_plan_of_nothing_ends() -> None:
    """An estate without cameras still has gateways that can go down, and nothing else."""
    empty = make_estate(institutions=1, cameras=0, seed=1, today=TODAY)
    assert {each.fault.kind for each in plan(estate=empty)} == {FaultKind.GATEWAY_DOWN}


@pytest.mark.parametrize(
    ("kind", "state", "cause"),
    [
        pytest.param(FaultKind.CAMERA_OFF, "not_receiving", "camera_off", id="off"),
        pytest.param(FaultKind.CAMERA_GONE, "not_receiving", "camera_off", id="gone"),
        pytest.param(FaultKind.CAMERA_HUNG, "not_receiving", "camera_hung", id="hung"),
        pytest.param(FaultKind.NO_MEDIA, "not_receiving", "no_media", id="silent"),
        pytest.param(FaultKind.WRONG_PASSWORD, "not_receiving", "bad_credentials", id="password"),
        pytest.param(FaultKind.LOCKED_OUT, "not_receiving", "locked_out", id="locked"),
        pytest.param(FaultKind.LOG_IN_REFUSED, "receiving", None, id="refused"),
        pytest.param(FaultKind.SESSION_LIMIT, "not_receiving", "session_limit", id="full"),
        pytest.param(FaultKind.INPUT_LOST, "not_receiving", "recorder_input_lost", id="input"),
        pytest.param(FaultKind.CAMERA_SLOW, "receiving", None, id="slow"),
        pytest.param(FaultKind.RECORDER_DOWN, "not_receiving", "recorder_down", id="recorder"),
        pytest.param(FaultKind.SWITCH_FAILED, "not_receiving", "lan_fault", id="switch"),
        pytest.param(FaultKind.SITE_CUT, "not_receiving", "site_dark", id="cut"),
        pytest.param(FaultKind.CONTRACT_LAPSED, "not_receiving", "contract_lapsed", id="lapsed"),
        pytest.param(FaultKind.GATEWAY_DOWN, "unknown", "gateway_down", id="gateway down"),
        pytest.param(FaultKind.GATEWAY_SILENT, "not_receiving", "gateway_silent", id="gateway silent"),
        pytest.param(FaultKind.PATH_MISSING, "not_receiving", "not_enrolled", id="no path"),
        pytest.param(FaultKind.PLACEHOLDER, "not_receiving", "placeholder", id="filler"),
    ],
)
def test_truth_of_each_fault(kind: FaultKind, state: str, cause: str | None) -> None:
    """Each fault has one right verdict, since its beginning, for the streams it touches and no other."""
    camera = INPUT if kind in AT_INPUTS else CAMERA
    (gateway_id,) = (each.gateway_id for each in ESTATE.streams if each.camera_id == camera.camera_id)
    subject = {
        Subject.CAMERA: camera.camera_id,
        Subject.RECORDER: camera.recorder_id,
        Subject.SITE: camera.site_id,
        Subject.GATEWAY: gateway_id,
    }[SUBJECT[kind]]
    fault = Fault(kind, str(subject))
    told = truth(camera.camera_id, fault)
    assert (told.state, told.cause, told.since) == (state, cause, THEN if cause else None)
    assert told.stream_id == f"{camera.camera_id}@{gateway_id}"
    before = {each.stream_id: each for each in tell_truth(ESTATE, {})}
    struck = {
        Subject.CAMERA: {camera.camera_id},
        Subject.RECORDER: {e.camera_id for e in ESTATE.cameras if e.recorder_id == camera.recorder_id},
        Subject.SITE: {each.camera_id for each in ESTATE.cameras if each.site_id == camera.site_id},
        Subject.GATEWAY: {each.camera_id for each in ESTATE.streams if each.gateway_id == gateway_id},
    }[SUBJECT[kind]]
    changed = {each.camera_id for each in tell_truth(ESTATE, {fault: THEN}) if before[each.stream_id] != each}
    assert changed <= struck


def test_switch_takes_no_input_of_a_recorder_along() -> None:
    """A recorder is wired to the edge: when the switch of its site fails its inputs stay."""
    assert truth(INPUT.camera_id, Fault(FaultKind.SWITCH_FAILED, INPUT.site_id)).state == "receiving"


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        pytest.param((FaultKind.CAMERA_OFF, FaultKind.GATEWAY_SILENT), "camera_off", id="camera over path"),
        pytest.param(
            (FaultKind.PATH_MISSING, FaultKind.CAMERA_HUNG), "camera_hung", id="camera over no path"
        ),
        pytest.param((FaultKind.NO_MEDIA, FaultKind.CAMERA_OFF), "camera_off", id="the stronger"),
    ],
)
def test_truth_of_two_faults(faults: tuple[FaultKind, ...], cause: str) -> None:
    """Of two faults the one that can be proved decides."""
    assert truth(CAMERA.camera_id, *(Fault(kind, CAMERA.camera_id) for kind in faults)).cause == cause


def test_truth_of_what_was_so_from_the_start() -> None:
    """Unread on-demand paths are unknown, what is enrolled nowhere is not received, without a beginning."""
    enrolled = {each.camera_id for each in ESTATE.streams}
    nowhere = next(each.camera_id for each in ESTATE.cameras if each.camera_id not in enrolled)
    lazy, stray, outside = truth(LAZY.camera_id), truth(STRAY.camera_id), truth(nowhere)
    assert (lazy.state, lazy.cause, lazy.since) == ("unknown", "cannot_tell", None)
    assert (stray.state, stray.cause, stray.since) == ("not_receiving", "not_enrolled", None)
    assert (outside.state, outside.cause, outside.since) == ("not_receiving", "not_enrolled", None)
    assert outside.stream_id == f"{nowhere}@"


def test_unread_path_hides_its_camera() -> None:
    """What is wrong at the camera of an unread on-demand path does not change its verdict."""
    assert truth(LAZY.camera_id, Fault(FaultKind.CAMERA_OFF, LAZY.camera_id)).state == "unknown"
