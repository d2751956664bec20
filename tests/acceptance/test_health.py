"""`cctv-monitor health` beside a real monitor, and beside what is none."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.programs import monitor, running, wait_for
from tests.doors import CLIENTS, TLS, Door, users


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def configure(folder: Path, port: int, *, host: str = "127.0.0.1", more: str = "") -> None:
    (folder / "monitor.yaml").write_text(f"listen: {host}:{port}\n{more}", encoding="utf-8")


def health(folder: Path) -> tuple[int, str]:
    done = monitor("health", "--config", "monitor.yaml", "--timeout", "1", folder=folder)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("host", "web"),
    [
        pytest.param("127.0.0.1", None, id="nobody is asked"),
        pytest.param("0.0.0.0", users(), id="everywhere, with a password"),  # noqa: S104 - what is tested
        pytest.param("127.0.0.1", TLS + users(), id="TLS and a password"),
        pytest.param("127.0.0.1", TLS + CLIENTS, id="TLS and a certificate of the client"),
    ],
)
def test_a_monitor_that_works_is_alive(tmp_path: Path, host: str, web: str | None) -> None:
    """Whatever it asks of others, it is seen to be alive; once it is stopped, it is not."""
    if web is not None:
        Door(tmp_path).say(web)
    configure(tmp_path, free_port(), host=host, more="web_config_file: web.yaml\n" if web is not None else "")
    with running(tmp_path):
        wait_for(lambda: health(tmp_path), lambda told: told == (0, "alive\n"))
    code, said = health(tmp_path)
    assert code == 1
    assert "nothing alive answers" in said


@contextmanager
def silent_server() -> Iterator[int]:
    """Take connections, as the kernel does for a process that hangs, and answer nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("tls", [False, True])
def test_a_process_that_hangs_is_not_alive(tmp_path: Path, *, tls: bool) -> None:
    """A connection alone is no answer, with TLS or without."""
    Door(tmp_path).say(TLS if tls else users())
    with silent_server() as port:
        configure(tmp_path, port, more="web_config_file: web.yaml\n")
        assert health(tmp_path)[0] == 1


def test_what_cannot_be_read_is_wrong_use(tmp_path: Path) -> None:
    """A web configuration that is not there or not good is refused with code 2 and its name."""
    configure(tmp_path, 9, more="web_config_file: web.yaml\n")
    assert health(tmp_path) == (2, f"{tmp_path}/web.yaml: cannot be read: No such file or directory\n")
    (tmp_path / "web.yaml").write_text("users: {}\n", encoding="utf-8")
    code, said = health(tmp_path)
    assert code == 2
    assert "users" in said
