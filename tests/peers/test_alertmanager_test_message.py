"""Debian's own Alertmanager takes the test message and hands it to the receiver of its route."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from exporters.locale.texts import translations
from exporters.notify.alertmanager import send_test
from exporters.notify.base import Message
from exporters.notify.text import trial_message
from exporters.terminal.words import Words
from tests.peers import servers
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


@contextmanager
def alertmanager(folder: Path, hook: Webhook) -> Iterator[str]:
    """Let an Alertmanager work that tells the owner's hook; gives its address."""
    file = folder / "alertmanager.yml"
    file.write_text(CONFIGURATION.format(port=hook.port), encoding="utf-8")
    with servers.alertmanager(folder, file) as server:
        yield f"http://{server.address}"


async def test_the_test_message_reaches_the_route_of_its_owner(tmp_path: Path) -> None:
    """The alert is taken, routed by its owner, and says in its annotations that it is a test."""
    hook = Webhook()
    async with listening(hook):
        with alertmanager(tmp_path, hook) as url:
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
    async with listening(hook):
        with alertmanager(tmp_path, hook) as url:
            now = datetime.now(UTC)
            refused = await send_test(f"{url}/api", MESSAGE, owner="school", region=None, now=now)
    assert refused is not None
    assert refused.startswith("HTTP 404")
