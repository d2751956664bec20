"""`cctv-monitor status` of a monitor that runs."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.store.lock import Holder
from monitor.store.store import Store

TROUBLE = "disk: 3 MiB are free, 100 MiB are wanted"


def run(*args: str) -> Result:
    """Run the program."""
    return CliRunner().invoke(app, args)


async def beat(trouble: str) -> None:
    now = datetime.now(UTC)
    async with Store.open("sqlite:///monitor.db", holder=Holder.of_this_process(now)) as store:
        await store.begin_run("r", now)
        await store.heartbeat(now, trouble=trouble)


@pytest.mark.parametrize("trouble", ["", TROUBLE])
def test_the_monitors_own_trouble_is_told(
    trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full, or a clock that stepped, stands beside what is received; it blinds nobody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    asyncio.run(beat(trouble))
    told = run("status").stdout.splitlines()
    line = f"The monitor sees, and has trouble of its own: {TROUBLE}"
    assert (told[-1] == line) == bool(trouble)
    parts = json.loads(run("status", "--json").stdout)["monitor"]["parts"]
    assert [(part["looking"], part["trouble"]) for part in parts] == [(True, trouble or None)]
