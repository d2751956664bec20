"""Answers a scrape: chunks of text in the form that the scraper wants, compressed when it takes gzip."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import structlog
from aiohttp import hdrs, web

from exporters.http.accept import form_of, takes_gzip
from exporters.prometheus.text import Form

log: structlog.stdlib.BoundLogger = structlog.get_logger()

GZIP_LEVEL = 1  # level 6 takes four times the CPU of level 1 for text that is one fifth smaller
_GZIP_WINDOW = 31  # zlib's number for a gzip header and trailer around the widest window
MOST_SCRAPES = 4  # at once; each holds a copy of the lines' addresses
SCRAPE_SECONDS = 30.0  # a scraper that reads slower than this is cut off

Chunks = Callable[[Form], AsyncGenerator[bytes]]


class Scrapes:
    """The handler of /metrics."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._under_way = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one scrape; 503 when too many are under way."""
        if self._under_way >= MOST_SCRAPES:
            raise web.HTTPServiceUnavailable(text="too many scrapes at once\n", headers={"Retry-After": "5"})
        form = form_of(_wished(request, hdrs.ACCEPT))
        vary = f"{hdrs.ACCEPT}, {hdrs.ACCEPT_ENCODING}"
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: form.value, hdrs.VARY: vary})
        packed = takes_gzip(_wished(request, hdrs.ACCEPT_ENCODING))
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        if request.method != "HEAD":
            await self._send(request, response, form, packed=packed)
        return response

    async def _send(
        self, request: web.Request, response: web.StreamResponse, form: Form, *, packed: bool
    ) -> None:
        """Send the text; what cannot be sent wholly breaks off, so that half of it does not look whole."""
        self._under_way += 1
        try:
            async with asyncio.timeout(SCRAPE_SECONDS):
                async with aclosing(self._chunks(form)) as chunks:
                    await (_write_packed if packed else _write)(response, chunks)
                await response.write_eof()
        except (TimeoutError, ConnectionError) as error:
            log.info("scrape_broken_off", error=type(error).__name__)
            _abort(request)
        except Exception:
            log.exception("scrape_failed")
            _abort(request)
        finally:
            self._under_way -= 1


def _wished(request: web.Request, header: str) -> str:
    """Give a header that is a list; sent in several lines it is one list all the same."""
    return ",".join(request.headers.getall(header, []))


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _write(response: web.StreamResponse, chunks: AsyncGenerator[bytes]) -> None:
    async for chunk in chunks:
        await response.write(chunk)


async def _write_packed(response: web.StreamResponse, chunks: AsyncGenerator[bytes]) -> None:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    async for chunk in chunks:
        await response.write(packer.compress(chunk))
    await response.write(packer.flush())
