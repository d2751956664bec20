"""The programme of a score over sockets, and how it is told to the scorer."""

from datetime import date

from simulator.faults import SUBJECT, Fault, FaultKind, Subject
from simulator.played import places_of, schedule_of
from simulator.programme import HARMLESS, PAUSE, PRELUDE, Act, draw
from simulator.truth import CAMERA_FAULTS, PATH_FAULTS
from simulator.world.fault import Cause
from tests.acceptance.stretch import FAILING, programme, sound_estate

TODAY = date(2026, 11, 24)
ESTATE = sound_estate(seed=1, today=TODAY)
ACTS = programme(ESTATE, seed=1, today=TODAY)


def test_programme_is_a_function_of_its_seed() -> None:
    """The same seed gives the same acts, another seed others."""
    assert programme(ESTATE, seed=1, today=TODAY) == ACTS
    assert draw(ESTATE, seed=2, today=TODAY) != draw(ESTATE, seed=1, today=TODAY)


def test_every_kind_that_takes_a_picture_away_comes() -> None:
    """Nothing that devices can play is left out, and only one act is a provider's."""
    assert {fault.kind for act in ACTS for fault in act.faults} == set(FaultKind) - HARMLESS
    told = {kind for kind, _ in (*CAMERA_FAULTS, *PATH_FAULTS)}
    assert told | {FaultKind.GATEWAY_DOWN, FaultKind.PATH_MISSING} == set(FaultKind) - HARMLESS
    (outage,) = (act for act in ACTS if act.together)
    assert {fault.subject for fault in outage.faults} == {each.site_id for each in ESTATE.sites[FAILING]}


def test_no_site_is_struck_before_it_was_seen_well_again() -> None:
    """Between two acts of a site there is a pause, and a gateway goes down when all others are over."""
    place = {each.camera_id: each.site_id for each in ESTATE.cameras}
    place |= {each.recorder_id: each.site_id for each in ESTATE.recorders}
    free: dict[str, float] = {}
    *acts, last = ACTS
    for act in acts:
        starts = act.starts - (PRELUDE if act.prelude is not None else 0.0)
        for site in {place.get(fault.subject, fault.subject) for fault in act.faults}:
            assert free.get(site, 0.0) <= starts
            free[site] = act.ends + PAUSE
    assert SUBJECT[last.faults[0].kind] is Subject.GATEWAY
    assert max(free.values()) <= last.starts


def test_what_was_played_is_told_at_the_pace_of_the_scorer() -> None:
    """Times are those that truly were, stretched to sweeps every 30 s; what was too short is said to be."""
    camera, site = ESTATE.cameras[0], ESTATE.sites[0].site_id
    here = {each.camera_id for each in ESTATE.cameras if each.site_id == site}
    off = Act(number=0, faults=(Fault(FaultKind.CAMERA_OFF, camera.camera_id),), starts=0, ends=9)
    cut = Act(number=1, faults=(Fault(FaultKind.SITE_CUT, site),), starts=20, ends=30, together=True)
    times = {0: (1.0, 3.0), 1: (20.5, 31.0)}
    told = schedule_of(ESTATE, [off, cut], times, interval=2, seconds=40, confirmed_after=3)
    first, second = told.faults
    assert told.seconds == 600
    assert (first.cause, first.cameras, first.short) == (Cause.CAMERA_OFF, (camera.camera_id,), True)
    assert (first.starts, first.ends, second.starts, second.ends) == (15, 45, 307.5, 465)
    assert (second.cause, set(second.cameras), second.short) == (Cause.PROVIDER_OUTAGE, here, False)


def test_places_are_those_of_the_estate() -> None:
    """Every camera is where it is, at the gateway that has its stream."""
    places = places_of(ESTATE)
    gateways = {each.camera_id: each.gateway_id for each in ESTATE.streams}
    assert {key: each.gateway_id for key, each in places.cameras.items()} == gateways
    assert {key: each.site_id for key, each in places.camera_sites().items()} == {
        each.camera_id: each.site_id for each in ESTATE.cameras
    }
