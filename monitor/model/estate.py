"""The register as values: institutions, sites, recorders, cameras, centres, gateways, streams.

Places, parties, channels with their contracts, allowances and official claims have files of their own.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from monitor.model.allowances import Exclusion, Maintenance
from monitor.model.channels import Channel, Contract
from monitor.model.claims import Claim
from monitor.model.parties import Contact, Payer, Provider
from monitor.model.places import District, Region, Settlement
from monitor.model.regions import known_regions


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


class Regulator(StrEnum):
    """The ministry that answers for an institution."""

    ENLIGHTENMENT = "enlightenment"  # kindergartens, schools, colleges
    SCIENCE = "science"  # science and higher education: universities


class RecorderKind(StrEnum):
    """Whose recorder it is, and so how its inputs are asked about."""

    HIKVISION = "hikvision"
    DAHUA = "dahua"
    TRASSIR = "trassir"
    OTHER = "other"


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
    headcount: int | None = None  # pupils and staff
    headcount_on: date | None = None  # the day on which they were counted
    settlement: str | None = None  # KATO code; says whether it stands in a regional centre
    regulator: Regulator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One building of an institution with its own uplink."""

    site_id: str
    institution_id: str
    name: str
    uplink_kbps: int | None = None  # contracted upload
    budget_kbps: int | None = None  # what probes may use of it; None: the configured default
    edge: str | None = None  # HOST:PORT of its router: answers, or refuses, while channel and power hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """A DVR or NVR at a site, in front of several cameras."""

    recorder_id: str
    site_id: str
    kind: RecorderKind
    url: str | None = None  # http(s):// of its own interface; without credentials
    inputs: int | None = None
    tls_fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One video source at a site: an IP camera, or an input of a recorder."""

    camera_id: str
    site_id: str
    url: str  # rtsp:// or rtsps:// without credentials; how the monitor reaches it at the school
    zone: str | None = None  # zone code, never coordinates
    basic_in_clear: bool = False
    tls_fingerprint: str | None = None  # SHA-256 of its certificate, hex
    recorder_id: str | None = None
    recorder_input: int | None = None  # from 1
    bitrate_kbps: int | None = None  # as configured
    commissioned_on: date | None = None  # in scope from this day; None: from its registration
    decommissioned_on: date | None = None  # the first day on which it is out of scope
    onvif_url: str | None = None  # http(s):// of its ONVIF device service, on the camera's own host


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A police Operational Control Centre or duty unit."""

    centre_id: str
    name: str
    kind: CentreKind
    region: str
    parent: str | None = None  # the centre that it answers to


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
    """The whole register at one moment, each part keyed by its id where it has one."""

    regions: dict[str, Region] = field(default_factory=known_regions)
    districts: dict[str, District] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    recorders: dict[str, Recorder] = field(default_factory=dict)
    cameras: dict[str, Camera] = field(default_factory=dict)
    centres: dict[str, Centre] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    enrolments: tuple[Enrolment, ...] = ()
    providers: dict[str, Provider] = field(default_factory=dict)
    payers: dict[str, Payer] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    contacts: tuple[Contact, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    maintenance: dict[str, Maintenance] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    revision: int = 0  # grows with every import

    def region_of(self, site_id: str) -> str:
        """Return the KATO code of the region that a site is in. KeyError for a site that there is not."""
        return self.institutions[self.sites[site_id].institution_id].region
