"""A gateway that is MediaMTX, or speaks its control API: `GET /v3/paths/list`, page by page.

Both generations of field names are read. The flags (ready, available, online) are carried as evidence;
what counts is the byte counter, and it is the judge who compares two of them.

A list is told whole or not at all: half of one would make the other half look lost.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

import msgspec

from probes.centre.api import AT_ONCE, Api
from probes.centre.base import GatewayAccess, StreamSample, Sweep
from probes.centre.demand import Demand
from probes.centre.paging import Page, read_list, understand
from probes.failure import Failure, Stage
from probes.http_answer import Reply, Trouble

PAGE = 10_000  # paths; for every page the gateway walks through all its paths, so few pages are kinder
MAX_BYTES = 1024 * 1024 * 1024  # of one list: a path has about 500 bytes, and 70 more for each reader
MAX_PATH_BYTES = 1024 * 1024  # of one path
# Asking for one path by name costs us 0.45 ms, listing one 3 µs; a list costs the gateway more than us.
PATHS_PER_QUESTION = 75

Samples = dict[str, StreamSample]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Source(msgspec.Struct, gc=False):
    type: str = ""


class _Reader(msgspec.Struct, gc=False):
    """Somebody who reads a path: only that there is one counts."""


class _Path(msgspec.Struct, gc=False, rename="camel"):
    """What is read of one path: newer names, and those that they replaced."""

    name: str
    conf_name: str = ""
    inbound_bytes: _Count | None = None
    bytes_received: _Count | None = None
    ready: bool | None = None
    source_ready: bool | None = None
    available: bool | None = None
    online: bool | None = None
    source: _Source | None = None
    readers: list[_Reader] | None = None


class _NotFound(msgspec.Struct):
    error: str


_PAGE = msgspec.json.Decoder(Page[_Path])
_PATH = msgspec.json.Decoder(_Path)
_NOT_FOUND = msgspec.json.Decoder(_NotFound)


class MediaMtx:
    """Asks one gateway's control API. Reads only; never changes its configuration."""

    needs_keys = False

    def __init__(self, access: GatewayAccess) -> None:
        self._access = access
        self._api = Api(access.url, credentials=access.credentials, trust=access.trust)
        self._demand = Demand(self._api)
        self._listed = 0  # paths in the last whole list

    async def sweep(self, stream_keys: Sequence[str] | None = None) -> Sweep:
        """List every path, or ask for these by name when that is cheaper than the list."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline = began + self._access.timeout
        if stream_keys is not None and self._are_few(stream_keys):
            found = await self._ask_each(stream_keys, deadline)
        else:
            found = await self._list(deadline)
        complete, asked = stream_keys is None, tuple(stream_keys or ())
        at, seconds = self._access.now(), loop.time() - began
        if isinstance(found, Trouble):
            why = (found.failure, found.stage, found.detail)
            return Sweep(self._access.gateway_id, at, seconds, {}, complete, asked, *why)
        if not complete:
            found = {key: found[key] for key in asked if key in found}
        return Sweep(self._access.gateway_id, at, seconds, found, complete, asked)

    async def close(self) -> None:
        """Give back connections."""
        await self._api.close()

    def _are_few(self, stream_keys: Sequence[str]) -> bool:
        """Say whether asking by name is cheaper; a name that climbs ("..") cannot be asked for at all."""
        climbs = any({".", ".."} & set(key.split("/")) for key in stream_keys)
        return len(stream_keys) * PATHS_PER_QUESTION <= self._listed and not climbs

    async def _list(self, deadline: float) -> Samples | Trouble:
        samples: Samples = {}
        waiting: dict[str, str] = {}  # path -> configuration, of those that may wait for a reader
        demand = self._demand.known

        def add(paths: list[_Path]) -> int:
            for path in paths:
                sample = samples[path.name] = _sample(path, demand.get(path.conf_name))
                if not sample.ready and not sample.readers:
                    waiting[path.name] = path.conf_name
            return len(samples)

        trouble = await read_list(
            self._api, "/v3/paths/list", _PAGE, add, page_items=PAGE, most_bytes=MAX_BYTES, deadline=deadline
        )
        if trouble is not None:
            return trouble
        self._listed = len(samples)
        if waiting and await self._demand.refresh(deadline=deadline):
            self._correct(samples, waiting)
        return samples

    def _correct(self, samples: Samples, waiting: dict[str, str]) -> None:
        """Say of the paths that wait what the configuration, just read, says of them."""
        for key, conf_name in waiting.items():
            on_demand = self._demand.known.get(conf_name)
            if samples[key].on_demand is not on_demand:
                samples[key] = msgspec.structs.replace(samples[key], on_demand=on_demand)

    async def _ask_each(self, stream_keys: Sequence[str], deadline: float) -> Samples | Trouble:
        """Ask for a few paths by name, some at a time, until one question meets trouble."""
        samples: Samples = {}
        troubles: list[Trouble] = []
        keys = iter(dict.fromkeys(stream_keys))

        async def work() -> None:
            for key in keys:
                found = await self._ask(key, deadline)
                if isinstance(found, Trouble):
                    troubles.append(found)
                elif found is not None:
                    samples[key] = found
                if troubles:
                    return

        await asyncio.gather(*(work() for _ in range(min(AT_ONCE, len(stream_keys)))))
        return troubles[0] if troubles else samples

    async def _ask(self, key: str, deadline: float) -> StreamSample | Trouble | None:
        """Ask for one path; None when the gateway says that it has none of that name."""
        reply = await self._api.get(
            "/v3/paths/get/" + quote(key), most_bytes=MAX_PATH_BYTES, deadline=deadline
        )
        if isinstance(reply, Reply) and reply.status == 404 and _says_no_path(reply.body):
            return None
        path = understand(reply, _PATH)
        if isinstance(path, Trouble):
            return path
        if path.name != key:
            return Trouble(
                failure=Failure.PROTOCOL_ERROR, stage=Stage.DESCRIBE, detail="it told of another path"
            )
        return _sample(path, self._demand.known.get(path.conf_name))


def _says_no_path(body: bytes) -> bool:
    """Tell the API's own "path not found" from a server where there is no such API."""
    said = understand(Reply(200, body), _NOT_FOUND)
    return not body or isinstance(said, _NotFound)


def _sample(path: _Path, on_demand: bool | None) -> StreamSample:
    inbound, source, readers = path.inbound_bytes, path.source, path.readers
    return StreamSample(
        stream_key=path.name,
        counter=path.bytes_received if inbound is None else inbound,
        ready=path.source_ready if path.ready is None else path.ready,
        available=path.available,
        online=path.online,
        readers=None if readers is None else len(readers),
        on_demand=on_demand,
        source=None if source is None else sys.intern(source.type),
    )
