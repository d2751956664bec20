"""Where the monitor may be listened to: this machine only, as long as nobody is asked for a password."""

import ipaddress
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine and nothing else. Names are not looked up."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def check_listen(host: str) -> str:
    """Return the address to bind for `host`; ValueError when the network could reach it.

    "localhost" is bound as 127.0.0.1, whatever a hosts file says of it.
    """
    if not is_loopback(host):
        raise ValueError(
            f"{host} is open to the network and nobody is asked for a password; "
            "listen on 127.0.0.1 and put a proxy that asks for one in front"
        )
    return "127.0.0.1" if host == "localhost" else host


def is_ours(host_header: str, allowed: frozenset[str] = LOOPBACK_NAMES) -> bool:
    """Say whether a Host header (RFC 9110 §7.2) names us.

    A page elsewhere whose name was rebound to 127.0.0.1 sends its own name: it must not read us.
    """
    try:
        parts = urlsplit(f"//{host_header}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.netloc == host_header and parts.username is None and (port is None or port > 0)
    return plain and host in allowed
