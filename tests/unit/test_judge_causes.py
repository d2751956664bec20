"""The table of causes: evidence in, cause out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.causes import OWNERS, RULES, decide, missing
from monitor.judge.evidence import (
    ContractView,
    DeviceView,
    Evidence,
    GatewayView,
    LogInView,
    PlannedView,
    SiteLook,
)
from monitor.judge.neighbours import EdgeView, LanView, ProviderView, Reach, RecorderView, SiteView
from monitor.judge.progress import Flow
from monitor.judge.verdicts import not_received, receiving
from monitor.model.verdict import Cause, Proof, State, Warn
from probes.failure import Failure, Stage
from probes.onvif.reading import DeviceReading, Identity, Profile
from probes.recorder.base import InputState

NOW = datetime(2026, 1, 2, tzinfo=UTC)
N, U = State.NOT_RECEIVING, State.UNKNOWN


def look(failure: Failure | None = None, at: Stage | None = None, **more: Any) -> SiteLook:
    more.setdefault("key_frame", failure is None)
    more.setdefault("log_in", LogInView())
    return SiteLook(at=NOW, reached=None, failure=failure, failed_at=at, **more)


def swept(flow: Flow | None = Flow.FLAT) -> GatewayView:
    return GatewayView(swept=True, flow=flow)


def ended(days_before: int, *, provider_sites: int = 0, provider_receiving: int = 0) -> ContractView:
    lost_on = date(2026, 1, 1)
    return ContractView(
        lost_on=lost_on,
        covered=False,
        ended_on=lost_on - timedelta(days=days_before),
        fits=days_before in range(4),
        provider_sites=provider_sites,
        provider_receiving=provider_receiving,
    )


GONE = look(Failure.CONNECT_TIMEOUT, Stage.CONNECT)
REFUSED = look(Failure.CONNECT_REFUSED, Stage.CONNECT)
DARK = SiteView(others=3, vanished=3)
ALIVE = SiteView(others=3, receiving=2, vanished=1)
PLAYS = look()
WINDOW = PlannedView(maintenance_id="m-1", until=datetime(2026, 2, 1, tzinfo=UTC))

EDGE = EdgeView(at=NOW, reach=Reach.ANSWERED)
EDGE_REFUSES = EdgeView(at=NOW, reach=Reach.REFUSED)
NO_EDGE = EdgeView(at=NOW, reach=Reach.SILENT)
EDGE_UNTOLD = EdgeView(at=NOW, reach=Reach.UNTOLD)
STRAINED = look(strained=True)
SLOW_EDGE = EdgeView(at=NOW, reach=Reach.ANSWERED, strained=True)
BROKEN_OFF = look(Failure.TIMED_OUT, Stage.SETUP)


def recorder(**given: Any) -> RecorderView:
    """A recorder with three other inputs, asked since the loss."""
    fixed: dict[str, Any] = {"recorder_id": "r", "at": NOW, "others": 3}
    return RecorderView(**fixed | given)


def beside(dark: int, up: int) -> ProviderView:
    return ProviderView(provider="P", dark=dark, up=up)


def lost(camera: SiteLook | None = GONE, flow: Flow = Flow.FLAT, **given: Any) -> Evidence:
    """A loss at a gateway that was swept."""
    return Evidence(gateway=swept(flow), camera=camera, **given)


def refused(**known: Any) -> SiteLook:
    """A camera that refuses us."""
    return look(Failure.UNAUTHORIZED, Stage.DESCRIBE, log_in=LogInView(**known))


def stopped(camera: SiteLook, *, playing: int = 3) -> Evidence:
    """A loss at a gateway that takes nothing from anybody."""
    return Evidence(
        gateway=GatewayView(swept=True, flow=Flow.FLAT, stopped=True, playing=playing), camera=camera
    )


def row(cause: Cause, what: str, evidence: Evidence) -> Any:
    return pytest.param(N, evidence, cause, id=what)


CHAIN = [
    row(
        Cause.SITE_DARK,
        "edge and camera silent, others not asked",
        lost(site=SiteView(others=9), edge=NO_EDGE),
    ),
    row(Cause.CANNOT_TELL, "the edge was not told", lost(site=SiteView(others=9), edge=EDGE_UNTOLD)),
    row(
        Cause.CAMERA_OFF,
        "the edge is silent by its own rules, a neighbour is received",
        lost(site=ALIVE, edge=NO_EDGE),
    ),
    row(Cause.LAN_FAULT, "the edge answers, nothing behind it does", lost(site=DARK, edge=EDGE)),
    row(Cause.LAN_FAULT, "a host that refuses is an edge as well", lost(site=DARK, edge=EDGE_REFUSES)),
    row(Cause.CAMERA_OFF, "the only camera behind a living edge", lost(edge=EDGE)),
    row(
        Cause.CAMERA_OFF,
        "a living edge, neighbours not asked",
        lost(site=SiteView(others=9, vanished=1), edge=EDGE),
    ),
    row(
        Cause.LAN_FAULT,
        "its subnet is gone, the rest plays",
        lost(site=ALIVE, lan=LanView(others=2, vanished=2)),
    ),
    row(
        Cause.CAMERA_OFF,
        "one of its subnet plays",
        lost(site=ALIVE, lan=LanView(others=2, vanished=1, working=1)),
    ),
    row(Cause.CAMERA_OFF, "half of its subnet asked", lost(site=ALIVE, lan=LanView(others=2, vanished=1))),
    row(
        Cause.CAMERA_OFF,
        "a camera that refuses is not cut off",
        lost(REFUSED, site=ALIVE, lan=LanView(others=2, vanished=2)),
    ),
    row(
        Cause.CONTRACT_LAPSED,
        "a lapse does not need the neighbours when the edge is silent",
        lost(site=SiteView(others=9), edge=NO_EDGE, contract=ended(1)),
    ),
    row(Cause.LAN_FAULT, "a lapse takes the edge as well", lost(site=DARK, edge=EDGE, contract=ended(1))),
    row(Cause.PROVIDER_OUTAGE, "two other sites went dark", lost(site=DARK, provider=beside(2, 1))),
    row(
        Cause.PROVIDER_OUTAGE,
        "sites of several providers went dark",
        lost(
            site=DARK,
            provider=ProviderView(provider="P", dark=1, region_dark=4, region_up=2, region_providers=3),
        ),
    ),
    row(
        Cause.SITE_DARK,
        "as many of one provider are no region",
        lost(
            site=DARK,
            provider=ProviderView(provider="P", dark=1, up=2, region_dark=4, region_providers=1),
        ),
    ),
    row(Cause.SITE_DARK, "one other site went dark", lost(site=DARK, provider=beside(1, 0))),
    row(Cause.SITE_DARK, "most of the provider's sites are up", lost(site=DARK, provider=beside(2, 9))),
    row(Cause.CAMERA_OFF, "its own site lives", lost(site=ALIVE, provider=beside(5, 0))),
    row(
        Cause.CONTRACT_LAPSED,
        "a lapse that fits before an outage beside it",
        lost(site=DARK, contract=ended(1, provider_sites=4, provider_receiving=2), provider=beside(2, 2)),
    ),
    row(Cause.RECORDER_DOWN, "recorder gone, edge there", lost(edge=EDGE, recorder=recorder(alive=False))),
    row(
        Cause.RECORDER_DOWN,
        "recorder takes connections and answers nothing",
        lost(BROKEN_OFF, recorder=recorder(alive=True, serves=False)),
    ),
    row(
        Cause.RECORDER_DOWN,
        "it has no interface, and its inputs are gone",
        lost(site=ALIVE, recorder=recorder(at=None, vanished=3)),
    ),
    row(
        Cause.SITE_DARK,
        "recorder gone with its site",
        lost(site=DARK, recorder=recorder(alive=False, vanished=3)),
    ),
    row(
        Cause.CAMERA_OFF,
        "its interface is gone and another input is received",
        lost(REFUSED, site=ALIVE, recorder=recorder(alive=False, working=1)),
    ),
    row(
        Cause.GATEWAY_SILENT,
        "its interface is gone and this input plays",
        lost(PLAYS, site=ALIVE, recorder=recorder(alive=False)),
    ),
    row(
        Cause.RECORDER_INPUT_LOST,
        "the recorder says so",
        lost(
            look(Failure.NO_MEDIA, Stage.MEDIA),
            recorder=recorder(alive=True, serves=True, input=InputState.LOST),
        ),
    ),
    row(
        Cause.RECORDER_INPUT_LOST,
        "the recorder says so, its stream is not known there",
        lost(look(Failure.NOT_FOUND, Stage.DESCRIBE), recorder=recorder(serves=True, input=InputState.LOST)),
    ),
    row(
        Cause.NO_MEDIA,
        "the recorder says that the input is there",
        lost(look(Failure.NO_MEDIA, Stage.MEDIA), recorder=recorder(serves=True, input=InputState.ONLINE)),
    ),
    row(
        Cause.GATEWAY_SILENT,
        "what it says is refuted by a picture",
        lost(PLAYS, recorder=recorder(input=InputState.LOST)),
    ),
    row(
        Cause.CHANNEL_DEGRADED,
        "plays badly, and so does a neighbour",
        lost(STRAINED, site=SiteView(others=3, strained=1)),
    ),
    row(Cause.CHANNEL_DEGRADED, "plays badly, and the edge is far", lost(STRAINED, edge=SLOW_EDGE)),
    row(
        Cause.CHANNEL_DEGRADED,
        "broken off, two neighbours play badly",
        lost(BROKEN_OFF, site=SiteView(others=3, answered=2, strained=2)),
    ),
    row(Cause.GATEWAY_SILENT, "it alone plays badly", lost(STRAINED, site=SiteView(others=3, answered=3))),
    row(
        Cause.GATEWAY_SILENT,
        "it plays well",
        lost(PLAYS, site=SiteView(others=3, strained=2), edge=SLOW_EDGE),
    ),
    row(
        Cause.GATEWAY_DOWN,
        "the gateway answers and takes nothing from anybody",
        Evidence(gateway=GatewayView(swept=True, flow=Flow.FLAT, stopped=True), camera=PLAYS),
    ),
    row(
        Cause.CAMERA_OFF,
        "a camera that is off at such a gateway",
        Evidence(gateway=GatewayView(swept=True, flow=Flow.FLAT, stopped=True), camera=GONE, site=ALIVE),
    ),
    row(Cause.GATEWAY_DOWN, "its password is withheld, enough fellows play", stopped(refused(withheld=True))),
    row(Cause.GATEWAY_DOWN, "it answers, enough fellows play", stopped(look(key_frame=False))),
    row(
        Cause.CANNOT_TELL,
        "its password is withheld, too few fellows play",
        stopped(refused(withheld=True, refusals=3, received=True), playing=2),
    ),
    row(
        Cause.CANNOT_TELL,
        "its password is withheld, the gateway takes from others",
        lost(refused(withheld=True, refusals=3, received=True)),
    ),
    row(
        Cause.NO_MEDIA,
        "a camera without media at such a gateway",
        stopped(look(Failure.NO_MEDIA, Stage.MEDIA)),
    ),
    row(Cause.PLACEHOLDER, "a filler while the camera plays", lost(PLAYS, flow=Flow.PLACEHOLDER)),
    row(
        Cause.CAMERA_OFF, "a filler because the camera is off", lost(GONE, flow=Flow.PLACEHOLDER, site=ALIVE)
    ),
    row(
        Cause.LOCKED_OUT,
        "forbidden after refusals",
        lost(look(Failure.FORBIDDEN, Stage.DESCRIBE, log_in=LogInView(refusals=2))),
    ),
    row(
        Cause.LOCKED_OUT,
        "forbidden without its password, which it refused before",
        lost(look(Failure.FORBIDDEN, Stage.DESCRIBE, log_in=LogInView(refusals=3, withheld=True))),
    ),
    row(
        Cause.LOCKED_OUT,
        "refused by a recorder that says so",
        lost(refused(), recorder=recorder(alive=True, locked=True)),
    ),
    row(
        Cause.GATEWAY_SILENT,
        "a recorder that says so lets the stream be seen",
        lost(PLAYS, recorder=recorder(alive=True, locked=True)),
    ),
    row(
        Cause.CANNOT_TELL,
        "a recorder that says so, no password for the stream",
        lost(look(Failure.UNAUTHORIZED, Stage.DESCRIBE, log_in=None), recorder=recorder(locked=True)),
    ),
    row(Cause.BAD_CREDENTIALS, "forbidden at once", lost(look(Failure.FORBIDDEN, Stage.DESCRIBE))),
    row(Cause.BAD_CREDENTIALS, "refused again", lost(refused(refusals=2))),
    row(
        Cause.BAD_CREDENTIALS,
        "withheld since it was refused in this loss",
        lost(refused(refusals=3, withheld=True)),
    ),
    row(
        Cause.CANNOT_TELL,
        "refused, and the picture arrived all the same",
        lost(refused(refusals=1, received=True)),
    ),
    row(
        Cause.GATEWAY_SILENT,
        "refused before, and plays now",
        lost(look(log_in=LogInView(refusals=2, received=True))),
    ),
    row(
        Cause.SESSION_LIMIT,
        "a password that it took before, while it serves another gateway",
        lost(refused(proved=True), elsewhere=1),
    ),
    row(
        Cause.SESSION_LIMIT,
        "a password that it took before, while its recorder serves other inputs",
        lost(refused(proved=True), recorder=recorder(receiving=2, working=2)),
    ),
    row(Cause.BAD_CREDENTIALS, "a password that it took before, nobody served", lost(refused(proved=True))),
    row(
        Cause.BAD_CREDENTIALS,
        "a password that it never took, while it serves another gateway",
        lost(refused(), elsewhere=1),
    ),
    row(
        Cause.CANNOT_TELL,
        "forbidden without a log-in of ours",
        lost(look(Failure.FORBIDDEN, Stage.DESCRIBE, log_in=None)),
    ),
    row(
        Cause.GATEWAY_SILENT,
        "ONVIF refuses the log-in, its clock is off, and RTSP plays",
        lost(PLAYS, device=DeviceView(at=NOW, failure=Failure.UNAUTHORIZED, clock_offset=3600.0)),
    ),
    row(
        Cause.CANNOT_TELL,
        "ONVIF refuses the log-in, the camera was not asked",
        lost(None, device=DeviceView(at=NOW, failure=Failure.UNAUTHORIZED)),
    ),
    row(Cause.CANNOT_TELL, "a wrong path", lost(look(Failure.NOT_FOUND, Stage.DESCRIBE))),
]

CASES = [
    *CHAIN,
    pytest.param(U, Evidence(gateway=swept(), blind=True), Cause.MONITOR_BLIND, id="we were blind"),
    pytest.param(N, Evidence(gateway=None), Cause.NOT_ENROLLED, id="register enrols it nowhere"),
    pytest.param(U, Evidence(gateway=None), Cause.NOT_ENROLLED, id="nowhere, before any look"),
    pytest.param(U, Evidence(gateway=GatewayView(swept=False)), Cause.GATEWAY_DOWN, id="gateway unreachable"),
    pytest.param(
        U,
        Evidence(gateway=GatewayView(swept=False), camera=GONE),
        Cause.GATEWAY_DOWN,
        id="gateway before camera",
    ),
    pytest.param(N, Evidence(gateway=swept(), planned=WINDOW), Cause.PLANNED, id="in a window"),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=DARK, contract=ended(1), planned=WINDOW),
        Cause.PLANNED,
        id="a window before a lapse",
    ),
    pytest.param(
        U, Evidence(gateway=GatewayView(swept=False), planned=WINDOW), Cause.PLANNED, id="gateway in a window"
    ),
    pytest.param(
        U,
        Evidence(gateway=swept(None), planned=WINDOW),
        Cause.CANNOT_TELL,
        id="a window does not explain what nobody knows",
    ),
    pytest.param(
        N, Evidence(gateway=swept(Flow.ABSENT), camera=PLAYS), Cause.NOT_ENROLLED, id="no path, plays"
    ),
    pytest.param(N, Evidence(gateway=swept(Flow.ABSENT)), Cause.NOT_ENROLLED, id="no path, not asked"),
    pytest.param(
        N,
        Evidence(gateway=swept(Flow.ABSENT), camera=GONE, site=ALIVE),
        Cause.CAMERA_OFF,
        id="no path, camera gone",
    ),
    pytest.param(
        N, Evidence(gateway=swept(), camera=PLAYS), Cause.GATEWAY_SILENT, id="path silent, camera plays"
    ),
    pytest.param(N, Evidence(gateway=swept(Flow.PLACEHOLDER)), Cause.PLACEHOLDER, id="filler"),
    pytest.param(N, Evidence(gateway=swept(), camera=GONE, site=DARK), Cause.SITE_DARK, id="all gone"),
    pytest.param(N, Evidence(gateway=swept(), camera=GONE), Cause.SITE_DARK, id="the only camera gone"),
    pytest.param(N, Evidence(gateway=swept(), camera=GONE, site=ALIVE), Cause.CAMERA_OFF, id="neighbours up"),
    pytest.param(
        N, Evidence(gateway=swept(), camera=REFUSED), Cause.CAMERA_OFF, id="the only camera refuses"
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=REFUSED, site=SiteView(others=2, refused=2)),
        Cause.SITE_DARK,
        id="every camera refuses",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=SiteView(others=3, vanished=1)),
        Cause.CANNOT_TELL,
        id="neighbours not asked",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=SiteView(others=40, vanished=3)),
        Cause.SITE_DARK,
        id="three of forty asked in vain speak for the rest",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=SiteView(others=40, vanished=3, receiving=1)),
        Cause.CAMERA_OFF,
        id="one of forty received",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=DARK, contract=ended(1)),
        Cause.CONTRACT_LAPSED,
        id="lapse fits",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=DARK, contract=ended(4)),
        Cause.SITE_DARK,
        id="lapse too old",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=DARK, contract=ended(-2)),
        Cause.SITE_DARK,
        id="ends later",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=GONE, site=DARK, contract=ended(1, provider_sites=4)),
        Cause.SITE_DARK,
        id="provider's covered sites are dark too",
    ),
    pytest.param(
        N,
        Evidence(
            gateway=swept(), camera=GONE, site=DARK, contract=ended(1, provider_sites=4, provider_receiving=9)
        ),
        Cause.CONTRACT_LAPSED,
        id="provider's covered sites are up",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=PLAYS, contract=ended(1)),
        Cause.GATEWAY_SILENT,
        id="lapse proves nothing",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.TIMED_OUT, Stage.OPTIONS)),
        Cause.CAMERA_HUNG,
        id="no answer",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.CLOSED_EARLY, Stage.DESCRIBE)),
        Cause.CAMERA_HUNG,
        id="closes",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.NO_MEDIA, Stage.MEDIA)),
        Cause.NO_MEDIA,
        id="no packets",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.NO_KEY_FRAME, Stage.MEDIA)),
        Cause.NO_MEDIA,
        id="no key frame",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.UNAUTHORIZED, Stage.DESCRIBE)),
        Cause.BAD_CREDENTIALS,
        id="password refused",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.UNAUTHORIZED, Stage.DESCRIBE, log_in=None)),
        Cause.CANNOT_TELL,
        id="we have no password to try",
    ),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(Failure.SESSION_LIMIT, Stage.SETUP)),
        Cause.SESSION_LIMIT,
        id="full",
    ),
    pytest.param(N, Evidence(gateway=swept()), Cause.CANNOT_TELL, id="camera not asked"),
    pytest.param(
        N,
        Evidence(gateway=swept(), camera=look(key_frame=False)),
        Cause.CANNOT_TELL,
        id="answers, media not looked for",
    ),
    pytest.param(U, Evidence(gateway=swept(Flow.IDLE)), Cause.CANNOT_TELL, id="on demand, nobody reads"),
    pytest.param(U, Evidence(gateway=swept(Flow.FIRST)), Cause.CANNOT_TELL, id="one look only"),
    pytest.param(
        U, Evidence(gateway=swept(Flow.IDLE), camera=GONE), Cause.CANNOT_TELL, id="unknown blames no camera"
    ),
]


@pytest.mark.parametrize(("state", "evidence", "cause"), CASES)
def test_cause(state: State, evidence: Evidence, cause: Cause) -> None:
    """The first row that holds names the cause."""
    verdict = not_received(state, evidence)
    assert (verdict.state, verdict.cause) == (state, cause)
    assert verdict.evidence[0][0] == "rule"


def test_every_row_is_reached() -> None:
    """No row of the table is dead: each is the answer to some case above."""
    reached = {decide(*case.values[:2]) for case in CASES}
    assert reached == set(RULES)


def test_unknown_blames_nobody_at_a_school() -> None:
    """A stream that is UNKNOWN has only causes of our own, of the gateway's answer, or none."""
    allowed = {rule.cause for rule in RULES if U in rule.states}
    assert allowed == {
        *(Cause.MONITOR_BLIND, Cause.PLANNED, Cause.GATEWAY_DOWN, Cause.NOT_ENROLLED, Cause.CANNOT_TELL)
    }


def test_received_has_no_cause() -> None:
    """Asking why a received stream is not received is our mistake."""
    with pytest.raises(ValueError, match="no cause"):
        decide(State.RECEIVING, Evidence(gateway=swept()))


def test_every_cause_has_an_owner() -> None:
    """Nobody is left without somebody to call."""
    assert set(OWNERS) == set(Cause)


@pytest.mark.parametrize(
    ("evidence", "item"),
    [
        (Evidence(gateway=swept(None)), "a second look at the gateway"),
        (Evidence(gateway=swept(Flow.IDLE)), "a reader of the on-demand path"),
        (Evidence(gateway=swept(Flow.UNSURE)), "whether the gateway pulls the path on demand"),
        (Evidence(gateway=swept()), "a look at the camera at its school"),
        (Evidence(gateway=swept(), camera=look(key_frame=False)), "a look for media at the camera"),
        (
            Evidence(gateway=swept(), camera=look(Failure.UNAUTHORIZED, log_in=None)),
            "a name and password for the camera",
        ),
        (
            Evidence(gateway=swept(), camera=GONE, site=SiteView(others=3, vanished=1)),
            "answers of 2 other cameras of the site",
        ),
        (lost(refused(withheld=True, received=True)), "a password that is not withheld"),
        (lost(refused(received=True)), "a password that the camera takes"),
        (lost(look(Failure.FORBIDDEN, log_in=None)), "a name and password for the camera"),
        (lost(look(Failure.NOT_FOUND, Stage.DESCRIBE)), "the stream's path at the camera"),
        (lost(look(Failure.TLS_FAILED, Stage.TLS)), "a certificate of the camera that is trusted"),
        (lost(look(Failure.TRANSPORT_REFUSED, Stage.SETUP)), "a transport that the camera accepts"),
        (
            lost(look(Failure.UNSUPPORTED_MEDIA, Stage.DESCRIBE)),
            "a stream of the camera in H.264 or H.265",
        ),
        (
            lost(look(Failure.REDIRECT_REFUSED, Stage.DESCRIBE)),
            "the camera's own address: it points to another one, which is not asked",
        ),
        (lost(look(Failure.OVER_LIMIT, Stage.DESCRIBE)), "an answer of the camera within bounds"),
        (lost(look(Failure.DNS_FAILED, Stage.RESOLVE)), "a name of the camera that our resolver knows"),
        (lost(look(Failure.CLOSED_EARLY, Stage.MEDIA)), "a look at the camera that is not broken off"),
        (lost(look(Failure.PROTOCOL_ERROR, Stage.MEDIA)), "a look at the camera that is not broken off"),
        (
            lost(look(Failure.NO_KEY_FRAME, Stage.MEDIA, strained=True)),
            "a look at the camera over a way that loses nothing",
        ),
        (Evidence(gateway=swept(), camera=PLAYS), "evidence that does not contradict itself"),
    ],
)
def test_cannot_tell_lists_what_is_missing(evidence: Evidence, item: str) -> None:
    """An honest answer says which look would have decided."""
    assert item in missing(evidence)


LOOKS = st.none() | st.builds(
    SiteLook,
    at=st.just(NOW),
    reached=st.none(),
    failure=st.none() | st.sampled_from(Failure),
    failed_at=st.none() | st.sampled_from(Stage),
    key_frame=st.booleans(),
    strained=st.booleans(),
    log_in=st.none()
    | st.builds(LogInView, withheld=st.booleans(), received=st.booleans(), refusals=st.integers(0, 3)),
)
FEW = st.integers(0, 4)
ANYTHING = st.builds(
    Evidence,
    gateway=st.none()
    | st.builds(
        GatewayView, swept=st.booleans(), flow=st.none() | st.sampled_from(Flow), stopped=st.booleans()
    ),
    camera=LOOKS,
    site=st.builds(SiteView, others=FEW, receiving=FEW, answered=FEW, vanished=FEW, refused=FEW),
    edge=st.none() | st.builds(EdgeView, at=st.just(NOW), reach=st.sampled_from(Reach)),
    recorder=st.none() | st.builds(RecorderView, recorder_id=st.just("r"), others=FEW, vanished=FEW),
)


@given(state=st.sampled_from([N, U]), evidence=ANYTHING)
def test_cannot_tell_always_lists_something(state: State, evidence: Evidence) -> None:
    """Whatever was seen: when it does not decide, it is said what is missing."""
    said = not_received(state, evidence)
    assert (said.cause is Cause.CANNOT_TELL) == any(name == "missing" for name, _ in said.evidence)


def test_what_a_device_says_of_itself_stands_with_the_verdict() -> None:
    """Identity, clock, streams and a foreign host are evidence of a loss, and of a device's warning."""
    reading = DeviceReading(
        device="c",
        at=NOW,
        reached=Stage.DESCRIBE,
        clock_offset=95.2,
        identity=Identity(manufacturer="Maker", model="M-1", firmware="1.2"),
        profiles=(Profile(token="a", codec="H265", width=1920, height=1080, fps=25.0), Profile(token="b")),
        foreign_host=True,
    )
    said = (
        "Maker M-1 1.2; clock +95 s; H265 1920×1080 at 25; b; names a stream on another host, which is not "
        "dialled, 2026-01-02T00:00:00Z"
    )
    device = DeviceView.of(reading)
    assert ("onvif", said) in not_received(N, lost(PLAYS, device=device)).evidence
    assert receiving(Proof.PROGRESS, (Warn.CLOCK_DRIFT,), device=device).evidence == (("onvif", said),)
    assert receiving(Proof.PROGRESS, (Warn.FLAPPING,), device=device).evidence == ()
    assert receiving(Proof.PROGRESS, device=device) == receiving(Proof.PROGRESS)
