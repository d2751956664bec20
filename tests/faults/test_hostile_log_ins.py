"""Whoever asks at the door cannot stall the monitor, however they ask."""

import asyncio
import time
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, encode_basic_auth

from exporters.http import passwords
from exporters.http.access import Access
from exporters.http.app import make_app
from exporters.http.serve import Address, serve
from tests.doors import PASSWORD, USER, Door, hashed
from tests.serving import no_metrics

PATIENCE = 10.0  # seconds


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Address]:
    """A monitor that asks for a password whose hash takes some fifty milliseconds."""
    text = f"basic_auth_users: {{{USER}: {hashed(rounds=10)}}}\n"
    access = Access(Door(tmp_path).say(text), "127.0.0.1")
    app = make_app(metrics=no_metrics, not_ready=list, version="1", access=access)
    async with serve(app, "127.0.0.1", 0, access=access) as address:
        yield address


async def raw(address: Address, authorization: bytes) -> int:
    """Send a request with an Authorization header as it stands, and read the status of the answer."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: " + authorization + b"\r\n\r\n")
    try:
        async with asyncio.timeout(PATIENCE):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        pytest.param(b"", 401, id="empty"),
        pytest.param(b"Basic", 401, id="no token"),
        pytest.param(b"Basic " + b"!" * 100, 401, id="no base64"),
        pytest.param(b"Basic \xff\xfe\x80", 401, id="no text"),
        pytest.param("Basic жібек".encode(), 401, id="not ASCII"),
        pytest.param(b"Basic " + b64encode(b"\xff\xfe:x"), 401, id="a name that is no UTF-8"),
        pytest.param(b"Basic " + b64encode(b"prometheus:\xff\0"), 401, id="a password that is no text"),
        pytest.param(b"Basic " + b64encode(b"prometheus:" + b"x" * 5000), 401, id="a long password"),
        pytest.param(b"Basic " + b64encode(b"x" * 5000 + b":x"), 401, id="a long name"),
        pytest.param(b"Basic " + b"A" * 100_000, 400, id="huge"),
        pytest.param(b"Digest username=prometheus", 401, id="another scheme"),
        pytest.param(b"Basic eDp4\r\nAuthorization: Basic eDp4", 401, id="two"),
        pytest.param(b"Basic eDp4\0", 400, id="a nought"),
    ],
)
async def test_strange_headers_are_refused(served: Address, authorization: bytes, status: int) -> None:
    """Whatever stands in the header, the answer is a refusal, and the next one is answered."""
    assert await raw(served, authorization) == status
    right = encode_basic_auth(USER, PASSWORD).encode()
    assert await raw(served, right) == 200


async def test_guessing_stalls_nothing(served: Address) -> None:
    """Two hundred guesses at once: few are tried, the rest is sent away, who is known is served meanwhile."""
    known = {"Authorization": encode_basic_auth(USER, PASSWORD)}
    async with ClientSession(served.url) as session:

        async def status(headers: dict[str, str]) -> int:
            async with session.get("/-/healthy", headers=headers) as answer:
                return answer.status

        assert await status(known) == 200
        guesses = [
            asyncio.create_task(status({"Authorization": encode_basic_auth(USER, f"guess {number}")}))
            for number in range(200)
        ]
        laggard, began = 0.0, time.monotonic()
        while not all(guess.done() for guess in guesses):
            before = time.monotonic()
            assert await status(known) == 200
            laggard = max(laggard, time.monotonic() - before)
            assert time.monotonic() - began < PATIENCE
        became = Counter([await guess for guess in guesses])
    assert set(became) == {401, 429}
    assert became[429] > became[401]
    assert laggard < 1, "who is known waits behind no guess"


async def test_nobody_waits_for_ever(served: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what may wait of all addresses together a log-in is told to come later."""
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    right = encode_basic_auth(USER, PASSWORD).encode()
    assert await raw(served, right) == 503
