"""`cctv-monitor demo`: a make-believe estate on loopback, watched by the real monitor.

Cameras send real video over RTSP, gateways relay it and answer a real control API, and faults come and
go by the seed. Everything lives in a temporary folder and is gone afterwards.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal, TextIO

import typer
import uvloop

from exporters.http.listen import is_loopback
from exporters.locale.texts import translations
from exporters.terminal.status import status_lines
from exporters.terminal.words import Words
from monitor.cli.assembly import AtWork, at_work, blueprint_of, new_run_id, work_until
from monitor.cli.logs import log_to_stderr
from monitor.cli.place import refuse
from monitor.cli.run import allow_connections, end_with, secrets_of
from monitor.cli.servers import Beside, servers_beside
from monitor.cli.show import Scene, show
from monitor.cli.stage import Size, Stage, staged, write_settings
from monitor.run.streams import Index
from monitor.run.summary import Summary, summarise
from monitor.settings import Settings, SettingsError
from monitor.store.error import StoreError
from monitor.store.lock import Holder
from monitor.store.store import Store
from simulator.episodes import play

Locale = Literal["en", "ru", "kk"]
FIRST_LIGHT = 8.0  # seconds
MOST_INSTITUTIONS, MOST_CAMERAS = 2000, 5000  # one process plays them all


def command(
    *,
    institutions: Annotated[
        int, typer.Option(min=1, max=MOST_INSTITUTIONS, metavar="N", help="How many institutions.")
    ] = 12,
    cameras: Annotated[
        int, typer.Option(min=1, max=MOST_CAMERAS, metavar="N", help="How many cameras in all.")
    ] = 60,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Another seed, another estate and other faults.")
    ] = 1,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where /metrics is served; port 0 takes any.")
    ] = "127.0.0.1:9780",
    duration: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="End by itself after so long; else with Ctrl-C."),
    ] = None,
    locale: Annotated[Locale, typer.Option(help="The language of what is shown.")] = "en",
    servers: Annotated[
        bool, typer.Option(help="Run Prometheus and Alertmanager beside it, where this machine has them.")
    ] = True,
    programs: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where Debian packages of these were unpacked."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="At the end print the status as one JSON object, alone on stdout.")
    ] = False,
) -> None:
    """Watch a make-believe estate: real protocols on loopback, faults that come and go.

    Exit 0 when it ended as it was told, 1 when it could not go on, 2 wrong use.
    """
    log_to_stderr(level="error")
    allow_connections()
    size = Size(institutions=institutions, cameras=cameras, seed=seed)
    with (
        TemporaryDirectory(prefix="cctv-monitor-demo-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        settings = _settings(Path(folder), listen, locale)
        out = sys.stderr if as_json else sys.stdout
        try:
            watch = Watch(folder=Path(folder), duration=duration, servers=servers, programs=programs)
            last = runner.run(_demo(size, settings, watch, out))
        except* (StoreError, OSError) as errors:
            end_with(errors)
    if as_json:
        typer.echo(json.dumps(last.as_dict(), ensure_ascii=False))
    else:
        typer.echo("\n".join(status_lines(last, Words(translations(locale), settings.zone_info))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Where it lives, how long it goes on (seconds; None: until told to end), and what runs beside it."""

    folder: Path
    duration: float | None
    servers: bool
    programs: Path | None


def _settings(folder: Path, listen: str, locale: str) -> Settings:
    try:
        settings = write_settings(folder, listen=listen, locale=locale)
    except SettingsError as error:
        refuse("\n".join(f"--{mistake}" for mistake in error.mistakes))
    if not is_loopback(settings.address[0]):
        refuse("--listen: a make-believe estate is shown on this machine only; listen on 127.0.0.1")
    return settings


async def _demo(size: Size, settings: Settings, watch: Watch, out: TextIO) -> Summary:
    """Set everything up, watch until told to stop, and give the last status."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    now = datetime.now(UTC)
    async with (
        staged(size, settings, watch.folder) as stage,
        Store.open(
            settings.database.url, secrets=secrets_of(settings), holder=Holder.of_this_process(now)
        ) as store,
        at_work(store, blueprint_of(settings), run_id=new_run_id(now)) as working,
        _beside(working, watch) as beside,
    ):
        working.service.board.load(Index.of(await store.load_estate(now)), {})
        scene = _scene(working, settings, beside)
        _introduce(scene, size, watch.folder, out)
        if watch.duration is not None:
            asyncio.get_running_loop().call_later(watch.duration, stop.set)
        async with asyncio.TaskGroup() as around:
            tasks = [
                around.create_task(_trouble(stage)),
                around.create_task(show(scene, out)),
            ]
            await work_until(working.service, stop)
            for task in tasks:
                task.cancel()
        return scene.summarise()


async def _trouble(stage: Stage) -> None:
    """Let faults come and go, once everything had the time to be seen as it should be."""
    await asyncio.sleep(FIRST_LIGHT)
    await play(stage.simulation, stage.plan.episodes())


@asynccontextmanager
async def _beside(working: AtWork, watch: Watch) -> AsyncIterator[Sequence[Beside]]:
    """Run what is wanted beside the monitor."""
    if not watch.servers:
        yield ()
        return
    address = working.address.url.removeprefix("http://")
    async with servers_beside(watch.folder, address, watch.programs) as servers:
        yield servers


def _scene(working: AtWork, settings: Settings, beside: Sequence[Beside]) -> Scene:
    board = working.service.board
    words = Words(translations(settings.locale), settings.zone_info)
    places = (words.text("demo.serving", url=f"{working.address.url}/metrics"), *_places(beside, words))
    return Scene(
        board=board,
        recent=working.recent,
        words=words,
        places=places,
        summarise=lambda: summarise(board, as_of=datetime.now(UTC), baseline=settings.baseline),
    )


def _places(beside: Sequence[Beside], words: Words) -> Iterator[str]:
    for server in beside:
        if server.url is not None:
            yield words.text("demo.server", name=server.name, url=server.url)
        else:
            yield words.text(f"demo.server_{server.why}", name=server.name)


def _introduce(scene: Scene, size: Size, folder: Path, out: TextIO) -> None:
    words = scene.words
    counts = {"institutions": words.count(size.institutions), "cameras": words.count(size.cameras)}
    lines = [
        words.text("demo.estate", **counts, seed=size.seed),
        *scene.places,
        words.text("demo.look", command=f"cctv-monitor status --config {folder / 'monitor.yaml'}"),
    ]
    out.write("\n".join(lines) + "\n")
    out.flush()
