"""The whole product against devices of other processes: import, run, lose, name, restore, die, come back."""

import signal
import sqlite3
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.programs import (
    Simulator,
    answer,
    events,
    import_all,
    import_passwords,
    import_register,
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
        kept = ("cctv_forecast_cameras{", "cctv_database_size_bytes ", 'cctv_queue_length{queue="checks"} ')
        assert [each for each in kept if f"\n{each}" not in scrape(place)] == []  # made beside the scrapes
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


Kept = dict[tuple[str, int], tuple[str, str, datetime]]


def read_database(place: Place, query: str, *values: str) -> list[tuple[Any, ...]]:
    """Ask the monitor's database, from outside."""
    with closing(sqlite3.connect(place.folder / "monitor.db")) as database:
        return list(database.execute(query, values))


def transitions(place: Place) -> Kept:
    """The transitions in the database, by the run that wrote each and its number there."""
    rows = read_database(
        place,
        "SELECT source, sequence, stream_id, state, began_at FROM intervals WHERE sequence IS NOT NULL",
    )
    return {
        (source, sequence): (stream_id, state, datetime.fromisoformat(began_at))
        for source, sequence, stream_id, state, began_at in rows
    }


def logged(place: Place) -> Counter[tuple[str, str, datetime]]:
    """The transitions that were told in the log, and how often."""
    return Counter(
        (each["stream"], each["state"], datetime.fromisoformat(each["since"]))
        for each in events(place.folder, "transition")
    )


def test_killed_monitor_loses_nothing_it_told(place: Place) -> None:
    """After kill -9 every transition that was told is in the database, and stays there after a restart."""
    cameras = list(place.simulator.places["cameras"])
    with running(place.folder) as run:
        wait_for(place.receiving, lambda count: count == len(cameras))
        run.kill()
        run.wait(10)
    told, before = logged(place), transitions(place)
    assert told.total() >= 2 * len(cameras)
    assert told <= Counter(before.values())
    with running(place.folder):
        wait_for(lambda: events(place.folder, "register_loaded"), lambda loads: len(loads) == 2)
        wait_for(place.receiving, lambda count: count == len(cameras))
    after = transitions(place)
    assert before.items() <= after.items()
    assert logged(place) <= Counter(after.values())


def test_killed_monitor_was_blind_until_it_started_again(place: Place) -> None:
    """After kill -9 the time from the last heartbeat to the next start is a blind time of every stream."""
    cameras = list(place.simulator.places["cameras"])
    with running(place.folder) as run:
        wait_for(place.receiving, lambda count: count == len(cameras))
        run.kill()
        run.wait(10)
    with running(place.folder):
        wait_for(lambda: events(place.folder, "register_loaded"), lambda loads: len(loads) == 2)
    (first, second, *rest) = read_database(place, "SELECT began_at, seen_at FROM coverage ORDER BY run_id")
    which = "SELECT DISTINCT stream_id FROM intervals WHERE cause = 'monitor_blind' AND began_at = ?"
    blind = read_database(place, which, first[1])
    assert not rest
    assert first[1] < second[0]
    assert len(blind) == len(cameras)


def test_a_backup_is_made_and_restored_while_it_runs(place: Place) -> None:
    """What was imported after a backup is gone once it is restored; the same process watches on."""
    cameras = list(place.simulator.places["cameras"])
    options = ("--config", "monitor.yaml")
    with running(place.folder) as run:
        wait_for(place.receiving, lambda count: count == len(cameras))
        assert monitor("backup", "m.backup", *options, folder=place.folder).returncode == 0
        lines = (place.folder / "cameras.csv").read_text().splitlines()
        (place.folder / "one.csv").write_text("\n".join([lines[0], lines[1].replace(cameras[0], "later")]))
        assert monitor("register", "import", "one.csv", *options, folder=place.folder).returncode == 0
        wait_for(lambda: events(place.folder, "register_loaded"), lambda loads: len(loads) == 2)
        assert monitor("restore", "m.backup", "--replace", *options, folder=place.folder).returncode == 0
        wait_for(lambda: events(place.folder, "database_restored"), bool)
        wait_for(place.receiving, lambda count: count == len(cameras))
        assert run.poll() is None
    assert events(place.folder, "register_loaded")[-1]["cameras"] == len(cameras)


def test_passwords_and_keys_change_while_it_runs(tmp_path: Path) -> None:
    """Passwords imported with the first key file, and under a new key, are taken by the monitor that runs."""
    with simulating(tmp_path, "--institutions", "2", "--cameras", "3", "--seed", "7") as simulator:
        import_register(tmp_path)
        place = Place(tmp_path, simulator)
        with running(tmp_path) as run:
            wait_for(lambda: events(tmp_path, "register_loaded"), bool)
            import_passwords(tmp_path)
            wait_for(place.receiving, lambda count: count == 3)
            key, new = tmp_path / "monitor.key", b64encode(bytes(range(32))).decode()
            key.write_text(f"{new}\n{key.read_text()}")
            import_passwords(tmp_path)
            key.write_text(f"{new}\n")
            wait_for(lambda: events(tmp_path, "register_loaded"), lambda loads: len(loads) == 3)
            wait_for(place.receiving, lambda count: count == 3)
            assert run.poll() is None
    assert not events(tmp_path, "passwords_not_opened")


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
