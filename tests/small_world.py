"""A world of one site, and faults in it, for tables of the scorer that are made by hand."""

from simulator.world.fault import Cause, Fault
from simulator.world.places import Camera, Places, Site


def places(cameras: int = 4, *, lossy: bool = False) -> Places:
    """Make one site of IP cameras c0, c1 … at gateway g."""
    site = Site(
        site_id="s",
        number=0,
        region="110000000",
        gateway_id="g",
        provider="P",
        lossy=lossy,
        lapses=False,
        subnets=False,
    )
    found = {
        f"c{at}": Camera(camera_id=f"c{at}", number=at, site_id="s", gateway_id="g", switch=0, host=at)
        for at in range(cameras)
    }
    keys = tuple(found)
    return Places(
        seed=1,
        gateways=("g",),
        sites={"s": site},
        recorders={},
        cameras=found,
        of_site={"s": keys},
        of_gateway={"g": keys},
    )


def fault(
    cause: Cause, starts: float, ends: float, *cameras: str, number: int = 0, short: bool = False
) -> Fault:
    """Make a fault of some cameras."""
    return Fault(
        number=number,
        cause=cause,
        subject=cameras[0],
        cameras=cameras,
        starts=starts,
        ends=ends,
        short=short,
    )
