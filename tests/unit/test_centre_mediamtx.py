"""The MediaMTX control API, read: both generations of names, page by page, whole or not at all."""

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.judge.progress import Flow, judge_flow
from probes.base import Credentials, Secret, Trust
from probes.centre.base import GatewayAccess, StreamSample, Sweep
from probes.centre.mediamtx import _PAGE, MediaMtx
from probes.centre.paging import Page, understand
from probes.failure import Failure, Stage
from probes.http_answer import Reply, Trouble
from tests.certificate import certificate
from tests.paths_api import PathsApi, basic, path_item, serving, talking

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CORPUS = Path(__file__).parents[3] / "shared/corpus/gateways/mediamtx-1.16.1"

OLDER = {
    "name": "school-1/yard",
    "confName": "all_others",
    "source": {"type": "rtspSession", "id": "5d1a0f7e"},
    "ready": True,
    "readyTime": "2026-03-01T05:00:00Z",
    "tracks": ["H264"],
    "bytesReceived": 4810,
    "bytesSent": 0,
    "readers": [{"type": "hlsMuxer", "id": ""}],
}
OLDEST = {
    "name": "school-1/yard",
    "source": {"type": "rtspSource"},
    "sourceReady": True,
    "bytesReceived": 7,
    "readers": None,
}
NEWER = {
    "name": "school-1/yard",
    "confName": "school-1/yard",
    "available": True,
    "online": False,
    "source": None,
    "tracks2": [{"codec": "H265", "codecProps": {"width": 1920, "height": 1080}}],
    "readers": [{"type": "rtspSession", "id": "1"}, {"type": "webRTCSession", "id": "2"}],
    "inboundBytes": 18446744073709551615,
    "outboundBytes": 0,
    "inboundFramesInError": 3,
}
BOTH = path_item("school-1/yard") | {"bytesReceived": 10, "inboundBytes": 11}


def access(url: str, **more: Any) -> GatewayAccess:
    return GatewayAccess(gateway_id="g", url=url, now=lambda: NOW, **{"timeout": 5.0} | more)


@asynccontextmanager
async def asking(url: str, **more: Any) -> AsyncIterator[MediaMtx]:
    source = MediaMtx(access(url, **more))
    try:
        yield source
    finally:
        await source.close()


async def one_sweep(url: str, **more: Any) -> Sweep:
    async with asking(url, **more) as source:
        return await source.sweep()


def api_of(*names: str, **more: Any) -> PathsApi:
    return PathsApi({name: path_item(name, 100) for name in names}, **more)


@pytest.mark.parametrize(
    ("told", "sample"),
    [
        pytest.param(
            OLDER,
            StreamSample("school-1/yard", 4810, ready=True, readers=1, source="rtspSession"),
            id="bytesReceived and ready",
        ),
        pytest.param(
            OLDEST, StreamSample("school-1/yard", 7, ready=True, source="rtspSource"), id="sourceReady"
        ),
        pytest.param(
            NEWER,
            StreamSample("school-1/yard", 2**64 - 1, available=True, online=False, readers=2),
            id="inboundBytes, available and online",
        ),
        pytest.param(
            BOTH,
            StreamSample(
                "school-1/yard",
                11,
                ready=True,
                available=True,
                online=True,
                readers=0,
                source="rtspSource",
            ),
            id="both: the newer name wins",
        ),
        pytest.param({"name": "x"}, StreamSample("x"), id="a name and nothing else"),
    ],
)
async def test_generations(told: dict[str, Any], sample: StreamSample) -> None:
    """Every generation of field names gives the same kind of sample; what is not told stays None."""
    api = PathsApi({told["name"]: told})
    async with serving(api.answer) as url:
        sweep = await one_sweep(url)
    assert sweep.samples == {told["name"]: sample}
    assert (sweep.failure, sweep.complete, sweep.at, sweep.gateway_id) == (None, True, NOW, "g")


async def test_empty_gateway() -> None:
    """A gateway without a path answers, and has no path."""
    async with serving(PathsApi().answer) as url:
        sweep = await one_sweep(url)
    assert (sweep.samples, sweep.failure) == ({}, None)


async def test_recorded_answers() -> None:
    """Of what a real gateway said 5 s apart, only bytes that grew are flow, whatever the flags say.

    The recordings are read where they lie beside the checkout.
    """
    if not CORPUS.is_dir():
        return
    api = PathsApi()
    configured = {"auth", "dead1", "occ1", "pub", "silent1"}
    api.configurations = [{"name": name, "sourceOnDemand": False} for name in configured]
    api.configurations.append({"name": "od1", "sourceOnDemand": True})
    looks = []
    async with serving(api.answer) as url, asking(url) as source:
        for name in ("paths-list.t0.json", "paths-list.t0-plus-5s.json"):
            items = json.loads((CORPUS / name).read_text())["items"]
            api.paths = {item["name"]: item for item in items}
            looks.append((await source.sweep()).samples)
    flows = {key: judge_flow(looks[0][key], looks[1][key], on_demand=None) for key in looks[1]}
    assert flows == {
        "auth": Flow.ADVANCED,
        "occ1": Flow.ADVANCED,
        "dead1": Flow.FLAT,
        "silent1": Flow.FLAT,
        "pub": Flow.FLAT,
        "od1": Flow.IDLE,
    }


async def test_pages_are_put_together() -> None:
    """A list in many pages is read to its end, in order, one question per page."""
    names = [f"p{number:03}" for number in range(25)]
    api = api_of(*names, most_items=10)
    async with serving(api.answer) as url:
        sweep = await one_sweep(url)
    assert list(sweep.samples) == names
    assert [request.rpartition("=")[2] for request in api.requests] == ["0", "1", "2"]


async def test_path_that_leaves_between_pages_hides_no_other() -> None:
    """When a path goes away while the list is read, those that moved up are found all the same."""
    names = [f"p{number:03}" for number in range(30)]
    api = api_of(*names, most_items=10)

    def leave(number: int) -> None:
        if number == 0:
            api.paths.pop("p003", None)

    api.on_page = leave
    async with serving(api.answer) as url:
        sweep = await one_sweep(url)
    assert set(names) - {"p003"} <= sweep.samples.keys()


async def test_path_that_comes_between_pages() -> None:
    """When a path appears while the list is read, the list is still whole."""
    names = [f"p{number:03}" for number in range(30)]
    api = api_of(*names, most_items=10)
    api.on_page = lambda number: api.paths.update({f"z{number}": path_item(f"z{number}")})
    async with serving(api.answer) as url:
        sweep = await one_sweep(url)
    assert sweep.failure is None
    assert set(names) <= sweep.samples.keys()


def _told(**page: Any) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """Answer every question with the same page."""

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(page)

    return answer


def _in_order(*pages: dict[str, Any]) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """Answer each question for a page with the page of that number."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(pages[int(request.query["page"])])

    return answer


def _growing(request: web.BaseRequest) -> dict[str, Any]:
    number = int(request.query["page"])
    return {"itemCount": 0, "pageCount": number + 2, "items": [path_item(f"p{number}")]}


async def _without_end(request: web.BaseRequest) -> web.StreamResponse:
    return web.json_response(_growing(request))


async def _fails_at_second(request: web.BaseRequest) -> web.StreamResponse:
    if request.query["page"] == "1":
        return web.json_response({"error": "out of memory"}, status=500)
    return web.json_response({"itemCount": 3, "pageCount": 3, "items": [path_item("p")]})


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(
            _told(itemCount=9, pageCount=3, items=[path_item("a")]),
            Failure.PROTOCOL_ERROR,
            id="the same page whichever is asked for",
        ),
        pytest.param(
            _in_order(
                {"itemCount": 9, "pageCount": 3, "items": [path_item("a")]},
                {"itemCount": 9, "pageCount": 3, "items": []},
            ),
            Failure.PROTOCOL_ERROR,
            id="an empty page before the last",
        ),
        pytest.param(
            _told(itemCount=9, pageCount=1, items=[path_item("a")]),
            Failure.PROTOCOL_ERROR,
            id="fewer paths than it says that there are",
        ),
        pytest.param(_without_end, Failure.OVER_LIMIT, id="a page more with every page"),
        pytest.param(_fails_at_second, Failure.SERVER_ERROR, id="a page in the middle fails"),
    ],
)
async def test_lists_that_are_not_whole(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
    failure: Failure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list that cannot be read to its end is a failed sweep, and tells nothing of any stream."""
    monkeypatch.setattr("probes.centre.paging.MAX_PAGES", 20)
    async with serving(answer) as url:
        sweep = await one_sweep(url)
    assert (sweep.failure, sweep.failed_at, sweep.samples) == (failure, Stage.DESCRIBE, {})


def _text(body: str, status: int = 200, **headers: str) -> AbstractAsyncContextManager[str]:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=body, status=status, headers=headers)

    return serving(answer)


_HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("server", "failure"),
    [
        pytest.param(_text("", 401), Failure.UNAUTHORIZED, id="401"),
        pytest.param(_text("", 403), Failure.FORBIDDEN, id="403"),
        pytest.param(_text("404 page not found", 404), Failure.NOT_FOUND, id="no such API"),
        pytest.param(_text("", 302, Location="http://127.0.0.1:1/"), Failure.REDIRECT_REFUSED, id="302"),
        pytest.param(_text("", 500), Failure.SERVER_ERROR, id="500"),
        pytest.param(_text("<html>"), Failure.PROTOCOL_ERROR, id="a web page"),
        pytest.param(_text(""), Failure.PROTOCOL_ERROR, id="an empty body"),
        pytest.param(_text("null"), Failure.PROTOCOL_ERROR, id="null"),
        pytest.param(_text("[" * 100_000), Failure.PROTOCOL_ERROR, id="a very deep answer"),
        pytest.param(
            _text('{"pageCount":1,"x":' + "[" * 90_000 + "]" * 90_000 + "}"),
            Failure.PROTOCOL_ERROR,
            id="a very deep answer in a field of no interest",
        ),
        pytest.param(
            _text('{"pageCount":1,"items":[{"name":1}]}'),
            Failure.PROTOCOL_ERROR,
            id="a name that is a number",
        ),
        pytest.param(
            _text('{"pageCount":1,"items":[{"name":"a","inboundBytes":-1}]}'),
            Failure.PROTOCOL_ERROR,
            id="fewer than no bytes",
        ),
        pytest.param(
            talking([_HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b'{"pageCount":0}')]),
            Failure.PROTOCOL_ERROR,
            id="compressed, though we take nothing compressed",
        ),
        pytest.param(talking([]), Failure.CLOSED_EARLY, id="closes without a word"),
        pytest.param(
            talking([_HEAD + b"Content-Length: 100\r\n\r\n{"]), Failure.CLOSED_EARLY, id="closes half-way"
        ),
        pytest.param(talking([b"RTSP/1.0 400 Bad Request\r\n\r\n"]), Failure.PROTOCOL_ERROR, id="RTSP"),
        pytest.param(
            talking([_HEAD, b"X: " + b"x" * 100_000]), Failure.PROTOCOL_ERROR, id="an endless header"
        ),
        pytest.param(
            talking([_HEAD + b"Content-Length: 99999999999\r\n\r\n{"]),
            Failure.OVER_LIMIT,
            id="announces 100 GB",
        ),
        pytest.param(
            talking([_HEAD + b"\r\n", *[b" " * 10_000] * 200]), Failure.OVER_LIMIT, id="an endless body"
        ),
        pytest.param(talking([], hang=True), Failure.TIMED_OUT, id="never answers"),
        pytest.param(
            talking([_HEAD + b"Content-Length: 9\r\n\r\n{"], hang=True),
            Failure.TIMED_OUT,
            id="stops half-way",
        ),
    ],
)
async def test_answers_that_are_none(
    server: AbstractAsyncContextManager[str], failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a server answers, the sweep says in a word of the closed list why it tells nothing."""
    monkeypatch.setattr("probes.centre.paging.MAX_PAGE_BYTES", 1_000_000)
    async with server as url:
        sweep = await one_sweep(url, timeout=0.3 if failure is Failure.TIMED_OUT else 5.0)
    assert (sweep.failure, sweep.failed_at, sweep.samples) == (failure, Stage.DESCRIBE, {})
    assert sweep.detail


async def test_nobody_listens() -> None:
    """A port where nothing listens is connect_refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        sweep = await one_sweep(f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert (sweep.failure, sweep.failed_at) == (Failure.CONNECT_REFUSED, Stage.CONNECT)


async def test_nobody_accepts() -> None:
    """A host that lets the connection hang is connect_timeout, within the deadline."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        sweep = await one_sweep(f"http://127.0.0.1:{address[1]}", timeout=0.5)
        for one in waiting:
            one.close()
    assert (sweep.failure, sweep.failed_at) == (Failure.CONNECT_TIMEOUT, Stage.CONNECT)
    assert sweep.seconds < 1.0


# Log-ins


def _credentials(url: str, **changed: Any) -> Credentials:
    host, _, port = url.rpartition("/")[2].partition(":")
    values: dict[str, Any] = {"host": host, "port": int(port), "basic_in_clear": True}
    return Credentials(username="op", password=Secret("s3:crét"), **values | changed)


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        pytest.param({}, True, id="its own"),
        pytest.param({"host": "127.0.0.2"}, False, id="another host's"),
        pytest.param({"port": 1}, False, id="another port's"),
        pytest.param({"basic_in_clear": False}, False, id="not to be sent in clear"),
    ],
)
async def test_log_in(changed: dict[str, Any], sent: bool) -> None:
    """A password goes to the host and port it was given for, in clear only when that was said."""
    api = api_of("a", log_in=("op", "s3:crét"))
    async with serving(api.answer) as url:
        sweep = await one_sweep(url, credentials=_credentials(url, **changed))
    assert set(api.log_ins) == {basic("op", "s3:crét") if sent else None}
    assert sweep.failure is (None if sent else Failure.UNAUTHORIZED)
    assert "s3:crét" not in repr(sweep)


async def test_redirect_takes_nothing_elsewhere() -> None:
    """A gateway that points to another host is not followed, and that host hears nothing."""
    elsewhere = api_of("a")
    async with serving(elsewhere.answer) as other:

        async def away(_: web.BaseRequest) -> web.StreamResponse:
            raise web.HTTPFound(f"{other}/v3/paths/list")

        async with serving(away) as url:
            sweep = await one_sweep(url, credentials=_credentials(url))
    assert sweep.failure is Failure.REDIRECT_REFUSED
    assert not elsewhere.requests


# TLS


@asynccontextmanager
async def _secured(api: PathsApi, folder: Path) -> AsyncIterator[tuple[str, str, str]]:
    pem, key, fingerprint = certificate()
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(key)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    async with serving(api.answer, tls) as url:
        yield url, fingerprint, str(folder / "cert.pem")


async def test_tls_by_fingerprint_and_by_ca(tmp_path: Path) -> None:
    """A gateway is recognised by its certificate's SHA-256, with or without colons, or by a CA file."""
    api = api_of("a", log_in=("op", "s3:crét"))
    async with _secured(api, tmp_path) as (url, fingerprint, ca_file):
        log_in = _credentials(url, basic_in_clear=False)
        colons = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
        for trust in (Trust(fingerprint=fingerprint), Trust(fingerprint=colons), Trust(ca_file=ca_file)):
            sweep = await one_sweep(url, trust=trust, credentials=log_in)
            assert (sweep.failure, list(sweep.samples)) == (None, ["a"])


@pytest.mark.parametrize(
    "trust",
    [
        pytest.param(None, id="the system's CAs do not know it"),
        pytest.param(Trust(fingerprint="ab" * 32), id="another fingerprint"),
        pytest.param(Trust(fingerprint="no hex"), id="a fingerprint that is none"),
        pytest.param(Trust(fingerprint="ab" * 20), id="the fingerprint of an old hash"),
        pytest.param(Trust(ca_file="/nowhere/ca.pem"), id="a CA file that is not there"),
    ],
)
async def test_tls_peer_that_is_not_trusted(trust: Trust | None, tmp_path: Path) -> None:
    """A gateway that is not recognised is tls_failed and hears no question, so no password either."""
    api = api_of("a")
    async with _secured(api, tmp_path) as (url, _, _):
        sweep = await one_sweep(url, trust=trust, credentials=_credentials(url))
    assert (sweep.failure, sweep.failed_at) == (Failure.TLS_FAILED, Stage.TLS)
    assert not api.requests


async def test_plain_server_at_a_tls_address() -> None:
    """A server that speaks no TLS where we expect it is tls_failed."""
    async with serving(api_of("a").answer) as url:
        sweep = await one_sweep(url.replace("http:", "https:"))
    assert (sweep.failure, sweep.failed_at) == (Failure.TLS_FAILED, Stage.TLS)


# A few paths by name

MANY = [f"school-{number:04}/cam" for number in range(400)]


async def test_few_are_asked_by_name() -> None:
    """A few streams of many are asked by name; one that the gateway does not have is absent."""
    api = api_of(*MANY)
    async with serving(api.answer) as url, asking(url) as source:
        await source.sweep()
        api.requests.clear()
        sweep = await source.sweep([MANY[7], "gone", MANY[9]])
    assert (sweep.complete, sweep.asked) == (False, (MANY[7], "gone", MANY[9]))
    assert (sweep.failure, set(sweep.samples)) == (None, {MANY[7], MANY[9]})
    assert sorted(api.requests) == sorted(f"/v3/paths/get/{key}" for key in (MANY[7], "gone", MANY[9]))


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(MANY[:200], id="so many that the list is cheaper"),
        pytest.param([MANY[0], "a/../b"], id="a name that climbs"),
    ],
)
async def test_some_are_read_from_the_list(asked: list[str]) -> None:
    """Where names cannot or need not be asked one by one, the list answers, for those asked alone."""
    api = api_of(*MANY, "a/../b")
    async with serving(api.answer) as url, asking(url) as source:
        await source.sweep()
        api.requests.clear()
        sweep = await source.sweep(asked)
    assert [request.partition("?")[0] for request in api.requests] == ["/v3/paths/list"]
    assert list(sweep.samples) == asked
    assert not sweep.complete


async def test_odd_names_are_asked_as_they_are() -> None:
    """A name with anything in it reaches the gateway as that name, and never as another question."""
    odd = ["a b", "двор", "100%", "x?itemsPerPage=1", "y#z", "%2e%2e/%2e%2e", "//evil.test/x", "q&r=s"]
    api = api_of(*MANY, *MANY[:0], *odd, *(f"pad-{number}" for number in range(400)))
    async with serving(api.answer) as url, asking(url) as source:
        await source.sweep()
        sweep = await source.sweep(odd)
    assert set(sweep.samples) == set(odd)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        pytest.param(404, '{"status":"error","error":"path not found"}', None, id="the API's own 404"),
        pytest.param(404, "", None, id="an early version's bare 404"),
        pytest.param(404, "404 page not found", Failure.NOT_FOUND, id="there is no such API"),
        pytest.param(500, '{"error":"terminated"}', Failure.SERVER_ERROR, id="500"),
        pytest.param(200, '{"name":"other"}', Failure.PROTOCOL_ERROR, id="another path's answer"),
    ],
)
async def test_absent_or_not_told(status: int, body: str, failure: Failure | None) -> None:
    """Only the API's own word makes a stream absent; everything else is a look that tells nothing."""
    api = api_of(*MANY)

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text=body)

    api.before["/v3/paths/get/gone"] = answer
    async with serving(api.answer) as url, asking(url) as source:
        await source.sweep()
        sweep = await source.sweep([MANY[0], "gone"])
    assert sweep.failure is failure
    assert set(sweep.samples) == (set() if failure else {MANY[0]})


# Paths on demand


def _idle(name: str, conf_name: str) -> dict[str, Any]:
    return path_item(name, confName=conf_name, ready=False, available=False)


async def test_on_demand_is_read_from_the_configuration() -> None:
    """Which waiting paths are pulled for a reader only is asked of the configuration, once."""
    api = PathsApi({"live": path_item("live", 5)})
    api.paths |= {name: _idle(name, name) for name in ("pulled", "dead", "started", "unsaid", "unknown")}
    api.configurations = [
        {"name": "pulled", "source": "rtsp://10.0.0.1/", "sourceOnDemand": True},
        {"name": "dead", "sourceOnDemand": False, "runOnDemand": ""},
        {"name": "started", "sourceOnDemand": False, "runOnDemand": "publish-it"},
        {"name": "unsaid"},
        {"name": "live", "sourceOnDemand": True},
    ]
    async with serving(api.answer) as url, asking(url) as source:
        first, second = await source.sweep(), await source.sweep()
    demanded = {"pulled": True, "dead": False, "started": True, "unsaid": None, "unknown": None}
    assert {key: sample.on_demand for key, sample in first.samples.items()} == demanded | {"live": None}
    assert {key: sample.on_demand for key, sample in second.samples.items()} == demanded | {"live": True}
    assert sum("config" in request for request in api.requests) == 1


async def test_configuration_is_not_read_for_nothing() -> None:
    """A gateway where every path is ready or read is not asked for its configuration."""
    api = api_of("a")
    api.paths["b"] = _idle("b", "b") | {"readers": [{"type": "rtspSession", "id": "1"}]}
    async with serving(api.answer) as url:
        await one_sweep(url)
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_configuration_that_is_not_told(status: int) -> None:
    """A gateway that hides its configuration is swept all the same; on_demand stays unknown."""
    api = PathsApi({"b": _idle("b", "b")})

    async def refuse(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status)

    api.before["/v3/config/paths/list"] = refuse
    async with serving(api.answer) as url:
        sweep = await one_sweep(url)
    assert (sweep.failure, sweep.samples["b"].on_demand) == (None, None)


async def test_slow_configuration_does_not_cost_the_sweep() -> None:
    """A configuration that does not come in time leaves the list that did."""
    api = PathsApi({"b": _idle("b", "b")})

    async def stall(_: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(60)
        raise AssertionError

    api.before["/v3/config/paths/list"] = stall
    async with serving(api.answer) as url:
        sweep = await one_sweep(url, timeout=0.4)
    assert (sweep.failure, list(sweep.samples)) == (None, ["b"])


# Any bytes

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["pageCount", "itemCount", "items", "name", "readers", "source", "inboundBytes"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_answer_is_a_page_or_trouble(body: bytes) -> None:
    """Whatever bytes a gateway answers with, they are a page or protocol_error, and nothing escapes."""
    answer = understand(Reply(200, body), _PAGE)
    if isinstance(answer, Trouble):
        assert answer.failure is Failure.PROTOCOL_ERROR
    else:
        assert isinstance(answer, Page)


def test_url_of_another_kind() -> None:
    """An address that is no HTTP address is our own mistake."""
    with pytest.raises(ValueError, match="http://HOST"):
        MediaMtx(access("rtsp://127.0.0.1/"))
