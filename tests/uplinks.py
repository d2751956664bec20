"""Schools with cameras and lines, as tests of uplinks register them."""

from dataclasses import replace
from typing import Any

from monitor.model.channels import Channel, Contract
from monitor.model.estate import Camera, Estate, Institution, InstitutionType, Ownership, Site
from tests.agreements import contract

REGION = "750000000"
YEAR = contract("year", (1, 1), (12, 31))


def line(up: int | None, down: int | None = None, *own: Contract, **given: Any) -> tuple[Channel, Any]:
    return Channel(channel_id="", site_id="", up_kbps=up, down_kbps=down, **given), own or (YEAR,)


def school(
    bitrates: list[int | None],
    *lines: tuple[Channel, Any],
    uplink: int | None = None,
    headcount: int | None = None,
    site_id: str = "s",
) -> Estate:
    """Register one school with cameras of such bitrates on such channels, each with its contracts."""
    channels = {f"{site_id}{n}": each[0] for n, each in enumerate(lines)}
    return Estate(
        institutions={
            site_id: Institution(
                institution_id=site_id,
                name="=School",
                region=REGION,
                type=InstitutionType.SCHOOL,
                ownership=Ownership.PUBLIC,
                headcount=headcount,
            )
        },
        sites={site_id: Site(site_id=site_id, institution_id=site_id, name="Main", uplink_kbps=uplink)},
        cameras={
            f"{site_id}c{n}": Camera(
                camera_id=f"{site_id}c{n}", site_id=site_id, url="rtsp://c/", bitrate_kbps=kbps
            )
            for n, kbps in enumerate(bitrates)
        },
        channels={key: replace(each, channel_id=key, site_id=site_id) for key, each in channels.items()},
        contracts=tuple(
            replace(each, channel_id=f"{site_id}{n}") for n, (_, own) in enumerate(lines) for each in own
        ),
    )


def together(*schools: Estate) -> Estate:
    """Put registers into one."""
    return Estate(
        institutions={k: v for each in schools for k, v in each.institutions.items()},
        sites={k: v for each in schools for k, v in each.sites.items()},
        cameras={k: v for each in schools for k, v in each.cameras.items()},
        channels={k: v for each in schools for k, v in each.channels.items()},
        contracts=tuple(v for each in schools for v in each.contracts),
    )


MANY = together(
    school([1000], line(5000), site_id="fits"),
    school([1000], line(None), site_id="unknown"),
    school([4500], line(5000), site_id="tight"),
    school([3000] * 2, line(5000), site_id="one out"),
    school([3000] * 9, line(5000), site_id="eight out"),
)
