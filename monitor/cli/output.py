"""What happens when what is told cannot be written: the reader left, or the disk is full."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def run(program: Callable[[], object]) -> None:
    """Run a program; when its output cannot be written, end with code 1 instead of a traceback.

    A reader that left (`… | head`) knows that it did, so nothing is said. A full disk is said in one line.
    """
    try:
        try:
            program()
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno in _FULL:
            with suppress(OSError):
                sys.stderr.write(f"cctv-monitor: cannot write: {error.strerror}\n")
        elif error.errno != errno.EPIPE:
            raise
        _drop_output()
        sys.exit(1)


def _drop_output() -> None:
    """Let the rest of what waits to be written go nowhere: the interpreter flushes it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
