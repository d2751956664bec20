"""`cctv-monitor run`: sweep, poll, judge, remember and serve until told to end (SIGINT, SIGTERM)."""

import asyncio
import errno
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
import typer
import uvloop

from exporters.notify.addresses import AddressError
from monitor.cli.assembly import at_work, blueprint_of, new_run_id, work_until
from monitor.cli.logs import log_to_stderr
from monitor.cli.notifying import bad_addresses
from monitor.cli.place import (
    ConfigOption,
    DatabaseOption,
    code_of,
    database_password,
    line_of,
    refuse,
    settings_for,
)
from monitor.cli.web_config import WebConfigOption, mistakes_in, with_web_config
from monitor.settings import Settings
from monitor.settings.document import DocumentError
from monitor.store.error import StoreError, StoreRestoredError
from monitor.store.lock import Holder
from monitor.store.secrets import SecretBox, read_keys
from monitor.store.store import Store

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def command(
    config: ConfigOption = None,
    *,
    database: DatabaseOption = None,
    web_config: WebConfigOption = None,
) -> None:
    """Run the monitor until it is told to end.

    Exit 0 when it was told to end, 1 when it could not go on, 2 wrong use.
    """
    settings = servable(with_web_config(settings_for(config, database), web_config))
    refuse_bad_addresses(settings)
    log_to_stderr(level=settings.log.level)
    allow_connections()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_run_on(settings))
        except* (StoreError, OSError, AddressError, DocumentError) as errors:
            end_with(errors)


def refuse_bad_addresses(settings: Settings) -> None:
    """End the program with code 2 when somebody cannot be told: now, not at the first incident."""
    for place, error in bad_addresses(settings):
        refuse(f"notify: {settings.notify.receivers[place].name}: {error}")


def servable(settings: Settings) -> Settings:
    """Return settings that can be served; ends the program with code 2 when they cannot."""
    found = mistakes_in(settings)
    if found:
        refuse("\n".join(line_of(at, m) if at is not None else str(m) for at, m in found))
    return settings


def end_with(errors: BaseExceptionGroup[BaseException]) -> None:
    """Say in one line each what ended the program, and end it: with code 2 when it is too old, else 1."""
    ended_by = leaves(errors)
    for error in ended_by:
        if isinstance(error, BrokenPipeError):
            continue  # whoever read the output left, and knows it
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        advice = "; another program listens there: set another `listen` address" if taken else ""
        typer.echo(f"cctv-monitor: {error}{advice}", err=True)
    raise typer.Exit(max(map(code_of, ended_by)))


def leaves(errors: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """List what is in a group of errors, however deep."""
    return [
        leaf
        for error in errors.exceptions
        for leaf in (leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    ]


async def _run_on(settings: Settings) -> None:
    """Run until told to end; where a backup was restored below us, begin anew from what it held."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await _run(settings, stop)
        except* StoreRestoredError:
            log.warning("database_restored")


async def _run(settings: Settings, stop: asyncio.Event) -> None:
    now = datetime.now(UTC)
    async with (
        Store.open(
            settings.database.url,
            password=database_password(settings),
            secrets=secrets_of(settings),
            keys=keys_of(settings),
            holder=Holder.of_this_process(now),
            regions=settings.regions,
        ) as store,
        at_work(store, blueprint_of(settings), run_id=new_run_id(now)) as working,
    ):
        log.info("serving", url=f"{working.address.url}/metrics")
        await work_until(working.service, stop)
    log.info("ended")


def keys_of(settings: Settings) -> Callable[[], SecretBox | None]:
    """Give what reads the key file anew: it is made, and its keys are changed, while the monitor runs."""
    return partial(read_keys, Path(settings.key_file))


def secrets_of(settings: Settings) -> SecretBox | None:
    """Read the key file; None when there is none, as long as no password was imported."""
    try:
        return keys_of(settings)()
    except StoreError as error:
        refuse(f"key_file: {error}")


def allow_connections() -> None:
    """Allow as many open connections as the system lets us: every camera that is asked is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
