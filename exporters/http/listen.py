"""Where the monitor may be listened to: this machine only, unless everybody is asked who they are."""

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


def check_listen(host: str, *, asks_everybody: bool = False) -> str:
    """Return the address to bind for `host`; ValueError when the network could reach it and nobody is asked.

    `asks_everybody`: nobody is answered without a password or a certificate of their own. "localhost" is
    bound as 127.0.0.1, whatever a hosts file says of it.
    """
    if not host or not (asks_everybody or is_loopback(host)):
        raise ValueError(
            "would be open to the network, and nobody is asked for a password or a certificate; name in "
            "web_config_file a file with basic_auth_users or client_auth_type: RequireAndVerifyClientCert, "
            "or listen on 127.0.0.1"
        )
    return "127.0.0.1" if host == "localhost" else host


def is_ours(host_header: str, allowed: frozenset[str] = LOOPBACK_NAMES) -> bool:
    """Say whether a Host header (RFC 9110 §7.2) names us.

    A page elsewhere whose name was rebound to 127.0.0.1 sends its own name: it must not read us.
    """
    return host_of(host_header) in allowed


def host_of(host_header: str) -> str | None:
    """Return the host that a Host header names, in lower case and without its port; None: it names none."""
    try:
        parts = urlsplit(f"//{host_header}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    plain = parts.netloc == host_header and parts.username is None and (port is None or port > 0)
    return host if plain else None
