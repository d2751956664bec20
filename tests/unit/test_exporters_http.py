"""Over HTTP the monitor tells what it knows, on this machine, to readers only."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web

from exporters.http import metrics as scrapes
from exporters.http.accept import form_of, takes_gzip
from exporters.http.app import HEADERS, make_app
from exporters.http.listen import check_listen, is_ours
from exporters.http.metrics import Chunks
from exporters.http.serve import Address, serve
from exporters.prometheus.text import Form

TEXT = b"# HELP m Help.\n# TYPE m gauge\nm 1\n" + b'm{n="x"} 2\n' * 500


async def some_chunks(_form: Form = Form.TEXT) -> AsyncGenerator[bytes]:
    for first in range(0, len(TEXT), 1000):
        yield TEXT[first : first + 1000]
        await asyncio.sleep(0)


async def broken_chunks(_form: Form) -> AsyncGenerator[bytes]:
    yield TEXT
    raise RuntimeError("secret detail")


def app(
    chunks: Chunks = some_chunks, reasons: Callable[[], list[str]] = list, **named: Any
) -> web.Application:
    return make_app(metrics=chunks, not_ready=reasons, version="1.2.3", **named)


@asynccontextmanager
async def client(application: web.Application) -> AsyncIterator[ClientSession]:
    """Serve an application and give a session that knows where."""
    async with (
        serve(application, "127.0.0.1", 0) as address,
        ClientSession(address.url, auto_decompress=False) as session,
    ):
        yield session


async def raw(address: Address, request: str) -> bytes:
    """Send a request as it stands and read until the server closes."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(request.encode())
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_scrape_gets_the_text() -> None:
    """GET /metrics answers the chunks, in the text format's content type."""
    async with client(app()) as session, session.get("/metrics", headers={"Accept-Encoding": ""}) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "Content-Encoding" not in answer.headers
        assert await answer.read() == TEXT


async def test_a_scrape_is_packed_when_gzip_is_taken() -> None:
    """With Accept-Encoding: gzip the same text comes smaller, and says so."""
    async with (
        client(app()) as session,
        session.get("/metrics", headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        packed = await answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert len(packed) < len(TEXT) / 2
    assert gzip.decompress(packed) == TEXT


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        pytest.param("gzip", True, id="named"),
        pytest.param("deflate, GZIP;q=0.5", True, id="with a weight, in capitals"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip ; q=0.000", False, id="refused with digits"),
        pytest.param("gzip;q=0.001", True, id="hardly wanted"),
        pytest.param("identity", False, id="something else"),
        pytest.param("x-gzipped", False, id="another name"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_gzip_is_taken(header: str, taken: bool) -> None:
    """Gzip is used when the header names it with a weight above nought."""
    assert takes_gzip(header) is taken


PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        pytest.param(PROMETHEUS_2, Form.OPENMETRICS, id="Prometheus 2"),
        pytest.param(PROMETHEUS_3, Form.OPENMETRICS, id="Prometheus 3"),
        pytest.param("application/openmetrics-text", Form.OPENMETRICS, id="no version: any"),
        pytest.param('Application/OpenMetrics-Text; Version="1.0.0"', Form.OPENMETRICS, id="in capitals"),
        pytest.param(
            "application/openmetrics-text;q=0.5,text/plain;q=0.5", Form.OPENMETRICS, id="both alike"
        ),
        pytest.param("application/openmetrics-text;q=0.3,text/plain;q=0.5", Form.TEXT, id="text rather"),
        pytest.param("application/openmetrics-text;q=0,*/*", Form.TEXT, id="refused"),
        pytest.param("application/openmetrics-text;q=x", Form.TEXT, id="a weight that is no number"),
        pytest.param("application/openmetrics-text;version=0.0.1", Form.TEXT, id="an old version"),
        pytest.param("application/openmetrics-text;version=2.0.0", Form.TEXT, id="a version to come"),
        pytest.param("text/plain;version=0.0.4", Form.TEXT, id="text"),
        pytest.param("*/*", Form.TEXT, id="anything"),
        pytest.param("", Form.TEXT, id="nothing"),
        pytest.param(";;,=,;q=", Form.TEXT, id="no list at all"),
    ],
)
def test_the_form_is_negotiated(accept: str, form: Form) -> None:
    """OpenMetrics 1.0.0 is told to whoever names it and wants it no less than text; else text 0.0.4."""
    assert form_of(accept) is form


async def test_the_content_type_says_the_form() -> None:
    """Whoever gets OpenMetrics is told so, and the text is asked for in that form."""
    asked: list[Form] = []

    async def chunks(form: Form) -> AsyncGenerator[bytes]:
        asked.append(form)
        yield TEXT

    headers = {"Accept": PROMETHEUS_2}
    async with client(app(chunks)) as session, session.get("/metrics", headers=headers) as answer:
        told = answer.headers["Content-Type"]
    assert (told, asked) == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        [Form.OPENMETRICS],
    )


async def test_a_broken_scrape_does_not_look_whole() -> None:
    """When rendering fails half-way the connection breaks off, and nothing is told of the mistake."""
    async with serve(app(broken_chunks), "127.0.0.1", 0) as address:
        answer = await raw(address, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"m 1" in answer
    assert b"secret" not in answer
    assert not answer.endswith(b"0\r\n\r\n")


async def test_a_slow_scrape_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scrape that takes too long is broken off, and its place is free again."""
    never = asyncio.Event()

    async def stuck(_form: Form) -> AsyncGenerator[bytes]:
        yield TEXT
        await never.wait()

    monkeypatch.setattr(scrapes, "SCRAPE_SECONDS", 0.05)
    async with serve(app(stuck), "127.0.0.1", 0) as address:
        for _ in range(scrapes.MOST_SCRAPES + 1):
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await broken_off(address)


async def broken_off(address: Address) -> None:
    answer = await raw(address, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    if not answer.endswith(b"0\r\n\r\n"):
        raise ConnectionResetError


async def test_too_many_scrapes_at_once_are_refused() -> None:
    """Beyond a few scrapes under way the next is asked to come later; afterwards all is well again."""
    going, waiting = asyncio.Event(), asyncio.Semaphore(0)

    async def held(_form: Form) -> AsyncGenerator[bytes]:
        waiting.release()
        await going.wait()
        yield TEXT

    async def scrape(session: ClientSession) -> int:
        async with session.get("/metrics") as answer:
            await answer.read()
            return answer.status

    async with client(app(held)) as session:
        held_up = [asyncio.create_task(scrape(session)) for _ in range(scrapes.MOST_SCRAPES)]
        for _ in held_up:
            await waiting.acquire()
        async with session.get("/metrics") as answer:
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) > 0
        going.set()
        assert await asyncio.gather(*held_up) == [200] * scrapes.MOST_SCRAPES
        assert await scrape(session) == 200


async def test_a_reader_that_leaves_harms_nobody() -> None:
    """A scraper that hangs up in the middle gives its place back."""
    left = asyncio.Event()

    async def endless(_form: Form) -> AsyncGenerator[bytes]:
        try:
            while True:
                yield TEXT
                await asyncio.sleep(0)
        finally:
            left.set()

    async with serve(app(endless), "127.0.0.1", 0) as address:
        for _ in range(scrapes.MOST_SCRAPES + 2):
            reader, writer = await asyncio.open_connection(address.host, address.port)
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200"), "every place is free again"
            writer.transport.abort()
            async with asyncio.timeout(5):
                await left.wait()
            left.clear()


@pytest.mark.parametrize("path", ["/healthz", "/-/healthy"])
async def test_alive_needs_nothing(path: str) -> None:
    """GET /healthz, or as Prometheus' users know it, answers 200 also when nothing is ready."""
    async with client(app(reasons=lambda: ["x"])) as session, session.get(path) as answer:
        assert (answer.status, await answer.text()) == (200, "alive\n")


@pytest.mark.parametrize("path", ["/readyz", "/-/ready"])
async def test_ready_says_what_is_missing(path: str) -> None:
    """GET /readyz, or as Prometheus' users know it, answers 503 and the reasons until there are none."""
    reasons = ["the register is not loaded", "gateway g\nis strange"]
    async with client(app(reasons=lambda: reasons)) as session:
        async with session.get(path) as answer:
            assert answer.status == 503
            assert await answer.text() == "the register is not loaded\ngateway g is strange\n"
        reasons.clear()
        async with session.get(path) as answer:
            assert (answer.status, await answer.text()) == (200, "ready\n")


@pytest.mark.parametrize(
    ("accepted", "locale", "piece"),
    [
        pytest.param("kk-KZ,kk;q=0.9,ru;q=0.5", "kk", "Мектеп камераларының мониторы", id="Kazakh"),
        pytest.param("ru", "ru", "Монитор школьных камер", id="Russian"),
        pytest.param("de,en;q=0.1", "en", "School camera monitor", id="English"),
        pytest.param("de", "ru", "Монитор школьных камер", id="none of ours: the configured one"),
        pytest.param("", "ru", "Монитор школьных камер", id="no wish: the configured one"),
    ],
)
async def test_the_page_speaks_the_readers_language(accepted: str, locale: str, piece: str) -> None:
    """GET / answers in the wanted language and leads to everything else."""
    headers = {"Accept-Language": accepted}
    async with client(app(locale="ru")) as session, session.get("/", headers=headers) as answer:
        page = await answer.text()
        assert answer.headers["Content-Language"] == locale
        assert answer.headers["Vary"] == "Accept-Language"
    assert piece in page
    assert f'<html lang="{locale}">' in page
    everything = ("metrics", "api/openapi.json", "probe", "sd/cameras", "healthz", "readyz")
    assert all(f'href="/{path}"' in page for path in (*everything, "-/healthy", "-/ready"))


async def test_reasons_on_the_page_are_text() -> None:
    """A reason with markup in it is shown as it stands."""
    async with client(app(reasons=lambda: ["<script>x</script>"])) as session, session.get("/") as answer:
        page = await answer.text()
    assert "&lt;script&gt;" in page
    assert "<script" not in page


PATHS = ["/", "/metrics", "/healthz", "/-/healthy", "/readyz", "/-/ready", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_dressed(path: str) -> None:
    """Every answer carries the security headers and does not name the software."""
    async with client(app()) as session, session.get(path) as answer:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "Server" not in answer.headers


@pytest.mark.parametrize("path", PATHS[:-1])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_nothing_can_be_written(path: str, method: str) -> None:
    """Anything but GET and HEAD is refused, in one plain line."""
    async with client(app()) as session, session.request(method, path, data=b"x") as answer:
        assert answer.status == 405
        assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}
        assert await answer.text() == "method not allowed\n"


@pytest.mark.parametrize("path", PATHS[:-1])
async def test_head_is_get_without_a_body(path: str) -> None:
    """HEAD answers the status and type of GET, and no body."""
    async with client(app()) as session:
        async with session.get(path) as full:
            await full.read()
        async with session.head(path) as head:
            assert (head.status, head.headers["Content-Type"]) == (full.status, full.headers["Content-Type"])
            assert await head.read() == b""


async def test_an_error_tells_nothing_of_the_inside() -> None:
    """A mistake of our own is a plain 500."""

    def broken() -> list[str]:
        raise RuntimeError("secret detail")

    async with client(app(reasons=broken)) as session, session.get("/readyz") as answer:
        assert answer.status == 500
        assert "secret" not in await answer.text()


HOSTS = [
    pytest.param("localhost", True, id="name"),
    pytest.param("localhost:9780", True, id="name and port"),
    pytest.param("LOCALHOST", True, id="capitals"),
    pytest.param("127.0.0.1:1", True, id="address"),
    pytest.param("[::1]:9780", True, id="address of version 6"),
    pytest.param("evil.example", False, id="another name"),
    pytest.param("evil.example:9780", False, id="another name with our port"),
    pytest.param("localhost.evil.example", False, id="ours in front"),
    pytest.param("localhost@evil.example", False, id="ours as a user"),
    pytest.param("evil@localhost", False, id="a user at ours"),
    pytest.param("localhost/x", False, id="a path"),
    pytest.param("localhost:x", False, id="no port"),
    pytest.param("localhost:0", False, id="port nought"),
    pytest.param("[::1", False, id="half a bracket"),
    pytest.param("192.168.0.1", False, id="an address that is not loopback"),
    pytest.param("", False, id="empty"),
]


@pytest.mark.parametrize(("host", "ours"), HOSTS)
def test_hosts_that_are_ours(host: str, ours: bool) -> None:
    """Only loopback names and addresses, with or without a port, are ours."""
    assert is_ours(host) is ours


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param("Host: evil.example\r\n", id="another"),
        pytest.param("Host: localhost\r\nHost: evil.example\r\n", id="two"),
        pytest.param("", id="none"),
    ],
)
async def test_requests_for_other_hosts_are_refused(headers: str) -> None:
    """A page whose name was rebound to this machine reads nothing."""
    async with serve(app(), "127.0.0.1", 0) as address:
        answer = await raw(address, f"GET /metrics HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 421", b"HTTP/1.0 400"))
    assert b"m 1" not in answer


async def test_a_proxys_name_can_be_allowed() -> None:
    """A host that the operator named is served."""
    application = make_app(metrics=some_chunks, not_ready=list, version="1", hosts=["monitor.example"])
    async with serve(application, "127.0.0.1", 0) as address:
        answer = await raw(
            address, "GET /healthz HTTP/1.1\r\nHost: monitor.example\r\nConnection: close\r\n\r\n"
        )
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("host", "bound"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", id="loopback"),
        pytest.param("127.8.9.1", "127.8.9.1", id="all of 127"),
        pytest.param("::1", "::1", id="version 6"),
        pytest.param("localhost", "127.0.0.1", id="a name is not looked up"),
        pytest.param("::ffff:127.0.0.1", "::ffff:127.0.0.1", id="mapped loopback"),
        pytest.param("0.0.0.0", None, id="every address"),  # noqa: S104 - it is refused
        pytest.param("::", None, id="every address of version 6"),
        pytest.param("192.168.1.5", None, id="a private one"),
        pytest.param("::ffff:192.168.1.5", None, id="mapped private"),
        pytest.param("monitor.example", None, id="any name"),
        pytest.param("", None, id="nothing, which would mean every address"),
    ],
)
def test_listening_beyond_loopback_is_refused(host: str, bound: str | None) -> None:
    """As long as nobody is asked for a password the network cannot reach us."""
    if bound is not None:
        assert check_listen(host) == bound
        return
    with pytest.raises(ValueError, match="open to the network"):
        check_listen(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "monitor.example"])  # noqa: S104
def test_where_everybody_is_asked_the_network_may_reach_us(host: str) -> None:
    """With a password or a certificate asked of everybody any address will do, but none is not one."""
    assert check_listen(host, asks_everybody=True) == host
    with pytest.raises(ValueError, match="open to the network"):
        check_listen("", asks_everybody=True)


async def test_serving_beyond_loopback_is_refused_too() -> None:
    """Serve itself refuses, whoever calls it."""
    refused: AbstractAsyncContextManager[Address] = serve(app(), "192.168.1.5", 0)
    with pytest.raises(ValueError, match="open to the network"):
        await refused.__aenter__()


async def test_a_taken_port_is_an_error() -> None:
    """A second server on the same port gets an OSError, and leaves the first one alone."""
    async with serve(app(), "127.0.0.1", 0) as address:
        with pytest.raises(OSError, match="address"):
            await serve(app(), address.host, address.port).__aenter__()
        async with ClientSession() as session, session.get(f"{address.url}/healthz") as answer:
            assert answer.status == 200


def test_an_address_is_a_url() -> None:
    """An address of version 6 is bracketed in its URL."""
    assert Address("127.0.0.1", 80).url == "http://127.0.0.1:80"
    assert Address("::1", 80).url == "http://[::1]:80"
