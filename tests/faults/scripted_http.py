"""An HTTP device on loopback that answers what a test says, byte by byte where that is needed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from probes.base import Credentials, Secret

USERNAME, PASSWORD = "monitor", "Zh4zyq-tar"


@dataclass(slots=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(slots=True)
class HttpDevice:
    """What a device was asked, and where it listens."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    @property
    def log_ins(self) -> list[str]:
        """Every log-in that it was offered."""
        return [one.headers["authorization"] for one in self.asked if "authorization" in one.headers]

    def credentials(self, *, basic_in_clear: bool = False) -> Credentials:
        """What the register knows of it."""
        return Credentials(
            host="127.0.0.1",
            port=self.port,
            username=USERNAME,
            password=Secret(PASSWORD),
            basic_in_clear=basic_in_clear,
        )


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply(status: int = 200, body: bytes = b"", *fields: str) -> bytes:
    """Write a response with its true length."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*lines, "", ""]).encode() + body


def saying(*pieces: bytes, hang: bool = False) -> Answer:
    """Answer every request with these bytes as they are, and then close or hang."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if hang:
            await asyncio.Event().wait()

    return answer


@asynccontextmanager
async def http_device(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpDevice]:
    """Listen on a free port of 127.0.0.1; each connection is answered once."""
    device = HttpDevice()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            device.asked.append(request)
            await answer(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left: its right
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    device.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield device
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    fields = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
