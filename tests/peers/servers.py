"""Debian's Prometheus and Alertmanager as child processes on loopback: start, where they listen, end."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds; far more than a start takes
ZONE = "Asia/Almaty"  # of the processes: moments in messages are of their zone
_LISTENS = re.compile(r'msg="Listening on" address=127\.0\.0\.1:(\d+)')


@dataclass(frozen=True, slots=True)
class Server:
    """A program that answers HTTP."""

    child: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask once, with JSON if there is a body; return the JSON that is answered, None for nothing."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, (path, answer.status, told)
        return json.loads(told) if told.startswith((b"{", b"[", b'"')) else None

    def wait_until_ready(self) -> None:
        """Wait until it answers: it listens before it has read what it keeps, and says 503 until then."""
        until = time.monotonic() + PATIENCE
        while self._status("/-/ready") != 200:
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def _status(self, path: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.child.kill()
        self.child.wait(PATIENCE)


@contextmanager
def alertmanager(folder: Path, config: Path, *arguments: str, port: int = 0) -> Iterator[Server]:
    """Run an Alertmanager with its data in `folder` until the block ends; `port` 0 is any that is free."""
    command = [
        "prometheus-alertmanager",
        f"--config.file={config}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.external-url=http://alerts.example/",
        "--web.route-prefix=/",
        "--cluster.listen-address=",  # alone: no gossip, and no waiting for peers
        *arguments,
    ]
    with _serving(command, folder / "alertmanager.log") as server:
        yield server


@contextmanager
def prometheus(folder: Path, config: Path, *arguments: str) -> Iterator[Server]:
    """Run a Prometheus with its data in `folder` until the block ends."""
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        "--web.listen-address=127.0.0.1:0",
        *arguments,
    ]
    with _serving(command, folder / "prometheus.log") as server:
        yield server


@contextmanager
def _serving(command: list[str], log: Path) -> Iterator[Server]:
    """Run a program, wait until it is ready, and end it by its own process."""
    surroundings: Mapping[str, str] = os.environ | {"TZ": ZONE}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=surroundings, stdout=output, stderr=output) as child,
    ):
        try:
            server = Server(child, _port(child, log), log)
            server.wait_until_ready()
            yield server
        finally:
            if child.poll() is None:
                child.terminate()
            child.wait(PATIENCE)


def _port(child: "subprocess.Popen[bytes]", log: Path) -> int:
    """Read from the log where it listens; fails with the log when it does not."""
    until = time.monotonic() + PATIENCE
    while (found := _LISTENS.search(log.read_text(encoding="utf-8"))) is None:
        assert child.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < until, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    return int(found[1])
