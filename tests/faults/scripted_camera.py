"""A camera on loopback that does what a test tells it to: well by default, badly where a test says so."""

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from probes.wire.rtsp import Framer, Request, encode_interleaved, encode_response

SPS = bytes.fromhex("674d401eeca05017fcb808800000030080000019078b16cb")  # 640x360
PPS = bytes.fromhex("68ebe3cb20")
SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Camera\r\nt=0 0\r\na=control:*\r\n"
    b"m=video 0 RTP/AVP 96\r\na=control:track1\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z01AHuygUBf8uAiAAAADAIAAABkHixbL,aOvjyyA=\r\n"
)

Fields = Iterable[tuple[str, str]]
Answer = Callable[["Session", Request], Awaitable[None]]


def rtp(sequence: int, timestamp: int, payload: bytes, *, marker: bool = False) -> bytes:
    """Encode an RTP packet (RFC 3550 §5.1) of payload type 96."""
    return struct.pack(">BBHII", 0x80, 96 | marker << 7, sequence & 0xFFFF, timestamp, 0x11223344) + payload


def picture(sequence: int, timestamp: int, *, key: bool = True, seed: int = 1) -> list[bytes]:
    """Encode one access unit as RTP packets: parameter sets and an IDR slice in two FU-As, or one slice."""
    body = bytes(seed % 251 or 1 for _ in range(200))
    if not key:
        return [rtp(sequence, timestamp, b"\x41\x9a" + body, marker=True)]
    return [
        rtp(sequence, timestamp, SPS),
        rtp(sequence + 1, timestamp, PPS),
        rtp(sequence + 2, timestamp, b"\x7c\x85\x88" + body),
        rtp(sequence + 3, timestamp, b"\x7c\x45" + body, marker=True),
    ]


class Session:
    """One connection to the camera."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._framer = Framer()
        self._waiting: list[Request] = []
        self.transport = ""  # what the last SETUP asked for

    async def request(self) -> Request | None:
        """Give the next request; None when the client has gone."""
        while not self._waiting:
            data = await self._reader.read(65536)
            if not data:
                return None
            self._waiting += [message for message in self._framer.feed(data) if isinstance(message, Request)]
        request = self._waiting.pop(0)
        self.transport = request.headers.get("transport") or self.transport
        return request

    def answer(self, request: Request, status: int = 200, fields: Fields = (), body: bytes = b"") -> None:
        """Answer with the request's CSeq."""
        cseq = request.headers.get("cseq") or "0"
        self.send(encode_response(status, [("CSeq", cseq), *fields], body))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        if not self.writer.is_closing():
            self.writer.write(data)

    def frames(self, packets: Iterable[bytes], channel: int = 0) -> None:
        """Send RTP packets interleaved."""
        for packet in packets:
            self.send(encode_interleaved(channel, packet))

    def hang_up(self) -> None:
        """Close the connection."""
        self.writer.close()


async def options(session: Session, request: Request) -> None:
    """Answer OPTIONS well."""
    session.answer(request, fields=[("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")])


async def describe(session: Session, request: Request) -> None:
    """Answer DESCRIBE well."""
    session.answer(request, fields=[("Content-Type", "application/sdp")], body=SDP)


async def setup(session: Session, request: Request) -> None:
    """Answer SETUP well, for RTP over TCP."""
    fields = [("Session", "ABCDEF;timeout=60"), ("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")]
    session.answer(request, fields=fields)


async def play(session: Session, request: Request) -> None:
    """Answer PLAY well and send one key frame."""
    session.answer(request, fields=[("Session", "ABCDEF")])
    session.frames(picture(1, 3000))


async def teardown(session: Session, request: Request) -> None:
    """Answer TEARDOWN well."""
    session.answer(request)


GOOD: dict[str, Answer] = {
    "OPTIONS": options,
    "DESCRIBE": describe,
    "SETUP": setup,
    "PLAY": play,
    "TEARDOWN": teardown,
}


class ScriptedCamera(AbstractAsyncContextManager["ScriptedCamera"]):
    """Listens on a free port of 127.0.0.1. `answers` take the place of the good ones, by method.

    `greet` is called with every new connection before anything is read.
    """

    def __init__(
        self,
        answers: dict[str, Answer] | None = None,
        *,
        greet: Callable[[Session], Awaitable[None]] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._answers = GOOD | (answers or {})
        self._greet = greet
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self.url_scheme = "rtsp" if tls is None else "rtsps"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.url_scheme}://127.0.0.1:{self.port}/stream"

    @property
    def methods(self) -> list[str]:
        """The methods it was asked, in order."""
        return [request.method for request in self.requests]

    @property
    def authorizations(self) -> list[str]:
        """Every log-in it was offered."""
        return [value for request in self.requests if (value := request.headers.get("authorization"))]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(Session(reader, writer)))
        self._tasks.add(task)

    async def _serve(self, session: Session) -> None:
        try:
            if self._greet is not None:
                await self._greet(session)
            while (request := await session.request()) is not None:
                self.requests.append(request)
                await self._answers[request.method](session, request)
        except ConnectionError:
            pass  # the client left: its right
        finally:
            session.writer.close()
