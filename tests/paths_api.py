"""A tiny control API on loopback, in MediaMTX's shape, for tests to break in every way."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def path_item(name: str, count: int = 0, **more: Any) -> dict[str, Any]:
    """Write one path as a present-day gateway does."""
    return {
        "name": name,
        "confName": name,
        "ready": True,
        "available": True,
        "online": True,
        "source": {"type": "rtspSource", "id": ""},
        "readers": [],
        "bytesReceived": count,
        "inboundBytes": count,
        **more,
    }


@dataclass
class PathsApi:
    """Paths by name, configurations, and what was asked for."""

    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    configurations: list[dict[str, Any]] = field(default_factory=list)
    most_items: int = 1_000_000  # per page, whatever was asked for
    log_in: tuple[str, str] | None = None
    before: dict[str, Handler] = field(default_factory=dict)  # by path: answers instead
    on_page: Callable[[int], None] = lambda _: None  # called when a page was made
    requests: list[str] = field(default_factory=list)  # path and query
    log_ins: list[str | None] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        self.requests.append(request.path_qs)
        self.log_ins.append(request.headers.get("Authorization"))
        if self.log_in is not None and request.headers.get("Authorization") != basic(*self.log_in):
            return web.json_response({"error": "authentication error"}, status=401)
        if request.path in self.before:
            return await self.before[request.path](request)
        if request.path == "/v3/paths/list":
            return self._page(request, list(self.paths.values()))
        if request.path == "/v3/config/paths/list":
            return self._page(request, self.configurations)
        name = request.path.removeprefix("/v3/paths/get/")
        if name in self.paths:
            return web.json_response(self.paths[name])
        return web.json_response({"status": "error", "error": "path not found"}, status=404)

    def _page(self, request: web.BaseRequest, items: list[dict[str, Any]]) -> web.Response:
        size = min(self.most_items, int(request.query["itemsPerPage"]))
        number = int(request.query["page"])
        some = items[number * size : (number + 1) * size]
        response = web.json_response(
            {"itemCount": len(items), "pageCount": -(-len(items) // size), "items": some}
        )
        self.on_page(number)
        return response


def basic(username: str, password: str) -> str:
    """Write the Authorization header of RFC 7617."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve on a free loopback port; gives the URL."""
    server = web.Server(handler)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def talking(say: Iterable[bytes], *, hang: bool = False) -> AsyncIterator[str]:
    """Serve bytes that are no HTTP server's: sent as they are to whoever connects."""
    done = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1)
            for piece in say:
                writer.write(piece)
                await writer.drain()
            if hang:
                await done.wait()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        done.set()
        server.close()
        await server.wait_closed()
