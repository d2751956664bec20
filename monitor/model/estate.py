"""The register as values: institutions, sites, cameras, centres, gateways, streams, contracts."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class InstitutionType(StrEnum):
    """Kinds of educational organisation."""

    KINDERGARTEN = "kindergarten"
    SCHOOL = "school"
    SMALL_SCHOOL = "small_school"
    COLLEGE = "college"
    UNIVERSITY = "university"
    EXTRA = "extra"
    SPECIAL = "special"
    BOARDING = "boarding"


class Ownership(StrEnum):
    """Who owns the institution."""

    PUBLIC = "public"
    PRIVATE = "private"


class CentreKind(StrEnum):
    """Where pictures go: an Operational Control Centre, or a duty unit where there is none."""

    OCC = "occ"
    DUTY_UNIT = "duty_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An educational organisation. Its id is ours; a BIN can be wrong or shared by buildings."""

    institution_id: str
    name: str
    region: str  # KATO code of the region, 9 digits
    type: InstitutionType
    ownership: Ownership
    bin: str | None = None  # text, 12 digits: leading zeros count
    headcount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One building of an institution with its own uplink."""

    site_id: str
    institution_id: str
    name: str
    uplink_kbps: int | None = None  # contracted upload
    budget_kbps: int | None = None  # what probes may use of it; None: the configured default


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One video source at a site."""

    camera_id: str
    site_id: str
    url: str  # rtsp:// or rtsps:// without credentials; how the monitor reaches it at the school
    zone: str | None = None  # zone code, never coordinates
    basic_in_clear: bool = False
    tls_fingerprint: str | None = None  # SHA-256 of its certificate, hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A police Operational Control Centre or duty unit."""

    centre_id: str
    name: str
    kind: CentreKind
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The media server at a centre, and how it is asked (a key of CENTRE_SOURCES)."""

    gateway_id: str
    centre_id: str
    kind: str  # "mediamtx" or "relay"
    url: str  # http(s):// control API, or rtsp(s):// of its RTSP side; without credentials
    tls_fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The accepted mapping of a camera to a gateway: its stream key there, by which act."""

    camera_id: str
    gateway_id: str
    stream_key: str
    on_demand: bool | None = None  # None: ask the gateway
    enrolled_on: date | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The agreement under which a provider runs a site's channel. Both dates count as covered."""

    contract_number: str
    site_id: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What one camera sends to one gateway; a camera that is not enrolled has one with no gateway."""

    stream_id: str  # "<camera_id>@<gateway_id>", or "<camera_id>@" when not enrolled
    camera_id: str
    site_id: str
    institution_id: str
    gateway_id: str | None = None
    stream_key: str | None = None
    on_demand: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """The whole register at one moment, each part keyed by its id."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    cameras: dict[str, Camera] = field(default_factory=dict)
    centres: dict[str, Centre] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    enrolments: tuple[Enrolment, ...] = ()
    contracts: tuple[Contract, ...] = ()
    revision: int = 0  # grows with every import
