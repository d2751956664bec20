"""Two machines with a cable between them: network namespaces, and threads that stand in one of them."""

import asyncio
import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000
ETH_P_IP = 0x0800
_LIBC = ctypes.CDLL(None, use_errno=True)


@contextmanager
def inside(namespace: str | None) -> Iterator[None]:
    """Let this thread stand in a network namespace for a while; None: where it is."""
    if namespace is None:
        yield
        return
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _enter(there)
        try:
            yield
        finally:
            _enter(before)
    finally:
        os.close(there)
        os.close(before)


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def cabled(*commands: str) -> Iterator[tuple[str, str]]:
    """Make two namespaces, run `ip` commands in which {a} and {b} name them, and undo it all. Needs root."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    a, b = (f"cctv-{os.getpid()}-{side}" for side in "ab")
    made = [name for name in (a, b) if _ip(f"netns add {name}")]
    try:
        if len(made) < 2:
            pytest.skip("no network namespaces to be had here")
        for command in commands:
            assert _ip(command.format(a=a, b=b)), command
        for name in made:  # a host that drops answers by their source address is not what is tested
            with inside(name):
                for file in Path("/proc/sys/net/ipv4/conf").glob("*/rp_filter"):
                    file.write_text("0")
        yield a, b
    finally:
        for name in made:
            _ip(f"netns del {name}")


def _ip(command: str) -> bool:
    return subprocess.run(["ip", *command.split()], check=False, capture_output=True).returncode == 0


@contextmanager
def played(playing: AbstractAsyncContextManager[object], namespace: str | None = None) -> Iterator[None]:
    """Play something in a thread and a loop of its own, in a namespace, while the test goes on."""
    ready, done = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    async def play() -> None:
        async with playing:
            ready.set()
            await asyncio.to_thread(done.wait)

    def stand() -> None:
        try:
            with inside(namespace):
                asyncio.run(play())
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=stand)
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        done.set()
        thread.join(10)
    assert not failed, failed


class Tap:
    """Hears every IPv4 packet that comes to an interface of a namespace."""

    def __init__(self, namespace: str, interface: str) -> None:
        with inside(namespace):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
            self._socket.bind((interface, ETH_P_IP))
        self._socket.setblocking(False)

    def destinations(self, source: str) -> set[tuple[int, str]]:
        """Give protocol and destination of each packet that has come from an address."""
        found: set[tuple[int, str]] = set()
        with self._socket:
            while True:
                try:
                    packet = self._socket.recv(65_535)
                except BlockingIOError:
                    return found
                if socket.inet_ntoa(packet[12:16]) == source:
                    found.add((packet[9], socket.inet_ntoa(packet[16:20])))
