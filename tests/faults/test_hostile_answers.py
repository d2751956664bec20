"""Cameras that answer with anything but what they should: each is named in time, and no secret leaks."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from probes.failure import Failure, Stage
from probes.wire.rtsp import Request
from tests.faults.asking import Met, ask, met
from tests.faults.scripted_camera import SDP, Answer, ScriptedCamera, Session

METHODS = {
    "OPTIONS": (Stage.OPTIONS, Stage.CONNECT),
    "DESCRIBE": (Stage.DESCRIBE, Stage.OPTIONS),
    "SETUP": (Stage.SETUP, Stage.DESCRIBE),
    "PLAY": (Stage.PLAY, Stage.SETUP),
}


def raw(data: bytes) -> Answer:
    """Answer with these bytes."""

    async def answer(session: Session, request: Request) -> None:
        session.send(data.replace(b"CSEQ", (request.headers.get("cseq") or "0").encode()))

    return answer


def drip(data: bytes, pause: float) -> Answer:
    """Answer byte by byte."""

    async def answer(session: Session, _: Request) -> None:
        for byte in data:
            session.send(bytes([byte]))
            await asyncio.sleep(pause)

    return answer


def flood(piece: bytes) -> Answer:
    """Answer with the same piece for ever, as fast as it is taken."""

    async def answer(session: Session, _: Request) -> None:
        session.send(b"RTSP/1.0 200 OK\r\n")
        while not session.writer.is_closing():
            session.send(piece)
            await session.writer.drain()

    return answer


async def hang_up(session: Session, _: Request) -> None:
    """Close instead of answering."""
    session.hang_up()


async def silence(session: Session, request: Request) -> None:
    """Answer nothing."""


def status(code: int, *fields: tuple[str, str]) -> Answer:
    """Answer with a status."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, code, fields)

    return answer


def described(body: bytes, *fields: tuple[str, str]) -> Answer:
    """Answer with a description."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Content-Type", "application/sdp"), *fields], body=body)

    return answer


HEAD = b"RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n"
AT_DESCRIBE = (Stage.DESCRIBE, Stage.OPTIONS)
DESCRIPTIONS: dict[str, tuple[Answer, Failure]] = {
    "no body": (raw(HEAD + b"Content-Type: text/plain\r\n\r\n"), Failure.PROTOCOL_ERROR),
    "no length": (raw(HEAD + b"Content-Type: application/sdp\r\n\r\n" + SDP), Failure.PROTOCOL_ERROR),
    "huge length": (raw(HEAD + b"Content-Length: 999999999\r\n\r\nv=0"), Failure.OVER_LIMIT),
    "endless length": (raw(HEAD + b"Content-Length: 9" + b"9" * 40 + b"\r\n\r\n"), Failure.OVER_LIMIT),
    "negative length": (raw(HEAD + b"Content-Length: -1\r\n\r\n"), Failure.PROTOCOL_ERROR),
    "length in words": (raw(HEAD + b"Content-Length: many\r\n\r\n"), Failure.PROTOCOL_ERROR),
    "two lengths": (raw(HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nv=0"), Failure.PROTOCOL_ERROR),
    "longer than sent": (raw(HEAD + b"Content-Length: 4000\r\n\r\nv=0"), Failure.TIMED_OUT),
    "no description": (described(b"\x00\xff" * 50), Failure.PROTOCOL_ERROR),
    "audio only": (described(b"v=0\r\nm=audio 0 RTP/AVP 0\r\n"), Failure.UNSUPPORTED_MEDIA),
    "unknown codec": (
        described(b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP9/90000\r\n"),
        Failure.UNSUPPORTED_MEDIA,
    ),
    "another request's number": (raw(b"RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n"), Failure.PROTOCOL_ERROR),
    "endless line": (flood(b"X" * 1024), Failure.OVER_LIMIT),
    "endless fields": (flood(b"X-Field: something\r\n" * 50), Failure.OVER_LIMIT),
    "a byte at a time": (drip(HEAD + b"X: " + b"y" * 1000, 0.05), Failure.TIMED_OUT),
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
async def test_description_that_is_none(name: str) -> None:
    """Whatever is wrong with the answer to DESCRIBE is named, within the deadline and the bounds."""
    answer, failure = DESCRIPTIONS[name]
    async with ScriptedCamera({"DESCRIBE": answer}) as camera:
        seen = await ask(camera)
    assert met(seen) == (failure, *AT_DESCRIBE)
    assert seen.bytes_on_wire < 300_000


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(silence, Failure.TIMED_OUT, id="silence"),
        pytest.param(hang_up, Failure.CLOSED_EARLY, id="hangs up"),
        pytest.param(raw(b"\x16\x03\x01\x02\x00" * 200), None, id="garbage"),
    ],
)
async def test_trouble_at_every_stage(method: str, answer: Answer, failure: Failure | None) -> None:
    """Silence, a closed connection and garbage are named with the stage they happened in."""
    stage, before = METHODS[method]
    async with ScriptedCamera({method: answer}) as camera:
        seen = await ask(camera)
    if failure is None:  # before the first message nothing spoke RTSP; later the rest of it is missing
        failure = Failure.PROTOCOL_ERROR if method == "OPTIONS" else Failure.TIMED_OUT
    assert met(seen) == (failure, stage, before)
    assert ("TEARDOWN" in camera.methods) is (method == "PLAY" and answer is not hang_up)


STATUSES: list[tuple[str, int, Failure]] = [
    ("DESCRIBE", 403, Failure.FORBIDDEN),
    ("DESCRIBE", 404, Failure.NOT_FOUND),
    ("DESCRIBE", 400, Failure.PROTOCOL_ERROR),
    ("DESCRIBE", 500, Failure.SERVER_ERROR),
    ("DESCRIBE", 415, Failure.UNSUPPORTED_MEDIA),
    ("SETUP", 453, Failure.SESSION_LIMIT),
    ("SETUP", 503, Failure.SESSION_LIMIT),
    ("SETUP", 461, Failure.TRANSPORT_REFUSED),
    ("SETUP", 454, Failure.PROTOCOL_ERROR),
    ("PLAY", 500, Failure.SERVER_ERROR),
    ("PLAY", 455, Failure.PROTOCOL_ERROR),
]


@pytest.mark.parametrize(("method", "code", "failure"), STATUSES)
async def test_refusals(method: str, code: int, failure: Failure) -> None:
    """Each refusal has its name and its stage; a session that was set up is torn down."""
    async with ScriptedCamera({method: status(code)}) as camera:
        seen = await ask(camera)
    assert met(seen) == (failure, *METHODS[method])
    assert ("TEARDOWN" in camera.methods) is (method == "PLAY")


@pytest.mark.parametrize("code", [400, 404, 405, 501])
async def test_options_are_a_courtesy(code: int) -> None:
    """A camera that knows no OPTIONS and plays is a camera that plays."""
    async with ScriptedCamera({"OPTIONS": status(code)}) as camera:
        assert met(await ask(camera)) == (None, None, Stage.TEARDOWN)


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("code", [301, 302, 305])
async def test_redirects_are_not_followed(method: str, code: int) -> None:
    """A camera that sends us to another host is refused; that host is never connected to."""
    async with ScriptedCamera() as other:
        location = ("Location", other.url)
        async with ScriptedCamera({method: status(code, location)}) as camera:
            seen = await ask(camera)
        assert met(seen) == (Failure.REDIRECT_REFUSED, *METHODS[method])
        assert other.connections == 0


@pytest.mark.parametrize("where", ["Content-Base", "Content-Location", "control"])
async def test_other_hosts_in_a_description_are_not_dialled(where: str) -> None:
    """A description that names another host is asked for at the camera itself, with its own log-in only."""
    async with ScriptedCamera() as other:
        body, fields = SDP, [(where, f"{other.url}/")]
        if where == "control":
            body, fields = SDP.replace(b"a=control:track1", f"a=control:{other.url}/t1".encode()), []
        async with ScriptedCamera({"DESCRIBE": described(body, *fields)}) as camera:
            seen = await ask(camera)
            asked = [request.url for request in camera.requests]
        assert met(seen) == (None, None, Stage.TEARDOWN)
        assert all(url.startswith(f"rtsp://127.0.0.1:{camera.port}/") for url in asked)
        assert other.connections == 0


GREETINGS: dict[str, tuple[Callable[[Session], Awaitable[None]], Met]] = {}


def greeting(name: str, *outcome: Failure | Stage | None) -> Callable[..., None]:
    """Put a greeting into the table."""

    def put(greet: Callable[[Session], Awaitable[None]]) -> None:
        failure, stage, reached = outcome
        assert failure is None or isinstance(failure, Failure)
        assert not isinstance(stage, Failure)
        assert not isinstance(reached, Failure)
        GREETINGS[name] = (greet, (failure, stage, reached))

    return put


@greeting("an HTTP server", Failure.PROTOCOL_ERROR, Stage.OPTIONS, Stage.CONNECT)
async def _http(session: Session) -> None:
    session.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@greeting("an SSH server", Failure.PROTOCOL_ERROR, Stage.OPTIONS, Stage.CONNECT)
async def _ssh(session: Session) -> None:
    session.send(b"SSH-2.0-OpenSSH_9.2p1\r\n")
    session.hang_up()


@greeting("its own requests, and then well", None, None, Stage.TEARDOWN)
async def _requests(session: Session) -> None:
    for number in range(40):
        session.send(b"OPTIONS * RTSP/1.0\r\nCSeq: %d\r\n\r\n" % number)


@greeting("binary frames before anything, and then well", None, None, Stage.TEARDOWN)
async def _frames(session: Session) -> None:
    session.frames([b"\x80\x60" + b"x" * 100] * 20, channel=9)


@pytest.mark.parametrize("name", [name for name in GREETINGS if "well" not in name])
async def test_what_is_no_camera(name: str) -> None:
    """Another kind of server at the port is named as what speaks no RTSP."""
    greet, outcome = GREETINGS[name]
    async with ScriptedCamera({"OPTIONS": silence}, greet=greet) as camera:
        assert met(await ask(camera)) == outcome


@pytest.mark.parametrize("name", [name for name in GREETINGS if "well" in name])
async def test_odd_ways_that_do_no_harm(name: str) -> None:
    """A camera that says more than it was asked, and then plays, is a camera that plays."""
    greet, outcome = GREETINGS[name]
    async with ScriptedCamera(greet=greet) as camera:
        assert met(await ask(camera)) == outcome
