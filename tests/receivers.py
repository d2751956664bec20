"""Real ends of two ways to be told: a webhook over HTTP, and a mail server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Webhook:
    """Takes JSON over HTTP and keeps it, or refuses it with a status, or never answers."""

    status: int = 200
    hangs: bool = False
    seconds: float = 0.0  # until it has taken a message, and as long again until it says so
    port: int = 0
    paths: list[str] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)
    refused: int = 0

    @property
    def titles(self) -> list[str]:
        """What the taken messages are called."""
        return [each["title"] for each in self.taken]

    def address(self, path: str = "") -> str:
        """Return the address as Apprise has it, with a secret in it."""
        return f"json://someone:s3cret-w0rd@127.0.0.1:{self.port}/{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            length = next(int(line[15:]) for line in head if line.lower().startswith("content-length:"))
            body = await reader.readexactly(length)
            if self.hangs:
                await asyncio.sleep(3600)
            await asyncio.sleep(self.seconds)
            self.paths.append(head[0].split()[1])
            if self.status == 200:
                self.taken.append(json.loads(body))
            else:
                self.refused += 1
            await asyncio.sleep(self.seconds)
            writer.write(
                f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@dataclass
class MailServer:
    """Speaks enough SMTP (RFC 5321) to take mail without a password, or says nothing at all."""

    hangs: bool = False
    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return the address as Apprise has it."""
        ends = "from=monitor@example.kz&to=duty@example.kz&mode=insecure"
        return f"mailto://127.0.0.1:{self.port}/?smtp=127.0.0.1&{ends}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        if self.hangs:
            await reader.read()  # until the other end has enough
            writer.close()
            return
        writer.write(b"220 sink\r\n")
        while line := (await reader.readline()).strip().upper():
            if line == b"DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                found = message_from_bytes(raw[:-3], policy=policy.default)
                assert isinstance(found, EmailMessage)
                self.taken.append(found)
            writer.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")
            await writer.drain()
            if line == b"QUIT":
                break
        writer.close()


@asynccontextmanager
async def listening(end: Webhook | MailServer, port: int = 0) -> AsyncIterator[None]:
    """Let it listen on loopback until the block ends."""
    server = await asyncio.start_server(end.serve, "127.0.0.1", port)
    end.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
