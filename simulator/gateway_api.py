"""A control API in MediaMTX's shape: /v3/paths and /v3/config/paths, in old and new field names.

Read-only; whatever else is asked is 404, as there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from aiohttp import encode_basic_auth, hdrs, web

from simulator.path import Look

PER_PAGE = 100  # itemsPerPage when it is not said
_YEAR_ONE = "0001-01-01T00:00:00Z"


class Generation(StrEnum):
    """Which field names are spoken."""

    OLD = "old"  # before 1.16: ready, bytesReceived
    BOTH = "both"  # 1.16.1: also available and online
    NEW = "new"  # the deprecated ones left out: available, online, inboundBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PathView:
    """One path, as the API needs it."""

    name: str
    look: Look
    source: str | None  # "rtspSource", "rtspSession"; None: no publisher
    readers: int
    on_demand: bool
    origin: str  # the configuration's source: a URL with credentials, or "publisher"


class Paths(Protocol):
    """What the API tells of."""

    def views(self) -> Sequence[PathView]:
        """Every path, in the order of names."""
        ...

    def view(self, name: str) -> PathView | None:
        """One path."""
        ...


def make_application(
    paths: Paths, *, login: tuple[str, str] | None, generation: Generation
) -> web.Application:
    """Make the API; `login` is asked for by Basic when it is given."""
    application = web.Application(middlewares=[_guard(login)] if login is not None else [])
    api = _Api(paths, generation)
    application.router.add_get("/v3/paths/list", api.list_paths)
    application.router.add_get("/v3/paths/get/{name:.+}", api.get_path)
    application.router.add_get("/v3/config/paths/list", api.list_configs)
    application.router.add_get("/v3/config/paths/get/{name:.+}", api.get_config)
    return application


def _guard(login: tuple[str, str]) -> Any:
    expected = encode_basic_auth(*login, encoding="utf-8")

    @web.middleware
    async def check(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        if request.headers.get(hdrs.AUTHORIZATION) == expected:
            response: web.StreamResponse = await handler(request)
            return response
        refused = _error(401, "authentication error")
        refused.headers[hdrs.WWW_AUTHENTICATE] = 'Basic realm="mediamtx"'
        return refused

    return check


class _Api:
    def __init__(self, paths: Paths, generation: Generation) -> None:
        self._paths = paths
        self._generation = generation

    async def list_paths(self, request: web.Request) -> web.Response:
        return _page(request, self._paths.views(), lambda view: write_path(view, self._generation))

    async def list_configs(self, request: web.Request) -> web.Response:
        return _page(request, self._paths.views(), write_config)

    async def get_path(self, request: web.Request) -> web.Response:
        view = self._paths.view(request.match_info["name"])
        if view is None:
            return _error(404, "path not found")
        return _json(200, write_path(view, self._generation))

    async def get_config(self, request: web.Request) -> web.Response:
        view = self._paths.view(request.match_info["name"])
        return (
            _json(200, write_config(view))
            if view is not None
            else _error(404, "path configuration not found")
        )


def _page(
    request: web.Request, views: Sequence[PathView], write: Callable[[PathView], Mapping[str, object]]
) -> web.Response:
    size, number = request.query.get("itemsPerPage", str(PER_PAGE)), request.query.get("page", "0")
    if not size.isdecimal() or int(size) == 0:
        return _error(400, "invalid items per page")
    if not number.isdecimal():
        return _error(400, "invalid page")
    first = int(size) * int(number)
    items = [write(view) for view in views[first : first + int(size)]]
    pages = -(-len(views) // int(size))
    return _json(200, {"itemCount": len(views), "pageCount": pages, "items": items})


def _json(status: int, value: object) -> web.Response:
    return web.json_response(value, status=status, dumps=_dumps)


def _error(status: int, text: str) -> web.Response:
    return _json(status, {"status": "error", "error": text})


_dumps = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def write_path(view: PathView, generation: Generation) -> dict[str, object]:
    """One item of /v3/paths/list."""
    look = view.look
    written: dict[str, object] = {"name": view.name, "confName": view.name}
    since = _time(look.ready_since) if look.ready_since is not None else None
    if generation is not Generation.NEW:
        written |= {"ready": look.ready, "readyTime": since}
    if generation is not Generation.OLD:
        online_time = _time(look.online_since) if look.online_since is not None else _YEAR_ONE
        written |= {
            "available": look.ready,
            "availableTime": since,
            "online": look.online,
            "onlineTime": online_time if look.online else None,
        }
    written["source"] = {"type": view.source, "id": ""} if view.source is not None else None
    tracks = ["H264"] if look.ready else []
    readers = [{"type": "rtspSession", "id": ""}] * view.readers
    if generation is Generation.NEW:
        return written | {
            "tracks2": [{"codec": track, "codecProps": None} for track in tracks],
            "readers": readers,
            "inboundBytes": look.received,
            "outboundBytes": 0,
            "inboundFramesInError": 0,
        }
    return written | {"tracks": tracks, "bytesReceived": look.received, "bytesSent": 0, "readers": readers}


def write_config(view: PathView) -> dict[str, object]:
    """One item of /v3/config/paths/list: like the real one, it shows the cameras' passwords."""
    return {
        "name": view.name,
        "source": view.origin,
        "sourceFingerprint": "",
        "sourceOnDemand": view.on_demand,
        "sourceOnDemandStartTimeout": "10s",
        "sourceOnDemandCloseAfter": "10s",
        "maxReaders": 0,
        "record": False,
    }


def _time(moment: datetime) -> str:
    """RFC 3339 with nanoseconds, as Go writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
