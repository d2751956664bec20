"""The socket and the timer of one conversation: connect, agree on TLS, carry bytes, close.

One protocol object, one future and one timer per check; everything else is callbacks. Only addresses
that the target's own host name resolves to are dialled.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import cast

from probes.address import Address
from probes.base import Trust
from probes.conversation import Conversation
from probes.datagram import DatagramPair, open_pair
from probes.failure import Stage
from probes.tls import TlsContexts, check_pin, explained

MAX_ADDRESSES = 4  # of one host name are tried, one after the other
TICK_SECONDS = 1.0  # the timer looks at least this often; a deadline is met exactly
LINGER_SECONDS = 0.5  # for a last request to leave, after which the connection is cut

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver, off the loop: IPv4 first, as cameras have it. Raises socket.gaierror."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a name that cannot be a host's
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return list(dict.fromkeys(str(info[4][0]) for info in found))[:MAX_ADDRESSES]


class Connection(asyncio.Protocol):
    """Drives one conversation. Made anew for every check."""

    __slots__ = ("_conversation", "_done", "_ip", "_live", "_loop", "_pair", "_timer", "_transport")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: asyncio.Future[bool] = loop.create_future()  # True: connect once more
        self._live = False  # what happens on the transport is the conversation's business
        self._ip = ""
        self._conversation: Conversation
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pair: DatagramPair | None = None

    async def run(
        self, conversation: Conversation, address: Address, trust: Trust, tls: TlsContexts, resolve: Resolve
    ) -> None:
        """Connect, and hold the conversation to its end. What came of it is in the conversation."""
        self._conversation = conversation
        try:
            async with asyncio.timeout(conversation.seconds_left):
                addresses = [address.host]
                if not address.numeric:
                    conversation.stage = Stage.RESOLVE
                    addresses = await resolve(address.host, address.port)
                    conversation.completed(Stage.RESOLVE)
                conversation.stage = Stage.CONNECT
                await self._dial(addresses, address.port)
                conversation.completed(Stage.CONNECT)
                if address.secure:
                    conversation.stage = Stage.TLS
                    await self._agree(address.host, trust, tls)
                    conversation.completed(Stage.TLS)
            self._set_timer()
            self._go(conversation.begin)
            while await self._done:
                self._done = self._loop.create_future()
                async with asyncio.timeout(conversation.seconds_left):
                    await self._dial([self._ip], address.port)
                    if address.secure:
                        await self._agree(address.host, trust, tls)
                self._go(conversation.resume)
        except OSError as error:
            conversation.failed(error)
        finally:
            conversation.abandon()  # cancelled: a session is not left behind
            self._release()

    async def _dial(self, addresses: list[str], port: int) -> None:
        """Connect to the first address that accepts."""
        for ip in addresses:
            try:
                await self._loop.create_connection(lambda: self, ip, port)
            except OSError:
                if ip == addresses[-1]:
                    raise
            else:
                self._ip = ip
                return
        raise socket.gaierror(socket.EAI_NONAME, "the name has no address")

    async def _agree(self, host: str, trust: Trust, tls: TlsContexts) -> None:
        """Turn the connection into a TLS one and recognise the peer."""
        try:
            context = tls.get(trust)
        except OSError as error:
            raise ssl.SSLError(0, "the CA file cannot be used") from error
        transport = self._transport
        if transport is None:
            raise ConnectionResetError("closed before TLS")
        try:
            secured = await self._loop.start_tls(transport, self, context, server_hostname=host)
        except (ssl.SSLError, ConnectionError) as error:
            raise explained(error) from error
        self._transport = secured
        if secured is None:
            raise ConnectionResetError("closed during TLS")
        check_pin(trust, secured.get_extra_info("ssl_object"))

    def _go(self, ask: Callable[[], None]) -> None:
        """Ask, now that the transport is the conversation's; it may be gone already."""
        self._live = True
        ask()
        if self._transport is None:
            self._live = False
            self._conversation.lost(None)

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; the conversation begins when TLS, if any, is agreed on."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand over what came. A mistake of ours must end the check, not leave it to the deadline."""
        try:
            self._conversation.received(data)
        except Exception as error:  # noqa: BLE001  # raised again by `run`
            if not self._done.done():
                self._done.set_exception(error)

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

    def open_datagrams(self) -> tuple[int, int] | None:
        """Open a pair of UDP ports on the address that this connection has on our side."""
        if self._pair is None and self._transport is not None:
            local = self._transport.get_extra_info("sockname")[0]
            self._pair = open_pair(local, self._ip, self._conversation.datagram, self._loop)
        return None if self._pair is None else self._pair.ports

    def reconnect(self) -> None:
        """Let `run` connect once more."""
        if not self._done.done():
            self._done.set_result(True)

    def finish(self) -> None:
        """Let `run` end."""
        if not self._done.done():
            self._done.set_result(False)

    # Time

    def _set_timer(self) -> None:
        self._timer = self._loop.call_later(
            min(TICK_SECONDS, self._conversation.seconds_left), self._on_timer
        )

    def _on_timer(self) -> None:
        if self._conversation.tick():
            self._set_timer()

    def _release(self) -> None:
        """Give back the timer, the ports and the connection, and let go of what points back at us.

        Checks that leave no cycles behind leave nothing for the garbage collector to look for.
        """
        self._live = False
        del self._conversation
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pair is not None:
            self._pair.close()
            self._pair = None
        transport = self._transport
        if transport is None:
            return
        if transport.get_write_buffer_size():
            transport.close()
            self._loop.call_later(LINGER_SECONDS, transport.abort)
        else:
            transport.abort()  # all is sent; a TLS peer's farewell is not waited for
