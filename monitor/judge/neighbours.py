"""What stands around a camera, as values: its site, the site's edge, its recorder, its switch, the provider.

Each was asked, or stopped, since the camera was lost. Nothing here decides.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probes.base import Observation
from probes.failure import VANISHED, Failure
from probes.recorder.base import InputState

ENOUGH_OTHERS = 3  # cameras asked in vain that speak for the rest of a site
ENOUGH_FELLOWS = 2  # cameras lost together with this one and asked in vain
MANY_OF_REGION = 4  # sites that went dark with a fifth one, of several providers
MANY_SITES = 2  # that went dark with a third one: no chance any more


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The other cameras of the same site: how many there are, and what they last did."""

    others: int = 0
    receiving: int = 0  # at the centre
    answered: int = 0  # at the school
    vanished: int = 0
    refused: int = 0
    strained: int = 0  # of those looked at: the way to them loses packets

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


class Reach(StrEnum):
    """What became of a TCP connection to the edge of a site, or to a recorder."""

    ANSWERED = "answered"
    REFUSED = "refused"  # by a host that is there
    SILENT = "silent"
    UNTOLD = "untold"  # our own trouble: says nothing of it

    @classmethod
    def of(cls, seen: Observation) -> "Reach":
        """Read it out of an attempt to connect."""
        if seen.failure is None:
            return cls.ANSWERED
        if seen.failure is Failure.CONNECT_REFUSED:
            return cls.REFUSED
        return cls.SILENT if seen.failure in VANISHED else cls.UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeView:
    """The router at the edge of the site, asked since the loss."""

    at: datetime
    reach: Reach
    strained: bool = False

    @property
    def alive(self) -> bool:
        """It is there: the channel and the site's power hold."""
        return self.reach in {Reach.ANSWERED, Reach.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderView:
    """The recorder that a camera is an input of, and the recorder's other inputs."""

    recorder_id: str
    at: datetime | None = None  # None: it was not asked since the loss
    alive: bool | None = None  # its host is there; None: not known
    serves: bool | None = None  # it answered as a recorder does; None: not known
    input: InputState | None = None  # what it says of this camera's input
    locked: bool = False  # it says that it locked our account
    others: int = 0  # inputs beside this one that the register has
    receiving: int = 0  # of them: at the centre
    working: int = 0  # of them: received, or answered at the school
    vanished: int = 0  # of them: asked at the school in vain

    @property
    def down(self) -> bool:
        """Nothing comes from it any more: it was asked itself, or else enough of its inputs were."""
        if self.working:
            return False
        if self.alive is None and self.serves is None:
            return 0 < min(self.others, ENOUGH_OTHERS) <= self.vanished
        return self.alive is False or self.serves is False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanView:
    """Cameras that hang together behind one switch: in one subnet, or lost in the same minute."""

    others: int = 0
    working: int = 0
    vanished: int = 0

    @property
    def gone(self) -> bool:
        """None of them works, and enough were asked in vain: with this camera three, or all there are."""
        return self.working == 0 and self.vanished > 0 and self.vanished >= min(self.others, ENOUGH_FELLOWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """The other sites in the region under contract: of the same provider, and of all."""

    provider: str
    dark: int = 0  # all of whose streams stopped about when this one did
    up: int = 0
    region_dark: int = 0  # likewise, of every provider in the region
    region_up: int = 0
    region_providers: int = 0  # that have dark sites, this site's own included

    @property
    def regional(self) -> bool:
        """So many sites of several providers went dark together that it is an event of the region."""
        many = self.region_dark >= MANY_OF_REGION and self.region_dark >= self.region_up
        return many and self.region_providers > 1

    @property
    def out(self) -> bool:
        """So many went dark together that it is no single site's event."""
        return self.regional or (self.dark >= MANY_SITES and self.dark >= self.up)
