"""`cctv-monitor demo` as a newcomer meets it."""

import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.programs import MONITOR, answer, monitor, read_url

SMALL = ("demo", "--institutions", "3", "--cameras", "8", "--listen", "127.0.0.1:0", "--no-servers")


def test_ends_by_itself_with_the_status_as_json(tmp_path: Path) -> None:
    """With a duration it ends with code 0; stdout is the status alone, and most cameras are received."""
    told = answer(*SMALL, "--seed", "2", "--duration", "15", folder=tmp_path)
    cameras = told["cameras"]
    assert {"as_of", "cameras", "institutions", "by_cause", "baseline"} <= told.keys()
    assert cameras["registered"] == 8
    assert cameras["receiving"] >= 4
    assert cameras["receiving"] + cameras["not_receiving"] + cameras["unknown"] == 8


def test_lines_tell_where_everything_is(tmp_path: Path) -> None:
    """Without a terminal it writes plain lines, where /metrics is and the counts, until Ctrl-C."""
    command = [MONITOR, *SMALL, "--locale", "ru"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.readline() + child.stdout.readline()
        found = re.search(r"http://\S+/metrics", said)
        assert found is not None
        assert "\ncctv_monitor_build_info{" in read_url(found[0])
        child.send_signal(signal.SIGINT)
        rest = child.stdout.read()
        assert child.wait(15) == 0
    assert "\x1b" not in said + rest
    assert "Камеры: в реестре 8" in rest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--listen", "0.0.0.0:9780"), "listen on 127.0.0.1"),
        (("--listen", "9780"), "must be HOST:PORT"),
        (("--cameras", "0"), "--cameras"),
        (("--duration", "0"), "--duration"),
        (("--institutions", "many"), "--institutions"),
    ],
)
def test_wrong_use_is_refused(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """What it cannot do is refused with code 2 and a word on which option to mend."""
    done = monitor("demo", *options, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
