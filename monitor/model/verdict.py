"""What can be said of one stream at one moment: state, cause, warnings, proof.

The lists are closed. A cause that nothing decides yet is here all the same, so that no other list
of causes grows beside this one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


class State(StrEnum):
    """Whether the stream arrives at its centre. Unknown is a third state, never a kind of "not"."""

    RECEIVING = "receiving"
    NOT_RECEIVING = "not_receiving"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """How strongly a RECEIVING verdict is proved, weakest first."""

    NONE = "none"
    PROGRESS = "progress"  # the centre's byte or frame counter moved
    MEDIA = "media"  # a key frame arrived at the centre
    SAME_CAMERA = "same_camera"  # the coded frame at the centre is the camera's own


class Cause(StrEnum):
    """Why a stream is not received, or why that cannot be known. One per verdict."""

    MONITOR_BLIND = "monitor_blind"
    PLANNED = "planned"
    GATEWAY_DOWN = "gateway_down"
    NOT_ENROLLED = "not_enrolled"
    GATEWAY_SILENT = "gateway_silent"
    PLACEHOLDER = "placeholder"
    CONTRACT_LAPSED = "contract_lapsed"
    PROVIDER_OUTAGE = "provider_outage"
    SITE_DARK = "site_dark"
    CHANNEL_DEGRADED = "channel_degraded"
    LAN_FAULT = "lan_fault"
    RECORDER_DOWN = "recorder_down"
    RECORDER_INPUT_LOST = "recorder_input_lost"
    CAMERA_OFF = "camera_off"
    CAMERA_HUNG = "camera_hung"
    NO_MEDIA = "no_media"
    BAD_CREDENTIALS = "bad_credentials"
    LOCKED_OUT = "locked_out"
    SESSION_LIMIT = "session_limit"
    BLACK = "black"
    FROZEN = "frozen"
    COVERED = "covered"
    WRONG_CAMERA = "wrong_camera"
    REPLAYED = "replayed"
    CANNOT_TELL = "cannot_tell"


class Owner(StrEnum):
    """Who must act on a cause."""

    SCHOOL = "school"
    EDUCATION_DEPARTMENT = "education_department"  # the payer of the channel
    PROVIDER = "provider"
    POLICE_IT = "police_it"
    MONITOR_OPERATOR = "monitor_operator"
    UNDECIDED = "undecided"


class Warn(StrEnum):
    """The picture arrives, and yet something is not as it should be."""

    BELOW_STANDARD = "below_standard"
    CLOCK_DRIFT = "clock_drift"
    IDENTITY_DRIFT = "identity_drift"
    WORKING_UNCOVERED = "working_uncovered"
    SCENE_MOVED = "scene_moved"
    BLURRED = "blurred"
    PROOF_OLD = "proof_old"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """State, cause and proof of one stream at one moment, with the evidence that decided."""

    state: State
    cause: Cause | None = None  # None exactly when RECEIVING
    proof: Proof = Proof.NONE
    warnings: tuple[Warn, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()  # (what was looked at, what was seen), rule first


class Transition(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stream's verdict changed. Committed before it is told.

    `since` is back-dated to the first sample of the run that convinced us; `decided_at` is when it did.
    `lost_at` is since when the picture is missing, whatever causes were named since; None: it is not lost.
    """

    stream_id: str
    verdict: Verdict
    since: datetime  # UTC
    decided_at: datetime  # UTC
    lost_at: datetime | None = None  # UTC
