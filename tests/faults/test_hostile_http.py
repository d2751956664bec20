"""Devices that answer over HTTP as they should not: bounded in time, bytes, log-ins and addresses."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probes.base import Trust
from probes.device_http import MAX_BODY, DeviceHttp
from probes.failure import Failure, Stage
from probes.http_answer import Reply, Trouble
from probes.wire.digest import Challenge, verify
from tests.certificate import certificate
from tests.faults.scripted_http import (
    PASSWORD,
    USERNAME,
    Answer,
    Asked,
    HttpDevice,
    http_device,
    reply,
    saying,
)

PATIENCE = 1.5  # seconds, the deadline of a question here
SPARE = 3.0  # seconds that a busy machine may need beside it; what hangs hangs for good
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
TEN_KB = b"x" * 10_000
DIGEST = 'WWW-Authenticate: Digest realm="r", nonce="{}", qop="auth"'


@asynccontextmanager
async def talking_to(device: HttpDevice, **options: Any) -> AsyncIterator[DeviceHttp]:
    """Talk with a device that we have credentials for."""
    http = DeviceHttp(device.url, **({"credentials": device.credentials()} | options))
    try:
        yield http
    finally:
        await http.close()
        await asyncio.sleep(0)


async def ask(http: DeviceHttp, path: str = "/x?y=1", *, patience: float = PATIENCE) -> Reply | Trouble:
    """Ask with GET; proves the deadline, and that nothing secret comes out."""
    began = time.monotonic()
    answer = await http.ask("GET", path, deadline=asyncio.get_running_loop().time() + patience)
    assert time.monotonic() - began < patience + SPARE
    assert PASSWORD not in f"{answer!r} {http!r} {http.refusal}"
    return answer


async def ask_once(device: HttpDevice, **options: Any) -> Reply | Trouble:
    """Ask in a conversation of its own."""
    async with talking_to(device, **options) as http:
        return await ask(http)


def failure(answer: Reply | Trouble) -> Failure:
    """Give what went wrong in the exchange."""
    assert isinstance(answer, Trouble)
    assert answer.stage is Stage.DESCRIBE
    return answer.failure


def refusing(*fields: str) -> Answer:
    """Answer 401 with the next of these each time, the last one for ever."""
    left = list(fields)

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(401, b"no", left.pop(0) if len(left) > 1 else left[0]))

    return answer


# Answers


async def test_question_and_answer() -> None:
    """A question arrives as it was meant, and the answer comes back with its status, whatever that is."""
    async with http_device(saying(reply(404, b"<html>"))) as device, talking_to(device) as http:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        answer = await http.ask("POST", "/a%20b?c=d", b"{}", content_type="a/b", deadline=deadline)
        asked = device.asked[0]
    assert answer == Reply(404, b"<html>")
    assert (asked.method, asked.path, asked.body) == ("POST", "/a%20b?c=d", b"{}")
    assert asked.headers["content-type"] == "a/b"
    assert asked.headers["accept-encoding"] == "identity"
    assert not asked.headers.keys() & {"authorization", "cookie"}
    assert 8 < http.bytes_on_wire < 600


async def test_a_device_that_closes_every_connection_is_asked_again() -> None:
    """Each question has its own connection: one that the device closed silently costs nothing."""
    async with http_device(saying(reply(200, b"x"))) as device, talking_to(device) as http:
        assert [await ask(http) for _ in range(3)] == [Reply(200, b"x")] * 3
        assert len(device.asked) == 3


@pytest.mark.parametrize("path", ["", "x", "@192.0.2.1/", "/a b", "/a\r\nX: y", "/двор"])
async def test_path_that_no_request_can_carry(path: str) -> None:
    """A path that a device made up, and that would be more than a path, is asked of nobody."""
    async with http_device(saying(reply())) as device, talking_to(device) as http:
        assert failure(await ask(http, path)) is Failure.PROTOCOL_ERROR
        assert not device.asked


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        pytest.param(saying(HEAD, b"X: " + b"x" * 3_000_000), Failure.PROTOCOL_ERROR, id="an endless header"),
        pytest.param(saying(HEAD, *[b"X: y\r\n"] * 100_000), Failure.PROTOCOL_ERROR, id="endless headers"),
        pytest.param(saying(b"x" * 3_000_000), Failure.PROTOCOL_ERROR, id="an endless first line"),
        pytest.param(
            saying(HEAD + b"\r\n", *[b"x" * 10_000] * 100), Failure.OVER_LIMIT, id="an endless body"
        ),
        pytest.param(
            saying(
                HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"2710\r\n" + b"x" * 10_000 + b"\r\n"] * 100
            ),
            Failure.OVER_LIMIT,
            id="endless chunks",
        ),
        pytest.param(
            saying(HEAD + CHUNKED, b"1;" + b"x" * 3_000_000),
            Failure.CLOSED_EARLY,
            id="an endless chunk extension",
        ),
        pytest.param(
            saying(HEAD + b"Content-Length: 262145\r\n\r\n"), Failure.OVER_LIMIT, id="too long by one"
        ),
        pytest.param(
            saying(HEAD + b"Content-Length: -1\r\n\r\n"), Failure.PROTOCOL_ERROR, id="less than none"
        ),
        pytest.param(
            saying(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
            Failure.PROTOCOL_ERROR,
            id="two lengths",
        ),
        pytest.param(saying(HEAD + b"Content-Length: 9\r\n\r\nx"), Failure.CLOSED_EARLY, id="less than said"),
        pytest.param(saying(), Failure.CLOSED_EARLY, id="closes without a word"),
        pytest.param(saying(HEAD[:9]), Failure.CLOSED_EARLY, id="closes in the first line"),
        pytest.param(saying(b"SSH-2.0-x\r\n"), Failure.PROTOCOL_ERROR, id="another protocol"),
        pytest.param(
            saying(b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="\xff", nonce="\xfe"\r\n\r\n'),
            Failure.PROTOCOL_ERROR,
            id="a challenge in bytes that are no text",
        ),
        pytest.param(saying(hang=True), Failure.TIMED_OUT, id="never answers"),
        pytest.param(saying(HEAD, hang=True), Failure.TIMED_OUT, id="stops in the head"),
        pytest.param(
            saying(HEAD + b"Content-Length: 9\r\n\r\nx", hang=True), Failure.TIMED_OUT, id="stops in the body"
        ),
    ],
)
async def test_answers_that_are_none(answer: Answer, failed: Failure) -> None:
    """Whatever a device answers is a word of the closed list, within the deadline and the bytes."""
    async with http_device(answer) as device, talking_to(device) as http:
        assert failure(await ask(http, patience=0.3 if failed is Failure.TIMED_OUT else PATIENCE)) is failed
        assert http.bytes_on_wire < 2 * MAX_BODY


async def test_more_than_was_said_is_not_read() -> None:
    """A body that goes on after its length is read to its length, and the rest is nobody's."""
    async with http_device(saying(HEAD + b"Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n")) as device:
        assert await ask_once(device) == Reply(200, b"x")


async def test_slow_drip() -> None:
    """A byte now and then keeps nobody beyond the one deadline."""

    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.02)

    async with http_device(drip) as device, talking_to(device) as http:
        assert failure(await ask(http, patience=0.3)) is Failure.TIMED_OUT


async def test_continue_for_ever() -> None:
    """A flood of interim answers ends at the deadline too."""

    async def flood(_: Asked, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
            await writer.drain()

    async with http_device(flood) as device, talking_to(device) as http:
        assert failure(await ask(http, patience=0.3)) in {Failure.TIMED_OUT, Failure.PROTOCOL_ERROR}


async def test_half_close() -> None:
    """A device that says it has nothing more to send, and keeps listening, closed early."""

    async def half(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write_eof()
        await asyncio.Event().wait()

    async with http_device(half) as device:
        assert failure(await ask_once(device)) is Failure.CLOSED_EARLY


async def test_redirect_takes_nothing_elsewhere() -> None:
    """A device that points to another host is not followed, and that host hears nothing."""
    async with (
        http_device(saying(reply())) as other,
        http_device(saying(reply(302, b"", f"Location: {other.url}/"))) as device,
    ):
        assert failure(await ask_once(device)) is Failure.REDIRECT_REFUSED
        assert not other.asked


async def test_nobody_listens() -> None:
    """A port where nothing listens is connect_refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        http = DeviceHttp(f"http://127.0.0.1:{unused.getsockname()[1]}")
        answer = await ask(http)
        await http.close()
    assert isinstance(answer, Trouble)
    assert (answer.failure, answer.stage) == (Failure.CONNECT_REFUSED, Stage.CONNECT)


# Log-ins


def admitting(*challenges: Challenge) -> Answer:
    """Answer to whoever answers one of these rightly."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        given = asked.headers.get("authorization", "")
        right = any(
            verify(
                given,
                method=asked.method,
                username=USERNAME,
                password=PASSWORD,
                challenge=challenge,
                body=asked.body,
            )
            for challenge in challenges
        )
        fields = [f"WWW-Authenticate: {challenge.encode()}" for challenge in challenges]
        writer.write(reply(200, b"x") if right else reply(401, b"", *fields))

    return answer


_MD5 = Challenge(scheme="digest", realm="r", nonce="n", algorithm="MD5", qop=("auth",))
_SHA = Challenge(scheme="digest", realm="r", nonce="n", algorithm="SHA-256", qop=("auth",))


@pytest.mark.parametrize(
    ("challenges", "word"),
    [
        pytest.param([_MD5, _SHA], "algorithm=SHA-256", id="the stronger of two"),
        pytest.param([_MD5], "algorithm=MD5", id="MD5"),
        pytest.param([Challenge(scheme="digest", realm="r", nonce="n")], "Digest ", id="RFC 2069"),
        pytest.param(
            [Challenge(scheme="digest", realm="r", nonce="n", qop=("auth-int",))], "auth-int", id="auth-int"
        ),
        pytest.param([Challenge(scheme="basic", realm="r"), _MD5], "Digest ", id="Digest before Basic"),
    ],
)
async def test_digest(challenges: list[Challenge], word: str) -> None:
    """Who we are is said once, when asked, and holds for the questions after; the body is vouched for."""
    async with http_device(admitting(*challenges)) as device, talking_to(device) as http:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        for number in range(3):
            said = await http.ask("POST", f"/x?n={number}", b"%d" % number, deadline=deadline)
            assert said == Reply(200, b"x")
        assert (http.log_ins, len(device.asked), len(device.log_ins)) == (1, 4, 3)
        assert all(word in value for value in device.log_ins)


@pytest.mark.parametrize(
    ("fields", "offers"),
    [
        pytest.param([DIGEST.format("n1")], 1, id="the same nonce again"),
        pytest.param([DIGEST.format(f"n{number}") for number in range(9)], 1, id="a new nonce each time"),
        pytest.param(
            [f"{DIGEST.format(f'n{number}')}, stale=true" for number in range(9)], 2, id="stale for ever"
        ),
        pytest.param(
            [f'WWW-Authenticate: Digest realm="r{number}", nonce="n"' for number in range(9)],
            2,
            id="another realm each time",
        ),
        pytest.param(["X: y"], 0, id="without a challenge"),
        pytest.param(["WWW-Authenticate: Negotiate"], 0, id="another scheme"),
        pytest.param(
            ['WWW-Authenticate: Digest realm="\udc80", nonce="\udc81"'], 0, id="bytes that are no text"
        ),
    ],
)
async def test_401_for_ever(fields: list[str], offers: int) -> None:
    """However a device asks, the log-in is offered twice at most: three could lock the account."""
    async with http_device(refusing(*fields)) as device, talking_to(device) as http:
        answer = await ask(http)
        offered = device.log_ins
    assert isinstance(answer, Trouble) or answer.status == 401
    assert (http.log_ins, len(offered)) == (offers, offers)


async def test_nonce_for_one_request_each() -> None:
    """A device that wants a new nonce for every request is given one: the password was right each time."""
    nonces: list[str] = []

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        given = asked.headers.get("authorization", "")
        if nonces and f'nonce="{nonces[-1]}"' in given and "nc=00000001" in given:
            writer.write(reply(200, b"x"))
        else:
            nonces.append(f"n{len(nonces)}")
            writer.write(reply(401, b"", f"{DIGEST.format(nonces[-1])}, stale=true"))

    async with http_device(answer) as device, talking_to(device) as http:
        assert [await ask(http) for _ in range(4)] == [Reply(200, b"x")] * 4
        assert http.log_ins == 4


async def test_no_third_offer_in_a_later_question() -> None:
    """The two offers are those of the whole conversation, not of each question."""
    fields = [f"{DIGEST.format(f'n{number}')}, stale=true" for number in range(9)]
    async with http_device(refusing(*fields)) as device, talking_to(device) as http:
        for _ in range(3):
            assert await ask(http) == Reply(401, b"no")
        assert http.log_ins == 2
        assert http.refusal == "refused the log-in"


async def test_basic_after_digest_is_refused() -> None:
    """A device that asked for Digest is never given the password itself, even where Basic is allowed."""
    fields = [DIGEST.format("n"), 'WWW-Authenticate: Basic realm="other"']
    async with http_device(refusing(*fields)) as device:
        async with talking_to(device, credentials=device.credentials(basic_in_clear=True)) as http:
            assert await ask(http) == Reply(401, b"no")
        assert [value[:6] for value in device.log_ins] == ["Digest"]


@pytest.mark.parametrize("basic_in_clear", [False, True])
async def test_basic_in_clear_only_where_it_is_allowed(basic_in_clear: bool) -> None:
    """Basic without TLS is offered to a device configured so, and to no other."""
    async with http_device(admitting(Challenge(scheme="basic", realm="r"))) as device:
        answer = await ask_once(device, credentials=device.credentials(basic_in_clear=basic_in_clear))
        assert bool(device.log_ins) is basic_in_clear
    assert isinstance(answer, Reply)
    assert (answer.status == 200) is basic_in_clear


@pytest.mark.parametrize("changed", [{"host": "127.0.0.2"}, {"port": 1}])
async def test_log_in_is_bound_to_host_and_port(changed: dict[str, Any]) -> None:
    """Credentials of another host or port are offered to nobody here."""
    async with http_device(admitting(_MD5)) as device:
        await ask_once(device, credentials=replace(device.credentials(), **changed))
        assert not device.log_ins


# TLS


def _context(folder: Path) -> tuple[ssl.SSLContext, str]:
    pem, key, fingerprint = certificate()
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(key)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return tls, fingerprint


async def test_tls_by_fingerprint(tmp_path: Path) -> None:
    """A device is recognised by its certificate; over TLS, Basic may be asked for."""
    tls, fingerprint = _context(tmp_path)
    async with http_device(admitting(Challenge(scheme="basic", realm="r")), tls) as device:
        assert await ask_once(device, trust=Trust(fingerprint=fingerprint)) == Reply(200, b"x")


@pytest.mark.parametrize("trust", [None, Trust(fingerprint="ab" * 32), Trust(fingerprint="no hex")])
async def test_tls_peer_that_is_not_trusted(trust: Trust | None, tmp_path: Path) -> None:
    """A device that is not recognised is tls_failed and hears no question."""
    tls, _ = _context(tmp_path)
    async with http_device(saying(reply()), tls) as device:
        answer = await ask_once(device, trust=trust)
        assert not device.asked
    assert isinstance(answer, Trouble)
    assert (answer.failure, answer.stage) == (Failure.TLS_FAILED, Stage.TLS)


@pytest.mark.parametrize(
    "url", ["rtsp://h/", "http://", "http://u:p@h/", "http://u@h/", "http://h:99999/", "192.0.2.1"]
)
def test_url_of_another_kind(url: str) -> None:
    """An address that is no device's is our own mistake."""
    with pytest.raises(ValueError, match=r"HTTP|http|log-in|[Pp]ort"):
        DeviceHttp(url)
