"""The whole product against devices of other processes: import, run, lose, name, restore, die, come back."""

import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.programs import (
    Simulator,
    answer,
    events,
    import_all,
    monitor,
    read_url,
    running,
    simulating,
    wait_for,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with everything imported, and the devices."""

    folder: Path
    simulator: Simulator

    def status(self, *options: str) -> dict[str, Any]:
        """What `status` answers now."""
        return answer("status", "--config", "monitor.yaml", *options, folder=self.folder)

    def cause(self, camera_id: str) -> str | None:
        """Why a camera is not received now; None when it is."""
        lost = {each["camera_id"]: each["cause"] for each in self.status("--streams")["streams"]}
        found: str | None = lost.get(camera_id)
        return found

    def receiving(self) -> int:
        """How many cameras are received now."""
        count: int = self.status()["cameras"]["receiving"]
        return count


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Twelve cameras at four schools, and everything imported."""
    with simulating(tmp_path, "--institutions", "4", "--cameras", "11", "--seed", "7") as simulator:
        import_all(tmp_path)
        yield Place(tmp_path, simulator)


def scrape(place: Place) -> str:
    """What `/metrics` answers."""
    (serving,) = events(place.folder, "serving")[-1:]
    return read_url(serving["url"])


def test_from_first_light_to_a_cause_and_back(place: Place) -> None:
    """Every camera is received; what breaks is named, counted and told in metrics, and it heals."""
    cameras = list(place.simulator.places["cameras"])
    with running(place.folder) as run:
        wait_for(place.receiving, lambda count: count == len(cameras))
        for kind, camera in (("camera_off", cameras[0]), ("wrong_password", cameras[-1])):
            place.simulator.tell(f"{kind} {camera}")
        wait_for(lambda: place.cause(cameras[0]), lambda cause: cause == "camera_off")
        wait_for(lambda: place.cause(cameras[-1]), lambda cause: cause == "bad_credentials")
        assert place.status()["by_cause"] == {"camera_off": 1, "bad_credentials": 1}
        counted = sum(
            float(line.split()[-1])
            for line in scrape(place).splitlines()
            if line.startswith("cctv_institution_cameras_receiving{")
        )
        assert counted == len(cameras) - 2
        place.simulator.tell(f"clear camera_off {cameras[0]}")
        wait_for(lambda: place.cause(cameras[0]), lambda cause: cause is None)
        run.send_signal(signal.SIGTERM)
        assert run.wait(10) == 0
    assert place.status()["cameras"]["unknown"] == len(cameras)


def test_strays_are_listed_both_ways(place: Place) -> None:
    """Paths that the register does not know, and an enrolled stream that its gateway does not, are listed."""
    camera = next(iter(place.simulator.places["cameras"]))
    place.simulator.tell(f"path_missing {camera}")

    def lists() -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = place.status("--unmatched")["unmatched"]
        return found

    with running(place.folder):
        found = wait_for(lists, lambda lists: bool(lists["paths"] and lists["streams"]))
    assert [each["camera_id"] for each in found["streams"]] == [camera]
    text = monitor("status", "--unmatched", "--config", "monitor.yaml", folder=place.folder).stdout
    assert all(each["stream_key"] in text for lists in found.values() for each in lists)


def test_killed_monitor_loses_nothing_it_told(place: Place) -> None:
    """After kill -9 all that was logged is in the database, and the time until the restart is blind time."""
    cameras = list(place.simulator.places["cameras"])
    with running(place.folder) as run:
        wait_for(place.receiving, lambda count: count == len(cameras))
        run.kill()
        run.wait(10)
    told = {(each["stream"], each["state"]) for each in events(place.folder, "transition")}
    with running(place.folder):
        wait_for(lambda: len(events(place.folder, "register_loaded")), lambda count: count == 2)
        wait_for(place.receiving, lambda count: count == len(cameras))
    with sqlite3.connect(place.folder / "monitor.db") as database:
        kept = set(database.execute("SELECT stream_id, state FROM intervals"))
        blind = database.execute("SELECT count(*) FROM intervals WHERE cause = 'monitor_blind'").fetchone()[0]
        runs = database.execute("SELECT began_at, seen_at FROM coverage ORDER BY began_at").fetchall()
    database.close()
    assert told <= kept
    assert blind >= len(cameras)
    assert len(runs) == 2
    assert runs[0][1] < runs[1][0]


def test_no_password_is_anywhere(place: Place) -> None:
    """Neither the log, nor the database, nor the metrics hold a password of the credentials file."""
    cameras = list(place.simulator.places["cameras"])
    sheet = (place.folder / "credentials.csv").read_text().splitlines()[1:]
    passwords = [line.split(",")[-1] for line in sheet]
    place.simulator.tell(f"wrong_password {cameras[0]}")
    with running(place.folder):
        wait_for(lambda: place.cause(cameras[0]), lambda cause: cause == "bad_credentials")
        text = scrape(place)
    kept = [text.encode(), (place.folder / "run.log").read_bytes()]
    kept += [file.read_bytes() for file in place.folder.glob("monitor.db*")]
    assert len(passwords) > len(cameras)
    assert not [password for password in passwords for each in kept if password.encode() in each]
