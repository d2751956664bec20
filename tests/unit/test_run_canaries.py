"""Control addresses and the disk for real: on loopback, in a machine without a way out, in a small folder."""

import asyncio
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.judge.selfcheck import Result
from monitor.run import canaries
from monitor.run.canaries import Answer, NoCanaries, OwnCanaries, write_a_little
from probes.base import Side
from probes.tcp import TcpProbe
from tests.networks import cabled, inside


def now() -> datetime:
    return datetime.now(UTC)


def asking(*addresses: str, folder: Path | None = None, timeout: float = 1.0) -> OwnCanaries:
    return OwnCanaries(
        addresses, probe=TcpProbe(Side.CENTRE), now=now, timeout=timeout, folder=folder, least_free=2**20
    )


@pytest.fixture
def listening() -> Iterator[str]:
    """An address where something listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def swallowing() -> Iterator[str]:
    """An address that answers nothing at all: its queue is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(server.getsockname())
        yield f"127.0.0.1:{server.getsockname()[1]}"
        for each in waiting:
            each.close()


async def test_one_answer_is_enough(listening: str, swallowing: str) -> None:
    """A control address that alone is gone says nothing of us."""
    assert (await asking(swallowing, listening, timeout=0.3).network()).result is Result.OK


async def test_a_refusal_is_an_answer(listening: str) -> None:
    """Who refuses a connection is there, and the way to it holds."""
    refusing = f"127.0.0.1:{_free_port()}"
    assert listening != refusing
    assert (await asking(refusing).network()).result is Result.OK


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


async def test_no_answer_at_all(swallowing: str) -> None:
    """When none answers the network is taken for broken, and it is told how they failed."""
    answer = await asking(swallowing, "nothing.invalid:1", timeout=0.3).network()
    assert answer.result is Result.FAILED
    assert "connect_timeout (1)" in answer.detail


async def test_nothing_to_ask() -> None:
    """Without control addresses and without a folder nothing is told."""
    for each in (asking(), NoCanaries()):
        assert (await each.network()).result is Result.UNTOLD
        assert (await each.disk()).result is Result.UNTOLD


def test_a_machine_without_a_way_out() -> None:
    """In a network of its own a machine without a route fails at once, and sees when its cable is back."""
    commands = (
        "link add v0 netns {a} type veth peer name v0 netns {b}",
        "-n {b} addr add 10.9.9.2/24 dev v0",
        "-n {b} link set v0 up",
    )
    with cabled(*commands) as (ours, _), inside(ours):
        assert _asked("10.9.9.2:9").detail == "no control address answers: unreachable (1)"
        _ip("addr add 10.9.9.1/24 dev v0")
        _ip("link set v0 up")
        assert _asked("10.9.9.2:9").result is Result.OK
        _ip("link set v0 down")
        assert _asked("10.9.9.2:9").result is Result.FAILED


def _asked(address: str) -> Answer:
    """Ask in the network that this thread stands in."""
    return asyncio.run(asking(address).network())


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True)


def test_a_disk_that_takes_a_file(tmp_path: Path) -> None:
    """A little is written, and nothing is left of it."""
    assert asyncio.run(asking(folder=tmp_path).disk()) == Answer(Result.OK)
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """A folder that takes no file is trouble, in words."""
    answer = await asking(folder=tmp_path / "gone").disk()
    assert answer == Answer(
        Result.FAILED, "the folder of the database takes no file: No such file or directory"
    )


def test_little_room_is_trouble_too(tmp_path: Path) -> None:
    """It is told before the disk is full."""
    answer = write_a_little(tmp_path, least_free=2**60)
    assert answer.result is Result.FAILED
    assert answer.detail.endswith("MiB are free, 1099511627776 are wanted")


def test_a_full_disk(tmp_path: Path) -> None:
    """A file system without a free block fails, leaves nothing, and is good again when there is room."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        assert write_a_little(small, least_free=0).result is Result.OK
        with pytest.raises(OSError, match="space"):
            (small / "ballast").write_bytes(b"x" * 2**17)
        full = write_a_little(small, least_free=0)
        assert full == Answer(
            Result.FAILED, "the folder of the database takes no file: No space left on device"
        )
        (small / "ballast").unlink()
        assert write_a_little(small, least_free=0).result is Result.OK
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


async def test_a_disk_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While a write hangs no second one is sent after it, and it is told at once when it ends."""
    gate, calls = threading.Event(), list[Path]()

    def hang(folder: Path, *, least_free: int) -> Answer:
        assert least_free
        calls.append(folder)
        gate.wait(10)
        return Answer(Result.OK)

    monkeypatch.setattr(canaries, "write_a_little", hang)
    disk = asking(folder=tmp_path, timeout=0.05)
    for _ in range(3):
        assert await disk.disk() == Answer(Result.FAILED, "the disk does not answer")
    gate.set()
    await asyncio.sleep(0.05)
    assert await disk.disk() == Answer(Result.OK)
    assert len(calls) == 1
