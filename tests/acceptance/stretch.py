"""A monitor at work over real sockets for a stretch of time, and the score of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from monitor.cli.assembly import at_work, blueprint_of, new_run_id
from monitor.cli.progress import Progress
from monitor.cli.run import secrets_of
from monitor.cli.stage import fill
from monitor.model.verdict import Transition
from monitor.settings import Settings, load
from monitor.store.lock import Holder
from monitor.store.store import Store
from simulator.estate import Contract, Estate, Stream
from simulator.making import make_estate
from simulator.names import PROVIDERS
from simulator.played import SWEEPS, places_of, schedule_of
from simulator.programme import Act, draw
from simulator.scorer import Score, score
from simulator.scoring.told import Told
from simulator.simulation import Simulation

INTERVAL = 2.0  # seconds between two sweeps
CONFIRMED_AFTER = 3.6  # seconds from the first to the last bad answer of a loss that is believed
SETTLING = 6.0  # seconds after the last fault in which everything is seen well again
SETTINGS: dict[str, Any] = {
    "listen": "127.0.0.1:0",
    "sweep": {"interval_seconds": INTERVAL, "timeout_seconds": 1.8},
    "patience": {"bad_to_lose": 2, "ask_again_seconds": [4.0]},
    "polls": {
        "light_every_seconds": 5.0,
        "timeout_seconds": 2.5,
        "media_seconds": 0.3,
        "site_kbps": 50_000.0,
        "site_concurrency": 8,
        "most_bad_log_ins": 100,
    },
    "heartbeat": {"every_seconds": 2.0, "blind_gap_seconds": 30.0},
}
FAILING, LAPSED = slice(0, 3), slice(3, 5)  # sites of a provider that fails, and those without a contract


def utc_now() -> datetime:
    """The clock of devices and monitor."""
    return datetime.now(UTC)


def sound_estate(*, seed: int, today: date) -> Estate:
    """Eight schools of one region where nothing is wrong at first."""
    made = make_estate(institutions=8, cameras=30, seed=seed, today=today)
    region = made.institutions[0].region
    gateway_of = {each.camera_id: each.gateway_id for each in made.streams}
    spare = made.gateways[0].gateway_id
    return replace(
        made,
        institutions=tuple(replace(each, region=region) for each in made.institutions),
        sites=tuple(replace(each, budget_kbps=None) for each in made.sites),
        streams=tuple(
            Stream(
                camera_id=camera.camera_id,
                gateway_id=gateway_of.get(camera.camera_id, spare),
                stream_key=f"{camera.site_id}/{camera.camera_id}",
                on_demand=False,
                on_demand_told=False,
                known=True,
                enrolled_on=today - timedelta(days=90),
                act="АКТ-1/2026",
            )
            for camera in made.cameras
        ),
        contracts=tuple(_contracts([each.site_id for each in made.sites], today)),
    )


def _contracts(sites: Sequence[str], today: date) -> list[Contract]:
    """One provider for those that fail together, one for those whose contracts ended.

    No other has more than two sites: faults come so thick here that three dark ones are no event.
    """
    of = dict.fromkeys(sites[FAILING], PROVIDERS[0]) | dict.fromkeys(sites[LAPSED], PROVIDERS[1])
    of |= zip(sites[LAPSED.stop :], (*PROVIDERS[2:], *PROVIDERS[2:]), strict=False)
    lapsed = set(sites[LAPSED])
    return [
        Contract(
            contract_number=f"ДК-{at}",
            site_id=site,
            provider=of[site],
            starts_on=today - timedelta(days=300),
            ends_on=today + timedelta(days=-1 if site in lapsed else 200),
        )
        for at, site in enumerate(of)
    ]


def programme(estate: Estate, *, seed: int, today: date) -> list[Act]:
    """What goes wrong in it."""
    return draw(estate, seed=seed, today=today, outage=[each.site_id for each in estate.sites[FAILING]])


def write_settings(folder: Path) -> Settings:
    """Write the configuration into a folder, and read it as any user's."""
    file = folder / "monitor.yaml"
    file.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    return load(file)


async def import_all(simulation: Simulation, settings: Settings, folder: Path) -> None:
    """Import the register and the passwords."""
    with Progress() as progress:
        await fill(simulation, settings, folder, progress)


@asynccontextmanager
async def watching(settings: Settings) -> AsyncIterator[list[Transition]]:
    """Let the real service watch from its database; gives all that is committed, as it comes."""
    now = utc_now()
    async with (
        Store.open(
            settings.database.url, secrets=secrets_of(settings), holder=Holder.of_this_process(now)
        ) as store,
        at_work(store, blueprint_of(settings), run_id=new_run_id(now)) as working,
    ):
        told = _listen_to(store)
        service = asyncio.create_task(working.service.run())
        try:
            yield told
        finally:
            service.cancel()
            with suppress(asyncio.CancelledError):
                await service


def _listen_to(store: Store) -> list[Transition]:
    """Note down all that a store commits, in its order."""
    told: list[Transition] = []
    commit = store.commit

    async def noting(transitions: Sequence[Transition], *more: Any, **named: Any) -> None:
        await commit(transitions, *more, **named)
        told.extend(transitions)

    vars(store)["commit"] = noting
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was played and what was told in one stretch of time."""

    estate: Estate
    acts: Sequence[Act]
    times: dict[int, tuple[datetime, datetime]]
    told: Sequence[Transition]
    began: datetime
    ended: datetime

    def score(self, *, seed: int, lossy: bool = False) -> Score:
        """Score it, told at the pace that the scorer knows."""
        times = {
            key: (self._second(starts), self._second(ends)) for key, (starts, ends) in self.times.items()
        }
        schedule = schedule_of(
            self.estate,
            self.acts,
            times,
            interval=INTERVAL,
            seconds=self._second(self.ended),
            confirmed_after=CONFIRMED_AFTER,
        )
        told = [self._said(each) for each in self.told]
        return score(places_of(self.estate, lossy=lossy), schedule, told, seed=seed, interval=SWEEPS)

    def _second(self, moment: datetime) -> float:
        return (moment - self.began).total_seconds()

    def _said(self, told: Transition) -> Told:
        verdict, pace = told.verdict, SWEEPS / INTERVAL
        cause = verdict.cause.value if verdict.cause is not None else None
        since, decided_at = self._second(told.since) * pace, self._second(told.decided_at) * pace
        return Told(told.stream_id, verdict.state.value, cause, since, decided_at)
