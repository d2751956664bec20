"""A control API with very many paths, for measuring a sweep: `python -m bench.paths_server COUNT`.

Prints its port, then serves pages in MediaMTX's shape (its newer field names) from pre-made pieces, so
that the serving side does not hide what is measured. Counters grow with every first page asked for.
"""

import asyncio
import sys

from aiohttp import web

_ITEM = (
    '{"name":"school-%06d/cam-%d","confName":"all_others","ready":true,'
    '"readyTime":"2026-01-01T00:00:00.123456789Z","available":true,'
    '"availableTime":"2026-01-01T00:00:00.123456789Z","online":true,'
    '"onlineTime":"2026-01-01T00:00:00.123456789Z",'
    '"source":{"type":"rtspSession","id":"6b8ad4a1-0000-4000-8000-%012d"},"tracks":["H264"],'
    '"tracks2":[{"codec":"H264","codecProps":{"width":1280,"height":720,"profile":"Main","level":"3.1"}}],'
    '"readers":[],"bytesReceived":@,"bytesSent":0,"inboundBytes":@,"outboundBytes":0,"inboundFramesInError":0}'
)


class Paths:
    """So many paths, page by page."""

    def __init__(self, count: int) -> None:
        self._items = [_ITEM % (number // 10, number % 10, number) for number in range(count)]
        self._sweeps = 0

    async def page(self, request: web.Request) -> web.Response:
        """Answer GET /v3/paths/list."""
        size = int(request.query.get("itemsPerPage", "100"))
        number = int(request.query.get("page", "0"))
        self._sweeps += number == 0
        pages = -(-len(self._items) // size)
        items = ",".join(self._items[number * size : (number + 1) * size])
        head = f'{{"itemCount":{len(self._items)},"pageCount":{pages},"items":['
        text = head + items.replace("@", str(1_000_000 + self._sweeps * 500_000)) + "]}"
        return web.Response(text=text, content_type="application/json")


async def serve(count: int) -> None:
    """Serve on a free loopback port until ended."""
    app = web.Application()
    app.router.add_get("/v3/paths/list", Paths(count).page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site.name.rsplit(":", 1)[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
