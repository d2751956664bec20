"""How a make-believe gateway fetches a camera's video: a small RTSP client over TCP (RFC 2326 §10.12).

It trusts whom it asks, for those are the make-believe cameras; the monitor's own probe is another thing.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from probes.wire.digest import Authorizer, choose, parse_challenges
from probes.wire.error import WireError
from probes.wire.headers import parse_session, resolve_control
from probes.wire.rtsp import Framer, Interleaved, Message, Response, encode_request
from probes.wire.sdp import Format, parse_sdp

DESCRIBE, SETUP, PLAY, TEARDOWN = "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"


class PullFailed(Exception):
    """The camera did not let itself be played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a stream is fetched, and as whom."""

    host: str
    port: int
    url: str  # without credentials
    username: str
    password: str = field(repr=False)


class Pull:
    """One RTSP session with a camera. Open it, then read packets until it ends."""

    def __init__(self, origin: Origin, rng: Random, on_packet: Callable[[bytes], None]) -> None:
        self.video = Format(payload_type=0)
        self.fps = 0.0
        self._origin = origin
        self._rng = rng
        self._on_packet = on_packet
        self._framer = Framer()
        self._messages: list[Message] = []
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._authorizer: Authorizer | None = None
        self._session = ""
        self._cseq = 0

    async def open(self, patience: float) -> None:
        """Connect and play within so many seconds. PullFailed for whatever is in the way."""
        try:
            async with asyncio.timeout(patience):
                await self._play()
        except (OSError, EOFError, WireError) as error:
            raise PullFailed(type(error).__name__) from error

    async def read(self, silence: float) -> None:
        """Hand on packets until the camera leaves or is silent for so many seconds."""
        with suppress(OSError, EOFError, WireError):
            while True:
                async with asyncio.timeout(silence):
                    message = await self._next()
                if isinstance(message, Interleaved) and message.channel == 0:
                    self._on_packet(message.payload)

    def close(self) -> None:
        """Say good-bye and go; nothing is waited for."""
        if self._streams is None:
            return
        writer = self._streams[1]
        if self._session:
            with suppress(OSError):
                writer.write(self._encode(TEARDOWN, self._origin.url))
        writer.close()

    async def _play(self) -> None:
        self._streams = await asyncio.open_connection(self._origin.host, self._origin.port)
        described = await self._ask(DESCRIBE, self._origin.url, [("Accept", "application/sdp")])
        media = next(iter(parse_sdp(described.body).videos()), None)
        video = media.format_of("H264") if media is not None else None
        if media is None or video is None:
            raise PullFailed("no H.264")
        self.video, self.fps = video, media.framerate or 0.0
        control = resolve_control(
            media.control,
            request_url=self._origin.url,
            content_base=described.headers.get("content-base"),
            content_location=None,
        )
        setup = await self._ask(SETUP, control, [("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")])
        self._session = parse_session(setup.headers.get("session") or "").id
        await self._ask(PLAY, self._origin.url, [("Range", "npt=0.000-")])

    async def _ask(self, method: str, url: str, fields: list[tuple[str, str]]) -> Response:
        """Ask once, and once more with name and password when asked for them."""
        response = await self._exchange(method, url, fields)
        if response.status == 401 and self._authorizer is None:
            challenge = choose(
                parse_challenges(response.headers.get_all("www-authenticate")), basic_allowed=True
            )
            if challenge is not None:
                self._authorizer = Authorizer(
                    self._origin.username, self._origin.password, challenge, self._make_cnonce
                )
                response = await self._exchange(method, url, fields)
        if response.status != 200:
            raise PullFailed(f"{response.status} to {method}")
        return response

    async def _exchange(self, method: str, url: str, fields: list[tuple[str, str]]) -> Response:
        if self._streams is None:
            raise PullFailed("not connected")
        self._streams[1].write(self._encode(method, url, fields))
        while True:
            message = await self._next()
            if isinstance(message, Response):
                return message

    def _encode(self, method: str, url: str, fields: list[tuple[str, str]] | None = None) -> bytes:
        self._cseq += 1
        head = [("CSeq", str(self._cseq)), ("User-Agent", "make-believe gateway")]
        if self._authorizer is not None:
            head.append(("Authorization", self._authorizer.header(method, url)))
        if self._session:
            head.append(("Session", self._session))
        return encode_request(method, url, [*head, *(fields or [])])

    async def _next(self) -> Message:
        while not self._messages:
            if self._streams is None:
                raise EOFError
            data = await self._streams[0].read(65536)
            if not data:
                raise EOFError
            self._messages = self._framer.feed(data)
        return self._messages.pop(0)

    def _make_cnonce(self) -> str:
        return f"{self._rng.getrandbits(64):016x}"
