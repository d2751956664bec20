"""A name and a password for one device, as they were imported."""

from dataclasses import dataclass

from probes.base import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are to a device; bound to its address only where it is used."""

    username: str
    password: Secret
