"""What stands at a site between its uplink and its cameras: the router at its edge, and perhaps a recorder.

Where each has its address on loopback, and which sites have a recorder. Nothing here opens a socket.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from simulator.recorder_answers import Dialect

PER_BLOCK = 250  # 127.x.y.1 to 127.x.y.250
CAMERAS, EDGES, RECORDERS = 20, 120, 180  # first blocks: 127.20.0.1 is far from the 127.0.0.x that others use
FEWEST_CAMERAS = 4  # of a site that may have a recorder
WITH_RECORDER = 0.6  # share of such sites
INPUTS = (2, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """A recorder wired to the edge itself; the first cameras of its site are its inputs."""

    recorder_id: str
    site_id: str
    address: str  # on loopback
    dialect: Dialect
    inputs: int
    username: str
    password: str = field(repr=False)


def loopback(number: int, first_block: int) -> str:
    """Give the address of the `number`th thing of a sort, counted from 0."""
    block, host = divmod(number, PER_BLOCK)
    high, low = divmod(block, 250)
    return f"127.{first_block + high}.{low}.{host + 1}"


def recorders_of(cameras_of_site: Mapping[str, int], rng: Random) -> Iterator[Recorder]:
    """Give sites with some cameras a recorder, by chance; two cameras at least hang at none."""
    number = 0
    for site_id, cameras in cameras_of_site.items():
        if cameras < FEWEST_CAMERAS or rng.random() >= WITH_RECORDER:
            continue
        fewest, most = INPUTS
        yield Recorder(
            recorder_id=f"rec-{site_id.removeprefix('site-')}",
            site_id=site_id,
            address=loopback(number, RECORDERS),
            dialect=rng.choice((Dialect.HIKVISION, Dialect.DAHUA)),
            inputs=rng.randint(fewest, min(most, cameras - 2)),
            username="monitor",
            password=f"rec-{rng.getrandbits(48):012x}",
        )
        number += 1
