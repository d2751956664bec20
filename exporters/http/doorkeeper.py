"""Asks every request who it is, as the web configuration wants it, before anything else is done for it.

Every path alike, as exporter-toolkit does it: also whether the monitor is alive is told only to those who may
ask.
"""

import asyncio
import ipaddress
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from exporters.http.access import Access
from exporters.http.passwords import LogIn, Passwords
from monitor.settings.web_config import WebConfig

log: structlog.stdlib.BoundLogger = structlog.get_logger()

CHALLENGE = 'Basic realm="cctv-monitor", charset="UTF-8"'  # RFC 7617 §2.1
TELL_EVERY = 10.0  # seconds
LATER = {
    LogIn.TOO_MANY: (503, "too many log-ins at once; ask again"),
    LogIn.TOO_MANY_OF_ONE: (429, "too many log-ins of this address at once; ask again"),
}


class Doorkeeper:
    """Lets in whom the web configuration names."""

    def __init__(self, access: Access, passwords: Passwords) -> None:
        self._access = access
        self._passwords = passwords
        self._refused = 0  # log-ins, since the last word of it in the log
        self._told_at = -TELL_EVERY

    def middleware(self) -> Middleware:
        """Make what stands before every handler."""

        @web.middleware
        async def ask(request: web.Request, handler: Handler) -> web.StreamResponse:
            """Hand a request on, or refuse it."""
            refusal = await self._refusal(request)
            response = refusal if refusal is not None else await handler(request)
            if _context_of(request) is not self._access.reading.context:
                response.force_close()  # the next connection is made with what holds now
            return response

        return ask

    async def _refusal(self, request: web.Request) -> web.Response | None:
        """Return what refuses a request; None: it is let in."""
        if self._access.refuses:
            return _plain(503, "the web configuration cannot be used; the log says why")
        config = self._access.reading.config
        if not _is_allowed(request, config):
            return _plain(403, "this certificate is not one of client_allowed_sans")
        if not config.basic_auth_users:
            return None
        given = credentials(request.headers.getall(hdrs.AUTHORIZATION, []))
        if given is None:
            return _unknown()
        log_in = await self._passwords.check(config.basic_auth_users, *given, peer=request.remote or "")
        if log_in is LogIn.RIGHT:
            return None
        self._tell(request.remote, log_in)
        return _unknown() if log_in is LogIn.WRONG else _later(log_in)

    def _tell(self, peer: str | None, log_in: LogIn) -> None:
        """Say in the log that log-ins are refused; who guesses fast does not fill it."""
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= TELL_EVERY:
            log.warning("log_ins_refused", count=self._refused, last_peer=peer, last=log_in.value)
            self._refused, self._told_at = 0, now

    async def dress(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put on the headers that the web configuration sets; a blank one leaves ours."""
        for name, value in self._access.reading.config.http_server_config.headers.items():
            if value:
                response.headers[name] = value


def credentials(headers: list[str]) -> tuple[str, bytes] | None:
    """Read a name and a password out of the Authorization headers (RFC 7617 §2); None: there are none."""
    if len(headers) != 1:
        return None
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = b64decode(token.strip(" "), validate=True).partition(b":")
        return (name.decode(), password) if colon else None
    except ValueError:
        return None


def _is_allowed(request: web.Request, config: WebConfig) -> bool:
    """Say whether a client's certificate is for one of the names that may ask."""
    tls = config.tls_server_config
    if tls is None or tls.client_allowed_sans is None:
        return True
    shown = request.transport.get_extra_info("peercert") if request.transport is not None else None
    return not set(tls.client_allowed_sans).isdisjoint(alternative_names(shown or {}))


def alternative_names(certificate: Mapping[str, Any]) -> Iterator[str]:
    """Give the alternative names of a certificate: DNS, e-mail, URI, and addresses in their short form."""
    for kind, name in certificate.get("subjectAltName", ()):
        yield str(ipaddress.ip_address(name.strip())) if kind == "IP Address" else name


def _context_of(request: web.Request) -> object:
    return request.transport.get_extra_info("sslcontext") if request.transport is not None else None


def _unknown() -> web.Response:
    response = _plain(401, "unauthorized")
    response.headers[hdrs.WWW_AUTHENTICATE] = CHALLENGE
    return response


def _later(log_in: LogIn) -> web.Response:
    response = _plain(*LATER[log_in])
    response.headers[hdrs.RETRY_AFTER] = "1"
    return response


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")
