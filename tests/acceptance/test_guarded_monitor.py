"""The program behind a web configuration: who is let in, what is followed, and what it refuses to be."""

import ssl
from base64 import b64encode
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.programs import events, monitor, running, wait_for
from tests.doors import PASSWORD, TLS, USER, Door, users


def status(door: Door, path: str, password: str | None = None) -> int:
    """Ask the running monitor over TLS, and give the status."""
    parts = urlsplit(events(door.folder, "serving")[-1]["url"])
    assert parts.scheme == "https"
    context = ssl.create_default_context(cafile=door.folder / "ca.crt")
    connection = HTTPSConnection("127.0.0.1", parts.port, timeout=10, context=context)
    headers = {}
    if password is not None:
        headers["Authorization"] = "Basic " + b64encode(f"{USER}:{password}".encode()).decode()
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_program_behind_its_door(tmp_path: Path) -> None:
    """It asks everybody, follows a new password, answers nobody by a broken file, and logs no secret."""
    door = Door(tmp_path)
    door.say(TLS + users())
    (tmp_path / "monitor.yaml").write_text("listen: 127.0.0.1:0\n", encoding="utf-8")
    with running(tmp_path, "--web.config.file", "web.yaml"):
        wait_for(lambda: events(tmp_path, "serving"), bool)
        asked = ("/metrics", "/-/healthy", "/api/openapi.json", "/sd/cameras", "/probe?camera=x")
        assert [status(door, path) for path in asked] == [401] * len(asked)
        assert [status(door, path, PASSWORD) for path in asked] == [200, 200, 200, 400, 404]
        door.say(TLS + users("another"))
        wait_for(lambda: status(door, "/metrics", "another"), lambda code: code == 200)
        assert status(door, "/metrics", PASSWORD) == 401
        door.renew()
        wait_for(lambda: len(events(tmp_path, "web_config_read")), lambda count: count >= 2)
        assert status(door, "/metrics", "another") == 200
        door.say("basic_auth_users: {canary-user: canary-7}\n")
        wait_for(lambda: status(door, "/metrics", "another"), lambda code: code == 503)
        (refused,) = events(tmp_path, "web_config_refused")
        assert "is not a bcrypt hash" in refused["mistakes"][0]
    log = (tmp_path / "run.log").read_text(encoding="utf-8")
    assert not [word for word in ("canary-7", PASSWORD, "another", "$2b$") if word in log]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        pytest.param("listen: 0.0.0.0:0\n", (), "web_config_file", id="open, nobody asked"),
        pytest.param(
            "listen: 0.0.0.0:0\n",
            ("--web.config.file", "web.yaml"),
            "web.yaml: asks nobody for a password",
            id="open, a file that asks nobody",
        ),
        pytest.param(
            "web_config_file: none.yaml\n", (), "none.yaml cannot be read", id="a file that is not there"
        ),
    ],
)
def test_what_it_refuses_to_be(tmp_path: Path, text: str, options: tuple[str, ...], said: str) -> None:
    """It does not start where the network could read it unasked, and says what to do: code 2."""
    Door(tmp_path).say(TLS)
    (tmp_path / "monitor.yaml").write_text(text, encoding="utf-8")
    done = monitor("run", "--config", "monitor.yaml", *options, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
