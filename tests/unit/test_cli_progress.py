"""The sign of life: silent when work is quick, told without the work's help when it is not."""

import io
import threading

import pytest

from monitor.cli.progress import Progress


class Screen(io.StringIO):
    """A stream that says when something was written to it."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal
        self.written = threading.Event()

    def isatty(self) -> bool:
        return self.terminal

    def flush(self) -> None:
        self.written.set()


def test_quick_work_is_not_told() -> None:
    """Within its patience nothing at all is written."""
    screen = Screen(terminal=True)
    with Progress(out=screen, patience=60) as progress:
        progress.now("reading")
    assert screen.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_long_work_is_told(*, terminal: bool) -> None:
    """After its patience it says what is done and how far; on a terminal the line goes at the end."""
    screen = Screen(terminal=terminal)
    progress = Progress(out=screen, patience=0.001)
    progress.now("reading cameras.csv")
    progress.at(12_345)
    with progress:
        assert screen.written.wait(30)
    assert "reading cameras.csv 12,345 … " in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K" if terminal else " s\n")
