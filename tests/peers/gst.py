"""GStreamer servers as child processes: start, where they listen, end."""

import json
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
START_SECONDS = 30
PYTHON = "/usr/bin/python3"  # Debian's: the one that its GStreamer bindings are made for


@dataclass
class Servers:
    """One child process and the ports of its servers, by name."""

    child: "subprocess.Popen[str]"
    ports: dict[str, int]

    def url(self, name: str, path: str = "/live", scheme: str = "rtsp") -> str:
        """Give the address of a mount."""
        return f"{scheme}://127.0.0.1:{self.ports[name]}{path}"

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the process where it stands: its kernel still takes connections, and nobody answers."""
        self.child.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.child.send_signal(signal.SIGCONT)


@contextmanager
def serving(specs: Sequence[dict[str, Any]]) -> Iterator[Servers]:
    """Run servers; see gst_server.py for what a spec holds."""
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            [PYTHON, str(HERE / "gst_server.py"), json.dumps(specs)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Servers(child, _ports(child, errors))
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _ports(child: "subprocess.Popen[str]", errors: Any) -> dict[str, int]:
    """Read the line that says that all servers listen."""
    assert child.stdout is not None
    ready, _, _ = select.select([child.stdout], [], [], START_SECONDS)
    line = child.stdout.readline() if ready else ""
    if not line:
        errors.seek(0)
        packages = " ".join((HERE / "debian-packages.txt").read_text().split())
        raise RuntimeError(
            "GStreamer's RTSP server did not start. It needs Debian's packages; install them and run again:\n"
            f"    sudo apt-get install --no-install-recommends {packages}\n{errors.read()[-2000:]}"
        )
    ports: dict[str, int] = json.loads(line)
    return ports


def h264(pattern: str) -> str:
    """Write the launch line of a camera, 320x240 at 15 frames per second, a key frame every second.

    `pattern` must move: a still picture is coded the same each second.
    """
    return f"{_raw(pattern)} ! x264enc {_CODING} ! rtph264pay name=pay0 pt=96"


def h265(pattern: str) -> str:
    """Write the same for H.265."""
    return f"{_raw(pattern)} ! x265enc {_CODING} ! h265parse ! rtph265pay name=pay0 pt=96"


def relayed(url: str, codec: str = "h264") -> str:
    """Write the launch line of a relay of `url` that leaves the coded frames as they are."""
    return (
        f"rtspsrc location={url} protocols=tcp latency=0 ! rtp{codec}depay ! {codec}parse "
        f"! rtp{codec}pay name=pay0 pt=96 config-interval=-1"
    )


_CODING = "tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=400"


def _raw(pattern: str) -> str:
    size = "video/x-raw,format=I420,width=320,height=240,framerate=15/1"
    return f"videotestsrc is-live=true pattern={pattern} ! {size}"
