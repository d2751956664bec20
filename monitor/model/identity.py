"""Who a device said it was."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIdentity:
    """What a device said of itself when it was first seen at an address: serial, mac, endpoint."""

    url: str  # without credentials
    features: Mapping[str, str]
