"""The monitor's own trouble, for real: control addresses that fall silent, a process that stands still."""

import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.programs import answer, events, import_all, read_url, running, simulating, wait_for

CAMERAS = 6


class Canary:
    """An address on loopback that answers or, its queue being full, swallows whatever comes."""

    def __init__(self) -> None:
        self._server = socket.socket()
        self._server.bind(("127.0.0.1", 0))
        self._waiting: list[socket.socket] = []
        self._server.listen(128)
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"

    def fall_silent(self) -> None:
        """Take no connection from now on."""
        self._server.listen(0)
        for _ in range(130):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(self._server.getsockname())
            self._waiting.append(caller)

    def speak(self) -> None:
        """Take connections again."""
        for caller in self._waiting:
            caller.close()
        self._server.listen(128)
        self._server.settimeout(0.5)
        try:
            while True:
                self._server.accept()[0].close()
        except TimeoutError:
            return

    def close(self) -> None:
        """Be gone."""
        for caller in self._waiting:
            caller.close()
        self._server.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    """An address that answers until it is told not to."""
    one = Canary()
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path: Path, canary: Canary) -> Iterator[Path]:
    """Some cameras, everything imported, and a monitor that tests itself every second."""
    with simulating(tmp_path, "--institutions", "2", "--cameras", str(CAMERAS), "--seed", "3"):
        config = tmp_path / "monitor.yaml"
        check = f"{{canaries: ['{canary.address}'], every_seconds: 1, timeout_seconds: 0.5}}"
        config.write_text(f"{config.read_text()}\nselfcheck: {check}\n")
        import_all(tmp_path)
        yield tmp_path


def received(folder: Path) -> int:
    """How many cameras are received now."""
    count: int = answer("status", "--config", "monitor.yaml", folder=folder)["cameras"]["receiving"]
    return count


def scraped(folder: Path, name: str) -> list[str]:
    """The lines of one metric."""
    (serving,) = events(folder, "serving")[-1:]
    return [line for line in read_url(serving["url"]).splitlines() if line.startswith(name)]


def readiness(folder: Path) -> str:
    """What the monitor says of whether its present can be trusted."""
    (serving,) = events(folder, "serving")[-1:]
    parts = urlsplit(serving["url"])
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", "/readyz")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_control_addresses_that_fall_silent(folder: Path, canary: Canary) -> None:
    """Everything is unknown in one incident of the monitor's own, and received again afterwards."""
    with running(folder):
        wait_for(lambda: received(folder), lambda count: count == CAMERAS)
        canary.fall_silent()
        wait_for(
            lambda: scraped(folder, "cctv_monitor_blind"), lambda lines: lines == ["cctv_monitor_blind 1.0"]
        )
        status = wait_for(
            lambda: answer("status", "--config", "monitor.yaml", folder=folder),
            lambda told: told["cameras"]["unknown"] == CAMERAS,
        )
        assert status["by_cause"] == {"monitor_blind": CAMERAS}
        (incident,) = scraped(folder, "cctv_incident_open{")
        assert 'scope="monitor"' in incident
        assert 'owner="monitor_operator"' in incident
        assert "the monitor is blind: no control address answers" in readiness(folder)
        canary.speak()
        wait_for(lambda: received(folder), lambda count: count == CAMERAS)
        assert scraped(folder, "cctv_incident_open{") == []
    causes = Counter(each["cause"] for each in events(folder, "transition"))
    assert set(causes) == {None, "monitor_blind"}
    assert [each["cause"] for each in events(folder, "incident_opened")] == ["monitor_blind"]


def test_a_process_that_stood_still(folder: Path) -> None:
    """Three seconds without the process are a suspect window, and nothing is told of any camera."""
    with running(folder) as run:
        wait_for(lambda: received(folder), lambda count: count == CAMERAS)
        before = len(events(folder, "transition"))
        for _ in range(3):
            run.send_signal(signal.SIGSTOP)
            time.sleep(3)
            run.send_signal(signal.SIGCONT)
            time.sleep(2)
        (line,) = scraped(folder, "cctv_suspect_windows_total")
        assert float(line.split()[-1]) >= 3
        time.sleep(15)
        assert received(folder) == CAMERAS
        assert len(events(folder, "transition")) == before
        assert events(folder, "loop_stalled")
