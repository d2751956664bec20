"""One aiohttp application on one address, for as long as the caller works.

The socket is bound once. Each web configuration that is read has a listener of its own on it, so that a new
certificate holds from the next connection on and none is refused meanwhile.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import structlog
from aiohttp import web

from exporters.http.access import Access
from exporters.http.listen import check_listen

log: structlog.stdlib.BoundLogger = structlog.get_logger()

SHUTDOWN_SECONDS = 1.0  # answers under way get this long when we stop
KEEP_ALIVE_SECONDS = 75.0  # longer than the usual scrape interval, so that its connection is kept
HANDSHAKE_SECONDS = 10.0  # for TLS
REFRESH_SECONDS = 1.0  # how often the web configuration is looked at
MOST_CONNECTIONS = 500  # open ones; the cameras' need theirs
BACKLOG = 128


class Address(NamedTuple):
    """Where an application can be reached."""

    host: str
    port: int
    scheme: str = "http"

    @property
    def url(self) -> str:
        """The address as a URL, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def _silent() -> logging.Logger:
    """Make a logger for what is left to the library: requests that are no HTTP, each with a traceback.

    Our own mistakes are logged where they are caught.
    """
    return logging.Logger("exporters.http.library", logging.CRITICAL + 1)  # noqa: LOG001 - not to be shared


@asynccontextmanager
async def serve(
    app: web.Application, host: str, port: int, *, access: Access | None = None
) -> AsyncIterator[Address]:
    """Serve `app` until the block ends; gives the address that was bound (port 0: any free one).

    `access` is the web configuration that `app` asks; None: there is none, and only loopback is served.
    ValueError for an address that the network can reach and where nobody is asked, OSError when it is taken.
    """
    asks_everybody = access is not None and access.reading.config.asks_everybody
    try:
        bind = check_listen(host, asks_everybody=asks_everybody)
    except ValueError as error:
        raise ValueError(f"{host}: {error}") from None
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_silent(),
        shutdown_timeout=SHUTDOWN_SECONDS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    await runner.setup()
    door: _Door | None = None
    try:
        door = _Door(runner, await _bind(bind, port))
        await door.open(access.reading.context if access is not None else None)
        async with _watching(access, door):
            yield door.address
    finally:
        if door is not None:
            door.close()
        await runner.cleanup()


async def _bind(host: str, port: int) -> socket.socket:
    """Bind a listening socket. "::" takes IPv4 as well, as Prometheus does."""
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, _, _, _, address = found[0]
    both = host == "::" and socket.has_dualstack_ipv6()
    bound = socket.create_server((str(address[0]), port), family=family, backlog=BACKLOG, dualstack_ipv6=both)
    bound.setblocking(False)
    return bound


class _Door:
    """A bound socket, and the listener that takes its connections with the certificate of the moment."""

    def __init__(self, runner: web.AppRunner, bound: socket.socket) -> None:
        self._runner = runner
        self._socket = bound
        self._listener: asyncio.Server | None = None
        self._scheme = "http"

    @property
    def address(self) -> Address:
        """Where we are reached."""
        host, port = self._socket.getsockname()[:2]
        return Address(host, port, self._scheme)

    async def open(self, context: ssl.SSLContext | None) -> None:
        """Take connections with this context, and no more with the one before."""
        before, self._scheme = self._listener, "http" if context is None else "https"
        self._listener = await asyncio.get_running_loop().create_server(
            self._connection,
            sock=self._socket.dup(),
            ssl=context,
            backlog=BACKLOG,
            ssl_handshake_timeout=HANDSHAKE_SECONDS if context is not None else None,
        )
        if before is not None:
            before.close()

    def _connection(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None or len(server.connections) >= MOST_CONNECTIONS:
            return _TurnedAway()
        return server()

    def close(self) -> None:
        """Take no more connections."""
        if self._listener is not None:
            self._listener.close()
        self._socket.close()


class _TurnedAway(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it: it is asked nothing and told nothing."""
        transport.close()


@asynccontextmanager
async def _watching(access: Access | None, door: _Door) -> AsyncIterator[None]:
    """Look after the web configuration while the block works."""
    if access is None:
        yield
        return
    access.announce()
    watching = asyncio.create_task(_watch(access, door), name="web configuration")
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(access: Access, door: _Door) -> None:
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            if await access.refresh():
                await door.open(access.reading.context)
        except Exception:
            log.exception("web_config_not_followed")
