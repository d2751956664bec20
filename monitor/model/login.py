"""A name and a password for one device, as they were imported, and how often it refused them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from probes.base import Secret

Device = tuple[str, str]  # "camera", "gateway" or "recorder", and its id


class Way(StrEnum):
    """Where a device has an account: a camera has one for its stream, and often another one for ONVIF."""

    CAMERA = "camera"
    ONVIF = "onvif"
    RECORDER = "recorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are to a device; bound to its address only where it is used."""

    username: str
    password: Secret
    given_at: datetime | None = field(default=None, compare=False)  # UTC, imported or told to be tried anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How many checks in a row in which a device refused its password, and when the first was."""

    count: int
    since: datetime  # UTC
    last: datetime | None = None  # UTC; None: it was not noted
    received: bool = False  # its picture reached a gateway meanwhile: they explain no loss


def account_of(way: Way, ident: str) -> str:
    """Return under what refusals are kept: a camera's id, else a kind and an id."""
    return ident if way is Way.CAMERA else f"{way.value}:{ident}"


def accounts_of(device: Device) -> tuple[str, ...]:
    """Return every account that a device's login is tried at."""
    kind, ident = device
    if kind == "camera":
        return account_of(Way.CAMERA, ident), account_of(Way.ONVIF, ident)
    return (account_of(Way.RECORDER, ident),) if kind == Way.RECORDER else ()


def way_of(account: str) -> tuple[Way, str]:
    """Read an account: which it is, and whose."""
    kind, colon, ident = account.partition(":")
    if colon and kind in {Way.ONVIF, Way.RECORDER}:
        return Way(kind), ident
    return Way.CAMERA, account
