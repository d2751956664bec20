"""What a monitor ought to say of every stream, from what was done to the estate. For scoring.

States and causes are the words of the verdicts, as texts. It is the truth of this moment: a monitor that
waits for a second sample is right a little later. Where several things are wrong at once, the one that
decides is the one nearer to the asker: the gateway, then the enrolment, then the camera.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from simulator.estate import Camera, Estate, Stream
from simulator.faults import SUBJECT, Fault, FaultKind, Subject

RECEIVING, NOT_RECEIVING, UNKNOWN = "receiving", "not_receiving", "unknown"
NOT_ENROLLED, CANNOT_TELL = "not_enrolled", "cannot_tell"

# What stops a camera's picture, the stronger first, and the cause to be named for it.
CAMERA_FAULTS: tuple[tuple[FaultKind, str], ...] = (
    (FaultKind.CONTRACT_LAPSED, "contract_lapsed"),
    (FaultKind.SITE_CUT, "site_dark"),
    (FaultKind.RECORDER_DOWN, "recorder_down"),
    (FaultKind.SWITCH_FAILED, "lan_fault"),
    (FaultKind.INPUT_LOST, "recorder_input_lost"),
    (FaultKind.CAMERA_GONE, "camera_off"),
    (FaultKind.CAMERA_OFF, "camera_off"),
    (FaultKind.CAMERA_HUNG, "camera_hung"),
    (FaultKind.LOCKED_OUT, "locked_out"),
    (FaultKind.WRONG_PASSWORD, "bad_credentials"),
    (FaultKind.SESSION_LIMIT, "session_limit"),
    (FaultKind.NO_MEDIA, "no_media"),
)

# The same of its path, while the camera plays.
PATH_FAULTS: tuple[tuple[FaultKind, str], ...] = (
    (FaultKind.PLACEHOLDER, "placeholder"),
    (FaultKind.GATEWAY_SILENT, "gateway_silent"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The right verdict on one stream."""

    camera_id: str
    gateway_id: str | None  # None: the register enrols the camera nowhere
    state: str
    cause: str | None  # None exactly when receiving
    since: datetime | None  # UTC, when the fault began; None for what was so from the start

    @property
    def stream_id(self) -> str:
        """The id that a monitor gives this stream."""
        return f"{self.camera_id}@{self.gateway_id or ''}"


def tell_truth(estate: Estate, active: Mapping[Fault, datetime]) -> list[Truth]:
    """The right verdict on every stream while `active` faults (with their beginnings) last."""
    streams: dict[str, list[Stream]] = {}
    for stream in estate.streams:
        streams.setdefault(stream.camera_id, []).append(stream)
    truths: list[Truth] = []
    for camera in estate.cameras:
        enrolled = streams.get(camera.camera_id)
        if enrolled is None:
            truths.append(_truth(camera, None, NOT_RECEIVING, NOT_ENROLLED, None))
        else:
            truths += [_judge(camera, stream, active) for stream in enrolled]
    return truths


def _truth(
    camera: Camera, stream: Stream | None, state: str, cause: str | None, since: datetime | None
) -> Truth:
    gateway_id = stream.gateway_id if stream is not None else None
    return Truth(camera_id=camera.camera_id, gateway_id=gateway_id, state=state, cause=cause, since=since)


def _judge(camera: Camera, stream: Stream, active: Mapping[Fault, datetime]) -> Truth:
    down = active.get(Fault(FaultKind.GATEWAY_DOWN, stream.gateway_id))
    if down is not None:
        return _truth(camera, stream, UNKNOWN, "gateway_down", down)
    missing = active.get(Fault(FaultKind.PATH_MISSING, camera.camera_id))
    known = stream.known and missing is None
    if known and stream.on_demand:
        return _truth(camera, stream, UNKNOWN, CANNOT_TELL, None)
    broken = camera_fault(camera, active)
    if broken is not None:
        kind, cause = broken
        return _truth(camera, stream, NOT_RECEIVING, cause, active[_fault(kind, camera)])
    if not known:
        return _truth(camera, stream, NOT_RECEIVING, NOT_ENROLLED, missing)
    for kind, cause in PATH_FAULTS:
        since = active.get(Fault(kind, camera.camera_id))
        if since is not None:
            return _truth(camera, stream, NOT_RECEIVING, cause, since)
    return _truth(camera, stream, RECEIVING, None, None)


def camera_fault(camera: Camera, active: Container[Fault]) -> tuple[FaultKind, str] | None:
    """The strongest fault that stops this camera's picture, and the cause to be named for it."""
    return next(((kind, cause) for kind, cause in CAMERA_FAULTS if _fault(kind, camera) in active), None)


def _fault(kind: FaultKind, camera: Camera) -> Fault:
    """The fault of a kind that takes this camera along; no switch's, when it hangs at none."""
    if kind is FaultKind.RECORDER_DOWN:
        return Fault(kind, camera.recorder_id or "")
    if kind is FaultKind.SWITCH_FAILED and camera.recorder_id is not None:
        return Fault(kind, "")
    return Fault(kind, camera.site_id if SUBJECT[kind] is Subject.SITE else camera.camera_id)
