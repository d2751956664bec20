"""The sheets of what stands somewhere: institutions, sites, recorders, cameras, centres, gateways."""

from urllib.parse import urlsplit

from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Recorder,
    RecorderKind,
    Regulator,
    Site,
)
from monitor.register import cells
from monitor.register.bin import bin_holds
from monitor.register.columns_places import OPTIONAL_KATO
from monitor.register.kinds import (
    BIN,
    DAY,
    FINGERPRINT,
    ID,
    MOST_PEOPLE,
    NAME,
    REGION,
    TEXT,
    Cell,
    Columns,
    Given,
    Kind,
    Remark,
    kbps,
    ordered,
)
from monitor.register.said import Heading, Said, either, said
from monitor.register.urls import url

GATEWAY_SCHEMES = {"mediamtx": ("http", "https"), "relay": ("rtsp", "rtsps")}
MOST_INPUTS = 1024  # of one recorder

_order_of_time = ordered("commissioned_on", "decommissioned_on", said("the camera's time"))


def _gateway_url(given: Given) -> list[Remark]:
    kind, url = given.get("kind"), given.get("url")
    if not isinstance(kind, str) or not isinstance(url, str):
        return []
    schemes = GATEWAY_SCHEMES[kind]
    if url.split("://")[0].lower() in schemes:
        return []
    wrong = said(
        "a {kind} gateway is asked at {schemes}; correct the URL or the kind",
        kind=kind,
        schemes=either([f"{scheme}://" for scheme in schemes]),
    )
    return [("url", wrong)]


def _camera(given: Given) -> list[Remark]:
    found = _order_of_time(given)
    given_input = given.get("recorder_input")
    if given_input is not None and given.get("recorder_id", ...) is None:
        wrong = said(
            "{input} is an input of no recorder; fill in {column}",
            input=given_input,
            column=Heading("recorder_id"),
        )
        found.append(("recorder_input", wrong))
    host, other = (urlsplit(str(given.get(name) or "")).hostname for name in ("url", "onvif_url"))
    if host is not None and other is not None and host != other:
        found.append(("onvif_url", said("{host} is not the host of the camera's own URL", host=other)))
    return found


def odd_bin(given: Given) -> list[Remark]:
    """Warn of a BIN whose check digit does not fit."""
    return [
        (column, _misfit(number))
        for column in ("bin", "customer_bin")
        if isinstance(number := given.get(column), str) and not bin_holds(number)
    ]


def _misfit(number: str) -> Said:
    return said(
        "the check digit of {number} does not fit; look whether the number is typed right", number=number
    )


ESTATE: dict[Kind, Columns] = {
    Kind.INSTITUTIONS: Columns(
        row=Institution,
        part="institutions",
        key=("institution_id",),
        cells={
            "institution_id": ID,
            "name": NAME,
            "region": REGION,
            "type": Cell(cells.member(InstitutionType), required=True),
            "ownership": Cell(cells.member(Ownership), required=True),
            "bin": Cell(BIN),
            "headcount": Cell(cells.number(0, MOST_PEOPLE)),
            "headcount_on": DAY,
            "settlement": OPTIONAL_KATO,
            "regulator": Cell(cells.member(Regulator)),
        },
        names={"region": Kind.REGIONS, "settlement": Kind.SETTLEMENTS},
        odd=odd_bin,
    ),
    Kind.SITES: Columns(
        row=Site,
        part="sites",
        key=("site_id",),
        cells={
            "site_id": ID,
            "institution_id": ID,
            "name": NAME,
            "uplink_kbps": kbps(),
            "budget_kbps": kbps(),
            "edge": Cell(cells.host_port),
        },
        names={"institution_id": Kind.INSTITUTIONS},
    ),
    Kind.RECORDERS: Columns(
        row=Recorder,
        part="recorders",
        key=("recorder_id",),
        cells={
            "recorder_id": ID,
            "site_id": ID,
            "kind": Cell(cells.member(RecorderKind), required=True),
            "url": Cell(url("http", "https")),
            "inputs": Cell(cells.number(1, MOST_INPUTS)),
            "tls_fingerprint": FINGERPRINT,
        },
        names={"site_id": Kind.SITES},
    ),
    Kind.CAMERAS: Columns(
        row=Camera,
        part="cameras",
        key=("camera_id",),
        cells={
            "camera_id": ID,
            "site_id": ID,
            "url": Cell(url("rtsp", "rtsps"), required=True),
            "zone": Cell(cells.ident),
            "basic_in_clear": Cell(cells.truth),
            "tls_fingerprint": FINGERPRINT,
            "recorder_id": Cell(cells.ident),
            "recorder_input": Cell(cells.number(1, MOST_INPUTS)),
            "bitrate_kbps": kbps(),
            "commissioned_on": DAY,
            "decommissioned_on": DAY,
            "onvif_url": Cell(url("http", "https")),
        },
        names={"site_id": Kind.SITES, "recorder_id": Kind.RECORDERS},
        wrong=_camera,
    ),
    Kind.CENTRES: Columns(
        row=Centre,
        part="centres",
        key=("centre_id",),
        cells={
            "centre_id": ID,
            "name": NAME,
            "kind": Cell(cells.member(CentreKind), required=True),
            "region": REGION,
            "parent": Cell(cells.ident),
        },
        names={"region": Kind.REGIONS, "parent": Kind.CENTRES},
    ),
    Kind.GATEWAYS: Columns(
        row=Gateway,
        part="gateways",
        key=("gateway_id",),
        cells={
            "gateway_id": ID,
            "centre_id": ID,
            "kind": Cell(cells.word(*GATEWAY_SCHEMES), required=True),
            "url": Cell(url("http", "https", "rtsp", "rtsps"), required=True),
            "tls_fingerprint": FINGERPRINT,
        },
        names={"centre_id": Kind.CENTRES},
        wrong=_gateway_url,
    ),
    Kind.STREAMS: Columns(
        row=Enrolment,
        part="enrolments",
        key=("camera_id", "gateway_id"),
        cells={
            "camera_id": ID,
            "gateway_id": ID,
            "stream_key": Cell(cells.stream_key, required=True),
            "on_demand": Cell(cells.truth),
            "enrolled_on": DAY,
            "act": TEXT,
        },
        names={"camera_id": Kind.CAMERAS, "gateway_id": Kind.GATEWAYS},
    ),
}
