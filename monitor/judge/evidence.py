"""What a verdict is judged from, as values.

The gateway, the camera at its school, its neighbours, the contract. Nothing here decides.
"""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.judge.progress import Flow
from probes.base import Observation
from probes.failure import Failure, Stage

VANISHED = frozenset({Failure.CONNECT_TIMEOUT, Failure.UNREACHABLE})
ENOUGH_OTHERS = 3  # cameras asked in vain that speak for the rest of a site
_LOOKED_FOR_MEDIA = frozenset({Failure.NO_MEDIA, Failure.NO_KEY_FRAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """How the gateway answered, and what this stream did there."""

    swept: bool  # False: it could not be swept for long enough to call that its state
    detail: str = ""
    flow: Flow | None = None  # None: not looked at yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLook:
    """The camera's own last answer at its school, new enough to count."""

    at: datetime
    reached: Stage | None
    failure: Failure | None
    failed_at: Stage | None
    key_frame: bool
    has_credentials: bool = True

    @classmethod
    def of(cls, seen: Observation, *, has_credentials: bool) -> "SiteLook":
        """Keep of an observation what causes are decided by."""
        return cls(
            at=seen.at,
            reached=seen.reached,
            failure=seen.failure,
            failed_at=seen.failed_at,
            key_frame=seen.key_frame,
            has_credentials=has_credentials,
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
        """It took the session and no usable media followed."""
        return self.failure in _LOOKED_FOR_MEDIA


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The other cameras of the same site: how many there are, and what they last did."""

    others: int = 0
    receiving: int = 0  # at the centre
    answered: int = 0  # at the school
    vanished: int = 0
    refused: int = 0

    @property
    def alive(self) -> bool:
        """Something else at this site works."""
        return self.receiving + self.answered > 0

    @property
    def silent(self) -> bool:
        """Nothing else works, and enough of it was asked: all of it at a small site, three at a big one."""
        return not self.alive and self.vanished + self.refused >= min(self.others, ENOUGH_OTHERS)

    @property
    def unasked(self) -> int:
        """Others of which nothing recent is known."""
        return max(0, self.others - self.receiving - self.answered - self.vanished - self.refused)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the cause of one stream is judged from."""

    blind: bool = False  # the monitor itself could not look
    gateway: GatewayView | None  # None: the register enrols the camera nowhere
    camera: SiteLook | None = None
    site: SiteView = SiteView()
    contract: ContractView | None = None
    planned: PlannedView | None = None
