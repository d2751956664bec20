"""A real Prometheus scrapes a monitor behind a web configuration, and is itself guarded by the same file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, encode_basic_auth

from exporters.http import serve as serving
from exporters.http.access import Access
from exporters.http.app import make_app
from exporters.http.serve import Address, serve
from exporters.prometheus.exposition import Exposition
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH
from tests.doors import CLIENTS, PASSWORD, TLS, USER, Door, users
from tests.peers.asked_prometheus import Prometheus, prometheus
from tests.scrapes import ALMATY, busy, estate, loaded
from tests.serving import no_metrics


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A folder with certificates."""
    return Door(tmp_path)


@asynccontextmanager
async def scraped(door: Door, text: str, *clients: dict[str, Any]) -> AsyncIterator[Prometheus]:
    """Serve an estate of three behind a door, and let Prometheus scrape it as each of some clients."""
    metrics = Exposition(loaded(Index.of(estate(3))), busy(), baseline=(), zone=ALMATY, now=lambda: EPOCH)
    access = Access(door.say(text), "127.0.0.1")
    app = make_app(metrics=metrics.chunks, not_ready=list, version="1", access=access)
    async with serve(app, "127.0.0.1", 0, access=access) as address:
        jobs = [job(address, f"job{number}", **client) for number, client in enumerate(clients)]
        async with prometheus(door.folder, jobs) as server:
            yield server


def job(address: Address, name: str, **client: Any) -> dict[str, Any]:
    target = urlsplit(address.url).netloc
    return {
        "job_name": name,
        "scheme": address.scheme,
        "static_configs": [{"targets": [target]}],
        **client,
    }


def log_in(password: str) -> dict[str, str]:
    return {"username": USER, "password": password}


async def test_a_password_over_tls(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """With our authority and the password it is read, a wrong password and another authority read nothing."""
    monkeypatch.setattr(serving, "REFRESH_SECONDS", 0.02)
    ours = {"ca_file": "ca.crt"}
    clients = (
        {"tls_config": ours, "basic_auth": log_in(PASSWORD)},
        {"tls_config": ours, "basic_auth": log_in("wrong")},
        {"tls_config": {"ca_file": "clients.crt"}, "basic_auth": log_in(PASSWORD)},
    )
    async with scraped(door, TLS + users(), *clients) as server:
        await server.until("count(count_over_time(up[1m]) >= 2)", lambda count: count == 3)
        told = await server.query("up")
        assert {dict(labels)["job"]: value for labels, value in told.items()} == {
            "job0": 1.0,
            "job1": 0.0,
            "job2": 0.0,
        }
        assert await server.value("sum(cctv_institution_cameras)") == 4
        errors = await server.errors()
        assert [error for error in errors if "401 Unauthorized" in error]
        assert [error for error in errors if "unknown authority" in error]
        before = await server.value('count_over_time(up{job="job0"}[5m])')
        assert before is not None
        for _ in range(4):
            door.renew()
            await asyncio.sleep(0.5)
        await server.until(
            'count_over_time(up{job="job0"}[5m])', lambda count: count is not None and count >= before + 3
        )
        assert await server.value('min_over_time(up{job="job0"}[5m])') == 1, "no scrape was lost in a renewal"


async def test_a_client_certificate(door: Door) -> None:
    """With a certificate of the clients' authority it is read, without one it is not."""
    certificate, key = door.client("prometheus.example")
    shown = {"ca_file": "ca.crt", "cert_file": certificate, "key_file": key}
    clients = ({"tls_config": shown}, {"tls_config": {"ca_file": "ca.crt"}})
    async with scraped(door, TLS + CLIENTS, *clients) as server:
        await server.until("count(up)", lambda count: count == 2)
        told = {dict(labels)["job"]: value for labels, value in (await server.query("up")).items()}
        assert told == {"job0": 1.0, "job1": 0.0}


async def statuses(url: str) -> list[tuple[str, int]]:
    """Ask as nobody, as somebody else, with a wrong password, and as the user."""
    right, wrong = encode_basic_auth(USER, PASSWORD), encode_basic_auth(USER, "x")
    other = encode_basic_auth("nobody", PASSWORD)
    found = []
    async with ClientSession(url) as session:
        for path in ("/-/healthy", "/-/ready", "/metrics", "/nothing-of-the-kind"):
            for authorization in ("", other, wrong, right, "Bearer x", right.lower()):
                headers = {"Authorization": authorization} if authorization else {}
                async with session.get(path, headers=headers, allow_redirects=False) as answer:
                    found.append((path, answer.status))
    return found


async def test_as_prometheus_itself_does(door: Door) -> None:
    """Guarded by the same file, Prometheus and the monitor answer every request with the same status."""
    access = Access(door.say(users()), "127.0.0.1")
    app = make_app(metrics=no_metrics, not_ready=list, version="1", access=access)
    async with serve(app, "127.0.0.1", 0, access=access) as address:
        ours = await statuses(address.url)
    async with prometheus(door.folder, [], f"--web.config.file={door.file}") as server:
        await asyncio.sleep(1)
        assert await statuses(server.url) == ours
    assert ("/-/healthy", 401) in ours
