"""A name and a password for one device, as they were imported, and how often it refused them."""

from dataclasses import dataclass
from datetime import datetime

from probes.base import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are to a device; bound to its address only where it is used."""

    username: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How many checks in a row in which a camera refused its password, and when the first was."""

    count: int
    since: datetime  # UTC
