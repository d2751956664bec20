"""With a web configuration the monitor asks everybody who they are, and follows the file while it runs."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvloop
from aiohttp import ClientError, ClientSession, encode_basic_auth, web

from exporters.http import serve as serving
from exporters.http.access import Access
from exporters.http.app import HEADERS, make_app
from exporters.http.serve import Address, serve
from monitor.settings.document import DocumentError
from tests.certificate import Authority
from tests.doors import CLIENTS, PASSWORD, TLS, USER, Door, users
from tests.serving import no_metrics

LOG_IN = encode_basic_auth(USER, PASSWORD)
NO_LOG_IN = encode_basic_auth(USER, "wrong")
# The other way to choose a loop, a hook, would give every test of every file another name.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Overriding the .event_loop_policy.:pytest.PytestDeprecationWarning"
)
PATHS = ["/", "/metrics", "/healthz", "/-/healthy", "/readyz", "/-/ready", "/nothing", "/probe", "/api/x"]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A folder with certificates."""
    return Door(tmp_path)


@dataclass
class Served:
    """A monitor behind a door, and how it is asked."""

    door: Door
    access: Access
    address: Address

    def trust(self, client: tuple[str, str] | None = None) -> ssl.SSLContext:
        """Trust our authority, and show a certificate when there is one."""
        context = ssl.create_default_context(cafile=self.door.folder / "ca.crt")
        if client is not None:
            context.load_cert_chain(*client)
        return context

    async def get(
        self,
        path: str = "/-/healthy",
        *,
        auth: str | None = None,
        client: tuple[str, str] | None = None,
    ) -> int:
        """Ask on a connection of its own, and give the status."""
        tls: Any = self.trust(client) if self.address.scheme == "https" else True
        headers = {"Authorization": auth} if auth is not None else {}
        async with (
            ClientSession() as session,
            session.get(f"{self.address.url}{path}", headers=headers, ssl=tls) as answer,
        ):
            return answer.status

    async def follow(self, text: str | None = None) -> None:
        """Write the file, when there is something to write, and wait until it was read."""
        if text is not None:
            self.door.say(text)
        before = self.access._seen
        async with asyncio.timeout(10):
            while self.access._seen == before:  # noqa: ASYNC110 - a thread reads it
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)  # what was read is taken into use


@asynccontextmanager
async def behind(door: Door, text: str, **named: Any) -> AsyncIterator[Served]:
    """Serve with a web configuration, looked at often."""
    access = Access(door.say(text), "127.0.0.1")
    app = make_app(metrics=no_metrics, not_ready=list, version="1", access=access, **named)
    async with serve(app, "127.0.0.1", 0, access=access) as address:
        yield Served(door, access, address)


@pytest.fixture(scope="module")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The loop that the program runs on: its TLS and its listeners are not asyncio's."""
    policy: asyncio.AbstractEventLoopPolicy = uvloop.EventLoopPolicy()
    return policy


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REFRESH_SECONDS", 0.02)


@pytest.mark.parametrize("path", PATHS)
async def test_every_path_asks(door: Door, path: str) -> None:
    """Without the password nothing is told, not even whether the process is alive or the path is there."""
    async with behind(door, users()) as served, ClientSession(served.address.url) as session:
        async with session.get(path) as answer:
            assert (answer.status, await answer.text()) == (401, "unauthorized\n")
            assert answer.headers["WWW-Authenticate"] == 'Basic realm="cctv-monitor", charset="UTF-8"'
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert await served.get(path, auth=NO_LOG_IN) == 401
        assert await served.get(path, auth=LOG_IN) != 401


async def test_tls_shows_the_certificate(door: Door) -> None:
    """With a certificate the monitor is reached by TLS alone, and says so in its address."""
    async with behind(door, TLS + users()) as served:
        assert served.address.url.startswith("https://127.0.0.1:")
        assert await served.get(auth=LOG_IN) == 200
        assert await served.get() == 401
        with pytest.raises(ClientError):
            async with ClientSession() as session, session.get(served.address._replace(scheme="http").url):
                pass


async def test_a_client_certificate_is_required(door: Door) -> None:
    """Who shows a certificate of our authority is let in; none, or another authority's, is not."""
    async with behind(door, TLS + CLIENTS) as served:
        assert await served.get(client=door.client("prometheus.example")) == 200
        with pytest.raises((ClientError, ssl.SSLError)):
            await served.get()
        with pytest.raises((ClientError, ssl.SSLError)):
            await served.get(client=door.client("prometheus.example", by=Authority("other")))


@pytest.mark.parametrize(
    ("names", "status"),
    [
        pytest.param(("a.example",), 200, id="a name"),
        pytest.param(("b.example", "a.example"), 200, id="one of two"),
        pytest.param(("::1",), 200, id="an address"),
        pytest.param(("b.example",), 403, id="another name"),
        pytest.param(("xa.example",), 403, id="a longer name"),
    ],
)
async def test_only_some_names_are_allowed(door: Door, names: tuple[str, ...], status: int) -> None:
    """Of the authority's certificates only those for a name of client_allowed_sans are let in."""
    text = TLS + CLIENTS + "  client_allowed_sans: [a.example, '::1']\n"
    async with behind(door, text) as served:
        assert await served.get(client=door.client(*names)) == status


async def test_versions_and_ciphers_are_those_of_the_file(door: Door) -> None:
    """A connection has the version and the cipher suite that the file allows, and another is refused."""
    suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
    async with behind(door, f"{TLS}  max_version: TLS12\n  cipher_suites: [{suite}]\n") as served:
        context = served.trust()
        _, writer = await asyncio.open_connection(served.address.host, served.address.port, ssl=context)
        assert writer.get_extra_info("cipher")[:2] == ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2")
        writer.close()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(served.address.host, served.address.port, ssl=context)


async def test_headers_of_the_file(door: Door) -> None:
    """The file's headers stand on every answer in place of ours; a blank one changes nothing."""
    told = "http_server_config:\n  headers: {X-Frame-Options: sameorigin, Content-Security-Policy: ''}\n"
    async with (
        behind(door, users() + told) as served,
        ClientSession(served.address.url) as session,
        session.get("/") as answer,
    ):
        assert answer.headers.getall("X-Frame-Options") == ["sameorigin"]
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


async def test_a_changed_password_holds_at_once(door: Door) -> None:
    """When the users change, the old password ends and the new one holds, without a restart."""
    async with behind(door, users()) as served:
        assert await served.get(auth=LOG_IN) == 200
        await served.follow(users("another"))
        assert await served.get(auth=LOG_IN) == 401
        assert await served.get(auth=encode_basic_auth(USER, "another")) == 200


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("basic_auth_users: {a: b}\n", id="a mistake"),
        pytest.param("", id="TLS ends"),
        pytest.param(users(), id="TLS ends, users stay"),
        pytest.param(TLS + CLIENTS.replace("clients.crt", "none.crt"), id="no authority"),
    ],
)
async def test_a_broken_file_opens_nothing(door: Door, broken: str) -> None:
    """While what is there cannot be used nobody is answered, the log says why, and mended it holds again."""
    async with behind(door, TLS + users()) as served:
        with structlog.testing.capture_logs() as logged:
            await served.follow(broken)
        assert [await served.get(auth=auth) for auth in (LOG_IN, NO_LOG_IN, None)] == [503] * 3
        (told,) = [line for line in logged if line["event"] == "web_config_refused"]
        assert told["mistakes"]
        await served.follow(TLS + users())
        assert [await served.get(auth=auth) for auth in (LOG_IN, NO_LOG_IN)] == [200, 401]


async def test_a_file_that_is_gone_opens_nothing(door: Door) -> None:
    """A web configuration that cannot be read any more refuses everybody."""
    async with behind(door, users()) as served:
        door.file.unlink()
        await served.follow()
        assert await served.get(auth=LOG_IN) == 503


async def test_a_renewed_certificate_is_shown(door: Door) -> None:
    """A new certificate is shown from the next connection on; one that is open ends with its answer."""
    async with behind(door, TLS) as served, ClientSession() as session:
        async with session.get(served.address.url, ssl=served.trust()) as answer:
            assert answer.status == 200
        before = await serial(served)
        door.renew()
        await served.follow()
        async with session.get(f"{served.address.url}/healthz", ssl=served.trust()) as answer:
            assert (answer.status, answer.headers.get("Connection")) in {(200, "close"), (200, None)}
        assert await serial(served) != before


async def test_a_half_written_certificate_is_not_shown(door: Door) -> None:
    """While the new key does not fit the certificate the pair from before goes on, and the log says so."""
    async with behind(door, TLS + users()) as served:
        before = await serial(served)
        _, key = door.authority.issue("127.0.0.1")
        with structlog.testing.capture_logs() as logged:
            door.write("server.key", key)
            await served.follow()
        assert [line["event"] for line in logged if "file" in line] == ["certificate_kept"]
        assert [await served.get(auth=auth) for auth in (LOG_IN, NO_LOG_IN)] == [200, 401]
        assert await serial(served) == before
        door.renew()
        await served.follow()
        assert await serial(served) != before


async def test_another_authority_of_clients(door: Door) -> None:
    """When the authority changes, certificates of the one before are refused."""
    async with behind(door, TLS + CLIENTS) as served:
        old = door.client("prometheus.example")
        assert await served.get(client=old) == 200
        door.write("clients.crt", Authority("new").pem)
        await served.follow()
        with pytest.raises((ClientError, ssl.SSLError)):
            await served.get(client=old)


async def serial(served: Served) -> object:
    """Give the serial number of the certificate that is shown."""
    _, writer = await asyncio.open_connection(served.address.host, served.address.port, ssl=served.trust())
    try:
        return writer.get_extra_info("peercert")["serialNumber"]
    finally:
        writer.close()


async def test_no_scrape_is_lost_in_a_renewal(door: Door) -> None:
    """While certificates change again and again, every connection is taken and answered."""
    async with behind(door, TLS) as served:

        async def ask() -> list[int]:
            return [await served.get() for _ in range(15)]

        asking = asyncio.create_task(ask())
        while not asking.done():
            door.renew()
            await asyncio.sleep(0.05)
        assert set(await asking) == {200}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(users(), 401, id="asked for a password: any name will do"),
        pytest.param("", 421, id="nobody is asked: only ours"),
    ],
)
async def test_the_name_that_is_asked_for(door: Door, text: str, status: int) -> None:
    """The Host header is checked where nobody is asked who they are, and only there."""
    async with (
        behind(door, text) as served,
        ClientSession(served.address.url) as session,
        session.get("/", headers={"Host": "monitor.example"}) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "monitor.example"])  # noqa: S104 - refused
@pytest.mark.parametrize("text", ["", TLS], ids=["nothing", "TLS alone"])
def test_open_to_the_network_somebody_must_be_asked(door: Door, host: str, text: str) -> None:
    """A web configuration that asks nobody is not enough beyond loopback."""
    with pytest.raises(DocumentError, match="asks nobody for a password or a certificate"):
        Access(door.say(text), host)


@pytest.mark.parametrize("text", [users(), TLS + CLIENTS], ids=["a password", "a certificate"])
async def test_open_to_the_network_it_stays_asked(door: Door, text: str) -> None:
    """Beyond loopback a file that stops asking is refused like a broken one."""
    access = Access(door.say(text), "192.168.1.5")
    assert not access.refuses
    door.say(TLS if text.startswith(TLS) else "")
    await access.refresh()
    assert access.refuses


@pytest.mark.parametrize(
    ("text", "host", "events"),
    [
        pytest.param(users(), "192.168.1.5", ["passwords_in_clear"], id="in the clear"),
        pytest.param(users(), "127.0.0.1", [], id="in the clear, on this machine"),
        pytest.param(TLS + users(), "192.168.1.5", [], id="over TLS"),
        pytest.param("http_server_config: {http2: true}\n", "127.0.0.1", ["http2_not_served"], id="HTTP/2"),
    ],
)
def test_what_an_operator_should_know(door: Door, text: str, host: str, events: list[str]) -> None:
    """Passwords that cross the network in the clear, and HTTP/2 that is not served, are told in the log."""
    with structlog.testing.capture_logs() as logged:
        Access(door.say(text), host).announce()
    assert [line["event"] for line in logged] == events


async def test_connections_are_bounded(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection too many is broken off, and the next one is taken as soon as there is room."""
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 2)
    async with behind(door, users()) as served:
        held = [await asyncio.open_connection(served.address.host, served.address.port) for _ in range(2)]
        with pytest.raises(ClientError):
            await served.get()
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.05)
        assert await served.get() == 401


async def test_a_mistake_of_ours_is_followed_by_another_look(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a look at the file fails for a reason of our own, the door stays as it was until the next."""
    async with behind(door, users()) as served:
        real, failed = served.access.refresh, asyncio.Event()

        async def broken() -> bool:
            if not failed.is_set():
                failed.set()
                raise RuntimeError
            return await real()

        monkeypatch.setattr(served.access, "refresh", broken)
        await failed.wait()
        assert await served.get() == 401
        await served.follow(users("another"))
        assert await served.get(auth=encode_basic_auth(USER, "another")) == 200


def test_a_web_application_has_nothing_to_ask_without_a_file() -> None:
    """Without a web configuration nobody stands at the door."""
    app = make_app(metrics=no_metrics, not_ready=list, version="1")
    assert isinstance(app, web.Application)
    assert len(app.middlewares) == 2
