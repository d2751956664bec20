"""What is handed to whoever tells people, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.model.notice import Undelivered
from probes.base import Secret


class Tone(StrEnum):
    """How a message sounds, for services that show it."""

    TROUBLE = "trouble"
    OVER = "over"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: plain text, lines of a language."""

    title: str
    body: str
    tone: Tone = Tone.TROUBLE


class Notifier(Protocol):
    """Hands messages to one address."""

    async def send(self, message: Message) -> Undelivered | None:
        """Hand a message over; returns why that failed, None when it did not. It has one deadline.

        Nothing of the address is in what it returns, raises or logs.
        """
        ...


AddressOf = Callable[[], Secret]  # reads the address anew; raises AddressError
