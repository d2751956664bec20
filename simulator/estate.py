"""A make-believe estate as values: who has which cameras, where they go, under which contract."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from simulator.names import PROVIDERS
from simulator.wiring import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An invented educational organisation. Its BIN fails the check digit by design."""

    institution_id: str
    name: str
    region: str
    type: str
    ownership: str
    bin: str
    headcount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One building with its own uplink."""

    site_id: str
    institution_id: str
    name: str
    uplink_kbps: int
    budget_kbps: int | None
    edge: str = ""  # address of its router, on loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera: where it is, what it plays, how it asks who is there."""

    camera_id: str
    site_id: str
    number: int  # in its stamp
    address: str  # on loopback
    path: str
    zone: str
    clip: str
    auth: str
    username: str
    password: str = field(repr=False)
    recorder_id: str | None = None  # whose input it is; None: it hangs at the site's switch
    recorder_input: int | None = None  # from 1

    @property
    def speaks_onvif(self) -> bool:
        """Every third camera that hangs at a switch does."""
        return self.recorder_id is None and self.number % 3 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A police centre."""

    centre_id: str
    name: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A centre's media server."""

    gateway_id: str
    centre_id: str
    username: str
    password: str = field(repr=False)
    unknown_paths: tuple[str, ...]  # streams there that the register does not know
    address: str = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What the register says of a camera at a gateway."""

    camera_id: str
    gateway_id: str
    stream_key: str
    on_demand: bool  # in truth
    on_demand_told: bool  # the register says so too; else the gateway must be asked
    known: bool  # the gateway has this path
    enrolled_on: date
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A provider's agreement for a site's channel. Both days count as covered."""

    contract_number: str
    site_id: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """All of it. Ids are unique in each list."""

    institutions: tuple[Institution, ...]
    sites: tuple[Site, ...]
    cameras: tuple[Camera, ...]
    centres: tuple[Centre, ...]
    gateways: tuple[Gateway, ...]
    streams: tuple[Stream, ...]
    contracts: tuple[Contract, ...]
    recorders: tuple[Recorder, ...] = ()

    def lapse(self, site_id: str, today: date) -> "Estate":
        """The same estate with the site's contract ended yesterday (a new one if it had none)."""
        yesterday = today - timedelta(days=1)
        rest = tuple(each for each in self.contracts if each.site_id != site_id)
        mine = [each for each in self.contracts if each.site_id == site_id]
        latest = (
            max(mine, key=lambda each: each.ends_on) if mine else make_contract(len(rest), site_id, 0, today)
        )
        starts_on = min(latest.starts_on, yesterday)
        return replace(self, contracts=(*rest, replace(latest, starts_on=starts_on, ends_on=yesterday)))


def make_contract(number: int, site_id: str, provider: int, today: date) -> Contract:
    """Make an agreement of a year before and after today."""
    return Contract(
        contract_number=f"ДК-{today.year}/{number + 1:05}",
        site_id=site_id,
        provider=PROVIDERS[provider],
        starts_on=today - timedelta(days=365),
        ends_on=today + timedelta(days=365),
    )
