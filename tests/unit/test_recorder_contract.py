"""What every way to ask a recorder keeps to, whoever made the recorder."""

import socket
from collections.abc import AsyncIterator

import pytest

from monitor.model.estate import RecorderKind
from probes.failure import Failure, Stage
from probes.recorder import RECORDER_SOURCES
from probes.recorder.base import InputState
from simulator.recorder import Recorder, RecorderManner
from simulator.recorder_answers import Dialect
from tests.faults.scripted_http import Answer, http_device, reply, saying
from tests.recorders import access, reading_of, recorder

KINDS = sorted(RECORDER_SOURCES)
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """A line of the dictionary."""
    name: str = request.param
    return name


@pytest.fixture
async def at_work(kind: str) -> AsyncIterator[Recorder]:
    """A recorder of this kind with two sockets and two IP inputs."""
    async with recorder(Dialect(kind), sockets=2, fetched=2) as one:
        yield one


def test_kinds_are_words_of_the_register() -> None:
    """Every way to ask is found by the register's own word for the maker."""
    assert RECORDER_SOURCES.keys() <= {kind.value for kind in RecorderKind}


async def test_inputs_come_and_go(kind: str, at_work: Recorder) -> None:
    """Every input is told, from 1: online, and lost while the recorder has no picture of it."""
    states = []
    for lost in ({2, 3}, set(), {1, 2, 3, 4}):
        at_work.lost = lost
        reading = await reading_of(kind, at_work.url)
        assert (reading.failure, reading.reached, reading.log_ins) == (None, Stage.DESCRIBE, 1)
        states.append({number for number, state in reading.inputs.items() if state is InputState.LOST})
        assert set(reading.inputs) == {1, 2, 3, 4}
    assert states == [{2, 3}, set(), {1, 2, 3, 4}]


async def test_only_questions_are_asked(kind: str, at_work: Recorder) -> None:
    """A reading takes a handful of requests, and none of them can change anything."""
    await reading_of(kind, at_work.url)
    assert sum(at_work.requests.values()) <= 5
    assert all(
        request.startswith("GET ") or request.endswith("/getCameraState") for request in at_work.requests
    )


@pytest.mark.parametrize(
    ("manner", "failure", "reached", "failed_at"),
    [
        (RecorderManner.OFF, Failure.CONNECT_REFUSED, Stage.RESOLVE, Stage.CONNECT),
        (RecorderManner.GONE, Failure.CONNECT_TIMEOUT, Stage.RESOLVE, Stage.CONNECT),
        (RecorderManner.HUNG, Failure.TIMED_OUT, Stage.CONNECT, Stage.DESCRIBE),
        (RecorderManner.LOCKED, Failure.UNAUTHORIZED, Stage.CONNECT, Stage.DESCRIBE),
    ],
)
async def test_recorder_in_trouble_and_back(
    kind: str,
    at_work: Recorder,
    manner: RecorderManner,
    failure: Failure,
    reached: Stage,
    failed_at: Stage,
) -> None:
    """A recorder in trouble is a reading that says which and tells of no input; and then it is well again."""
    await at_work.behave(manner)
    reading = await reading_of(kind, at_work.url, timeout=0.5)
    assert (reading.failure, reading.reached, reading.failed_at) == (failure, reached, failed_at)
    await at_work.behave(RecorderManner.SOUND)
    assert (await reading_of(kind, at_work.url)).failure is None


async def test_wrong_password_is_offered_once(kind: str, at_work: Recorder) -> None:
    """A recorder that refuses the log-in hears it once in a reading, and no question after that."""
    await at_work.behave(RecorderManner.LOCKED)
    reading = await reading_of(kind, at_work.url)
    assert (reading.log_ins, at_work.log_ins) == (1, 1)


async def test_without_credentials(kind: str, at_work: Recorder) -> None:
    """Where no log-in is known none is offered, and the reading says so."""
    reading = await reading_of(kind, at_work.url, credentials=None)
    assert (reading.failure, reading.log_ins) == (Failure.UNAUTHORIZED, 0)
    assert reading.detail == "asks for a log-in, and none is known"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(saying(reply(403)), Failure.FORBIDDEN, id="403"),
        pytest.param(saying(reply(404)), Failure.NOT_FOUND, id="404"),
        pytest.param(saying(reply(500)), Failure.SERVER_ERROR, id="500"),
        pytest.param(saying(reply(503)), Failure.SESSION_LIMIT, id="503"),
        pytest.param(
            saying(reply(302, b"", "Location: http://192.0.2.1/")), Failure.REDIRECT_REFUSED, id="302"
        ),
        pytest.param(
            saying(reply(401, b"", 'WWW-Authenticate: Digest realm="r", nonce="n", stale=true')),
            Failure.UNAUTHORIZED,
            id="401 for ever",
        ),
        pytest.param(saying(reply(200, b"<html>Log in</html>")), Failure.PROTOCOL_ERROR, id="a web page"),
        pytest.param(saying(reply(200)), Failure.PROTOCOL_ERROR, id="nothing"),
        pytest.param(saying(reply(200, b"\x00\xff" * 1000)), Failure.PROTOCOL_ERROR, id="garbage"),
        pytest.param(saying(reply(200, b"x" * 300_000)), Failure.OVER_LIMIT, id="huge"),
        pytest.param(saying(HEAD + b"\r\n", *[b"x" * 10_000] * 99), Failure.OVER_LIMIT, id="endless"),
        pytest.param(saying(reply(200, b"[" * 100_000)), Failure.PROTOCOL_ERROR, id="deep"),
        pytest.param(saying(reply(200, b"<a>" * 80_000)), Failure.PROTOCOL_ERROR, id="deep XML"),
        pytest.param(saying(b"SSH-2.0-x\r\n"), Failure.PROTOCOL_ERROR, id="another protocol"),
        pytest.param(saying(), Failure.CLOSED_EARLY, id="closes without a word"),
        pytest.param(saying(HEAD + b"Content-Length: 9\r\n\r\nx", hang=True), Failure.TIMED_OUT, id="stops"),
    ],
)
async def test_answers_that_are_none(kind: str, answer: Answer, failure: Failure) -> None:
    """Whatever a recorder answers, the reading says in a word of the closed list why it tells nothing."""
    async with http_device(answer) as device:
        reading = await reading_of(kind, device.url, timeout=0.4 if failure is Failure.TIMED_OUT else 2.0)
        assert len(device.asked) <= 5
    expected = {failure, Failure.OVER_LIMIT} if reading.detail.startswith("its answer is none") else {failure}
    assert reading.failure in expected
    assert (reading.reached, reading.failed_at) == (Stage.CONNECT, Stage.DESCRIBE)


async def test_closing_is_always_allowed(kind: str) -> None:
    """A source can be closed before its first reading, and twice."""
    source = RECORDER_SOURCES[kind](access("http://127.0.0.1:1"))
    await source.close()
    await source.close()


def test_nothing_is_opened_by_constructing(kind: str) -> None:
    """Making a source connects to nobody, and needs no running loop."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        RECORDER_SOURCES[kind](access(f"http://127.0.0.1:{server.getsockname()[1]}"))
        with pytest.raises(BlockingIOError):
            server.accept()


def test_url_of_another_kind(kind: str) -> None:
    """An address that is no HTTP address is our own mistake, and found at once."""
    with pytest.raises(ValueError, match="http://HOST"):
        RECORDER_SOURCES[kind](access("rtsp://127.0.0.1:554"))
