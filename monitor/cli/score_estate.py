"""A make-believe world as a register: the same places, in the words of the monitor."""

from datetime import UTC, date, datetime, timedelta

from monitor.model.allowances import Maintenance, Subject
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
    Recorder,
    RecorderKind,
    Site,
)
from monitor.model.parties import Provider
from simulator.world.places import Camera as WorldCamera
from simulator.world.places import Places
from simulator.world.places import Site as WorldSite
from simulator.world.schedule import Schedule, Window

NEW_YEAR = datetime(2025, 12, 31, 19, tzinfo=UTC)  # 1 January 2026, 00:00 at Almaty (UTC+5)
LAST_YEAR, THIS_YEAR = 2025, 2026
CUSTOMER = "220440000000"  # its check digit does not fit, by design
BLOCKS_PER_SITE = 4  # of 256 addresses


def start_of(schedule: Schedule) -> datetime:
    """Say when a run begins (UTC): so that 1 January falls where the schedule wants it."""
    return NEW_YEAR - timedelta(seconds=schedule.midnight)


def estate_of(places: Places, schedule: Schedule) -> Estate:
    """Write a world down as a register."""
    sites = places.sites
    regions = {site.gateway_id: site.region for site in sites.values()}
    centres = {f"occ-{key}": _centre(f"occ-{key}", regions[key]) for key in places.gateways}
    return Estate(
        institutions={f"inst-{key}": _institution(site) for key, site in sites.items()},
        sites={key: _site(site) for key, site in sites.items()},
        recorders={
            key: Recorder(
                recorder_id=key,
                site_id=each.site_id,
                kind=RecorderKind.HIKVISION,
                url=f"http://{_address(sites[each.site_id], -1, 2)}/",
                inputs=each.inputs,
            )
            for key, each in places.recorders.items()
        },
        cameras={key: _camera(each, sites[each.site_id]) for key, each in places.cameras.items()},
        centres=centres,
        gateways={key: _gateway(key) for key in places.gateways},
        enrolments=tuple(_enrolment(each) for each in places.cameras.values()),
        providers={site.provider: Provider(provider=site.provider) for site in sites.values()},
        channels={key: Channel(channel_id=key, site_id=key) for key in sites},
        contracts=tuple(_contract(site) for site in sites.values()),
        maintenance={f"m-{at}": _maintenance(at, each, schedule) for at, each in enumerate(schedule.windows)},
    )


def _institution(site: WorldSite) -> Institution:
    return Institution(
        institution_id=f"inst-{site.site_id}",
        name=f"School {site.number + 1}",
        region=site.region,
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
    )


def _site(site: WorldSite) -> Site:
    edge = f"{_address(site, -1, 1)}:443"
    return Site(site_id=site.site_id, institution_id=f"inst-{site.site_id}", name=site.site_id, edge=edge)


def _address(site: WorldSite, switch: int, host: int) -> str:
    """Give an address: a site of subnets has one for each switch, another has one for all."""
    block = site.number * BLOCKS_PER_SITE + (switch + 1 if site.subnets else 0)
    return f"10.{block >> 8}.{block & 255}.{host}"


def _camera(camera: WorldCamera, site: WorldSite) -> Camera:
    return Camera(
        camera_id=camera.camera_id,
        site_id=camera.site_id,
        url=f"rtsp://{_address(site, camera.switch, camera.host)}/Streaming/Channels/{camera.input or 1}01",
        recorder_id=camera.recorder_id,
        recorder_input=camera.input,
    )


def _centre(centre_id: str, region: str) -> Centre:
    return Centre(centre_id=centre_id, name=centre_id, kind=CentreKind.OCC, region=region)


def _gateway(gateway_id: str) -> Gateway:
    url = f"http://{gateway_id}.invalid:9997/"
    return Gateway(gateway_id=gateway_id, centre_id=f"occ-{gateway_id}", kind="mediamtx", url=url)


def _enrolment(camera: WorldCamera) -> Enrolment:
    return Enrolment(
        camera_id=camera.camera_id,
        gateway_id=camera.gateway_id,
        stream_key=camera.camera_id,
        on_demand=False,
    )


def _contract(site: WorldSite) -> Contract:
    return Contract(
        customer_bin=CUSTOMER,
        contract_number=f"{site.number + 1}",
        contract_date=date(LAST_YEAR - 1, 12, 20),
        channel_id=site.site_id,
        provider=site.provider,
        starts_on=date(LAST_YEAR, 1, 1),
        ends_on=date(LAST_YEAR if site.lapses else THIS_YEAR, 12, 31),
    )


def _maintenance(number: int, window: Window, schedule: Schedule) -> Maintenance:
    start = start_of(schedule)
    return Maintenance(
        maintenance_id=f"m-{number}",
        subject=Subject.SITE,
        subject_id=window.site_id,
        starts_at=start + timedelta(seconds=window.starts),
        ends_at=start + timedelta(seconds=window.ends),
        approver="department",
        reason="planned work",
    )
