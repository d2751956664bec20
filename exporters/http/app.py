"""The monitor over HTTP: metrics, whether it is alive, whether it is ready, and a page that says so.

Read only: GET and HEAD. Without a web configuration nobody is asked for a password: it is served on loopback
alone, and every request must name this machine as its host.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from exporters.http.access import Access
from exporters.http.api.library import Library
from exporters.http.api.routes import add_routes
from exporters.http.discovery import Discovery
from exporters.http.doorkeeper import Doorkeeper
from exporters.http.index import index_page
from exporters.http.listen import LOOPBACK_NAMES, is_ours
from exporters.http.metrics import Chunks, Scrapes
from exporters.http.passwords import Passwords
from exporters.http.probe import Check, Probes
from exporters.locale.texts import choose_locale
from monitor.run.board import Board

log: structlog.stdlib.BoundLogger = structlog.get_logger()

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_app(
    *,
    metrics: Chunks,
    not_ready: Callable[[], Sequence[str]],
    version: str,
    locale: str = "en",
    hosts: Iterable[str] = (),
    library: Library | None = None,
    check: Check | None = None,
    board: Board | None = None,
    access: Access | None = None,
) -> web.Application:
    """Make the application.

    `metrics` gives the text of one scrape in chunks. `not_ready` names the reasons why the present cannot be
    relied on yet. `locale` is for readers who ask for no language. `hosts` are names by which a proxy may
    ask for us, beside the loopback ones. `library` is what the JSON API answers from; None: there is no API.
    `check` looks at a camera of the register for /probe; None: there is no /probe. `board` knows the register
    for /sd; None: there is no /sd. `access` says who may ask; None: nobody is asked.
    """
    app = web.Application(middlewares=[_plain_errors, _ours_only(LOOPBACK_NAMES | set(hosts), access)])
    app.on_response_prepare.append(_dress)
    if access is not None:
        _guard(app, access)
    pages = _Pages(not_ready, version, locale)
    app.router.add_get("/", pages.index)
    app.router.add_get("/metrics", Scrapes(metrics).answer)
    for path in ("/healthz", "/-/healthy"):
        app.router.add_get(path, pages.healthz)
    for path in ("/readyz", "/-/ready"):
        app.router.add_get(path, pages.readyz)
    if library is not None:
        add_routes(app, library, version=version)
    if check is not None:
        app.router.add_get("/probe", Probes(check, locale).answer, allow_head=False)
    if board is not None:
        app.router.add_get("/sd/cameras", Discovery(board).cameras)
    return app


def _guard(app: web.Application, access: Access) -> None:
    """Ask every request who it is."""
    passwords = Passwords(secrets.token_bytes(32))
    doorkeeper = Doorkeeper(access, passwords)
    app.middlewares.append(doorkeeper.middleware())
    app.on_response_prepare.append(doorkeeper.dress)

    async def close(_app: web.Application) -> None:
        passwords.close()

    app.on_cleanup.append(close)


class _Pages:
    """Everything that is not a scrape."""

    def __init__(self, not_ready: Callable[[], Sequence[str]], version: str, locale: str) -> None:
        self._not_ready = not_ready
        self._version = version
        self._locale = locale

    async def healthz(self, _request: web.Request) -> web.Response:
        """Answer: whoever reads this knows that the process runs and its loop turns."""
        return web.Response(text="alive\n")

    async def readyz(self, _request: web.Request) -> web.Response:
        """Answer 200, or 503 with one reason per line."""
        reasons = self._not_ready()
        if reasons:
            return web.Response(status=503, text="".join(f"{_one_line(reason)}\n" for reason in reasons))
        return web.Response(text="ready\n")

    async def index(self, request: web.Request) -> web.Response:
        """Answer with the page, in the reader's language."""
        locale = choose_locale(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), self._locale)
        page = index_page(locale, self._version, self._not_ready())
        headers = {hdrs.CONTENT_LANGUAGE: locale, hdrs.VARY: hdrs.ACCEPT_LANGUAGE}
        return web.Response(text=page, content_type="text/html", charset="utf-8", headers=headers)


def _one_line(reason: str) -> str:
    return " ".join(reason.split())


def _ours_only(allowed: frozenset[str], access: Access | None) -> Middleware:
    @web.middleware
    async def ours_only(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse a request that was meant for another host (RFC 9110 §7.4).

        Where everybody is asked who they are, any name will do: a browser sends no password, and shows no
        certificate, for a name that was rebound to us, and the monitor need not know how it is called.
        """
        names = request.headers.getall(hdrs.HOST, [])
        asked = access is not None and access.reading.config.asks_everybody
        if len(names) != 1 or not (asked or is_ours(names[0], allowed)):
            return web.Response(status=421, text="this host is not served here\n")
        return await handler(request)

    return ours_only


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in one plain line. What went wrong inside is for the log, not for the asker."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        kept = {name: error.headers[name] for name in (hdrs.ALLOW, hdrs.RETRY_AFTER) if name in error.headers}
        return web.Response(status=error.status, text=f"{error.reason.lower()}\n", headers=kept)
    except Exception:
        log.exception("request_failed", path=request.path)
        return web.Response(status=500, text="internal server error\n")


async def _dress(_request: web.Request, response: web.StreamResponse) -> None:
    """Put on the security headers, and do not name the software."""
    response.headers.update(HEADERS)
    response.headers.popall(hdrs.SERVER, None)
