"""The API's routes: a request is read, answered, and written as JSON; errors are JSON as well."""

import asyncio
from collections.abc import Sequence

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from exporters.http.api import allowances, incidents, law, present, register
from exporters.http.api.library import Library
from exporters.http.api.openapi import document
from exporters.http.api.operation import BadRequest, NothingThere, Operation, read_query
from monitor.store.error import StoreError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

OPERATIONS: Sequence[Operation] = (
    *present.OPERATIONS,
    *incidents.OPERATIONS,
    *register.OPERATIONS,
    *allowances.OPERATIONS,
    *law.OPERATIONS,
)
MOST_AT_ONCE = 4  # requests under way; a whole register takes its time
_ENCODER = msgspec.json.Encoder()


def add_routes(app: web.Application, library: Library, *, version: str) -> None:
    """Serve every operation, and the document that describes them."""
    api = _Api(library)
    for operation in OPERATIONS:
        app.router.add_get(operation.path, api.handler(operation))
    described = _ENCODER.encode(document(OPERATIONS, register.COMPONENTS, version=version))

    async def openapi(_request: web.Request) -> web.Response:
        return _json(described)

    app.router.add_get("/api/openapi.json", openapi)


class _Api:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._under_way = 0

    def handler(self, operation: Operation) -> Handler:
        """Make the handler of one operation."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if self._under_way >= MOST_AT_ONCE:
                return _error(503, "too many requests at once; ask again", **{"Retry-After": "5"})
            self._under_way += 1
            try:
                return await self._answer(operation, request)
            finally:
                self._under_way -= 1

        return answer

    async def _answer(self, operation: Operation, request: web.Request) -> web.Response:
        query = {name: request.query.getall(name) for name in request.query}
        try:
            asked = read_query(operation, request.match_info, query)
            told = await operation.answer(self._library, asked)
        except BadRequest as error:
            return _error(400, str(error))
        except NothingThere as error:
            return _error(404, str(error))
        except StoreError as error:
            log.warning("request_not_answered", path=request.path, error=type(error).__name__)
            return _error(503, "the database cannot be read now; ask again", **{"Retry-After": "5"})
        return _json(await asyncio.to_thread(_ENCODER.encode, told))


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")


def _error(status: int, text: str, **headers: str) -> web.Response:
    response = _json(_ENCODER.encode({"error": text}), status)
    response.headers.update(headers)
    return response
