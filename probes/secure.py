"""The same way with TLS: agreed on behind the connect, over a transport of the loop."""

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from probes.base import Trust
from probes.connection import Connection
from probes.failure import Stage
from probes.line import LINGER_SECONDS
from probes.lines import Lines
from probes.tls import TlsContexts, check_pin, explained


class SecureConnection(Connection, asyncio.Protocol):
    """Drives one conversation over TLS."""

    __slots__ = ("_host", "_tls", "_transport", "_trust")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, lines: Lines, host: str, trust: Trust, tls: TlsContexts
    ) -> None:
        super().__init__(loop, lines)
        self._host = host
        self._trust = trust
        self._tls = tls
        self._transport: asyncio.Transport | None = None

    async def _hold(self) -> None:
        conversation = self._conversation
        async with asyncio.timeout(conversation.seconds_left):
            await self._connect(self._ips)
            conversation.completed(Stage.CONNECT)
            conversation.stage = Stage.TLS
            await self._agree()
            conversation.completed(Stage.TLS)
        self._set_alarm()
        self._go(conversation.begin)
        while await self._done:
            self._done = self._loop.create_future()
            async with asyncio.timeout(conversation.seconds_left):
                await self._connect([self._ip])
                await self._agree()
            self._go(conversation.resume)

    async def _connect(self, ips: list[str]) -> None:
        """Connect to the first address that accepts."""
        for number, ip in enumerate(ips):
            part = self._conversation.seconds_left / (len(ips) - number)
            try:
                async with asyncio.timeout(part):
                    await self._loop.create_connection(lambda: self, ip, self._port)
            except OSError:  # a time-out is one
                if ip == ips[-1]:
                    raise
            else:
                self._ip = ip
                return

    async def _agree(self) -> None:
        """Turn the connection into a TLS one and recognise the peer."""
        try:
            context = self._tls.get(self._trust)
        except OSError as error:
            raise ssl.SSLError(0, "the CA file cannot be used") from error
        transport = self._transport
        if transport is None:
            raise ConnectionResetError("closed before TLS")
        try:
            secured = await self._loop.start_tls(transport, self, context, server_hostname=self._host)
        except (ssl.SSLError, ConnectionError) as error:
            raise explained(error) from error
        self._transport = secured
        if secured is None:
            raise ConnectionResetError("closed during TLS")
        check_pin(self._trust, secured.get_extra_info("ssl_object"))

    def _go(self, ask: Callable[[], None]) -> None:
        """Ask, now that the transport is the conversation's; it may be gone already."""
        self._live = True
        ask()
        if self._transport is None:
            self._live = False
            self._conversation.lost(None)

    # What the loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; the conversation begins when TLS is agreed on."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand over what came."""
        with _Guard(self):
            self.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand over the end of the connection."""
        self._transport = None
        if self._live:
            self._live = False
            self._conversation.lost(exc)

    # What the conversation wants

    def send(self, data: bytes) -> None:
        """Send to the camera."""
        if self._transport is not None:
            self._transport.write(data)

    def reconnect(self) -> None:
        """Let `run` connect once more."""
        if not self._done.done():
            self._done.set_result(True)

    def _local(self) -> str | None:
        return None if self._transport is None else str(self._transport.get_extra_info("sockname")[0])

    def _out_of_time(self) -> None:
        """Do nothing: what is waited for has the same deadline."""

    def _hang_up(self) -> None:
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if transport.get_write_buffer_size():
            transport.close()
            self._loop.call_later(LINGER_SECONDS, transport.abort)
        else:
            transport.abort()  # all is sent; the peer's farewell is not waited for


class _Guard:
    """Tells a connection what is raised inside: the loop would log it and go on."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._connection.broken(error)
        return True
