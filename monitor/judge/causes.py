"""Why a stream is not received: one table, the first row that holds wins.

Each row names its cause, the evidence that decides it, and what is said of it. Look-alikes are kept
apart by the order and by what each row asks for; `cannot_tell` is an answer, and lists what is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.judge.evidence import Evidence
from monitor.judge.progress import Flow
from monitor.model.verdict import Cause, Owner, State
from probes.failure import Failure, Stage


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `cause` when `holds`, because of `why`. `states`: those it can be the cause of."""

    cause: Cause
    why: str
    holds: Callable[[Evidence], bool]
    states: frozenset[State] = frozenset({State.NOT_RECEIVING})


_UNKNOWN = frozenset({State.UNKNOWN})
_EITHER = frozenset({State.UNKNOWN, State.NOT_RECEIVING})


def _flow(evidence: Evidence) -> Flow | None:
    return evidence.gateway.flow if evidence.gateway is not None else None


def _plays(evidence: Evidence) -> bool:
    return evidence.camera is not None and evidence.camera.plays


def _site_dark(evidence: Evidence) -> bool:
    """Say whether nothing at the site answers: this camera and enough others were asked in vain."""
    camera, site = evidence.camera, evidence.site
    if camera is None or camera.answered or not site.silent:
        return False
    return camera.vanished or site.others > 0


def _contract_lapsed(evidence: Evidence) -> bool:
    """Say whether a lapse explains a dark site: the dates fit, and the provider's covered sites are up."""
    contract = evidence.contract
    if contract is None or contract.covered is not False or contract.ended_on is None:
        return False
    provider_up = contract.provider_sites == 0 or contract.provider_receiving > 0
    return contract.fits and provider_up and _site_dark(evidence)


def _camera_off(evidence: Evidence) -> bool:
    camera = evidence.camera
    return camera is not None and not camera.answered and (evidence.site.alive or camera.refused)


_HUNG = frozenset({Failure.TIMED_OUT, Failure.CLOSED_EARLY, Failure.SERVER_ERROR, Failure.PROTOCOL_ERROR})
_BEFORE_MEDIA = frozenset({Stage.TLS, Stage.OPTIONS, Stage.DESCRIBE, Stage.SETUP, Stage.PLAY})


def _camera_hung(evidence: Evidence) -> bool:
    camera = evidence.camera
    return camera is not None and camera.failure in _HUNG and camera.failed_at in _BEFORE_MEDIA


def _failed_with(failure: Failure) -> Callable[[Evidence], bool]:
    return lambda evidence: evidence.camera is not None and evidence.camera.failure is failure


def _bad_credentials(evidence: Evidence) -> bool:
    camera = evidence.camera
    return camera is not None and camera.failure is Failure.UNAUTHORIZED and camera.has_credentials


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
        Cause.NOT_ENROLLED,
        "the camera plays at its school and the gateway has no such path",
        lambda e: _flow(e) is Flow.ABSENT and _plays(e),
    ),
    Rule(
        Cause.GATEWAY_SILENT,
        "the camera plays at its school, the gateway has the path and nothing arrives",
        lambda e: _flow(e) is Flow.FLAT and _plays(e),
    ),
    Rule(
        Cause.PLACEHOLDER,
        "the gateway plays a filler of its own in place of the camera",
        lambda e: _flow(e) is Flow.PLACEHOLDER,
    ),
    Rule(
        Cause.CONTRACT_LAPSED,
        "the site went dark together with the end of its channel contract",
        _contract_lapsed,
    ),
    Rule(Cause.SITE_DARK, "no camera of the site answers: channel or power", _site_dark),
    Rule(Cause.CAMERA_OFF, "the camera does not answer while its site does", _camera_off),
    Rule(Cause.BAD_CREDENTIALS, "the camera refuses the name and password", _bad_credentials),
    Rule(
        Cause.SESSION_LIMIT,
        "the camera says that it serves as many as it can",
        _failed_with(Failure.SESSION_LIMIT),
    ),
    Rule(Cause.CAMERA_HUNG, "the camera takes the connection and does not speak RTSP", _camera_hung),
    Rule(
        Cause.NO_MEDIA,
        "the camera takes the session and sends no usable media",
        lambda e: e.camera is not None and e.camera.sends_nothing,
    ),
    Rule(Cause.NOT_ENROLLED, "the gateway has no such path", lambda e: _flow(e) is Flow.ABSENT),
    Rule(Cause.CANNOT_TELL, "the evidence does not decide", lambda _: True, _EITHER),
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
    flow = _flow(evidence)
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
    undecided = not evidence.site.alive and not evidence.site.silent
    if evidence.camera is not None and not evidence.camera.answered and undecided:
        wants.append(f"answers of {evidence.site.unasked} other cameras of the site")
    return tuple(wants)
