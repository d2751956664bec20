"""Debian's own Alertmanager takes the test message and hands it to the receiver of its route."""

import asyncio
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from exporters.locale.texts import translations
from exporters.notify.alertmanager import send_test
from exporters.notify.base import Message
from exporters.notify.text import trial_message
from exporters.terminal.words import Words
from tests.receivers import Webhook, listening

CONFIGURATION = """\
route:
  receiver: nobody
  group_wait: 0s
  routes: [{{matchers: ['owner="provider"'], receiver: hook}}]
receivers:
- name: nobody
- name: hook
  webhook_configs: [{{url: 'http://127.0.0.1:{port}/'}}]
"""
MESSAGE: Message = trial_message(
    Words(translations("kk"), ZoneInfo("Asia/Almaty")), receiver="Alertmanager", owner="o"
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def alertmanager(folder: Path, hook: Webhook) -> AsyncIterator[str]:
    """Let an Alertmanager work on loopback, alone; gives its address."""
    file, port = folder / "alertmanager.yml", free_port()
    file.write_text(CONFIGURATION.format(port=hook.port), encoding="utf-8")
    options = {
        "config.file": file,
        "storage.path": folder / "data",
        "web.listen-address": f"127.0.0.1:{port}",
        "cluster.listen-address": "",
    }
    command = ["prometheus-alertmanager", *(f"--{key}={value}" for key, value in options.items())]
    child = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        await _answers(child, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        await child.wait()


async def _answers(child: Process, port: int) -> None:
    async with asyncio.timeout(30):
        while child.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def test_the_test_message_reaches_the_route_of_its_owner(tmp_path: Path) -> None:
    """The alert is taken, routed by its owner, and says in its annotations that it is a test."""
    hook = Webhook()
    async with listening(hook), alertmanager(tmp_path, hook) as url:
        now = datetime.now(UTC)
        assert await send_test(url, MESSAGE, owner="school", region=None, now=now) is None
        assert await send_test(url, MESSAGE, owner="provider", region="750000000", now=now) is None
        async with asyncio.timeout(30):
            while not hook.taken:  # noqa: ASYNC110 - another process tells it
                await asyncio.sleep(0.1)
    (told,) = hook.taken
    (alert,) = told["alerts"]
    assert alert["status"] == "firing"
    assert alert["labels"] == {
        "alertname": "CctvNotifyTest",
        "owner": "provider",
        "region": "750000000",
        "severity": "info",
    }
    assert alert["annotations"] == {"summary": MESSAGE.title, "description": MESSAGE.body}


async def test_what_alertmanager_says_is_told(tmp_path: Path) -> None:
    """An alert that it refuses comes back with its own words."""
    hook = Webhook()
    async with listening(hook), alertmanager(tmp_path, hook) as url:
        refused = await send_test(f"{url}/api", MESSAGE, owner="school", region=None, now=datetime.now(UTC))
    assert refused is not None
    assert refused.startswith("HTTP 404")
