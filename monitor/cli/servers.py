"""Prometheus and Alertmanager beside the demo: the programs of this machine, on loopback, gone with it.

Nothing is installed and no daemon is started. Where a program is not found, or does not start, the demo goes
on without it.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from monitor.cli.server_files import alertmanager_file, prometheus_file
from monitor.settings.shipped import shipped

READY_SECONDS = 20.0  # for a program to answer; a second is usual
END_SECONDS = 5.0
_BEAT = 0.1


@dataclass(frozen=True, slots=True)
class Program:
    """A server that may be on this machine: what it is called, its file names, its usual port."""

    name: str
    files: tuple[str, ...]
    port: int

    def find(self, unpacked: Path | None) -> Path | None:
        """Return where it is: on the PATH, or in a folder that Debian's packages were unpacked into."""
        folders = [os.environ.get("PATH", os.defpath)]
        if unpacked is not None:
            folders.append(str(unpacked / "usr" / "bin"))
        found = (shutil.which(file, path=os.pathsep.join(folders)) for file in self.files)
        return next((Path(each) for each in found if each is not None), None)


PROMETHEUS = Program("Prometheus", ("prometheus",), 9090)
ALERTMANAGER = Program("Alertmanager", ("alertmanager", "prometheus-alertmanager"), 9093)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A server beside the demo. `url` is None when it is not there, and `why` says what the reason is."""

    name: str
    url: str | None
    why: str = ""  # "not_found" or "not_started"


@asynccontextmanager
async def servers_beside(
    folder: Path, monitor: str, unpacked: Path | None
) -> AsyncIterator[Sequence[Beside]]:
    """Run both until the block ends, all that they write in `folder`. `monitor`: HOST:PORT to scrape."""
    async with AsyncExitStack() as stack:
        told = shipped("alertmanager")
        (folder / "alertmanager.yml").write_text(alertmanager_file(told), encoding="utf-8")
        alone = (
            f"--storage.path={folder}/alertmanager",
            "--cluster.listen-address=",
            "--data.maintenance-interval=1m",
        )
        alertmanager = await stack.enter_async_context(_run(ALERTMANAGER, folder, alone, unpacked))
        address = alertmanager.url.removeprefix("http://") if alertmanager.url is not None else None
        file = prometheus_file(shipped("prometheus"), monitor=monitor, alertmanager=address)
        (folder / "prometheus.yml").write_text(file, encoding="utf-8")
        kept = (f"--storage.tsdb.path={folder}/prometheus",)
        prometheus = await stack.enter_async_context(_run(PROMETHEUS, folder, kept, unpacked))
        yield prometheus, alertmanager


@asynccontextmanager
async def _run(
    program: Program, folder: Path, flags: Sequence[str], unpacked: Path | None
) -> AsyncIterator[Beside]:
    found = program.find(unpacked)
    if found is None:
        yield Beside(name=program.name, url=None, why="not_found")
        return
    address = f"127.0.0.1:{_port(program.port)}"
    name = program.name.lower()
    command = (
        *_dying_with_us(),
        str(found),
        f"--config.file={folder}/{name}.yml",
        f"--web.listen-address={address}",
        "--log.level=warn",
        *flags,
    )
    with (folder / f"{name}.log").open("wb") as log:
        # A session of its own: Ctrl-C is for the demo, which then ends it in order.
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    try:
        url = f"http://{address}"
        ready = await _is_ready(child, url)
        yield Beside(name=program.name, url=url if ready else None, why="" if ready else "not_started")
    finally:
        await _end(child)


def _dying_with_us() -> tuple[str, ...]:
    """Return what a command begins with so that the kernel ends it when we are killed."""
    setpriv = shutil.which("setpriv")  # util-linux, which every Debian has
    return (setpriv, "--pdeathsig", "TERM") if setpriv is not None else ()


async def _is_ready(child: asyncio.subprocess.Process, url: str) -> bool:
    """Wait until it answers; False when it ended instead, or takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS), ClientSession(timeout=ClientTimeout(total=1.0)) as session:
            while child.returncode is None:
                with suppress(ClientError, TimeoutError):
                    async with session.get(f"{url}/-/ready") as answer:
                        if answer.ok:
                            return True
                await asyncio.sleep(_BEAT)
    return False


async def _end(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
        try:
            async with asyncio.timeout(END_SECONDS):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()


def _port(usual: int) -> int:
    """Return the usual port if it is free, else any that is."""
    for port in (usual, 0):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            bound: int = tried.getsockname()[1]
            return bound
    raise OSError("no port of this machine is free")
