"""One bounded HTTP conversation with one device: a camera's ONVIF side, a recorder's own interface.

A device is hostile until it proves otherwise. Only the host and port of the given URL are ever dialled,
and a name is resolved once. Bodies are bounded before and while they are read, everything ends at the
caller's deadline. Who we are is said only when asked for (RFC 7616 Digest, RFC 7617 Basic), under the rules
of probes.log_in: at most twice in a row without being accepted, never to another host or port, never Basic
after Digest was seen.

Absent on purpose: redirects, retries, compression, cookies, proxies from the environment, and connections
that are kept: cheap devices close theirs without saying so, and the next question would have to be repeated.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from probes.address import Address
from probes.base import Credentials, Trust
from probes.failure import Failure, Stage
from probes.http_answer import (
    CANNOT_TRUST,
    Reply,
    TooMuch,
    Trouble,
    exchange_trouble,
    make_tls,
    name_trouble,
    read_body,
)
from probes.log_in import LogIn

MAX_BODY = 256 * 1024  # bytes of one answer; the list of a recorder with 256 inputs has a third of it
CONNECT_SECONDS = 5.0  # two repeated SYNs are lost by then (RFC 6298: after 1 s and 3 s)
READ_BYTES = 1 << 16  # taken from the socket at once
_PORTS = {"http": 80, "https": 443}
_REDIRECTED = exchange_trouble(Failure.REDIRECT_REFUSED, "it points to another address, which is not asked")
_NO_PATH = exchange_trouble(Failure.PROTOCOL_ERROR, "a path that no request can carry")


def _nonce() -> str:
    return secrets.token_hex(8)


class DeviceHttp:
    """The questions of one look at one device. Nothing is opened before the first, nothing stays open after.

    The path of `url` is not used: every question names its own. Raises ValueError for a URL that is our own
    mistake: another scheme, no host, or a log-in in it.
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        trust: Trust | None = None,
        most_bytes: int = MAX_BODY,
        cnonce: Callable[[], str] = _nonce,
    ) -> None:
        self._address = _parse(url)
        self._base = f"{'https' if self._address.secure else 'http'}://{self._address.authority}"
        self._trust = trust or Trust()
        self._most_bytes = most_bytes
        self._log_in = LogIn(credentials, self._address, cnonce)
        self._session: aiohttp.ClientSession | None = None
        self.bytes_on_wire = 0  # heads and bodies both ways, roughly: for the site's budget

    @property
    def secure(self) -> bool:
        """Whether TLS protects what is said."""
        return self._address.secure

    @property
    def log_ins(self) -> int:
        """How often credentials were offered."""
        return self._log_in.offers

    @property
    def refusal(self) -> str:
        """Why a 401 is the last word, for a technician; "" while there was none."""
        return self._log_in.refusal

    async def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        body: bytes = b"",
        *,
        content_type: str = "",
        deadline: float,
    ) -> Reply | Trouble:
        """Ask once, and again only with the log-in that a 401 asks for. Never raises for a device's trouble.

        `path` begins with "/" and is quoted, with its query. `deadline` is on the loop's clock, for
        everything. A Reply has any status but a redirect's; of a 401, `refusal` says why it is the last word.
        """
        if not path.startswith("/") or not path.isascii() or not path.isprintable() or " " in path:
            return _NO_PATH
        session = self._open()
        if isinstance(session, Trouble):
            return session
        url = URL(self._base + path, encoded=True)
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    reply, challenges = await self._once(session, method, url, body, content_type, deadline)
                    if reply.status != 401:
                        self._log_in.accept()
                        return _REDIRECTED if 300 <= reply.status < 400 else reply
                    if not self._log_in.take(challenges):
                        return reply
        except (aiohttp.ClientError, OSError, TooMuch, ValueError) as error:
            if isinstance(error, TooMuch):
                self.bytes_on_wire += error.size
            return name_trouble(error)

    async def close(self) -> None:
        """End the conversation. Allowed at any time, and twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _once(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: URL,
        body: bytes,
        content_type: str,
        deadline: float,
    ) -> tuple[Reply, list[str]]:
        """Make one request; gives the answer and what it says of log-ins."""
        headers = {"Content-Type": content_type} if content_type else {}
        authorization = self._log_in.authorization(method, url.raw_path_qs, body)
        if authorization is not None:
            headers["Authorization"] = authorization
        left = deadline - asyncio.get_running_loop().time()
        timeout = aiohttp.ClientTimeout(total=None, connect=min(CONNECT_SECONDS, max(0.001, left * 0.8)))
        async with session.request(
            method, url, data=body or None, headers=headers, allow_redirects=False, timeout=timeout
        ) as response:
            self.bytes_on_wire += len(body) + _head_bytes(response)
            received = await read_body(response, self._most_bytes)
            self.bytes_on_wire += len(received)
            return Reply(response.status, received), response.headers.getall("WWW-Authenticate", [])

    def _open(self) -> aiohttp.ClientSession | Trouble:
        if self._session is None:
            try:
                tls = make_tls(self._trust)
            except (OSError, ValueError):
                return CANNOT_TRUST
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=1, ssl=tls, force_close=True, ttl_dns_cache=None),
                headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "cctv-monitor"},
                skip_auto_headers=("Content-Type",),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=READ_BYTES,
                trust_env=False,
            )
        return self._session


def stage_before(stage: Stage, *, secure: bool) -> Stage | None:
    """Give the stage that was completed when an HTTP question ended at `stage`; DESCRIBE is the exchange."""
    if stage is Stage.RESOLVE:
        return None
    if stage is Stage.CONNECT:
        return Stage.RESOLVE
    return Stage.TLS if secure and stage is Stage.DESCRIBE else Stage.CONNECT


def _parse(url: str) -> Address:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("a device is asked at http://HOST[:PORT] or https://HOST[:PORT]")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the URL carries a log-in: give the user name and the password apart")
    host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    return Address(host, port, secure=parts.scheme == "https", numeric=":" in host)


def _head_bytes(response: aiohttp.ClientResponse) -> int:
    """Count the two heads, roughly: what stands in them and four characters a line."""
    sent = sum(len(name) + len(value) + 4 for name, value in response.request_info.headers.items())
    received = sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
    return sent + received + len(response.url.raw_path_qs) + 40
