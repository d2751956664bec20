"""What a verdict is judged from, as values.

The gateway, the camera at its school, its neighbours, the contract. Nothing here decides.
"""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.judge.neighbours import EdgeView, LanView, ProviderView, RecorderView, SiteView
from monitor.judge.progress import Flow
from probes.base import Observation
from probes.failure import VANISHED, Failure, Stage
from probes.onvif.reading import DeviceReading, Profile

LOST_SYN_SECONDS = 0.9  # a connection that took this long lost its first SYN (RFC 6298 §2.1: 1 s)
LOSSY = 0.05  # share of RTP packets that were lost on the way
_CUT_SHORT = Failure.NO_KEY_FRAME  # what a way that loses packets makes of a picture
_LOOKED_FOR_MEDIA = frozenset({Failure.NO_MEDIA, Failure.NO_KEY_FRAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """How the gateway answered, and what this stream did there."""

    swept: bool  # False: it could not be swept for long enough to call that its state
    detail: str = ""
    flow: Flow | None = None  # None: not looked at yet
    stopped: bool = False  # it answers, and every stream of several sites and providers stands still
    playing: int = 0  # once it stopped: cameras whose streams stand there and that played at their schools


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInView:
    """What is known of the password for a camera, beside what the camera answered."""

    withheld: bool = False  # it was not offered: it had been refused too often
    refusals: int = 0  # checks in a row before this one in which it was refused
    received: bool = False  # the picture arrived at a gateway although it was refused
    proved: bool = False  # the camera took this very password before


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLook:
    """The camera's own last answer at its school, new enough to count."""

    at: datetime
    reached: Stage | None
    failure: Failure | None
    failed_at: Stage | None
    key_frame: bool
    log_in: LogInView | None = None  # None: no password is known
    strained: bool = False  # the way to it loses packets
    height: int | None = None  # of its picture, pixels
    fps: float | None = None

    @classmethod
    def of(cls, seen: Observation, *, log_in: LogInView | None) -> "SiteLook":
        """Keep of an observation what causes are decided by."""
        return cls(
            at=seen.at,
            reached=seen.reached,
            failure=seen.failure,
            failed_at=seen.failed_at,
            key_frame=seen.key_frame,
            log_in=log_in,
            strained=is_strained(seen),
            height=seen.video.height if seen.video is not None else None,
            fps=seen.video.fps if seen.video is not None else None,
        )

    @property
    def plays(self) -> bool:
        """A complete key frame came from the camera itself."""
        return self.key_frame

    @property
    def vanished(self) -> bool:
        """Nothing at its address answered at all."""
        return self.failure in VANISHED

    @property
    def refused(self) -> bool:
        """Something at its address answered that nothing listens."""
        return self.failure is Failure.CONNECT_REFUSED

    @property
    def tells(self) -> bool:
        """Whether it says anything of the camera: a name that is not resolved is our own trouble."""
        return self.failure is not Failure.DNS_FAILED

    @property
    def answered(self) -> bool:
        """It spoke, whatever it said."""
        return not (self.vanished or self.refused)

    @property
    def sends_nothing(self) -> bool:
        """It took the session and no usable media followed, which the way to it does not explain."""
        return self.failure in _LOOKED_FOR_MEDIA and not (self.strained and self.failure is _CUT_SHORT)


def is_strained(seen: Observation) -> bool:
    """Say whether an attempt met a way that loses packets: a repeated SYN, or gaps in what it received."""
    slow = any(each.name is Stage.CONNECT and each.seconds >= LOST_SYN_SECONDS for each in seen.stages)
    if seen.reached is None:
        return False  # it never connected: nothing tells a bad way from none
    media = seen.media
    return slow or (media is not None and media.lost >= LOSSY * max(1, media.packets + media.lost))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """What a camera last said over ONVIF, of whatever day: no cause is decided by it."""

    at: datetime
    failure: Failure | None = None
    clock_offset: float | None = None  # seconds, the device's clock minus ours; None: not told
    identity: str = ""  # maker, model and firmware, as it says itself
    profiles: tuple[str, ...] = ()  # of each stream that it offers: codec and size
    foreign_host: bool = False  # it names a stream on another host, which is never dialled

    @classmethod
    def of(cls, seen: DeviceReading) -> "DeviceView":
        """Keep of a reading what a technician asks for first."""
        who = seen.identity
        named = (who.manufacturer, who.model, who.firmware) if who is not None else ()
        return cls(
            at=seen.at,
            failure=seen.failure,
            clock_offset=seen.clock_offset,
            identity=" ".join(filter(None, named)),
            profiles=tuple(map(_profile, seen.profiles)),
            foreign_host=seen.foreign_host,
        )


def _profile(profile: Profile) -> str:
    """Name one profile as a technician does: H264 1920×1080 at 25."""
    size = f"{profile.width}×{profile.height}" if profile.width and profile.height else ""
    rate = f"at {profile.fps:g}" if profile.fps else ""
    return " ".join(filter(None, (profile.codec, size, rate))) or profile.token


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """What the register says of the site's channel on the day of the loss (local date)."""

    lost_on: date
    covered: bool | None = None  # None: no contract was ever registered
    ended_on: date | None = None  # the last contract's last day, when not covered
    fits: bool = False  # whether the site's streams were lost so soon after it as the rules of law ask
    provider: str | None = None
    provider_receiving: int = 0  # streams of the same provider's other, covered sites that are received
    provider_sites: int = 0  # those sites


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedView:
    """The maintenance window in which the stream was lost, while it lasts."""

    maintenance_id: str
    until: datetime


NO_OTHERS, ALONE = SiteView(), LanView()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the cause of one stream is judged from."""

    blind: bool = False  # the monitor itself could not look
    gateway: GatewayView | None  # None: the register enrols the camera nowhere
    camera: SiteLook | None = None
    device: DeviceView | None = None  # None: it was not asked over ONVIF
    elsewhere: int = 0  # other streams of this camera that are received
    site: SiteView = NO_OTHERS
    edge: EdgeView | None = None  # None: the register names none, or it was not asked since
    recorder: RecorderView | None = None  # None: it is no input of a recorder
    lan: LanView = ALONE
    provider: ProviderView | None = None
    contract: ContractView | None = None
    planned: PlannedView | None = None
