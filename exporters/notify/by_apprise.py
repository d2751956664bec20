"""Hands messages over by Apprise: mail, Telegram, webhooks and eighty other services, by one address each.

Apprise is imported on first use, for it costs a tenth of a second, and more with its services. It works in
a thread that nobody waits for: a service that never answers costs that thread and nothing else.
"""

import asyncio
import logging
import threading
from contextlib import suppress
from typing import Any

import structlog

from exporters.notify.addresses import AddressError
from exporters.notify.base import AddressOf, Message, Tone
from monitor.model.notice import Undelivered

log: structlog.stdlib.BoundLogger = structlog.get_logger()

SECONDS = 60.0  # for one message, from the first packet to the last
_TALKATIVE = ("apprise", "urllib3", "requests")  # their lines can hold addresses


class AppriseNotifier:
    """One address of any service that Apprise knows."""

    def __init__(self, address: AddressOf, *, seconds: float = SECONDS) -> None:
        self._address = address
        self._seconds = seconds
        self._under_way: asyncio.Future[Undelivered | None] | None = None

    async def send(self, message: Message) -> Undelivered | None:
        """Hand a message over; returns why that failed, None when it did not."""
        if self._under_way is not None and not self._under_way.done():
            return Undelivered.TIMED_OUT  # the one before still hangs
        self._under_way = self._begin(message)
        await asyncio.wait({self._under_way}, timeout=self._seconds)
        return self._under_way.result() if self._under_way.done() else Undelivered.TIMED_OUT

    def _begin(self, message: Message) -> "asyncio.Future[Undelivered | None]":
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Undelivered | None] = loop.create_future()

        def work() -> None:
            outcome = self._outcome(message)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(done.set_result, outcome)

        threading.Thread(target=work, name="apprise", daemon=True).start()
        return done

    def _outcome(self, message: Message) -> Undelivered | None:
        try:
            return _hand_over(self._address().value, message)
        except AddressError as error:
            log.warning("no_address", error=str(error))
            return Undelivered.NO_ADDRESS
        except Exception as error:  # noqa: BLE001 - of eighty services; their texts can hold the address
            log.warning("apprise_failed", error=type(error).__name__)
            return Undelivered.REFUSED


def _hand_over(address: str, message: Message) -> Undelivered | None:
    _silence()
    import apprise  # noqa: PLC0415, only who is told pays for it

    asset = apprise.AppriseAsset(
        app_id="cctv-monitor",
        app_desc="cctv-monitor",
        async_mode=False,  # in this thread, not in a pool that the end of the program waits for
        service_timeout=0,
    )
    service: Any = apprise.Apprise.instantiate(address, asset=asset)
    if service is None:
        return Undelivered.BAD_ADDRESS
    if service.overflow_mode is apprise.OverflowMode.UPSTREAM:  # a long message in parts, instead of refused
        service.overflow_mode = apprise.OverflowMode.SPLIT
    tones = {
        Tone.TROUBLE: apprise.NotifyType.FAILURE,
        Tone.OVER: apprise.NotifyType.SUCCESS,
        Tone.PLAIN: apprise.NotifyType.INFO,
    }
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    told: Any = sender.notify(
        body=message.body,
        title=message.title,
        notify_type=tones[message.tone],
        body_format=apprise.NotifyFormat.TEXT,
    )
    # An address can ask to be taken for good whatever happens (`optional=yes`): then it is not.
    taken = [bool(attempts) and bool(attempts[-1]) for attempts in (each.attempts for each in told.results)]
    return None if taken and all(taken) else Undelivered.REFUSED


def _silence() -> None:
    """Let nothing that these libraries say get anywhere."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
