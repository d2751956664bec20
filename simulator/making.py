"""Makes an estate by size and seed.

A plain function of its arguments: the same size, seed and day give the same estate. What is wrong with
it from the start (streams that no gateway knows, cameras enrolled nowhere, contracts that ended) is
part of it; what goes wrong later is in faults.py. Nothing here opens a socket.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from simulator.estate import (
    Camera,
    Centre,
    Contract,
    Estate,
    Gateway,
    Institution,
    Site,
    Stream,
    make_contract,
)
from simulator.names import BUILDINGS, PROVIDERS, REGIONS, SORTS, STREAM_PATHS, ZONES, Region
from simulator.number import make_bin
from simulator.wiring import CAMERAS, EDGES, Recorder, loopback, recorders_of

MOST_CAMERAS = 1_000_000
AUTHS = (("md5", 55), ("sha-256", 25), ("rfc2069", 15), ("basic", 5))  # weights; names as in guard.py
CLIP_NAMES = ("corridor", "gate", "hall", "yard")


def make_estate(*, institutions: int, cameras: int, seed: int, today: date) -> Estate:
    """Make an estate of so many institutions with so many cameras in all.

    Every institution gets a camera while there are enough; the rest falls by chance. ValueError for
    sizes below one institution or above what loopback has addresses for.
    """
    if institutions < 1 or not 0 <= cameras <= MOST_CAMERAS:
        raise ValueError(f"an estate has an institution at least and at most {MOST_CAMERAS} cameras")
    rng = Random(f"estate {institutions} {cameras} {seed}")
    regions = rng.sample(REGIONS, min(len(REGIONS), 1 + institutions // 4))
    schools = tuple(_institution(number, rng.choice(regions), rng) for number in range(institutions))
    shares = _share(cameras, institutions, rng)
    sites = tuple(
        site for school, share in zip(schools, shares, strict=True) for site in _sites(school, share, rng)
    )
    sites = tuple(replace(site, edge=loopback(at, EDGES)) for at, site in enumerate(sites))
    devices = tuple(_cameras(sites, schools, shares, rng))
    recorders = _recorders(devices, Random(f"recorders {seed}"))
    devices = tuple(_wired(devices, recorders))
    centres, gateways = _centres(_count_gateways(institutions), regions, rng)
    region_of = {school.institution_id: school.region for school in schools}
    gateway_of = {region.kato: gateways[at % len(gateways)] for at, region in enumerate(regions)}
    gateway_at = {site.site_id: gateway_of[region_of[site.institution_id]] for site in sites}
    return Estate(
        institutions=schools,
        sites=sites,
        cameras=devices,
        centres=centres,
        gateways=gateways,
        streams=tuple(_streams(devices, gateway_at, rng, today)),
        contracts=tuple(_contracts(sites, rng, today)),
        recorders=recorders,
    )


def _count_gateways(institutions: int) -> int:
    return 1 + (institutions >= 8) + (institutions >= 40)


def _institution(number: int, region: Region, rng: Random) -> Institution:
    sort = rng.choices(SORTS, weights=[each.weight for each in SORTS])[0]
    return Institution(
        institution_id=f"inst-{number + 1:05}",
        name=sort.name.format(number=rng.randint(1, 199), place=rng.choice(region.places)),
        region=region.kato,
        type=sort.type,
        ownership=sort.ownership,
        bin=make_bin(rng),
        headcount=rng.randint(*sort.people),
    )


def _share(cameras: int, institutions: int, rng: Random) -> list[int]:
    """Deal cameras out: one each, then by chance."""
    shares = [1 if at < cameras else 0 for at in range(institutions)]
    for _ in range(max(0, cameras - institutions)):
        shares[rng.randrange(institutions)] += 1
    return shares


def _sites(school: Institution, cameras: int, rng: Random) -> Iterator[Site]:
    count = 1 + (cameras >= 6 and rng.random() < 0.4)
    for at in range(count):
        yield Site(
            site_id=f"site-{school.institution_id[5:]}-{at + 1}",
            institution_id=school.institution_id,
            name=f"{school.name}: {BUILDINGS[at]}",
            uplink_kbps=rng.choice((4_000, 10_000, 20_000, 50_000, 100_000)),
            budget_kbps=rng.choice((None, None, None, 2_000)),
        )


def _cameras(
    sites: Sequence[Site], schools: Sequence[Institution], shares: Sequence[int], rng: Random
) -> Iterator[Camera]:
    buildings: dict[str, list[Site]] = {}
    for site in sites:
        buildings.setdefault(site.institution_id, []).append(site)
    number = 0
    for school, share in zip(schools, shares, strict=True):
        for at in range(share):
            here = buildings[school.institution_id]
            yield _camera(number, here[at % len(here)].site_id, rng)
            number += 1


def _camera(number: int, site_id: str, rng: Random) -> Camera:
    return Camera(
        camera_id=f"cam-{number + 1:06}",
        site_id=site_id,
        number=number + 1,
        address=loopback(number, CAMERAS),
        path=rng.choice(STREAM_PATHS),
        zone=rng.choice(ZONES),
        clip=rng.choice(CLIP_NAMES),
        auth=rng.choices([name for name, _ in AUTHS], weights=[weight for _, weight in AUTHS])[0],
        username=rng.choice(("admin", "monitor", "occ")),
        password=f"cam-{rng.getrandbits(48):012x}",
    )


def _recorders(cameras: Sequence[Camera], rng: Random) -> tuple[Recorder, ...]:
    counts: dict[str, int] = {}
    for camera in cameras:
        counts[camera.site_id] = counts.get(camera.site_id, 0) + 1
    return tuple(recorders_of(counts, rng))


def _wired(cameras: Sequence[Camera], recorders: Sequence[Recorder]) -> Iterator[Camera]:
    """Make the first cameras of a site with a recorder its inputs."""
    here = {each.site_id: each for each in recorders}
    taken = dict.fromkeys(here, 0)
    for camera in cameras:
        recorder = here.get(camera.site_id)
        if recorder is not None and taken[camera.site_id] < recorder.inputs:
            taken[camera.site_id] += 1
            place = taken[camera.site_id]
            yield replace(camera, recorder_id=recorder.recorder_id, recorder_input=place)
        else:
            yield camera


def _centres(
    count: int, regions: Sequence[Region], rng: Random
) -> tuple[tuple[Centre, ...], tuple[Gateway, ...]]:
    centres, gateways = [], []
    for at in range(count):
        region = regions[at % len(regions)]
        kind = "duty_unit" if at == 2 else "occ"
        name = f"{region.centre}: {'кезекші бөлім' if kind == 'duty_unit' else 'жедел басқару орталығы'}"
        centres.append(Centre(centre_id=f"occ-{at + 1}", name=name, kind=kind, region=region.kato))
        gateways.append(
            Gateway(
                gateway_id=f"gw-{at + 1}",
                centre_id=f"occ-{at + 1}",
                username="monitor",
                password=f"gw-{rng.getrandbits(64):016x}",
                unknown_paths=(f"old/lobby-{at + 1}", f"test-{rng.randint(10, 99)}"),
            )
        )
    return tuple(centres), tuple(gateways)


def _streams(
    cameras: Sequence[Camera], gateway_at: dict[str, Gateway], rng: Random, today: date
) -> Iterator[Stream]:
    """Enrol nearly every camera; in an estate of some size a few things are not as they should be."""
    odd = list(cameras)
    rng.shuffle(odd)
    some = (len(cameras) + 20) // 40 if len(cameras) >= 12 else 0
    unenrolled = {each.camera_id for each in odd[:some]}
    unknown = {each.camera_id for each in odd[some : 2 * some]}
    on_demand = {each.camera_id for each in odd[2 * some : 3 * some]}
    for camera in cameras:
        if camera.camera_id in unenrolled:
            continue
        yield Stream(
            camera_id=camera.camera_id,
            gateway_id=gateway_at[camera.site_id].gateway_id,
            stream_key=f"{camera.site_id}/{camera.camera_id}",
            on_demand=camera.camera_id in on_demand,
            on_demand_told=rng.random() < 0.5,
            known=camera.camera_id not in unknown,
            enrolled_on=today - timedelta(days=rng.randint(30, 900)),
            act=f"АКТ-{rng.randint(100, 999)}/{today.year - rng.randint(0, 2)}",
        )


def _contracts(sites: Sequence[Site], rng: Random, today: date) -> Iterator[Contract]:
    """Contracts mostly end with the year; a tenth ended yesterday, and a few sites never had one."""
    order = list(range(len(sites)))
    rng.shuffle(order)
    lapsed = (len(sites) + 6) // 10
    uncovered = len(sites) // 25
    for at, site in enumerate(sites):
        contract = make_contract(at, site.site_id, rng.randrange(len(PROVIDERS)), today)
        place = order[at]
        if place < lapsed:
            yield replace(contract, ends_on=today - timedelta(days=1))
        elif place >= lapsed + uncovered:
            soon = today + timedelta(days=rng.randint(3, 80))
            yield replace(contract, ends_on=soon if rng.random() < 0.2 else date(today.year, 12, 31))
