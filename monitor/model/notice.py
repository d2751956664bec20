"""What has to be told to whom: one notice per mailbox and incident, kept until it is settled.

A mailbox is one address of one receiver. What is owed to it is written together with the incident, so that
nothing that was committed can go untold.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.incident import Incident


class Owed(StrEnum):
    """What about an incident still has to be told."""

    OPENING = "opening"
    CLOSING = "closing"


class Undelivered(StrEnum):
    """Why a message could not be handed over. The list is closed: an error's own text may hold an address."""

    NO_ADDRESS = "no_address"  # the file of addresses cannot be read, or has no such line
    BAD_ADDRESS = "bad_address"  # nothing can be sent to what stands there
    REFUSED = "refused"  # the service was not reached, or did not take it
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """How far one mailbox knows one incident."""

    mailbox: str
    incident: Incident
    owed: Owed | None  # None: everything was told
    told_at: datetime | None = None  # when it was last told as open; None: it never was


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was told, or need not be: it is owed no more."""

    incident_id: str
    owed: Owed | None  # None: it was told once more that it is open
    told: bool = True  # False: it does not concern the mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a mailbox fares: what waits for it, and how the last message went."""

    mailbox: str
    since: datetime  # what closed before is none of its business
    sent_at: datetime | None = None  # its last message
    failed_at: datetime | None = None  # of the last try, as long as it failed
    failure: Undelivered | None = None
    owed: int = 0  # notices
    oldest: datetime | None = None  # the opening of the oldest incident that is owed
