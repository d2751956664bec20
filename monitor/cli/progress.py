"""A sign of life on stderr for whatever takes longer than two seconds; nothing at all for what does not."""

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

PATIENCE = 2.0  # seconds until the first sign
BEAT, PLAIN_BEAT = 0.5, 5.0  # seconds between signs, on a terminal and elsewhere


class Progress:
    """Set `doing` and `count` as the work goes on; a thread tells them, so that the work need not."""

    def __init__(self, *, out: TextIO | None = None, patience: float = PATIENCE) -> None:
        self.doing = ""
        self.count = 0
        self._out = out or sys.stderr
        self._patience = patience
        self._began = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def now(self, doing: str) -> None:
        """Begin another piece of work."""
        self.doing, self.count = doing, 0

    def at(self, count: int) -> None:
        """Note how far the work is."""
        self.count = count

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _tell(self) -> None:
        terminal = self._out.isatty()
        told = False
        wait = self._patience
        while not self._over.wait(wait):
            wait, told = BEAT if terminal else PLAIN_BEAT, True
            count = f" {self.count:,}" if self.count else ""
            line = f"{self.doing}{count} … {time.monotonic() - self._began:.0f} s"
            self._out.write(f"\r\x1b[K{line}" if terminal else f"{line}\n")
            self._out.flush()
        if told and terminal:
            self._out.write("\r\x1b[K")
            self._out.flush()
