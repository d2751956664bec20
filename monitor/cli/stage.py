"""What the demo watches: a simulation at work and a database that knows its register and its passwords."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from monitor.cli.credentials import import_logins
from monitor.cli.importing import Given, Wish, import_files
from monitor.cli.progress import Progress
from monitor.cli.register import MOST_BYTES
from monitor.settings import Settings, load
from simulator.estate import Estate
from simulator.faults import FaultPlan
from simulator.making import make_estate
from simulator.sheets import write_credentials, write_register
from simulator.simulation import Simulation

# Quicker beats than in earnest: a loss and its cause are seen within seconds.
BEATS = {
    "register": {"refresh_seconds": 5.0},
    "sweep": {"interval_seconds": 4.0, "timeout_seconds": 3.5},
    "patience": {"ask_again_seconds": [4.0, 8.0]},
    "polls": {"light_every_seconds": 30.0, "timeout_seconds": 3.0, "media_seconds": 0.5},
    "heartbeat": {"every_seconds": 2.0, "blind_gap_seconds": 15.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the estate is, and which of all possible ones."""

    institutions: int
    cameras: int
    seed: int


def write_settings(folder: Path, *, listen: str, locale: str) -> Settings:
    """Write the configuration into `folder` and read it as any user's; SettingsError when it is refused."""
    file = folder / "monitor.yaml"
    file.write_text(yaml.safe_dump({**BEATS, "listen": listen, "locale": locale}), encoding="utf-8")
    return load(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A simulation at work, and the faults that will come and go in it."""

    simulation: Simulation
    plan: FaultPlan


@asynccontextmanager
async def staged(size: Size, settings: Settings, folder: Path) -> AsyncIterator[Stage]:
    """Set an estate up on loopback, its sheets and its database in `folder`. OSError without room for it.

    The register and the passwords go in as a user's would: as sheets, through the same imports.
    """
    today = datetime.now(UTC).astimezone(settings.zone_info).date()
    estate = make_estate(institutions=size.institutions, cameras=size.cameras, seed=size.seed, today=today)
    simulation = Simulation(estate, seed=size.seed, today=today, clock=lambda: datetime.now(UTC))
    try:
        with Progress() as progress:
            progress.now("starting cameras and gateways")
            await simulation.start()
            await fill(simulation, settings, folder, progress)
        yield Stage(simulation=simulation, plan=_plan(estate, size.seed, today))
    finally:
        await simulation.stop()


def _plan(estate: Estate, seed: int, today: date) -> FaultPlan:
    """Keep something broken at most times: a fault begins every few seconds and lasts a while."""
    return FaultPlan(estate=estate, seed=seed, today=today, gap=3.0, length=(25.0, 70.0))


async def fill(simulation: Simulation, settings: Settings, folder: Path, progress: Progress) -> None:
    """Import the register and the passwords of a simulation at work, as a user's sheets are."""
    files = write_register(folder / "register", simulation.estate, simulation.places)
    given = [Given.of(file.name, _bytes(file), progress) for file in files]
    wish, now = Wish(command="demo"), datetime.now(UTC)
    outcome = await import_files(settings, given, progress, wish, now, longest_exclusion=None)
    file = write_credentials(folder / "register", simulation.estate)
    _, counts = await import_logins(settings, file, _bytes(file), tell=lambda _: None)
    if outcome.plan.bad or counts is None:
        raise RuntimeError("the make-believe register was refused")


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)
