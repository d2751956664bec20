"""Prometheus' own tool finds nothing to say of our metrics, nor of the queries that we recommend."""

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import msgspec
import pytest

from exporters.http.probe_text import metrics as probe_metrics
from exporters.prometheus.exposition import Exposition
from monitor.run.board import Board
from monitor.settings.keys import Baseline
from probes.base import MediaStats
from probes.failure import Failure, Stage
from simulator.virtual_clock import EPOCH
from tests.scrapes import ALMATY, DOCS, busy, full_board
from tests.scrapes import check as check_of_a_camera

BASELINE = (Baseline(unit="cameras", as_of=date(2023, 3, 7), ratio=0.62),)


def check(metrics: bytes) -> subprocess.CompletedProcess[bytes]:
    command = ["promtool", "check", "metrics"]
    return subprocess.run(command, input=metrics, capture_output=True, check=False, timeout=30)


@pytest.mark.parametrize("board", [pytest.param(Board(), id="empty"), pytest.param(full_board(), id="full")])
async def test_promtool_is_content(board: Board) -> None:
    """`promtool check metrics` ends well and says nothing, with an empty register and with a full one."""
    metrics = Exposition(board, busy(), baseline=BASELINE, zone=ALMATY, now=lambda: EPOCH)
    checked = check(b"".join([chunk async for chunk in metrics.chunks()]))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


@pytest.mark.parametrize("failure", [None, Failure.UNAUTHORIZED])
def test_promtool_is_content_with_a_probe(failure: Failure | None) -> None:
    """It finds nothing to say of the answer of /probe either, good or bad."""
    seen = check_of_a_camera(failure, Stage.DESCRIBE if failure else None)
    media = MediaStats(packets=121, lost=2, jitter=0.1, bytes=44529, seconds=5.1, frames=50)
    seen = msgspec.structs.replace(seen, media=media)
    checked = check(probe_metrics(seen))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_promtool_would_say_something() -> None:
    """The check can fail: a counter that is not named _total is found."""
    bad = b"# HELP cctv_things Things.\n# TYPE cctv_things counter\ncctv_things 1\n"
    checked = check(bad)
    assert checked.returncode != 0
    assert checked.stderr


def test_the_queries_of_the_page_are_good(tmp_path: Path) -> None:
    """Every query of docs/metrics.md is one that Prometheus can parse."""
    queries = re.findall(r"```promql\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    rules = [{"record": f"page:query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "page", "rules": rules}]}), encoding="utf-8")
    checked = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, check=False, timeout=30
    )
    assert len(queries) >= 5
    assert checked.returncode == 0, checked.stderr
