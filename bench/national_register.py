"""A made-up register of the size of the country, as sheets: 160,000 cameras and everything they hang on."""

import csv
from collections.abc import Iterable
from pathlib import Path

INSTITUTIONS, CAMERAS_EACH = 16_000, 10
REGIONS = ("110000000", "270000000", "610000000", "710000000", "750000000")
PROVIDERS = 12
GATEWAYS = 200  # a gateway takes eight hundred cameras

Rows = Iterable[tuple[object, ...]]


def write_sheets(folder: Path) -> list[Path]:
    """Write one CSV file per kind; returns their names."""
    schools = range(INSTITUTIONS)
    cameras = [(school, camera) for school in schools for camera in range(CAMERAS_EACH)]
    return [
        _write(folder, *sheet)
        for sheet in (
            ("institutions", INSTITUTION, (_institution(school) for school in schools)),
            ("sites", SITE, ((f"kz-{n:05d}-1", f"kz-{n:05d}", f"Корпус № 1 ({n})", 20_000) for n in schools)),
            ("cameras", CAMERA, (_camera(school, camera) for school, camera in cameras)),
            (
                "centres",
                CENTRE,
                ((f"occ-{n}", f"ЦОУ {n}", "occ", region) for n, region in enumerate(REGIONS)),
            ),
            ("gateways", GATEWAY, (_gateway(number) for number in range(GATEWAYS))),
            ("streams", STREAM, (_stream(school, camera) for school, camera in cameras)),
            ("providers", ("provider", "bin"), ((f"ТОО «Связь {n}»", "") for n in range(PROVIDERS))),
            (
                "channels",
                CHANNEL,
                ((f"ch-{n:05d}", f"kz-{n:05d}-1", "fibre", 50_000, 20_000) for n in schools),
            ),
            ("contracts", CONTRACT, (_contract(school) for school in schools)),
        )
    ]


def _write(folder: Path, kind: str, head: tuple[str, ...], rows: Rows) -> Path:
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
    return path


INSTITUTION = ("institution_id", "name", "region", "type", "ownership", "bin", "headcount", "headcount_on")
SITE = ("site_id", "institution_id", "name", "uplink_kbps")
CAMERA = ("camera_id", "site_id", "url", "zone", "bitrate_kbps", "commissioned_on")
CENTRE = ("centre_id", "name", "kind", "region")
GATEWAY = ("gateway_id", "centre_id", "kind", "url")
STREAM = ("camera_id", "gateway_id", "stream_key", "on_demand", "enrolled_on", "act")
CHANNEL = ("channel_id", "site_id", "technology", "down_kbps", "up_kbps")
CONTRACT = (
    *("customer_bin", "contract_number", "contract_date", "channel_id", "provider"),
    *("starts_on", "ends_on", "form", "stage", "monthly_price_kzt"),
)


def _institution(n: int) -> tuple[object, ...]:
    region = REGIONS[n % len(REGIONS)]
    name = f"Жалпы білім беретін № {n} мектеп «Сынақ»"
    return f"kz-{n:05d}", name, region, "школа", "public", "", 100 + n % 900, "01.09.2026"


def _camera(school: int, camera: int) -> tuple[object, ...]:
    url = f"rtsp://10.{school // 250 % 250}.{school % 250}.{camera + 10}:554/Streaming/Channels/101"
    return f"kz-{school:05d}-c{camera:02d}", f"kz-{school:05d}-1", url, "entrance", 2048, "2025-09-01"


def _gateway(n: int) -> tuple[object, ...]:
    return f"gw-{n:03d}", f"occ-{n % len(REGIONS)}", "mediamtx", f"http://gw-{n:03d}.example:9997"


def _stream(school: int, camera: int) -> tuple[object, ...]:
    gateway = f"gw-{school % GATEWAYS:03d}"
    key = f"kz/{school:05d}/cam-{camera:02d}"
    return f"kz-{school:05d}-c{camera:02d}", gateway, key, "false", "2025-09-01", f"Акт № {school}"


def _contract(n: int) -> tuple[object, ...]:
    provider = f"ТОО «Связь {n % PROVIDERS}»"
    agreed = ("220440000000", f"№ {n}/2026", "2025-12-20", f"ch-{n:05d}", provider)
    return *agreed, "2026-01-01", "2026-12-31", "tender", "signed", 45_000
