"""Losses fold into incidents: one per root cause, of the widest thing that explains them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.folding import CRITICAL_PUPILS, MAJOR_PUPILS, Group, Place, severity_of
from monitor.judge.incidents import Incidents
from monitor.model.incident import Incident, Scope, Severity
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict

START = datetime(2026, 3, 1, tzinfo=UTC)
REGION = "110000000"
# Two schools of three cameras; in the first, two are inputs of a recorder.
PLACES = {
    f"c{number}": Place(
        camera_id=f"c{number}",
        site_id=f"s{number // 3}",
        institution_id=f"i{number // 3}",
        region=REGION,
        gateway_id="g",
        recorder_id="r" if number < 2 else None,
        provider="P",
        headcount=600,
        cameras=3,
    )
    for number in range(6)
}
ALL = tuple(PLACES)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def turn(
    stream_id: str,
    cause: Cause | None,
    seconds: float = 0,
    state: State | None = None,
    lost_at: float | None = None,
) -> Transition:
    found = state or (State.RECEIVING if cause is None else State.NOT_RECEIVING)
    return Transition(
        stream_id=stream_id,
        verdict=Verdict(state=found, cause=cause),
        since=at(seconds),
        decided_at=at(seconds + 20),
        lost_at=at(lost_at) if lost_at is not None else None,
    )


def turns(cause: Cause | None, streams: Iterable[str] = ALL, seconds: float = 0) -> list[Transition]:
    return [turn(stream, cause, seconds) for stream in streams]


def folded() -> Incidents:
    """Fold from a moment on at which every stream was received once."""
    return Incidents(PLACES.get, connected=ALL)


def subjects(incidents: Iterable[Incident]) -> set[tuple[Scope, str]]:
    return {(incident.scope, incident.subject) for incident in incidents}


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        pytest.param(Cause.PROVIDER_OUTAGE, {(Scope.PROVIDER, "P")}, id="provider"),
        pytest.param(Cause.GATEWAY_DOWN, {(Scope.GATEWAY, "g")}, id="gateway that takes nothing"),
        pytest.param(Cause.SITE_DARK, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="site"),
        pytest.param(Cause.CONTRACT_LAPSED, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="contract"),
        pytest.param(Cause.CHANNEL_DEGRADED, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="channel"),
        pytest.param(Cause.LAN_FAULT, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="switch"),
        pytest.param(Cause.GATEWAY_SILENT, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="at the centre"),
        pytest.param(
            Cause.RECORDER_DOWN,
            {(Scope.RECORDER, "r"), *((Scope.CAMERA, f"c{n}") for n in range(2, 6))},
            id="recorder, else camera",
        ),
        pytest.param(Cause.CAMERA_OFF, {(Scope.CAMERA, stream) for stream in ALL}, id="camera"),
        pytest.param(Cause.BAD_CREDENTIALS, {(Scope.CAMERA, stream) for stream in ALL}, id="password"),
        pytest.param(Cause.CANNOT_TELL, {(Scope.SITE, "s0"), (Scope.SITE, "s1")}, id="cannot tell"),
        pytest.param(Cause.PLANNED, set(), id="planned work opens nothing"),
    ],
)
def test_scope_by_cause(cause: Cause, wanted: set[tuple[Scope, str]]) -> None:
    """Six lost cameras of two schools are as many incidents as there are root causes."""
    assert subjects(folded().take(turns(cause))) == wanted


def test_a_region_is_one_incident() -> None:
    """What takes sites of several providers of a region is one incident of the region."""
    seen = Verdict(state=State.NOT_RECEIVING, cause=Cause.PROVIDER_OUTAGE, evidence=(("region", "4"),))
    told = [Transition(stream_id=key, verdict=seen, since=START, decided_at=START) for key in ALL]
    assert subjects(folded().take(told)) == {(Scope.REGION, REGION)}


def test_later_losses_join() -> None:
    """A camera that is lost for the same cause later opens nothing; its incident knows it."""
    incidents = folded()
    (opened,) = incidents.take(turns(Cause.SITE_DARK, ["c0"]))
    assert incidents.take(turns(Cause.SITE_DARK, ["c1", "c2"], 5)) == []
    assert incidents.members(opened.incident_id) == {"c0", "c1", "c2"}
    assert (opened.streams, opened.opened_at, opened.owner) == (1, START, Owner.PROVIDER)


def test_the_last_that_comes_back_closes() -> None:
    """An incident closes when its last stream is received, at the moment that one came back."""
    incidents = folded()
    (opened,) = incidents.take(turns(Cause.SITE_DARK, ["c0", "c1"]))
    assert incidents.take([turn("c0", None, 60)]) == []
    (closed,) = incidents.take([turn("c1", None, 90)])
    assert (closed.incident_id, closed.closed_at) == (opened.incident_id, at(90))
    assert incidents.open == ()


@pytest.mark.parametrize("cause", [Cause.MONITOR_BLIND, Cause.GATEWAY_DOWN, Cause.CANNOT_TELL])
def test_what_nobody_sees_stays(cause: Cause) -> None:
    """A lost stream that turns UNKNOWN stays with its incident; one that was received opens none."""
    incidents = folded()
    incidents.take(turns(Cause.CAMERA_OFF, ["c0"]))
    assert incidents.take([turn(stream, cause, 60, State.UNKNOWN) for stream in ("c0", "c5")]) == []
    assert len(incidents.open) == 1


def test_what_is_over_in_the_same_batch_opens_nothing() -> None:
    """A loss that is told together with its end opens no incident that nothing would ever close."""
    incidents = folded()
    incidents.take(turns(None))
    assert incidents.take([turn("c0", Cause.CAMERA_OFF, 10), turn("c0", None, 34)]) == []
    assert incidents.open == ()


def test_one_path_is_its_cameras_own() -> None:
    """One camera's path at a gateway is the camera's incident, several of a school are the school's."""
    incidents = folded()
    (one,) = incidents.take(turns(Cause.NOT_ENROLLED, ["c0"]))
    assert (one.scope, one.subject) == (Scope.CAMERA, "c0")
    assert incidents.take(turns(Cause.NOT_ENROLLED, ["c0"], 60)) == []
    (site,) = incidents.take(turns(Cause.NOT_ENROLLED, ["c1", "c2"], 90))
    assert (site.scope, site.subject) == (Scope.SITE, "s0")
    again = folded()
    again.load(incidents.open)
    assert again.take(turns(Cause.NOT_ENROLLED, ["c0", "c1", "c2"], 120)) == []
    assert again.members(one.incident_id) == {"c0"}


def test_an_exclusion_neither_opens_nor_closes() -> None:
    """A camera that does not count any more keeps its incident until it is back, and gets no other one."""
    incidents = folded()
    (opened,) = incidents.take(turns(Cause.CAMERA_OFF, ["c0"]))
    incidents.place_of = dict[str, Place]().get
    assert incidents.take(turns(Cause.CAMERA_HUNG, ["c0", "c1"], 30)) == []
    (closed,) = incidents.take([turn("c0", None, 60)])
    assert (closed.incident_id, closed.closed_at) == (opened.incident_id, at(60))


def test_a_revised_cause_opens_a_successor() -> None:
    """Another cause closes the incident and opens one that names it as its predecessor."""
    incidents = folded()
    (site,) = incidents.take(turns(Cause.SITE_DARK, ["c0", "c1"]))
    opened, closed = incidents.take(turns(Cause.PROVIDER_OUTAGE, ["c0", "c1"], 40))
    assert (opened.scope, opened.predecessor) == (Scope.PROVIDER, site.incident_id)
    assert (closed.incident_id, closed.closed_at) == (site.incident_id, at(40))


def test_a_revised_cause_keeps_the_beginning_of_the_loss() -> None:
    """A successor begins when the picture was lost, and each has its own id, also of the same cause again."""
    incidents = folded()
    (first,) = incidents.take([turn("c0", Cause.CAMERA_OFF)])
    second, _ = incidents.take([turn("c0", Cause.CAMERA_HUNG, 51, lost_at=0)])
    third, closed = incidents.take([turn("c0", Cause.CAMERA_OFF, 900, lost_at=0)])
    assert (first.opened_at, second.opened_at, third.opened_at) == (START, START, START)
    assert (second.predecessor, third.predecessor) == (first.incident_id, second.incident_id)
    assert len({each.incident_id for each in (first, second, third)}) == 3
    assert closed.closed_at == at(900)
    again = folded()
    again.load(incidents.open)
    assert again.take([turn("c0", Cause.CAMERA_OFF, 950, lost_at=0)]) == []


def test_an_outage_that_comes_over_an_older_loss_begins_when_it_comes() -> None:
    """A camera that was off since yesterday does not date a dark school back to yesterday."""
    incidents = folded()
    incidents.take([turn("c0", Cause.CAMERA_OFF)])
    dark = [turn("c0", Cause.SITE_DARK, 86_460, lost_at=0), turn("c1", Cause.SITE_DARK, 86_400)]
    opened, _ = incidents.take(dark)
    assert (opened.scope, opened.opened_at) == (Scope.SITE, at(86_400))
    after, _ = incidents.take(
        [turn("c1", None, 90_000), turn("c0", Cause.CAMERA_OFF, 90_000, lost_at=0)],
    )
    assert (after.scope, after.opened_at) == (Scope.CAMERA, START)


def test_planned_work_closes_nothing() -> None:
    """What is open when its loss turns out to be planned stays open until the picture is back."""
    incidents = folded()
    (opened,) = incidents.take(turns(Cause.SITE_DARK, ["c0"]))
    assert incidents.take([turn("c0", Cause.PLANNED, 60, lost_at=0)]) == []
    assert incidents.take([turn("c0", Cause.SITE_DARK, 120, lost_at=0)]) == []
    (closed,) = incidents.take([turn("c0", None, 180)])
    assert closed.incident_id == opened.incident_id


def test_never_connected_is_kept_apart() -> None:
    """What was never received is a backlog per school and cause; once received, its losses are outages."""
    incidents = Incidents(PLACES.get)
    (backlog,) = incidents.take(turns(Cause.CAMERA_OFF, ["c0", "c1"]))
    assert (backlog.scope, backlog.subject, backlog.lost) == (Scope.SITE, "s0", False)
    incidents.take([turn("c0", None, 60)])
    (outage,) = incidents.take(turns(Cause.CAMERA_OFF, ["c0"], 90))
    assert (outage.scope, outage.subject, outage.lost) == (Scope.CAMERA, "c0", True)
    assert incidents.members(backlog.incident_id) == {"c1"}


def test_an_outage_and_a_backlog_of_one_moment_are_two() -> None:
    """A school that lost a camera and never had another has two incidents, each with an id of its own."""
    incidents = Incidents(PLACES.get, connected=["c0"])
    told = incidents.take(turns(Cause.CAMERA_OFF, ["c0", "c1"]))
    assert {each.lost for each in told} == {True, False}
    assert len({each.incident_id for each in told}) == 2


PASSING = [Cause.RECORDER_DOWN, Cause.GATEWAY_DOWN, Cause.SITE_DARK, Cause.PROVIDER_OUTAGE, Cause.LAN_FAULT]


@pytest.mark.parametrize("cause", PASSING)
@pytest.mark.parametrize("beside", [True, False])
def test_what_passes_leaves_a_backlog_as_it_was(cause: Cause, *, beside: bool) -> None:
    """While an outage passes over a camera that was never connected, its backlog neither ends nor begins."""
    incidents = Incidents(PLACES.get, connected=["c0", "c2"])
    (backlog,) = incidents.take(turns(Cause.NOT_ENROLLED, ["c1"]))
    outages = incidents.take(turns(cause, ["c0", "c1"] if beside else ["c1"], 600))
    assert [each.lost for each in outages] == [True] * beside
    assert incidents.members(backlog.incident_id) == {"c1"}
    over = incidents.take([turn("c0", None, 1200), turn("c1", Cause.NOT_ENROLLED, 1200)])
    assert [each.incident_id for each in over] == [each.incident_id for each in outages]
    assert incidents.open == (backlog,)


def test_a_backlog_has_its_next_cause_of_its_own() -> None:
    """A camera that was never connected and turns out to lack something else is another backlog, linked."""
    incidents = Incidents(PLACES.get)
    (first,) = incidents.take(turns(Cause.SITE_DARK, ["c0"]))
    opened, closed = incidents.take([turn("c0", Cause.NOT_ENROLLED, 900, lost_at=0)])
    assert (opened.predecessor, opened.opened_at) == (first.incident_id, START)
    assert closed.incident_id == first.incident_id


def test_an_outage_is_told_once_whoever_was_never_connected() -> None:
    """A dark school has one incident of that cause; what outlasts it is a backlog then."""
    incidents = Incidents(PLACES.get, connected=["c0"])
    (outage,) = incidents.take(turns(Cause.SITE_DARK, ["c1", "c0"]))
    assert (outage.lost, outage.cameras) == (True, 1)
    assert incidents.take(turns(Cause.SITE_DARK, ["c2"], 5)) == []
    assert incidents.settle(lambda _: False, at(30)) == []
    incidents.take([turn("c2", None, 60)])
    incidents.take([turn("c0", None, 60)])
    (backlog,) = incidents.settle(lambda _: False, at(90))
    assert not backlog.lost
    assert incidents.members(backlog.incident_id) == {"c1"}


def test_a_backlog_of_before_a_restart_takes_its_camera_back() -> None:
    """After a restart in an outage a camera that was never connected is in the backlog of its school."""
    before = Incidents(PLACES.get)
    (backlog,) = before.take(turns(Cause.NOT_ENROLLED, ["c0"]))
    incidents = Incidents(PLACES.get)
    incidents.load(before.open)
    assert incidents.take(turns(Cause.SITE_DARK, ["c0"], 60)) == []
    assert incidents.members(backlog.incident_id) == {"c0"}


def test_streams_that_leave_close_their_incident() -> None:
    """A camera that leaves the register, or the counts, leaves its incident."""
    incidents = folded()
    incidents.take(turns(Cause.CAMERA_OFF, ["c0"]))
    (closed,) = incidents.forget(["c0", "c5", "nowhere"], at(30))
    assert closed.closed_at == at(30)
    incidents.place_of = dict[str, Place]().get
    assert incidents.take(turns(Cause.CAMERA_OFF)) == []


def test_after_a_restart() -> None:
    """Open incidents wait for their streams, and close when nothing unseen may be their own."""
    before = folded()
    before.take(turns(Cause.CAMERA_OFF, ["c0", "c1"]))
    incidents = folded()
    incidents.load(before.open)
    assert incidents.settle(lambda _: True, at(5)) == []
    assert incidents.take([turn("c0", Cause.CAMERA_OFF, 10), turn("c1", None, 10)]) == []
    (closed,) = incidents.settle(lambda _: False, at(20))
    assert (closed.subject, closed.closed_at) == ("c1", at(20))
    assert subjects(incidents.open) == {(Scope.CAMERA, "c0")}


def test_a_group_is_known_by_its_incident() -> None:
    """The group of an incident is the one that it was opened for, and its name is its id."""
    for cause in (Cause.PROVIDER_OUTAGE, Cause.SITE_DARK, Cause.RECORDER_DOWN, Cause.CAMERA_OFF):
        for incident in folded().take(turns(cause)):
            assert Group.of(incident).name(incident.opened_at) == incident.incident_id


@pytest.mark.parametrize(
    ("scope", "headcount", "cameras", "lost", "severity"),
    [
        pytest.param(Scope.SITE, 600, 3, 3, Severity.CRITICAL, id="a whole school"),
        pytest.param(Scope.SITE, CRITICAL_PUPILS, 3, 3, Severity.CRITICAL, id="at the bound"),
        pytest.param(Scope.SITE, CRITICAL_PUPILS - 1, 3, 3, Severity.MAJOR, id="below it"),
        pytest.param(Scope.CAMERA, 600, 3, 1, Severity.MAJOR, id="one of three cameras of a big school"),
        pytest.param(Scope.CAMERA, MAJOR_PUPILS * 3, 3, 1, Severity.MAJOR, id="at the lower bound"),
        pytest.param(Scope.CAMERA, 600, 40, 1, Severity.MINOR, id="one of forty"),
        pytest.param(Scope.SITE, None, 3, 3, Severity.MAJOR, id="a school that nobody counted"),
        pytest.param(Scope.CAMERA, None, 3, 1, Severity.MINOR, id="a camera of it"),
        pytest.param(Scope.PROVIDER, 20, 3, 3, Severity.CRITICAL, id="a provider, however small"),
    ],
)
def test_severity(scope: Scope, headcount: int | None, cameras: int, lost: int, severity: Severity) -> None:
    """An incident weighs what the pupils do whose cameras it takes."""
    place = Place(
        camera_id="c",
        site_id="s",
        institution_id="i",
        region=REGION,
        headcount=headcount,
        cameras=cameras,
    )
    assert severity_of(scope, [place] * lost) is severity


CAUSES = st.sampled_from([None, Cause.CAMERA_OFF, Cause.SITE_DARK, Cause.PROVIDER_OUTAGE, Cause.PLANNED])


@given(st.lists(st.tuples(st.sampled_from(ALL), CAUSES), max_size=40))
def test_what_is_open_is_what_is_lost(story: list[tuple[str, Cause | None]]) -> None:
    """Whatever happened in which order: each lost stream is in one open incident, and each has a stream."""
    incidents, lost = folded(), set[str]()
    for second, (stream, cause) in enumerate(story):
        incidents.take([turn(stream, cause, 3600 * second)])  # so slowly that nothing flaps
        if cause is None:
            lost.discard(stream)
        elif cause is not Cause.PLANNED:  # which neither opens anything nor closes it
            lost.add(stream)
    held = [stream for each in incidents.open for stream in incidents.members(each.incident_id)]
    assert sorted(held) == sorted(lost)
    assert all(incidents.members(each.incident_id) for each in incidents.open)
