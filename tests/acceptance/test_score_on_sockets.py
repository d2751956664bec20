"""The score over real sockets: the result on virtual time holds on real ones."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.cli.logs import log_to_stderr
from monitor.settings import Settings
from simulator.estate import Estate
from simulator.performance import perform
from simulator.programme import Act
from simulator.scorer import Score
from simulator.simulation import Simulation
from tests.acceptance.stretch import (
    SETTLING,
    Stretch,
    import_all,
    programme,
    sound_estate,
    utc_now,
    watching,
    write_settings,
)
from tests.lossy import LossyLine, need_lines, why_no_lines
from tests.networks import cabled, inside, played

SEED = 4
ACCURATE = 0.95
CENTRE = "192.168.78.2"
LOSS, DELAY = 0.03, 0.02  # of each packet, one way; seconds, one way


@pytest.fixture(autouse=True)
def _few_words() -> None:
    """Let the monitor log its errors only, as the command does."""
    log_to_stderr(level="error")


Perform = Callable[[], Awaitable[dict[int, tuple[datetime, datetime]]]]


async def watched(
    simulation: Simulation, acts: Sequence[Act], settings: Settings, folder: Path, play: Perform
) -> Stretch:
    """Let a monitor that knows nothing of the acts watch them."""
    await import_all(simulation, settings, folder)
    async with watching(settings) as told:
        began = utc_now()
        times = await play()
        await asyncio.sleep(SETTLING)
        return Stretch(
            estate=simulation.estate, acts=acts, times=times, told=told, began=began, ended=utc_now()
        )


def assert_right(figures: Score) -> None:
    """All that was long enough is told, nothing else, and nearly always for the right cause."""
    assert figures.missed == ()
    assert figures.recall == 1
    assert figures.false == ()
    assert figures.confusion.accuracy is not None
    assert figures.confusion.accuracy >= ACCURATE, figures.confusion.rows()


@dataclass(slots=True)
class Theatre:
    """A simulation, the loop that it is at work on, and what goes wrong in it."""

    simulation: Simulation
    acts: Sequence[Act]
    loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def of(cls, estate: Estate, *, seed: int, today: date) -> "Theatre":
        """Draw what goes wrong."""
        simulation = Simulation(estate, seed=seed, today=today, clock=utc_now)
        return cls(simulation, programme(estate, seed=seed, today=today))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have every device listen."""
        try:
            await self.simulation.start()
            self.loop = asyncio.get_running_loop()
            yield
        finally:
            await self.simulation.stop()

    async def play(self) -> dict[int, tuple[datetime, datetime]]:
        """Play the acts on the loop of the devices, whichever loop asks."""
        assert self.loop is not None
        playing = perform(self.simulation, self.acts, clock=utc_now)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(playing, self.loop))


async def test_faults_over_sockets_are_told_for_their_causes(tmp_path: Path) -> None:
    """Every fault is told, no other, and for the right cause: at 30 cameras that speak their protocols.

    Where a line can be laid the same run is made over one that loses packets, which asks for more.
    """
    if not why_no_lines():
        pytest.skip("the same schedule is played over a line that loses packets")
    settings = write_settings(tmp_path)
    today = utc_now().astimezone(settings.zone_info).date()
    theatre = Theatre.of(sound_estate(seed=SEED, today=today), seed=SEED, today=today)
    async with theatre.open():
        stretch = await watched(theatre.simulation, theatre.acts, settings, tmp_path, theatre.play)
    assert_right(stretch.score(seed=SEED))


def beyond_the_line(estate: Estate) -> Estate:
    """Give what stands at schools addresses that are routed over the line, and gateways one beside it."""
    return replace(
        estate,
        sites=tuple(replace(each, edge=_routed(each.edge)) for each in estate.sites),
        cameras=tuple(replace(each, address=_routed(each.address)) for each in estate.cameras),
        recorders=tuple(replace(each, address=_routed(each.address)) for each in estate.recorders),
        gateways=tuple(replace(each, address=CENTRE) for each in estate.gateways),
    )


def _routed(address: str) -> str:
    return address.replace("127.", "10.", 1)


@contextmanager
def lossy_schools() -> Iterator[tuple[str, str, LossyLine]]:
    """Make two namespaces: a clean cable to the centre, and a line to the schools that loses packets."""
    need_lines()
    with cabled(
        "link add v0 netns {a} type veth peer name v1 netns {b}",
        *("-n {a} link set lo up", "-n {b} link set lo up", "-n {a} link set v0 up", "-n {b} link set v1 up"),
        "-n {a} addr add 192.168.78.1/30 dev v0",
        f"-n {{b}} addr add {CENTRE}/30 dev v1",
    ) as (a, b):
        line = LossyLine((a, "192.168.77.1/30"), (b, "192.168.77.2/30"), loss=LOSS, delay=DELAY)
        with played(line):
            for command in (
                f"-n {a} route add 10.0.0.0/8 dev line",
                f"-n {b} route add local 10.0.0.0/8 dev lo",
            ):
                subprocess.run(["ip", *command.split()], check=True, capture_output=True)
            yield a, b, line


def test_a_line_that_loses_packets_changes_nothing(tmp_path: Path) -> None:
    """With every school behind a line that loses packets all faults are told still, and nothing else."""
    settings = write_settings(tmp_path)
    today = utc_now().astimezone(settings.zone_info).date()
    estate = beyond_the_line(sound_estate(seed=SEED, today=today))
    theatre = Theatre.of(estate, seed=SEED, today=today)
    with lossy_schools() as (monitor, schools, line), played(theatre.open(), schools), inside(monitor):
        stretch = asyncio.run(watched(theatre.simulation, theatre.acts, settings, tmp_path, theatre.play))
    assert line.lost > 0.5 * LOSS * line.carried
    assert_right(stretch.score(seed=SEED, lossy=True))
