"""The register of a make-believe estate as CSV files, one per kind, and the credentials beside them.

Columns are those that `cctv-monitor register import` and `credentials import` document.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.estate import Estate
from simulator.names import PROVIDERS

Row = tuple[object, ...]
REGISTER = (
    "institutions",
    "sites",
    "recorders",
    "cameras",
    "centres",
    "gateways",
    "streams",
    "providers",
    "channels",
    "contracts",
)
CREDENTIALS = "credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where everything listens, known once it does: URLs without credentials, by id."""

    cameras: Mapping[str, str]
    gateways: Mapping[str, str]
    edges: Mapping[str, str]  # of sites: HOST:PORT
    recorders: Mapping[str, str]
    onvif: Mapping[str, str] = field(default_factory=dict)  # of the cameras that speak it
    kind: str = "mediamtx"  # how the gateways are asked; "relay": their RTSP side


def write_register(folder: Path, estate: Estate, places: Places) -> list[Path]:
    """Write every sheet into `folder` (made if it is not there); returns them in the order of import."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets = {
        "institutions": _institutions(estate),
        "sites": _sites(estate, places),
        "recorders": _recorders(estate, places),
        "cameras": _cameras(estate, places),
        "centres": _centres(estate),
        "gateways": _gateways(estate, places),
        "streams": _streams(estate),
        "providers": _providers(),
        "channels": _channels(estate),
        "contracts": _contracts(estate),
    }
    return [_write(folder / f"{name}.csv", sheets[name]) for name in REGISTER]


def write_credentials(folder: Path, estate: Estate) -> Path:
    """Write credentials.csv, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{CREDENTIALS}.csv"
    path.touch(mode=0o600)
    path.chmod(0o600)
    return _write(path, _credentials(estate))


def _write(path: Path, rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _institutions(estate: Estate) -> Iterable[Row]:
    yield "institution_id", "name", "region", "type", "ownership", "bin", "headcount"
    for each in estate.institutions:
        yield each.institution_id, each.name, each.region, each.type, each.ownership, each.bin, each.headcount


def _sites(estate: Estate, places: Places) -> Iterable[Row]:
    yield "site_id", "institution_id", "name", "uplink_kbps", "budget_kbps", "edge"
    for each in estate.sites:
        rates = (each.uplink_kbps, each.budget_kbps)
        yield each.site_id, each.institution_id, each.name, *rates, places.edges[each.site_id]


def _recorders(estate: Estate, places: Places) -> Iterable[Row]:
    yield "recorder_id", "site_id", "kind", "url", "inputs"
    for each in estate.recorders:
        url = places.recorders[each.recorder_id]
        yield each.recorder_id, each.site_id, each.dialect.value, url, each.inputs


def _cameras(estate: Estate, places: Places) -> Iterable[Row]:
    said = ("camera_id", "site_id", "url", "zone", "basic_in_clear", "tls_fingerprint")
    yield *said, "recorder_id", "recorder_input", "onvif_url"
    for each in estate.cameras:
        basic = "true" if each.auth == "basic" else ""
        said = (each.camera_id, each.site_id, places.cameras[each.camera_id], each.zone, basic, "")
        yield *said, each.recorder_id, each.recorder_input, places.onvif.get(each.camera_id)


def _centres(estate: Estate) -> Iterable[Row]:
    yield "centre_id", "name", "kind", "region"
    for each in estate.centres:
        yield each.centre_id, each.name, each.kind, each.region


def _gateways(estate: Estate, places: Places) -> Iterable[Row]:
    yield "gateway_id", "centre_id", "kind", "url", "tls_fingerprint"
    for each in estate.gateways:
        yield each.gateway_id, each.centre_id, places.kind, places.gateways[each.gateway_id], None


def _streams(estate: Estate) -> Iterable[Row]:
    yield "camera_id", "gateway_id", "stream_key", "on_demand", "enrolled_on", "act"
    for each in estate.streams:
        told = "true" if each.on_demand and each.on_demand_told else None
        yield each.camera_id, each.gateway_id, each.stream_key, told, each.enrolled_on, each.act


def _providers() -> Iterable[Row]:
    yield ("provider",)
    for provider in PROVIDERS:
        yield (provider,)


def _channels(estate: Estate) -> Iterable[Row]:
    yield "channel_id", "site_id", "technology", "up_kbps"
    for each in estate.sites:
        yield _channel_of(each.site_id), each.site_id, "fibre", each.uplink_kbps


def _channel_of(site_id: str) -> str:
    return f"{site_id}-link"


def _contracts(estate: Estate) -> Iterable[Row]:
    yield "customer_bin", "contract_number", "contract_date", "channel_id", "provider", "starts_on", "ends_on"
    number = {each.institution_id: each.bin for each in estate.institutions}
    customer = {each.site_id: number[each.institution_id] for each in estate.sites}
    for each in estate.contracts:
        agreement = (customer[each.site_id], each.contract_number, each.starts_on)
        yield *agreement, _channel_of(each.site_id), each.provider, each.starts_on, each.ends_on


def _credentials(estate: Estate) -> Iterable[Row]:
    yield "kind", "id", "username", "password"
    for gateway in estate.gateways:
        yield "gateway", gateway.gateway_id, gateway.username, gateway.password
    for recorder in estate.recorders:
        yield "recorder", recorder.recorder_id, recorder.username, recorder.password
    for camera in estate.cameras:
        yield "camera", camera.camera_id, camera.username, camera.password
