"""Bounded, read-only questions to one gateway's HTTP API: GET, and nothing else.

Absent on purpose: redirects, retries, compression, cookies, and proxies from the environment. What goes
wrong is a value, Trouble, and never holds a password or anything that the gateway wrote.
"""

import asyncio
import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from probes.base import Credentials, Trust
from probes.failure import Failure, Stage, classify

AT_ONCE = 8  # connections to one gateway
CONNECT_SECONDS = 5.0  # two repeated SYNs are lost by then (RFC 6298: after 1 s and 3 s)
READ_BYTES = 1 << 20  # taken from the socket at once: pages are megabytes
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a question has no answer."""

    failure: Failure
    stage: Stage  # DESCRIBE stands for the exchange itself
    detail: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway answered."""

    status: int
    body: bytes


class Api:
    """One gateway's API. Connections are made on the first question and kept for the next."""

    def __init__(self, url: str, *, credentials: Credentials | None, trust: Trust | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or parts.hostname is None:
            raise ValueError("a gateway's API is asked at http://HOST[:PORT] or https://HOST[:PORT]")
        port = parts.port or _PORTS[parts.scheme]
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self._base = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
        self._secure = parts.scheme == "https"
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._headers |= _log_in(credentials, parts.hostname, port, secure=self._secure)
        self._trust = trust or Trust()
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, *, most_bytes: int, deadline: float) -> Reply | Trouble:
        """Ask for `path`, already quoted, with its query. `deadline`: on the loop's clock, for everything."""
        left = deadline - asyncio.get_running_loop().time()
        timeout = aiohttp.ClientTimeout(total=None, connect=min(CONNECT_SECONDS, max(0.001, left * 0.8)))
        session = self._open()
        if isinstance(session, Trouble):
            return session
        try:
            async with asyncio.timeout_at(deadline):
                async with session.get(
                    URL(self._base + path, encoded=True), allow_redirects=False, timeout=timeout
                ) as response:
                    return Reply(response.status, await _body(response, most_bytes))
        except _TooMuch:
            return _exchange(Failure.OVER_LIMIT, f"the answer has more than {most_bytes} bytes")
        except (aiohttp.ClientError, OSError) as error:
            return _trouble(error)

    async def close(self) -> None:
        """Give back the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession | Trouble:
        if self._session is None:
            try:
                tls = _tls(self._trust)
            except (OSError, ValueError):
                return _CANNOT_TRUST
            connector = aiohttp.TCPConnector(limit=AT_ONCE, ssl=tls)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=READ_BYTES,
                trust_env=False,
            )
        return self._session


_CANNOT_TRUST = Trouble(
    failure=Failure.TLS_FAILED,
    stage=Stage.TLS,
    detail="its CA file or certificate fingerprint, as configured, cannot be read",
)


class _TooMuch(Exception):
    """More bytes than may be."""


async def _body(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if (response.content_length or 0) > most_bytes:
        _drop(response)
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            _drop(response)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _drop(response: aiohttp.ClientResponse) -> NoReturn:
    response.close()
    raise _TooMuch


def _log_in(credentials: Credentials | None, host: str, port: int, *, secure: bool) -> dict[str, str]:
    """Make the Basic header (RFC 7617), for the credentials' own host and port alone."""
    if credentials is None or (credentials.host.lower(), credentials.port) != (host.lower(), port):
        return {}
    if not (secure or credentials.basic_in_clear):
        return {}
    pair = f"{credentials.username}:{credentials.password.value}"
    return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}


def _tls(trust: Trust) -> ssl.SSLContext | aiohttp.Fingerprint | bool:
    """Say how the gateway is recognised. Raises OSError or ValueError when that cannot be read."""
    if trust.fingerprint is not None:
        return aiohttp.Fingerprint(bytes.fromhex(trust.fingerprint.replace(":", "")))
    if trust.ca_file is not None:
        return ssl.create_default_context(cafile=trust.ca_file)
    return True


def _trouble(error: aiohttp.ClientError | OSError) -> Trouble:
    """Name what ended a question, in our own words: the library's may repeat what the gateway sent.

    Connecting has its own exceptions; all others happened in the exchange.
    """
    if isinstance(error, aiohttp.ServerFingerprintMismatch | aiohttp.ClientConnectorCertificateError):
        return _tls_failed("its certificate is not the one we trust")
    if isinstance(error, aiohttp.ClientSSLError):
        return _tls_failed("it does not speak TLS as we do")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _connecting(error.os_error)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return _connecting(TimeoutError())
    if isinstance(error, TimeoutError):
        return _exchange(Failure.TIMED_OUT, "it did not answer in full within the time")
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | OSError):
        return _exchange(Failure.CLOSED_EARLY, "it closed the connection before its answer was complete")
    return _exchange(Failure.PROTOCOL_ERROR, "it does not speak HTTP")


def _connecting(error: OSError) -> Trouble:
    failure = classify(error, Stage.CONNECT)
    stage = Stage.RESOLVE if failure is Failure.DNS_FAILED else Stage.CONNECT
    return Trouble(failure=failure, stage=stage, detail="it could not be connected to")


def _tls_failed(detail: str) -> Trouble:
    return Trouble(failure=Failure.TLS_FAILED, stage=Stage.TLS, detail=detail)


def _exchange(failure: Failure, detail: str) -> Trouble:
    return Trouble(failure=failure, stage=Stage.DESCRIBE, detail=detail)
