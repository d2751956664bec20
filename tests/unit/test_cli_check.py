"""`cctv-monitor check` as a technician and a script meet it: words, JSON, exit codes, silence."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from monitor.cli.check import command
from monitor.cli.hints import hint
from probes.failure import Failure, Stage
from probes.wire.rtsp import Request
from tests.faults.scripted_camera import Answer, ScriptedCamera, Session, describe

KEYS = [
    "url", "reached", "failure", "stages", "codec", "width", "height", "fps", "packets", "lost", "bytes",
    "key_frame", "fingerprints",
]  # fmt: skip
STAGES = ["connect", "options", "describe", "setup", "play", "media", "teardown"]
PASSWORD = "Zh4zyq-tar"

app = typer.Typer()
app.command()(command)


@contextmanager
def camera(answers: dict[str, Answer] | None = None) -> Iterator[ScriptedCamera]:
    """A scripted camera on a loop of its own, for a command that runs one too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    scripted = ScriptedCamera(answers)
    try:
        asyncio.run_coroutine_threadsafe(scripted.__aenter__(), loop).result(5)
        yield scripted
        asyncio.run_coroutine_threadsafe(scripted.__aexit__(None, None, None), loop).result(5)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def check(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, list(arguments))


def parsed(result: Result) -> dict[str, Any]:
    """The JSON that must be alone on stdout."""
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """A password file as it should be."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o600)
    return file


async def ask_log_in(session: Session, request: Request) -> None:
    """Ask for a log-in by Digest, and take any."""
    if "authorization" in request.headers:
        await describe(session, request)
    else:
        session.answer(request, 401, [("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"')])


async def no_such(session: Session, request: Request) -> None:
    """Answer 404."""
    session.answer(request, 404)


async def silence(session: Session, request: Request) -> None:
    """Answer nothing."""


def test_good_camera_as_json() -> None:
    """A good camera: exit 0, the documented keys in their order, and nothing else on either stream."""
    with camera() as scripted:
        result = check(scripted.url, "--media-seconds", "0", "--json")
    told = parsed(result)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(told) == KEYS
    assert (told["url"], told["reached"], told["failure"]) == (scripted.url, "teardown", None)
    assert [stage["name"] for stage in told["stages"]] == STAGES
    assert all(0 <= stage["seconds"] < 5 for stage in told["stages"])
    assert (told["codec"], told["width"], told["height"], told["fps"]) == ("H264", 640, 360, None)
    assert (told["packets"], told["lost"], told["key_frame"]) == (4, 0, True)
    assert told["bytes"] > 400
    assert [len(fingerprint) for fingerprint in told["fingerprints"]] == [64]


def test_good_camera_in_words() -> None:
    """A good camera in words: every stage with its time, what the video is, and that it is good."""
    with camera() as scripted:
        result = check(scripted.url, "--media-seconds", "0")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[: len(STAGES)]] == STAGES
    assert all(line.endswith(" ms") for line in lines[: len(STAGES)])
    assert "H264 640×360" in result.stdout
    assert lines[-1] == "good: the picture arrives"


@pytest.mark.parametrize(
    ("answers", "failure", "reached"),
    [
        ({"DESCRIBE": no_such}, "not_found", "options"),
        ({"DESCRIBE": ask_log_in}, "unauthorized", "options"),
        ({"OPTIONS": silence}, "timed_out", "connect"),
    ],
)
def test_bad_camera(answers: dict[str, Answer], failure: str, reached: str) -> None:
    """A bad camera: exit 1, the failure as JSON, and in words a reason with a hint."""
    with camera(answers) as scripted:
        told = check(scripted.url, "--timeout", "1", "--json")
        words = check(scripted.url, "--timeout", "1")
    assert (told.exit_code, words.exit_code) == (1, 1)
    found = parsed(told)
    assert (found["failure"], found["reached"]) == (failure, reached)
    assert (found["codec"], found["packets"], found["key_frame"], found["fingerprints"]) == (
        None,
        0,
        False,
        [],
    )
    last = words.stdout.splitlines()[-2:]
    assert last[0].startswith(f"bad: {failure} at ")
    assert last[1].startswith("hint: ")


def test_nothing_listens() -> None:
    """A port that nobody listens on: nothing was reached, and that is null."""
    with camera() as scripted:
        url = scripted.url
    told = parsed(check(url, "--json"))
    assert (told["failure"], told["reached"]) == ("connect_refused", None)


def test_log_in_from_a_file(password: Path) -> None:
    """The password comes from a file, opens the camera, and is nowhere in what is told."""
    with camera({"DESCRIBE": ask_log_in}) as scripted:
        arguments = ("--username", "monitor", "--password-file", str(password), "--media-seconds", "0")
        results = [check(scripted.url, *arguments, *more) for more in ([], ["--json"], ["--verbose"])]
    assert [result.exit_code for result in results] == [0, 0, 0]
    assert not [result for result in results if PASSWORD in result.stdout + result.stderr]


def test_log_in_that_was_pasted_with_the_url() -> None:
    """A URL with a log-in opens the camera, with a warning; what is told has the URL without it."""
    with camera({"DESCRIBE": ask_log_in}) as scripted:
        url = scripted.url.replace("://", "://monitor:Zh4zyq%2Dtar@")
        results = [check(url, "--media-seconds", "0", *more) for more in ([], ["--json"])]
        offered = scripted.authorizations
    assert [result.exit_code for result in results] == [0, 0]
    assert parsed(results[1])["url"] == scripted.url
    assert all('username="monitor"' in value for value in offered)
    assert all("warning" in result.stderr for result in results)
    assert not [result for result in results if "Zh4zyq" in result.stdout + result.stderr]


@pytest.mark.parametrize(
    "path", ["/user=admin&password=Zh4zyq&channel=1&stream=0.sdp", "/live?user=admin&password=Zh4zyq"]
)
def test_password_in_the_path_or_query(path: str) -> None:
    """The camera gets the URL as it is; what is told has the password masked, and a warning."""

    async def echo(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Content-Length", request.url)])

    arguments: tuple[list[str], ...] = ([], ["--json"], ["--verbose"], ["--json", "--verbose"])
    with camera() as good, camera({"DESCRIBE": echo}) as bad:
        results = [
            check(scripted.url.replace("/stream", path), "--media-seconds", "0", *more)
            for scripted in (good, bad)
            for more in arguments
        ]
        asked = {request.url for request in good.requests if request.method == "DESCRIBE"}
        shown = good.url.replace("/stream", path.replace("Zh4zyq", "***"))
    assert [result.exit_code for result in results] == [0] * 4 + [1] * 4
    assert asked == {good.url.replace("/stream", path)}
    assert parsed(results[1])["url"] == shown
    assert all("warning: a password in the URL" in result.stderr for result in results)
    assert not [result for result in results if "Zh4zyq" in result.stdout + result.stderr]


def test_slow_camera_shows_a_sign_of_life() -> None:
    """A check of more than two seconds says on stderr that it goes on; stdout stays the JSON alone."""
    with camera({"OPTIONS": silence}) as scripted:
        result = check(scripted.url, "--timeout", "2.4", "--json")
    assert parsed(result)["failure"] == "timed_out"
    assert "of at most 2.4 s" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://127.0.0.1/"], "rtsp://"),
        (["127.0.0.1"], "rtsp://"),
        (["rtsp://"], "HOST"),
        (["rtsp://127.0.0.1:99999/"], "port"),
        (["rtsp://m:Zh4zyq-tar@127.0.0.1/", "--username", "m"], "one beside it"),
        (["rtsp://m:Zh4zyq-tar@127.0.0.1:0/"], "port"),
        (["rtsp://127.0.0.1/", "--username", "monitor"], "--password-file"),
        (["rtsp://127.0.0.1/", "--username", "monitor", "--password-file", "not/there"], "--password-file"),
        (["rtsp://127.0.0.1/", "--timeout", "0"], "--timeout"),
        (["rtsp://127.0.0.1/", "--media-seconds", "-1"], "--media-seconds"),
        (["rtsp://127.0.0.1/", "--media-seconds", "5.1"], "--media-seconds"),
        (["rtsp://127.0.0.1/", "--media-seconds", "nan"], "--media-seconds"),
        (["rtsp://127.0.0.1/", "--fingerprint", "abc"], "--fingerprint"),
        ([], "url"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    """Wrong use is exit 2, nothing on stdout, and on stderr what to mend, without repeating a password."""
    result = check(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert PASSWORD not in result.stderr


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_a_hint(failure: Failure) -> None:
    """Whatever fails, wherever: there is a sentence that says what to do."""
    for stage in (None, *Stage):
        said = hint(failure, stage)
        assert len(said) > 20
        assert said.endswith(".")
