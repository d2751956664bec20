"""The chain of a verdict: where the fault is, and what the evidence shows to be in order."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.why.chain import FAULTS, LINK_OF, Link, LinkState, chain_of
from monitor.judge.evidence import ContractView, Evidence, GatewayView, PlannedView, SiteLook
from monitor.judge.neighbours import EdgeView, LanView, ProviderView, Reach, RecorderView, SiteView
from monitor.judge.progress import Flow
from monitor.judge.verdicts import not_received
from monitor.model.verdict import Cause, Proof, State, Verdict
from probes.failure import Failure, Stage
from probes.recorder.base import InputState

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MARKS = {LinkState.OK: "+", LinkState.FAULT: "X", LinkState.UNKNOWN: "?"}


def look(failure: Failure | None = None, at: Stage | None = None, **more: Any) -> SiteLook:
    more.setdefault("key_frame", failure is None)
    return SiteLook(at=NOW, reached=None, failure=failure, failed_at=at, **more)


def recorder(**given: Any) -> RecorderView:
    return RecorderView(recorder_id="r", at=NOW, others=3, **given)


def lost(camera: SiteLook | None, flow: Flow | None = Flow.FLAT, **given: Any) -> Evidence:
    given.setdefault("gateway", GatewayView(swept=True, flow=flow))
    return Evidence(camera=camera, **given)


PLAYS, GONE = look(), look(Failure.CONNECT_TIMEOUT, Stage.CONNECT)
REFUSED = look(Failure.CONNECT_REFUSED, Stage.CONNECT)
DARK, ALIVE = SiteView(others=3, vanished=3), SiteView(others=3, receiving=2, vanished=1)
EDGE = EdgeView(at=NOW, reach=Reach.ANSWERED)
NO_EDGE = EdgeView(at=NOW, reach=Reach.SILENT)
DOWN = GatewayView(swept=False, detail="connect_refused")
STOPPED = GatewayView(swept=True, flow=Flow.FLAT, stopped=True)
ENDED = ContractView(lost_on=date(2026, 1, 1), covered=False, ended_on=date(2025, 12, 31), fits=True)
WINDOW = PlannedView(maintenance_id="m", until=NOW)
N, U = State.NOT_RECEIVING, State.UNKNOWN


def row(cause: Cause, what: str, marks: str, evidence: Evidence, state: State = N) -> Any:
    return pytest.param(state, evidence, cause, marks, id=f"{cause.value}: {what}")


# Marks of camera, recorder, school network, channel, gateway, control centre.
CHAINS = [
    row(Cause.MONITOR_BLIND, "nothing is known", "??????", Evidence(blind=True, gateway=DOWN), U),
    row(Cause.PLANNED, "at no one link", "??????", lost(None, None, planned=WINDOW)),
    row(Cause.GATEWAY_DOWN, "it cannot be swept", "????X?", Evidence(gateway=DOWN), U),
    row(Cause.GATEWAY_DOWN, "the rest is seen to play", "++++X?", lost(PLAYS, gateway=STOPPED)),
    row(Cause.NOT_ENROLLED, "at no gateway", "++++X?", Evidence(gateway=None, camera=PLAYS)),
    row(Cause.NOT_ENROLLED, "not at its gateway", "++++X?", lost(PLAYS, Flow.ABSENT)),
    row(Cause.GATEWAY_SILENT, "all before it plays", "++++X?", lost(PLAYS)),
    row(Cause.PLACEHOLDER, "all before it plays", "++++X?", lost(PLAYS, Flow.PLACEHOLDER)),
    row(
        Cause.CONTRACT_LAPSED,
        "what is behind it is not seen",
        "???X??",
        lost(GONE, site=DARK, contract=ENDED),
    ),
    row(
        Cause.PROVIDER_OUTAGE,
        "with others",
        "???X??",
        lost(GONE, site=DARK, provider=ProviderView(provider="P", dark=3, up=1)),
    ),
    row(Cause.SITE_DARK, "silence", "???X??", lost(GONE, site=DARK, edge=NO_EDGE)),
    row(
        Cause.CHANNEL_DEGRADED,
        "the camera is there all the same",
        "+++X??",
        lost(look(strained=True), site=SiteView(others=3, answered=2, strained=2)),
    ),
    row(
        Cause.LAN_FAULT,
        "the channel holds",
        "??X+??",
        lost(GONE, site=ALIVE, lan=LanView(others=1, vanished=1)),
    ),
    row(
        Cause.RECORDER_DOWN,
        "its host is there",
        "?X++??",
        lost(GONE, site=ALIVE, recorder=recorder(alive=True, serves=False)),
    ),
    row(Cause.RECORDER_DOWN, "it is gone", "?X?+??", lost(GONE, site=ALIVE, recorder=recorder(alive=False))),
    row(
        Cause.RECORDER_INPUT_LOST,
        "the recorder works",
        "X+++??",
        lost(GONE, site=ALIVE, recorder=recorder(alive=True, serves=True, input=InputState.LOST)),
    ),
    row(Cause.CAMERA_OFF, "its site answers", "X??+??", lost(GONE, site=ALIVE)),
    row(
        Cause.CAMERA_OFF,
        "cameras beside it work",
        "X?++??",
        lost(GONE, site=ALIVE, lan=LanView(others=2, working=1)),
    ),
    row(Cause.CAMERA_OFF, "its host refuses", "X?++??", lost(REFUSED)),
    row(Cause.CAMERA_OFF, "the edge answers", "X??+??", lost(GONE, edge=EDGE)),
    row(Cause.CAMERA_HUNG, "it took the connection", "X?++??", lost(look(Failure.TIMED_OUT, Stage.OPTIONS))),
    row(Cause.NO_MEDIA, "it took the session", "X?++??", lost(look(Failure.NO_MEDIA, Stage.MEDIA))),
    row(Cause.BAD_CREDENTIALS, "it spoke", "X?++??", lost(look(Failure.UNAUTHORIZED, Stage.DESCRIBE))),
    row(Cause.LOCKED_OUT, "it spoke", "X?++??", lost(look(Failure.FORBIDDEN, Stage.DESCRIBE, refusals=3))),
    row(Cause.SESSION_LIMIT, "it spoke", "X?++??", lost(look(Failure.SESSION_LIMIT, Stage.SETUP))),
    row(
        Cause.CAMERA_HUNG,
        "of the network beside it nothing works",
        "X??+??",
        lost(look(Failure.TIMED_OUT, Stage.OPTIONS), lan=LanView(others=2, vanished=1)),
    ),
    row(Cause.CANNOT_TELL, "nobody looked", "??????", lost(None)),
    row(Cause.CANNOT_TELL, "a light look", "+?++??", lost(look(key_frame=False), Flow.IDLE), U),
    row(Cause.CANNOT_TELL, "our own trouble", "??????", lost(look(Failure.DNS_FAILED, Stage.RESOLVE))),
]


@pytest.mark.parametrize(("state", "evidence", "cause", "marks"), CHAINS)
def test_a_cause_marks_its_link(state: State, evidence: Evidence, cause: Cause, marks: str) -> None:
    """The fault is at the link of the cause, and only what the evidence shows is in order."""
    verdict = not_received(state, evidence)
    assert verdict.cause is cause
    chain = chain_of(verdict, "r")
    assert [each.link for each in chain] == list(Link)
    assert "".join(MARKS[each.state] for each in chain) == marks


def test_every_cause_that_is_decided_has_a_row() -> None:
    """Every cause has its link or none, and each one that a rule decides was tried."""
    assert FAULTS.keys() == set(Cause)
    undecided = {Cause.BLACK, Cause.FROZEN, Cause.COVERED, Cause.WRONG_CAMERA, Cause.REPLAYED}
    assert {each.values[2] for each in CHAINS} == set(Cause) - undecided


def test_what_is_received_has_come_the_whole_way() -> None:
    """Of a stream that is received every link works."""
    chain = chain_of(Verdict(state=State.RECEIVING, proof=Proof.PROGRESS), "r")
    assert {each.state for each in chain} == {LinkState.OK}


def test_a_camera_of_its_own_has_no_recorder() -> None:
    """The recorder is a link only of its inputs, or where the verdict says that it is at fault."""
    chain = chain_of(not_received(N, lost(GONE, site=ALIVE)), None)
    assert Link.RECORDER not in {each.link for each in chain}
    down = not_received(N, lost(GONE, site=ALIVE, recorder=recorder(alive=False)))
    assert LinkState.FAULT in {each.state for each in chain_of(down, None)}


FULL = lost(
    GONE,
    site=DARK,
    edge=NO_EDGE,
    recorder=recorder(alive=False),
    lan=LanView(others=2, vanished=1),
    provider=ProviderView(provider="P", dark=1, up=1, region_dark=5, region_up=2, region_providers=2),
    contract=ENDED,
    planned=WINDOW,
)


def test_every_piece_of_evidence_is_told() -> None:
    """Each piece stands under its link, those of no link aside, and has a name in every language."""
    names = {name for name, _ in (*not_received(N, FULL).evidence, *not_received(N, lost(None)).evidence)}
    assert names == {*LINK_OF, "rule", "maintenance", "missing"}
    told = {name for each in chain_of(not_received(N, FULL), "r") for name, _ in each.evidence}
    assert told == set(LINK_OF)
    for locale in LOCALES:
        assert {f"evidence.{name}" for name in names} <= translations(locale).texts.keys()
