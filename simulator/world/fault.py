"""What can go wrong, for how long, and whom it strikes.

The causes are the words of the monitor's verdicts, as texts, but for those that only a decoded picture shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CONFIRMED_AFTER = 45.0  # seconds; with sweeps every 30 s nothing shorter can be confirmed


class Cause(StrEnum):
    """Why a stream is not received. The closed list of this world."""

    MONITOR_BLIND = "monitor_blind"  # the monitor's own network fails
    PLANNED = "planned"  # announced work: the site is dark
    GATEWAY_DOWN = "gateway_down"
    NOT_ENROLLED = "not_enrolled"  # the gateway has lost the path
    GATEWAY_SILENT = "gateway_silent"
    PLACEHOLDER = "placeholder"
    CONTRACT_LAPSED = "contract_lapsed"  # from 1 January on
    PROVIDER_OUTAGE = "provider_outage"  # all sites of one provider in one region
    SITE_DARK = "site_dark"
    CHANNEL_DEGRADED = "channel_degraded"
    LAN_FAULT = "lan_fault"  # one switch
    RECORDER_DOWN = "recorder_down"
    RECORDER_INPUT_LOST = "recorder_input_lost"
    CAMERA_OFF = "camera_off"
    CAMERA_HUNG = "camera_hung"
    NO_MEDIA = "no_media"
    BAD_CREDENTIALS = "bad_credentials"
    LOCKED_OUT = "locked_out"
    SESSION_LIMIT = "session_limit"

    __hash__ = str.__hash__  # that of an enum is made anew each time, in Python


class Manner(StrEnum):
    """How a fault shows, where one cause has several faces."""

    PLAIN = "plain"
    POWER = "power"  # afterwards the cameras boot, one by one
    STORM = "storm"  # power flickers: every camera reboots, each in its own half minute
    REFUSING = "refusing"  # a host that is there and listens no more
    QUICK = "quick"  # an answer at once where the plain face is a wait: unreachable, closed, 404, 503


UNKNOWN_STATES = frozenset({Cause.MONITOR_BLIND, Cause.GATEWAY_DOWN})  # nothing can be known of the streams
DARK = frozenset({Cause.PLANNED, Cause.CONTRACT_LAPSED, Cause.PROVIDER_OUTAGE, Cause.SITE_DARK})
GATEWAY_SIDE = frozenset({Cause.NOT_ENROLLED, Cause.GATEWAY_SILENT, Cause.PLACEHOLDER})
IP_CAMERA = (
    Cause.CAMERA_OFF,
    Cause.CAMERA_HUNG,
    Cause.NO_MEDIA,
    Cause.BAD_CREDENTIALS,
    Cause.LOCKED_OUT,
    Cause.SESSION_LIMIT,
)

# The stronger first: of several that hold at once, this one hides the others from whoever asks.
STRENGTH: tuple[Cause, ...] = (
    Cause.MONITOR_BLIND,
    Cause.PLANNED,
    Cause.GATEWAY_DOWN,
    Cause.CONTRACT_LAPSED,
    Cause.PROVIDER_OUTAGE,
    Cause.SITE_DARK,
    Cause.RECORDER_DOWN,
    Cause.LAN_FAULT,
    Cause.RECORDER_INPUT_LOST,
    *IP_CAMERA,
    Cause.CHANNEL_DEGRADED,
    Cause.NOT_ENROLLED,
    Cause.PLACEHOLDER,
    Cause.GATEWAY_SILENT,
)
_RANK = {cause: rank for rank, cause in enumerate(STRENGTH)}


def strongest(causes: Iterable[Cause]) -> Cause:
    """Name the cause that hides the others. ValueError for none."""
    return min(causes, key=_RANK.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing gone wrong. Times are seconds from the start of the run."""

    number: int
    cause: Cause
    subject: str  # id of a camera, recorder, site or gateway; "site/switch", "provider/region" or "monitor"
    cameras: tuple[str, ...]  # all that it strikes
    starts: float
    ends: float
    manner: Manner = Manner.PLAIN
    short: bool = False  # too short to be confirmed: nobody may be alarmed
    overlaps: bool = False  # it shares a camera and a time with another one

    @property
    def long(self) -> float:
        """How many seconds it lasts."""
        return self.ends - self.starts
