"""What a device says of itself in the scopes of WS-Discovery (ONVIF Core Specification §7.3.3).

A scope is a URI as `onvif://www.onvif.org/name/Hall%20camera`. All of it is the device's word and proves
nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

MAX_VALUE = 64  # characters of one value that are kept; names on labels are shorter

_SCOPE = re.compile(r"onvif://www\.onvif\.org/([^/]+)/(.+)", re.IGNORECASE)
_MAC_SCOPES = frozenset({"mac", "macaddr", "macaddress", "mac_address"})  # no standard; as vendors write it
_NO_HEX = re.compile(r"[^0-9a-f]")
_MAC_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The scopes that help a person to tell one device from another; None where it says nothing."""

    name: str | None = None
    hardware: str | None = None  # the model
    location: str | None = None  # "city/Almaty, building 2": as many as it has
    mac: str | None = None  # "44:19:b6:00:00:01"


def describe(scopes: Iterable[str]) -> Described:
    """Read scopes; of several names the first holds, locations are put side by side."""
    found: dict[str, list[str]] = {}
    for scope in scopes:
        if (match := _SCOPE.fullmatch(scope)) is None:
            continue
        value = _readable(match[2])
        if value:
            found.setdefault(match[1].lower(), []).append(value)
    macs = [mac for key in _MAC_SCOPES & found.keys() if (mac := _mac(found[key][0])) is not None]
    return Described(
        name=found.get("name", [None])[0],
        hardware=found.get("hardware", [None])[0],
        location=", ".join(dict.fromkeys(found.get("location", [])))[:MAX_VALUE] or None,
        mac=min(macs, default=None),
    )


def _readable(value: str) -> str:
    """Undo the percent-encoding; what a terminal would obey is replaced."""
    text = unquote(value, errors="replace").strip().strip("/")[:MAX_VALUE]
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _mac(value: str) -> str | None:
    digits = _NO_HEX.sub("", value.lower())
    if len(digits) != _MAC_DIGITS:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, _MAC_DIGITS, 2))
