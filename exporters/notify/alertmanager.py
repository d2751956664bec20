"""A test message through an Alertmanager, by its API v2: an alert that ends by itself.

Incidents never go this way: Prometheus tells Alertmanager of them, by the rules.
"""

from datetime import datetime, timedelta

import aiohttp

from exporters.notify.base import Message

ALERT = "CctvNotifyTest"
LASTS = timedelta(minutes=5)
SECONDS = 10.0
MOST_SHOWN = 200  # characters of a refusal


async def send_test(
    url: str, message: Message, *, owner: str, region: str | None, now: datetime
) -> str | None:
    """Post the alert; returns why it was not taken, None when it was."""
    labels = {"alertname": ALERT, "owner": owner, "severity": "info"}
    alert = {
        "labels": labels | ({"region": region} if region is not None else {}),
        "annotations": {"summary": message.title, "description": message.body},
        "startsAt": now.isoformat(),
        "endsAt": (now + LASTS).isoformat(),
    }
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{url}/api/v2/alerts", json=[alert], allow_redirects=False) as response,
        ):
            if response.status == 200:
                return None
            said = (await response.content.read(MOST_SHOWN)).decode(errors="replace").strip()
            return f"HTTP {response.status} {said}".strip()
    except TimeoutError:
        return f"no answer within {SECONDS:.0f} s"
    except (aiohttp.ClientError, OSError) as error:
        return str(getattr(error, "strerror", None) or type(error).__name__)
