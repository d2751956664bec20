"""Why a stream is not received: one table, the first row that holds wins.

Each row names its cause, the evidence that decides it, and what is said of it. Look-alikes are kept
apart by the order and by what each row asks for; `cannot_tell` is an answer, and lists what is missing.
"""

from collections.abc import Callable
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
        "the camera plays at its school, and every stream of the gateway's sites and providers stands still",
        lambda e: e.gateway is not None and e.gateway.stopped and signs.plays(e),
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
    Rule(Cause.BAD_CREDENTIALS, "the camera refuses the name and password", signs.bad_credentials),
    Rule(
        Cause.SESSION_LIMIT,
        "the camera says that it serves as many as it can",
        signs.failed_with(Failure.SESSION_LIMIT),
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


def missing(evidence: Evidence) -> tuple[str, ...]:
    """Name the evidence that would have decided, for `cannot_tell`."""
    wants: list[str] = []
    flow = signs.flow(evidence)
    if flow in {None, Flow.FIRST}:
        wants.append("a second look at the gateway")
    if flow is Flow.IDLE:
        wants.append("a reader of the on-demand path")
    if flow is Flow.UNSURE:
        wants.append("whether the gateway pulls the path on demand")
    if evidence.camera is None:
        wants.append("a look at the camera at its school")
    elif evidence.camera.failure is Failure.UNAUTHORIZED and not evidence.camera.has_credentials:
        wants.append("a name and password for the camera")
    elif evidence.camera.failure is None and not evidence.camera.plays:
        wants.append("a look for media at the camera")
    camera = evidence.camera
    undecided = not signs.site_alive(evidence) and not evidence.site.silent
    if camera is not None and not camera.answered and undecided:
        wants.append(f"answers of {evidence.site.unasked} other cameras of the site")
    recorder = evidence.recorder
    if recorder is not None and recorder.at is None:
        wants.append("a look at the recorder")
    return tuple(wants)
