"""Who is where: gateways, sites with their switches, recorders, cameras. A function of size and seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from simulator.names import PROVIDERS, REGIONS
from simulator.world.noise import number_of

LOSSY_SITES = 0.25  # share of sites whose link loses 30 % of all packets, with a round trip of 600 ms
LAPSED_SITES = 0.2  # share of sites whose contract ends with the year
SIZES = ((3, 6), (6, 12), (10, 24))  # cameras of a small school, a school, a college
SIZE_WEIGHTS = (2, 4, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One building: its uplink ends at one edge router, behind which are the switches."""

    site_id: str
    number: int
    region: str  # KATO code
    gateway_id: str
    provider: str
    lossy: bool  # the link to it
    lapses: bool  # its contract ends with the year
    subnets: bool  # every switch has a subnet of its own; else one for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """A recorder at a site, wired to the edge itself."""

    recorder_id: str
    site_id: str
    inputs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One picture: an IP camera behind a switch, or an input of a recorder."""

    camera_id: str
    number: int  # for chance
    site_id: str
    gateway_id: str
    switch: int  # of the site, from 0; an input of a recorder hangs at none and has -1
    host: int  # within its subnet
    recorder_id: str | None = None
    input: int | None = None  # from 1
    rate: int = 64_000  # bytes per second


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The whole estate, in a fixed order."""

    seed: int
    gateways: tuple[str, ...]
    sites: dict[str, Site]
    recorders: dict[str, Recorder]
    cameras: dict[str, Camera]
    of_site: dict[str, tuple[str, ...]] = field(default_factory=dict)  # camera ids
    of_gateway: dict[str, tuple[str, ...]] = field(default_factory=dict)  # camera ids

    def camera_sites(self) -> dict[str, Site]:
        """Return the site of every camera."""
        return {key: self.sites[camera.site_id] for key, camera in self.cameras.items()}


def make_places(*, cameras: int, seed: int, gateways: int | None = None) -> Places:
    """Make an estate of so many cameras. ValueError for none at all.

    A region has one gateway; `gateways` says how many there are, else it follows from the size.
    """
    if cameras < 1:
        raise ValueError("an estate has a camera at least")
    rng = Random(f"places {cameras} {seed}")
    count = gateways or 1 + (cameras >= 200) + (cameras >= 1000)
    providers = PROVIDERS[: 2 + (cameras >= 200) + (cameras >= 2000)]
    sites: dict[str, Site] = {}
    recorders: dict[str, Recorder] = {}
    found: dict[str, Camera] = {}
    while len(found) < cameras:
        site = _site(len(sites), count, providers, rng)
        sites[site.site_id] = site
        size = min(rng.randint(*rng.choices(SIZES, SIZE_WEIGHTS)[0]), cameras - len(found))
        recorder = _recorder(site, size, rng)
        if recorder is not None:
            recorders[recorder.recorder_id] = recorder
        found |= {camera.camera_id: camera for camera in _cameras(site, size, recorder, rng)}
    return _sorted_into_place(seed, sites, recorders, found)


def _sorted_into_place(
    seed: int, sites: dict[str, Site], recorders: dict[str, Recorder], cameras: dict[str, Camera]
) -> Places:
    of_site: dict[str, list[str]] = {site_id: [] for site_id in sites}
    of_gateway: dict[str, list[str]] = {site.gateway_id: [] for site in sites.values()}
    for key, camera in cameras.items():
        of_site[camera.site_id].append(key)
        of_gateway[camera.gateway_id].append(key)
    return Places(
        seed=seed,
        gateways=tuple(sorted(of_gateway)),
        sites=sites,
        recorders=recorders,
        cameras=cameras,
        of_site={key: tuple(each) for key, each in of_site.items()},
        of_gateway={key: tuple(each) for key, each in of_gateway.items()},
    )


def _site(number: int, gateways: int, providers: tuple[str, ...], rng: Random) -> Site:
    region = number % gateways
    return Site(
        site_id=f"site-{number + 1:05}",
        number=number,
        region=REGIONS[region % len(REGIONS)].kato,
        gateway_id=f"gw-{region + 1}",
        provider=providers[number // gateways % len(providers)],
        lossy=rng.random() < LOSSY_SITES,
        lapses=rng.random() < LAPSED_SITES,
        subnets=rng.random() < 0.5,
    )


def _recorder(site: Site, cameras: int, rng: Random) -> Recorder | None:
    if cameras < 6 or rng.random() < 0.4:
        return None
    inputs = rng.randint(3, min(8, cameras - 3))
    return Recorder(recorder_id=f"rec-{site.number + 1:05}", site_id=site.site_id, inputs=inputs)


def _cameras(site: Site, count: int, recorder: Recorder | None, rng: Random) -> Iterator[Camera]:
    """Give the recorder's inputs first, then IP cameras, dealt out over the site's switches."""
    inputs = recorder.inputs if recorder is not None else 0
    switches = 1 + (count - inputs >= 5) + (count - inputs >= 14)
    for at in range(count):
        camera_id = f"cam-{site.number + 1:05}-{at + 1:02}"
        wired = at < inputs
        yield Camera(
            camera_id=camera_id,
            number=number_of(camera_id),
            site_id=site.site_id,
            gateway_id=site.gateway_id,
            switch=-1 if wired else (at - inputs) % switches,
            host=2 if wired else 10 + at,
            recorder_id=recorder.recorder_id if recorder is not None and wired else None,
            input=at + 1 if wired else None,
            rate=rng.choice((32_000, 64_000, 128_000)),
        )
