"""A make-believe country on the worst day for its metrics: 1 January, and no contract was renewed.

Every school has 12 cameras, every third one a second building, one in ten an open incident.
"""

from datetime import UTC, date, datetime

from monitor.model.channels import Channel, Contract
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.incident import Incident, Scope
from monitor.model.regions import REGIONS
from monitor.model.verdict import Cause, Owner

INSTITUTIONS, CAMERAS_EACH = 10_000, 12
SECOND_SITE_EVERY, INCIDENT_EVERY = 3, 10
NEW_YEAR = datetime(2027, 1, 1, 7, tzinfo=UTC)
TYPES = tuple(InstitutionType)
CODES = tuple(region[0] for region in REGIONS)


def country(institutions: int = INSTITUTIONS) -> Estate:
    """Make the register; ids count up."""
    numbers = range(institutions)
    sites = [(n, b) for n in numbers for b in range(1 + (n % SECOND_SITE_EVERY == 0))]
    cameras = [(n, c) for n in numbers for c in range(CAMERAS_EACH)]
    return Estate(
        institutions={f"kz-{n:06d}": _institution(n) for n in numbers},
        sites={
            f"s-{n:06d}-{b}": Site(site_id=f"s-{n:06d}-{b}", institution_id=f"kz-{n:06d}", name="")
            for n, b in sites
        },
        cameras={f"c-{n:06d}-{c}": _camera(n, c) for n, c in cameras},
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region=CODES[0])},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://127.0.0.1/")},
        enrolments=tuple(
            Enrolment(camera_id=f"c-{n:06d}-{c}", gateway_id="g", stream_key=f"{n}/{c}") for n, c in cameras
        ),
        channels={
            f"s-{n:06d}-{b}": Channel(channel_id=f"s-{n:06d}-{b}", site_id=f"s-{n:06d}-{b}") for n, b in sites
        },
        contracts=tuple(_contract(n, b) for n, b in sites),
    )


def incidents(institutions: int = INSTITUTIONS) -> list[Incident]:
    """Make the open incidents: a dark site at one school in ten."""
    return [
        Incident(
            incident_id=f"site:s-{n:06d}-0:site_dark:20270101T000000Z",
            scope=Scope.SITE,
            subject=f"s-{n:06d}-0",
            cause=Cause.SITE_DARK,
            owner=Owner.PROVIDER,
            opened_at=NEW_YEAR,
            streams=CAMERAS_EACH,
            cameras=CAMERAS_EACH,
            pupils=600,
            region=CODES[n % len(CODES)],
            institution=f"kz-{n:06d}",
        )
        for n in range(0, institutions, INCIDENT_EVERY)
    ]


def _institution(n: int) -> Institution:
    return Institution(
        institution_id=f"kz-{n:06d}",
        name=f"№ {n} «Сынақ» мектебі",
        region=CODES[n % len(CODES)],
        type=TYPES[n % len(TYPES)],
        ownership=Ownership.PUBLIC,
        headcount=600,
    )


def _camera(n: int, c: int) -> Camera:
    building = c % (1 + (n % SECOND_SITE_EVERY == 0))
    return Camera(camera_id=f"c-{n:06d}-{c}", site_id=f"s-{n:06d}-{building}", url="rtsp://127.0.0.1/")


def _contract(n: int, b: int) -> Contract:
    return Contract(
        customer_bin="220440000000",
        contract_number=f"2026/{n}",
        contract_date=date(2025, 12, 20),
        channel_id=f"s-{n:06d}-{b}",
        provider=f"Provider {n % 5}",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
