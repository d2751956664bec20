"""A real Prometheus reads our metrics in both forms."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from exporters.http.app import make_app
from exporters.http.serve import Address, serve
from exporters.prometheus.exposition import Exposition
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH
from tests.peers.asked_prometheus import prometheus
from tests.scrapes import ALMATY, busy, estate, loaded

OPENMETRICS, TEXT = "application/openmetrics-text", "text/plain"


def serving(told: list[str], *, only_text: bool) -> AbstractAsyncContextManager[Address]:
    """Serve an estate of three; notes the content types that were told."""
    metrics = Exposition(loaded(Index.of(estate(3))), busy(), baseline=(), zone=ALMATY, now=lambda: EPOCH)
    app = make_app(metrics=metrics.chunks, not_ready=list, version="1")

    @web.middleware
    async def as_older(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask as a Prometheus does that knows no OpenMetrics."""
        if only_text:
            request = request.clone(headers={**request.headers, hdrs.ACCEPT: "text/plain;version=0.0.4"})
        return await handler(request)

    async def note(_request: web.Request, response: web.StreamResponse) -> None:
        told.append(response.headers[hdrs.CONTENT_TYPE].partition(";")[0])

    app.middlewares.append(as_older)
    app.on_response_prepare.append(note)
    return serve(app, "127.0.0.1", 0)


@pytest.mark.parametrize("only_text", [False, True], ids=["OpenMetrics", "text 0.0.4"])
async def test_prometheus_reads_the_form(tmp_path: Path, only_text: bool) -> None:
    """Whichever form it takes, a real Prometheus finds every sample in it, and no fault."""
    told: list[str] = []
    async with serving(told, only_text=only_text) as address:
        job = {"job_name": "m", "static_configs": [{"targets": [urlsplit(address.url).netloc]}]}
        async with prometheus(tmp_path, [job]) as server:
            await server.until("up", lambda up: up == 1)
            assert await server.errors() == []
            assert await server.value("sum(cctv_institution_cameras)") == 4
            assert await server.value('cctv_probe_checks_total{side="site"}') == 1
            names = await server.query('count by (name) (cctv_institution_info{institution="i1"})')
            assert all("«Сынақ»" in dict(labels)["name"] for labels in names)
    assert set(told) == {TEXT if only_text else OPENMETRICS}
