"""The programs as a user starts them: the simulator with its commands, the monitor with its files."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from simulator.sheets import REGISTER

MONITOR = str(Path(sys.executable).with_name("cctv-monitor"))
PATIENCE = 60.0  # seconds; far more than anything here takes
Seen = TypeVar("Seen")


def monitor(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end in a folder, with no configuration but the one it is given."""
    surroundings = {key: value for key, value in os.environ.items() if key != "CCTV_MONITOR_CONFIG"}
    return subprocess.run(
        [MONITOR, *arguments],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def answer(*arguments: str, folder: Path) -> dict[str, Any]:
    """Run one command that answers with JSON; stdout must hold that and nothing else."""
    done = monitor(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def wait_for(look: Callable[[], Seen], good: Callable[[Seen], bool]) -> Seen:
    """Look again and again until it is good; fails with what was seen last."""
    until = time.monotonic() + PATIENCE
    while not good(seen := look()):
        assert time.monotonic() < until, seen
        time.sleep(0.5)
    return seen


def read_url(url: str) -> str:
    """Ask for a page of a monitor on this machine, and return its text."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        assert response.status == HTTPStatus.OK
        return response.read().decode()
    finally:
        connection.close()


class Simulator:
    """A simulator that obeys."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child
        self.places = self._read()

    def tell(self, command: str) -> Any:
        """Give one command and return its answer."""
        assert self._child.stdin is not None
        self._child.stdin.write(command + "\n")
        self._child.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._child.stdout is not None
        return json.loads(self._child.stdout.readline())


@contextmanager
def simulating(folder: Path, *arguments: str) -> Iterator[Simulator]:
    """Let a simulator write its sheets into a folder and work until the block ends."""
    command = [sys.executable, "-m", "simulator", str(folder), *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        try:
            yield Simulator(child)
        finally:
            child.terminate()
            child.wait(PATIENCE)


def import_register(folder: Path) -> None:
    """Import the register as a user does."""
    _imported("register", "import", *(f"{name}.csv" for name in REGISTER), folder=folder)


def import_passwords(folder: Path) -> None:
    """Import the passwords as a user does."""
    _imported("credentials", "import", "credentials.csv", folder=folder)


def import_all(folder: Path) -> None:
    """Import the register and the passwords."""
    import_register(folder)
    import_passwords(folder)


def _imported(*arguments: str, folder: Path) -> None:
    done = monitor(*arguments, "--config", "monitor.yaml", folder=folder)
    assert done.returncode == 0, done.stderr + done.stdout


@contextmanager
def running(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Let the monitor run in a folder until the block ends; it may be dead by then."""
    command = [MONITOR, "run", "--config", "monitor.yaml", *options]
    with (
        (folder / "run.log").open("a") as log,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True) as child,
    ):
        try:
            yield child
        finally:
            child.terminate()
            child.wait(PATIENCE)


def events(folder: Path, name: str) -> list[dict[str, Any]]:
    """The lines of one event in the monitor's log."""
    lines = (json.loads(line) for line in (folder / "run.log").read_text().splitlines())
    return [line for line in lines if line["event"] == name]
