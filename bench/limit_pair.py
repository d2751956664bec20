"""The C pair of bench/limit: the camera that is asked, and the least that asking can cost."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which

FOLDER = Path(__file__).parent / "limit"
KEY_FRAME_BYTES = 6000  # a key frame of 640x360
CAMERA_PATH = "/cam/live"
SECONDS = 120  # for one client; a round takes a few


class CannotMeasureError(Exception):
    """Something that the measurement needs is not there, or went wrong; the text says what to do."""


def built(name: str) -> Path:
    """Compile one of the two programs, unless that was done since its source changed."""
    source, program = FOLDER / f"{name}.c", FOLDER / "build" / name
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    compiler = which("cc") or which("gcc")
    if compiler is None:
        raise CannotMeasureError("there is no C compiler; `make bench` installs gcc and libssl-dev")
    program.parent.mkdir(exist_ok=True)
    command = [compiler, "-O2", "-o", str(program), str(source), "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasureError(f"{source.name} does not compile (libssl-dev?): {done.stderr[:500]}")
    return program


@contextmanager
def camera() -> Iterator[int]:
    """Serve make-believe cameras on every 127.x.y.z until the block ends; gives their port."""
    command = [str(built("server")), str(KEY_FRAME_BYTES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield int((server.stdout or sys.stdin).readline())
        finally:
            server.terminate()


def run(command: Sequence[str]) -> dict[str, float]:
    """Run one client to its end; gives what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise CannotMeasureError(f"{command[:3]} ended with {done.returncode}: {done.stderr[-500:]}")
    told: dict[str, float] = json.loads(done.stdout)
    if told.get("failed"):
        raise CannotMeasureError(f"{told['failed']} checks failed: this measures something else")
    return told


def limit_cpu(port: int, depth: str, concurrency: int, total: int) -> float:
    """CPU seconds per check of the C client; `depth` is "describe" or "check"."""
    command = [str(built("client")), str(port), depth, str(concurrency), str(total), CAMERA_PATH]
    return run(command)["cpu"] / total


def our_cpu(port: int, mode: str, concurrency: int, total: int) -> float:
    """CPU seconds per check of our probe; `mode` is one of rtsp_client.OPTIONS."""
    command = [sys.executable, "-m", "bench.rtsp_client", str(port), mode, str(concurrency), str(total)]
    return run([*command, CAMERA_PATH])["cpu"] / total
