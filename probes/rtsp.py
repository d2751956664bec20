"""The RTSP probe: one attempt at one stream, from its name to a complete key frame.

The parts: address (where), connection (the way there; secure: with TLS), lines (sockets), alarms (time),
conversation (the stages), exchange (one question at a time), log_in (credentials), media (packets to key
frame), datagram (RTP over UDP).
Here they are put together, and what they saw becomes an Observation. No retry, no judgement.
"""

import asyncio
import base64
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime

from probes.address import Address, masked, parse_address, passwords_in
from probes.base import CheckOptions, Observation, Side, Target, Trust
from probes.connection import Connection, Resolve, resolve
from probes.conversation import Conversation
from probes.failure import Stage
from probes.lines import Lines
from probes.log_in import LogIn
from probes.media import video_of
from probes.secure import SecureConnection
from probes.tls import TlsContexts

MAX_DETAIL = 200  # characters
CUT = 3  # characters of a secret that are told from chance

_SYSTEM_TRUST = Trust()
_QUOTE = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")  # as repr writes them
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")


def _cnonce() -> str:
    return secrets.token_hex(8)


class RtspProbe:
    """Asks cameras and gateways over RTSP. One probe serves any number of checks at the same time."""

    __slots__ = ("_clock", "_cnonce", "_lines", "_on_stage", "_resolve", "_side", "_tls")

    def __init__(
        self,
        side: Side,
        *,
        resolve: Resolve = resolve,
        clock: Callable[[], float] = time.monotonic,
        cnonce: Callable[[], str] = _cnonce,
        on_stage: Callable[[Stage, float], None] | None = None,
    ) -> None:
        self._side = side
        self._resolve = resolve
        self._clock = clock
        self._cnonce = cnonce
        self._on_stage = on_stage
        self._tls = TlsContexts()
        self._lines: Lines | None = None  # of the loop that the last check ran on

    async def __call__(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Ask once. Raises BadAddress for a URL that cannot be asked; nothing for a camera's trouble."""
        address = parse_address(target.url)
        connection = self._connection(address, target.trust)
        conversation = Conversation(
            connection,
            target.url,
            LogIn(target.credentials, address, self._cnonce),
            options,
            clock=self._clock,
            on_stage=self._on_stage,
        )
        await connection.run(conversation, address, self._resolve)
        return observe(target, self._side, now, conversation)

    def _connection(self, address: Address, trust: Trust | None) -> Connection:
        loop = asyncio.get_running_loop()
        if self._lines is None or not self._lines.serves(loop):
            self._lines = Lines(loop)
        if address.secure:
            return SecureConnection(loop, self._lines, address.host, trust or _SYSTEM_TRUST, self._tls)
        return Connection(loop, self._lines)


def observe(target: Target, side: Side, at: datetime, seen: Conversation) -> Observation:
    """Write down what a finished conversation saw."""
    watch = seen.watch
    return Observation(
        target=target.id,
        side=side,
        at=at,
        reached=seen.reached,
        failure=seen.failure,
        failed_at=seen.failed_at,
        detail=scrub(seen.detail, target) if seen.detail else "",
        stages=tuple(seen.stages),
        transport=seen.transport,
        video=video_of(seen.track, watch),
        media=None if watch is None else watch.stats(),
        key_frame=watch is not None and watch.key_frame,
        fingerprints=() if watch is None else tuple(watch.fingerprints),
        log_ins=seen.log_in.offers,
        bytes_on_wire=seen.exchange.bytes_sent + seen.exchange.bytes_received,
        skipped_bytes=seen.exchange.skipped,
    )


def scrub(text: str, target: Target) -> str:
    """Make a detail fit for logs and reports: one short line, no log-in in any of its forms.

    What a camera said stands in quotes, all else are our own words. A quote that repeats a password is left
    out whole: a gap in it, or in our words where they happen to be the same, would give the password away.
    """
    secrets = [form for secret in _secrets(target) for form in (secret, repr(secret)[1:-1])]
    text = _QUOTE.sub(lambda quote: "'***'" if _repeats(quote[0][1:-1], secrets) else quote[0], text)
    text = masked(_USERINFO.sub("***@", text))
    return "".join(mark if mark.isprintable() else " " for mark in text)[:MAX_DETAIL]


def _secrets(target: Target) -> list[str]:
    """List what must not be told: passwords, and Basic's form of the log-in."""
    secrets = passwords_in(target.url)
    if target.credentials is not None:
        password = target.credentials.password.value
        secrets.append(password)
        secrets.append(base64.b64encode(f"{target.credentials.username}:{password}".encode()).decode())
    return [secret for secret in secrets if secret]


def _repeats(quote: str, secrets: list[str]) -> bool:
    """Say whether a quote holds a secret, or ends in the beginning of one because it was cut."""
    return any(
        secret in quote or any(quote.endswith(secret[:size]) for size in range(CUT, len(secret)))
        for secret in secrets
    )
