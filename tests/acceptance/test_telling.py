"""The whole product tells people: a gateway that is cut is one message, its return another."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.receivers import Webhook, listening

CAMERAS = 8
NOTIFY = """
notify:
  receivers:
  - {name: police, urls_file: police.urls, owners: [police_it], group_seconds: 5, locale: ru}
  - {name: schools, urls_file: schools.urls, owners: [school], group_seconds: 5}
"""


@contextmanager
def answering(hook: Webhook) -> Iterator[None]:
    """Let a webhook listen in a thread of its own until the block ends."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def listen() -> None:
        async with listening(hook):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    thread.start()
    try:
        ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def hooks() -> Iterator[tuple[Webhook, Webhook]]:
    """Where the police and the schools are told."""
    police, schools = Webhook(), Webhook()
    with answering(police), answering(schools):
        yield police, schools


@pytest.fixture
def simulator(tmp_path: Path, hooks: tuple[Webhook, Webhook]) -> Iterator[Simulator]:
    """A few cameras, everything imported, and two receivers."""
    with simulating(tmp_path, "--institutions", "2", "--cameras", str(CAMERAS), "--seed", "5") as one:
        config = tmp_path / "monitor.yaml"
        config.write_text(config.read_text() + NOTIFY)
        for name, hook in zip(("police.urls", "schools.urls"), hooks, strict=True):
            (tmp_path / name).touch(mode=0o600)
            (tmp_path / name).write_text(hook.address())
        import_all(tmp_path)
        yield one


def received(folder: Path) -> int:
    """How many cameras are received now."""
    count: int = answer("status", "--config", "monitor.yaml", folder=folder)["cameras"]["receiving"]
    return count


def status(folder: Path) -> list[dict[str, Any]]:
    """What `notify status` answers."""
    rows: list[dict[str, Any]] = answer("notify", "status", "--config", "monitor.yaml", folder=folder)["rows"]
    return rows


def test_a_gateway_that_is_cut(tmp_path: Path, simulator: Simulator, hooks: tuple[Webhook, Webhook]) -> None:
    """Exactly one message to whoever must act, none to anybody else, and one more when it is back."""
    police, schools = hooks
    gateway = next(iter(simulator.places["gateways"]))
    with running(tmp_path):
        wait_for(lambda: received(tmp_path), lambda count: count == CAMERAS)
        simulator.tell(f"gateway_down {gateway}")
        wait_for(lambda: police.titles, bool)
        simulator.tell(f"clear gateway_down {gateway}")
        wait_for(lambda: police.titles, lambda titles: len(titles) == 2)
        wait_for(lambda: received(tmp_path), lambda count: count == CAMERAS)
        wait_for(lambda: status(tmp_path), lambda rows: not any(row["owed"] for row in rows))
        (serving,) = events(tmp_path, "serving")
        metrics = read_url(serving["url"])
    down, back = police.titles
    assert down.startswith("cctv-monitor: Не поступает: Шлюз")
    assert back.startswith("cctv-monitor: Завершено: Шлюз")
    assert "cctv-monitor incidents" in police.taken[0]["message"]
    assert schools.titles == []
    assert 'cctv_notifications_total{notifier="apprise",outcome="sent"} 2.0' in metrics
    assert "cctv_notifications_waiting 0.0" in metrics


def test_killed_before_it_could_tell(
    tmp_path: Path, simulator: Simulator, hooks: tuple[Webhook, Webhook]
) -> None:
    """What was committed and not told when the monitor was killed is told by the next; no secret leaks."""
    _, schools = hooks
    camera = next(iter(simulator.places["cameras"]))
    schools.status = 503
    with running(tmp_path) as run:
        wait_for(lambda: received(tmp_path), lambda count: count == CAMERAS)
        simulator.tell(f"camera_off {camera}")
        wait_for(lambda: schools.refused, bool)
        run.kill()
        run.wait(10)
    failed = monitor("notify", "status", "--config", "monitor.yaml", folder=tmp_path)
    assert failed.returncode == 1
    assert "the service was not reached, or refused it" in failed.stdout
    schools.status = 200
    with running(tmp_path):
        wait_for(lambda: schools.titles, bool)
        wait_for(lambda: status(tmp_path), lambda rows: not any(row["owed"] for row in rows))
    assert len(schools.titles) == 1
    assert camera in schools.titles[0]
    kept = [(tmp_path / "run.log").read_bytes(), failed.stdout.encode()]
    kept += [file.read_bytes() for file in tmp_path.glob("monitor.db*")]
    assert not [each for each in kept if b"s3cret-w0rd" in each]
