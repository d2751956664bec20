"""Commands whose output cannot be written: the reader left, or the disk is full."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.programs import MONITOR, PATIENCE

COMMANDS = [
    ("--help",),
    ("--version",),
    ("check", "--help"),
    ("check", "rtsp://127.0.0.1:9/"),
    ("check", "rtsp://127.0.0.1:9/", "--json"),
    ("rules", "check"),
    ("demo", "--institutions", "1", "--cameras", "1", "--listen", "127.0.0.1:0", "--duration", "2"),
]


def ended(command: tuple[str, ...], folder: Path, stdout: int) -> tuple[int, str]:
    """Run a command with this output; return its code and what it said beside it."""
    done = subprocess.run(
        [MONITOR, *command],
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_reader_that_left(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A command whose reader left ends with code 1 and says nothing."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert ended(command, tmp_path, writer) == (1, "")
    finally:
        os.close(writer)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_disk_that_is_full(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A command that writes to a full disk ends with code 1 and one line that says so."""
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        code, said = ended(command, tmp_path, full)
    finally:
        os.close(full)
    assert (code, len(said.splitlines())) == (1, 1)
    assert "No space left on device" in said
