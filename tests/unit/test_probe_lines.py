"""Plain lines and their alarms: what is told, in which order, and what is given back."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from probes.alarms import Alarms
from probes.line import LINGER_SECONDS, Line, is_literal
from probes.lines import Lines

MUCH = b"x" * (16 * 1024 * 1024)  # more than any system takes at once
PATIENCE = 5.0


class Listener:
    """Notes what a line tells."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.received: Callable[[bytes], None] = self.heard.append
        self.connection = asyncio.Event()
        self.end: asyncio.Future[OSError | None] = asyncio.get_running_loop().create_future()
        self.error: Exception | None = None

    def connected(self) -> None:
        """Note the connection."""
        self.connection.set()

    def lost(self, error: OSError | None) -> None:
        """Note the end."""
        self.end.set_result(error)

    def broken(self, error: Exception) -> None:
        """Note a mistake."""
        self.error = error


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Lines, Listener, Line, socket.socket]]:
    """A line that is connected, and the peer's end of it, which reads only when told to."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        lines, listener = Lines(loop), Listener()
        line = lines.open(listener, "127.0.0.1", server.getsockname()[1])
        peer, _ = await loop.sock_accept(server)
        with peer:
            await asyncio.wait_for(listener.connection.wait(), PATIENCE)
            yield lines, listener, line, peer
            line.abort()
            await asyncio.sleep(0.01)


async def read_all(peer: socket.socket) -> int:
    """Read until the line is closed; how many bytes came."""
    size = 0
    while data := await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 1 << 20), PATIENCE):
        size += len(data)
    return size


async def test_both_ways() -> None:
    """Bytes go both ways, and the peer's farewell is told once."""
    async with connected() as (_, listener, line, peer):
        line.write(b"ask")
        assert await asyncio.get_running_loop().sock_recv(peer, 10) == b"ask"
        peer.sendall(b"answer")
        peer.shutdown(socket.SHUT_WR)
        assert await asyncio.wait_for(listener.end, PATIENCE) is None
        assert b"".join(listener.heard) == b"answer"


async def test_more_than_the_system_takes() -> None:
    """What does not leave at once leaves when the peer reads, in order and also when closed meanwhile."""
    async with connected() as (_, _, line, peer):
        line.write(MUCH)
        line.write(b"end")
        line.close()
        assert await read_all(peer) == len(MUCH) + 3


async def test_a_peer_that_does_not_read_is_cut() -> None:
    """A closed line with something left to send is cut after a while."""
    async with connected() as (_, _, line, peer):
        line.write(MUCH)
        line.close()
        await asyncio.sleep(LINGER_SECONDS + 0.2)
        with suppress(ConnectionResetError):
            assert await read_all(peer) < len(MUCH)


async def test_refused() -> None:
    """A refused connection is told with its reason, and so is an address that cannot be dialled."""
    lines = Lines(asyncio.get_running_loop())
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    refused, impossible = Listener(), Listener()
    lines.open(refused, "127.0.0.1", port)
    lines.open(impossible, "255.255.255.255", port)
    assert isinstance(await asyncio.wait_for(refused.end, PATIENCE), ConnectionRefusedError)
    assert isinstance(await asyncio.wait_for(impossible.end, PATIENCE), OSError)


async def test_zone() -> None:
    """The zone of an IPv6 address is the system's number of it, and one that is unknown is told."""
    lines = Lines(asyncio.get_running_loop())
    known, unknown = Listener(), Listener()
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        port = server.getsockname()[1]
        line = lines.open(known, f"::1%{socket.if_nameindex()[0][1]}", port)
        lines.open(unknown, "::1%nosuchzone", port)
        await asyncio.wait_for(known.connection.wait(), PATIENCE)
        line.close()
        assert isinstance(await asyncio.wait_for(unknown.end, PATIENCE), socket.gaierror)


async def test_closed_before_dialled() -> None:
    """A line that is closed at once connects to nobody and tells nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        listener = Listener()
        lines = Lines(asyncio.get_running_loop())
        lines.open(listener, "127.0.0.1", server.getsockname()[1]).close()
        await asyncio.sleep(0.05)
        assert not listener.end.done()
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_a_mistake_is_told_to_its_maker() -> None:
    """What a listener raises is told to it and to no other, and its line goes on."""

    def fail(_: bytes) -> None:
        raise ZeroDivisionError

    async with connected() as (_, listener, _, peer):
        listener.received = fail
        peer.sendall(b"1")
        await asyncio.sleep(0.05)
        listener.received = listener.heard.append
        peer.sendall(b"2")
        await asyncio.sleep(0.05)
        assert isinstance(listener.error, ZeroDivisionError)
        assert listener.heard == [b"2"]


async def test_alarms_ring_in_order() -> None:
    """Alarms ring in the order of their times, cancelled ones never, and the last tells of idleness."""
    rung: list[str] = []
    idle = asyncio.Event()
    alarms = Alarms(asyncio.get_running_loop(), idle.set)
    alarms.set(0.03, lambda: rung.append("second"))
    alarms.set(0.02, lambda: rung.append("never")).cancel()
    alarms.set(0.01, lambda: rung.append("first"))
    await asyncio.wait_for(idle.wait(), PATIENCE)
    assert rung == ["first", "second"]


async def test_an_alarm_can_set_another() -> None:
    """An alarm that rings can set the next one, sooner than those that wait."""
    rung: list[str] = []
    idle = asyncio.Event()
    alarms = Alarms(asyncio.get_running_loop(), idle.set)
    alarms.set(0.05, lambda: rung.append("last"))

    def again() -> None:
        rung.append("first")
        alarms.set(0.01, lambda: rung.append("second"))

    alarms.set(0.01, again)
    await asyncio.wait_for(idle.wait(), PATIENCE)
    assert rung == ["first", "second", "last"]


@pytest.mark.parametrize(
    ("host", "literal"),
    [
        ("192.0.2.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("999.0.2.1", False),
        ("010.0.2.1", False),
        ("1:2", False),
        ("camera.example", False),
    ],
)
def test_is_literal(host: str, *, literal: bool) -> None:
    """Only what the system reads as an address without any look-up is dialled as it stands."""
    assert is_literal(host) is literal
