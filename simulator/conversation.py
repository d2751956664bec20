"""One client's RTSP connection (RFC 2326), from the server's side: cameras and gateways alike.

Only reading is served: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER. One session per
connection and one video track per session is all that the make-believe devices have.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

from probes.wire.error import WireError
from probes.wire.headers import Session, Transport, parse_session, parse_transport
from probes.wire.rtsp import Framer, Request, encode_response
from probes.wire.sdp import Format, Media, SessionDescription, encode_sdp
from simulator.burst import PAYLOAD_TYPE, Source
from simulator.clip import CLOCK_RATE
from simulator.guard import Guard
from simulator.track import Pipe, TcpPipe, Track, UdpPipe

CONTROL = "trackID=1"
SESSION_TIMEOUT = 60  # seconds, told to clients; not enforced
METHODS = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER")
_OPEN_METHODS = frozenset({"OPTIONS"})  # answered to anybody

Fields = list[tuple[str, str]]
Answer = tuple[int, Fields, bytes]


class House(Protocol):
    """Whose connection it is: a camera, or a gateway's RTSP side."""

    host: str
    name: str  # of the Server header
    guard: Guard | None
    rng: Random
    delay: float  # seconds before each answer
    deaf: bool  # takes connections and answers nothing
    requests: Counter[str]  # methods that were asked for
    refusals: int  # requests that lacked the right name and password
    bad_log_ins: int  # those of them that had a wrong one

    async def find(self, path: str) -> Source | int:
        """Give what a path (with its query) plays, or the status that says why not."""
        ...

    def turn_away(self, method: str) -> int | None:
        """Give the status with which a method is refused whoever asks; None: it is served."""
        ...


class Conversation:
    """One connection. `run` ends with it; `cut` ends it; `freeze` leaves it open and dead."""

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._house = house
        self._reader = reader
        self._writer = writer
        self._nonce = f"{house.rng.getrandbits(128):032x}"
        self._session = Session(id=f"{house.rng.getrandbits(40):010X}", timeout=SESSION_TIMEOUT)
        self._source: Source | None = None
        self._track: Track | None = None
        self._frozen = False

    async def run(self) -> None:
        """Answer until the client leaves."""
        framer = Framer()
        try:
            while data := await self._reader.read(65536):
                for message in framer.feed(data):
                    if isinstance(message, Request):
                        await self._respond(message)
        except (OSError, WireError):
            pass
        finally:
            self._drop_session()
            self.cut()

    def freeze(self) -> None:
        """Send and answer nothing any more, and let the client find out for itself."""
        self._frozen = True
        if self._source is not None and self._track is not None:
            self._source.leave(self._track)

    def cut(self) -> None:
        """Break the connection."""
        with suppress(OSError):
            self._writer.transport.abort()

    async def _respond(self, request: Request) -> None:
        self._house.requests[request.method] += 1
        if self._house.delay:
            await asyncio.sleep(self._house.delay)
        if self._house.deaf or self._frozen:
            await asyncio.get_running_loop().create_future()  # until the connection is cut
        status, fields, body = await self._answer(request)
        cseq = request.headers.get("cseq")
        head = [("CSeq", cseq)] if cseq is not None else []
        if not self._frozen:
            self._writer.write(encode_response(status, [*head, ("Server", self._house.name), *fields], body))
        if (
            status == 200
            and request.method == "PLAY"
            and self._source is not None
            and self._track is not None
        ):
            self._source.join(self._track)  # behind the answer: some clients read nothing else before it

    async def _answer(self, request: Request) -> Answer:
        guard = self._house.guard
        if request.method in _OPEN_METHODS:
            guard = None
        elif (status := self._house.turn_away(request.method)) is not None:
            return status, [], b""
        if guard is not None and not guard.admits(request, self._nonce):
            self._house.refusals += 1
            self._house.bad_log_ins += "authorization" in request.headers
            asked = [("WWW-Authenticate", each.encode()) for each in guard.challenges(self._nonce)]
            return 401, asked, b""
        handlers: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "OPTIONS": self._options,
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "PAUSE": self._pause,
            "TEARDOWN": self._teardown,
            "GET_PARAMETER": self._get_parameter,
        }
        handler = handlers.get(request.method)
        return await handler(request) if handler is not None else (405, [("Allow", ", ".join(METHODS))], b"")

    async def _options(self, _: Request) -> Answer:
        return 200, [("Public", ", ".join(METHODS))], b""

    async def _describe(self, request: Request) -> Answer:
        source = await self._house.find(_path_of(request.url))
        if isinstance(source, int):
            return source, [], b""
        base = request.url if request.url.endswith("/") else f"{request.url}/"
        fields = [("Content-Base", base), ("Content-Type", "application/sdp")]
        return 200, fields, _describe_source(source, self._house.host)

    async def _setup(self, request: Request) -> Answer:
        source = await self._house.find(_path_of(request.url))
        if isinstance(source, int):
            return source, [], b""
        try:
            asked = parse_transport(request.headers.get("transport") or "")
        except WireError:
            return 400, [], b""
        opened = self._open(asked)
        if opened is None:
            return 461, [], b""
        pipe, granted = opened
        self._drop_session()
        self._source, self._track = source, Track(pipe, self._house.rng, on_end=self.cut)
        granted = Transport(
            protocol=granted.protocol,
            interleaved=granted.interleaved,
            client_port=granted.client_port,
            server_port=granted.server_port,
            ssrc=self._track.ssrc,
        )
        return 200, [("Transport", granted.encode()), ("Session", self._session.encode())], b""

    def _open(self, asked: Transport) -> tuple[Pipe, Transport] | None:
        """Open what a client asks for: interleaved, or UDP to the client itself and nobody else."""
        if asked.protocol == "RTP/AVP/TCP":
            channels = asked.interleaved or (0, 1)
            return TcpPipe(self._writer.transport, channels), Transport(
                protocol=asked.protocol, interleaved=channels
            )
        if asked.protocol not in {"RTP/AVP", "RTP/AVP/UDP"} or not asked.unicast or asked.client_port is None:
            return None
        try:
            pipe = UdpPipe(self._house.host, self._writer.get_extra_info("peername")[0], asked.client_port)
        except OSError:
            return None
        return pipe, Transport(protocol=asked.protocol, client_port=asked.client_port, server_port=pipe.ports)

    async def _play(self, request: Request) -> Answer:
        if self._track is None or not self._is_ours(request):
            return 454, [], b""
        url = request.url.rstrip("/")
        info = f"url={url}/{CONTROL};seq={self._track.sequence}"
        return 200, [("Session", self._session.encode()), ("Range", "npt=0.000-"), ("RTP-Info", info)], b""

    async def _pause(self, request: Request) -> Answer:
        if self._track is None or self._source is None or not self._is_ours(request):
            return 454, [], b""
        self._source.leave(self._track)
        return 200, [("Session", self._session.encode())], b""

    async def _teardown(self, request: Request) -> Answer:
        if self._track is None or not self._is_ours(request):
            return 454, [], b""
        self._drop_session()
        return 200, [], b""

    async def _get_parameter(self, request: Request) -> Answer:
        return 200, [("Session", self._session.encode())] if self._is_ours(request) else [], b""

    def _is_ours(self, request: Request) -> bool:
        try:
            return parse_session(request.headers.get("session") or "").id == self._session.id
        except WireError:
            return False

    def _drop_session(self) -> None:
        if self._track is not None:
            if self._source is not None:
                self._source.leave(self._track)
            self._track.pipe.close()
        self._source = self._track = None


def _path_of(url: str) -> str:
    """The path and query of a request's URL, without what the track's control added."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path.removesuffix(CONTROL).rstrip("/")


def _describe_source(source: Source, host: str) -> bytes:
    video = Format(payload_type=PAYLOAD_TYPE, codec="H264", clock_rate=CLOCK_RATE, fmtp=source.parameters)
    media = Media(kind="video", formats=(video,), control=CONTROL, framerate=source.fps)
    return encode_sdp(SessionDescription(name="Media", control="*", media=(media,)), host=host)
