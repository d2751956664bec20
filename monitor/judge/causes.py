"""Why a stream is not received: one table, the first row that holds wins.

Each row names its cause, the evidence that decides it, and what is said of it. Look-alikes are kept
apart by the order and by what each row asks for; `cannot_tell` is an answer, and lists what is missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.judge import signs
from monitor.judge.evidence import Evidence
from monitor.judge.progress import Flow
from monitor.model.verdict import Cause, Owner, State
from probes.failure import Failure


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `cause` when `holds`, because of `why`. `states`: those it can be the cause of.

    What is not `firm` is said only when no better evidence came in time.
    """

    cause: Cause
    why: str
    holds: Callable[[Evidence], bool]
    states: frozenset[State] = frozenset({State.NOT_RECEIVING})
    firm: bool = True


_UNKNOWN = frozenset({State.UNKNOWN})
_EITHER = frozenset({State.UNKNOWN, State.NOT_RECEIVING})


RULES: tuple[Rule, ...] = (
    Rule(Cause.MONITOR_BLIND, "the monitor was not looking", lambda e: e.blind, _UNKNOWN),
    Rule(
        Cause.NOT_ENROLLED,
        "the register enrols this camera at no gateway",
        lambda e: e.gateway is None,
        _EITHER,
    ),
    Rule(
        Cause.PLANNED,
        "it was lost in a maintenance window that still lasts",
        lambda e: e.planned is not None,
    ),
    Rule(
        Cause.PLANNED,
        "the gateway is down in a maintenance window that still lasts",
        lambda e: e.planned is not None and e.gateway is not None and not e.gateway.swept,
        _UNKNOWN,
    ),
    Rule(
        Cause.GATEWAY_DOWN,
        "the gateway could not be swept",
        lambda e: e.gateway is not None and not e.gateway.swept,
        _UNKNOWN,
    ),
    Rule(
        Cause.GATEWAY_DOWN,
        "every stream of the gateway's sites and providers stands still, and cameras play at their schools",
        signs.gateway_stopped,
    ),
    Rule(
        Cause.NOT_ENROLLED,
        "the camera plays at its school and the gateway has no such path",
        lambda e: signs.flow(e) is Flow.ABSENT and signs.plays(e),
    ),
    Rule(
        Cause.PLACEHOLDER,
        "the camera plays at its school and the gateway plays a filler of its own in its place",
        lambda e: signs.flow(e) is Flow.PLACEHOLDER and signs.plays(e),
    ),
    Rule(Cause.LOCKED_OUT, "the camera forbids us after it refused our log-ins", signs.locked_out),
    Rule(Cause.LOCKED_OUT, "the recorder says that it locked our account", signs.says_locked),
    Rule(
        Cause.SESSION_LIMIT,
        "the camera says that it serves as many as it can",
        signs.failed_with(Failure.SESSION_LIMIT),
    ),
    Rule(
        Cause.SESSION_LIMIT,
        "the device serves others and refuses a password that it took before",
        signs.sessions_taken,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "the camera refuses the name and password, and its picture never came since",
        signs.bad_credentials,
    ),
    Rule(Cause.RECORDER_INPUT_LOST, "the recorder says that this input has no picture", signs.input_lost),
    Rule(
        Cause.CHANNEL_DEGRADED,
        "the way to the site loses packets at several of its addresses",
        signs.degraded,
    ),
    Rule(
        Cause.GATEWAY_SILENT,
        "the camera plays at its school, the gateway has the path and nothing arrives",
        lambda e: signs.flow(e) is Flow.FLAT and signs.plays(e),
    ),
    Rule(
        Cause.CONTRACT_LAPSED,
        "the site went dark together with the end of its channel contract",
        signs.contract_lapsed,
    ),
    Rule(
        Cause.PROVIDER_OUTAGE,
        "sites of one provider, or of a whole region, went dark together, their contracts in force",
        signs.provider_outage,
    ),
    Rule(Cause.SITE_DARK, "nothing at the site answers: channel or power", signs.site_dark),
    Rule(Cause.RECORDER_DOWN, "nothing comes from the recorder while its site lives", signs.recorder_down),
    Rule(
        Cause.LAN_FAULT,
        "cameras that hang together are gone while the site lives",
        signs.lan_fault,
    ),
    Rule(Cause.CAMERA_OFF, "the camera does not answer while its site does", signs.camera_off),
    Rule(Cause.CAMERA_HUNG, "the camera takes the connection and does not speak RTSP", signs.camera_hung),
    Rule(
        Cause.NO_MEDIA,
        "the camera takes the session and sends no usable media",
        lambda e: e.camera is not None and e.camera.sends_nothing,
    ),
    Rule(
        Cause.NOT_ENROLLED,
        "the gateway has no such path",
        lambda e: signs.flow(e) is Flow.ABSENT,
        firm=False,
    ),
    Rule(
        Cause.PLACEHOLDER,
        "the gateway plays a filler of its own in place of the camera",
        lambda e: signs.flow(e) is Flow.PLACEHOLDER,
        firm=False,
    ),
    Rule(Cause.CANNOT_TELL, "the evidence does not decide", lambda _: True, _EITHER, firm=False),
)

OWNERS: dict[Cause, Owner] = {
    Cause.MONITOR_BLIND: Owner.MONITOR_OPERATOR,
    Cause.PLANNED: Owner.UNDECIDED,
    Cause.GATEWAY_DOWN: Owner.POLICE_IT,
    Cause.NOT_ENROLLED: Owner.POLICE_IT,
    Cause.GATEWAY_SILENT: Owner.POLICE_IT,
    Cause.PLACEHOLDER: Owner.POLICE_IT,
    Cause.CONTRACT_LAPSED: Owner.EDUCATION_DEPARTMENT,
    Cause.PROVIDER_OUTAGE: Owner.PROVIDER,
    Cause.SITE_DARK: Owner.PROVIDER,
    Cause.CHANNEL_DEGRADED: Owner.PROVIDER,
    Cause.LAN_FAULT: Owner.SCHOOL,
    Cause.RECORDER_DOWN: Owner.SCHOOL,
    Cause.RECORDER_INPUT_LOST: Owner.SCHOOL,
    Cause.CAMERA_OFF: Owner.SCHOOL,
    Cause.CAMERA_HUNG: Owner.SCHOOL,
    Cause.NO_MEDIA: Owner.SCHOOL,
    Cause.BAD_CREDENTIALS: Owner.SCHOOL,
    Cause.LOCKED_OUT: Owner.MONITOR_OPERATOR,
    Cause.SESSION_LIMIT: Owner.SCHOOL,
    Cause.BLACK: Owner.SCHOOL,
    Cause.FROZEN: Owner.SCHOOL,
    Cause.COVERED: Owner.SCHOOL,
    Cause.WRONG_CAMERA: Owner.POLICE_IT,
    Cause.REPLAYED: Owner.UNDECIDED,
    Cause.CANNOT_TELL: Owner.UNDECIDED,
}


def decide(state: State, evidence: Evidence) -> Rule:
    """Return the first row that can be the cause of `state` and holds. There always is one.

    A RECEIVING stream has no cause; asking for one is our own mistake (ValueError).
    """
    if state is State.RECEIVING:
        raise ValueError("a stream that is received has no cause")
    return next(rule for rule in RULES if state in rule.states and rule.holds(evidence))


# What a look would have had to find at the camera for each answer that decides nothing by itself.
_WANTED: dict[Failure, str] = {
    Failure.DNS_FAILED: "a name of the camera that our resolver knows",
    Failure.TLS_FAILED: "a certificate of the camera that is trusted",
    Failure.NOT_FOUND: "the stream's path at the camera",
    Failure.TRANSPORT_REFUSED: "a transport that the camera accepts",
    Failure.REDIRECT_REFUSED: "the camera's own address: it points to another one, which is not asked",
    Failure.UNSUPPORTED_MEDIA: "a stream of the camera in H.264 or H.265",
    Failure.OVER_LIMIT: "an answer of the camera within bounds",
    Failure.NO_KEY_FRAME: "a look at the camera over a way that loses nothing",
    Failure.FORBIDDEN: "a name and password for the camera",
    Failure.UNAUTHORIZED: "a name and password for the camera",
}
_BROKEN_OFF = "a look at the camera that is not broken off"


def missing(evidence: Evidence) -> tuple[str, ...]:
    """Name the evidence that would have decided, for `cannot_tell`; never nothing."""
    wants = [*_missing_at_gateway(evidence), *_missing_at_camera(evidence), *_missing_around(evidence)]
    return tuple(wants) or ("evidence that does not contradict itself",)


def _missing_at_gateway(evidence: Evidence) -> Iterator[str]:
    flow = signs.flow(evidence)
    if flow in {None, Flow.FIRST}:
        yield "a second look at the gateway"
    if flow is Flow.IDLE:
        yield "a reader of the on-demand path"
    if flow is Flow.UNSURE:
        yield "whether the gateway pulls the path on demand"


def _missing_at_camera(evidence: Evidence) -> Iterator[str]:
    camera = evidence.camera
    if camera is None:
        yield "a look at the camera at its school"
    elif signs.refuses(evidence):
        withheld = camera.log_in is not None and camera.log_in.withheld
        yield "a password that is not withheld" if withheld else "a password that the camera takes"
    elif camera.failure is not None and camera.answered:
        yield _WANTED.get(camera.failure, _BROKEN_OFF)
    elif camera.failure is None and not camera.plays:
        yield "a look for media at the camera"


def _missing_around(evidence: Evidence) -> Iterator[str]:
    camera, recorder = evidence.camera, evidence.recorder
    undecided = not signs.site_alive(evidence) and not evidence.site.silent
    if camera is not None and not camera.answered and undecided:
        yield f"answers of {evidence.site.unasked} other cameras of the site"
    if recorder is not None and recorder.at is None:
        yield "a look at the recorder"
