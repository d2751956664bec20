"""A line between two network namespaces that loses packets by chance, and takes its time."""

import asyncio
import fcntl
import os
import struct
import subprocess
from contextlib import suppress
from random import Random
from typing import Self

import pytest

from tests.networks import inside

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
TUN = "/dev/net/tun"
LARGEST = 2048  # bytes of a packet; more than the line's MTU


def why_no_lines() -> str:
    """Say why no line can be laid here; empty where one can."""
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        return f"a line between namespaces needs root and {TUN}: {error.strerror}"
    return ""


def need_lines() -> None:
    """Skip the test where no line can be laid."""
    if why := why_no_lines():
        pytest.skip(why)


class LossyLine:
    """Carries packets between two namespaces while it is entered; every packet may be lost, by seed.

    Each end is a namespace and its address with a prefix, on a device named `line`. Needs root.
    """

    def __init__(self, *ends: tuple[str, str], loss: float, delay: float, seed: int = 1) -> None:
        self.carried = self.lost = 0  # packets
        self._places = ends
        self._devices: list[int] = []
        self._loss = loss
        self._delay = delay  # seconds, one way
        self._rng = Random(f"line {seed}")

    async def __aenter__(self) -> Self:
        """Lay the line, and begin to carry on the running loop."""
        one, other = self._devices = [_end(*place) for place in self._places]
        loop = asyncio.get_running_loop()
        loop.add_reader(one, self._take, one, other)
        loop.add_reader(other, self._take, other, one)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Carry nothing more, and give the devices back."""
        for device in self._devices:
            asyncio.get_running_loop().remove_reader(device)
            os.close(device)

    def _take(self, source: int, target: int) -> None:
        with suppress(BlockingIOError):
            while True:
                packet = os.read(source, LARGEST)
                if self._rng.random() < self._loss:
                    self.lost += 1
                else:
                    self.carried += 1
                    asyncio.get_running_loop().call_later(self._delay, self._give, target, packet)

    def _give(self, target: int, packet: bytes) -> None:
        with suppress(OSError):  # the line was closed meanwhile, or its end is full: lost as well
            os.write(target, packet)


def _end(namespace: str, address: str) -> int:
    """Make the TUN device of one end."""
    with inside(namespace):
        device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"line", IFF_TUN | IFF_NO_PI))
        for command in (f"addr add {address} dev line", "link set line up mtu 1400"):
            subprocess.run(["ip", *command.split()], check=True, capture_output=True)
    return device
