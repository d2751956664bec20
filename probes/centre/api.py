"""Bounded, read-only questions to one gateway's HTTP API: GET, and nothing else.

Absent on purpose: redirects, retries, compression, cookies, and proxies from the environment. What goes
wrong is a value, Trouble, and never holds a password or anything that the gateway wrote.
"""

import asyncio
from base64 import b64encode
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from probes.base import Credentials, Trust
from probes.http_answer import CANNOT_TRUST, Reply, TooMuch, Trouble, make_tls, name_trouble, read_body

AT_ONCE = 8  # connections to one gateway
CONNECT_SECONDS = 5.0  # two repeated SYNs are lost by then (RFC 6298: after 1 s and 3 s)
READ_BYTES = 1 << 20  # taken from the socket at once: pages are megabytes
_PORTS = {"http": 80, "https": 443}


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
                    return Reply(response.status, await read_body(response, most_bytes))
        except (aiohttp.ClientError, OSError, TooMuch) as error:
            return name_trouble(error)

    async def close(self) -> None:
        """Give back the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession | Trouble:
        if self._session is None:
            try:
                tls = make_tls(self._trust)
            except (OSError, ValueError):
                return CANNOT_TRUST
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


def _log_in(credentials: Credentials | None, host: str, port: int, *, secure: bool) -> dict[str, str]:
    """Make the Basic header (RFC 7617), for the credentials' own host and port alone."""
    if credentials is None or (credentials.host.lower(), credentials.port) != (host.lower(), port):
        return {}
    if not (secure or credentials.basic_in_clear):
        return {}
    pair = f"{credentials.username}:{credentials.password.value}"
    return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
