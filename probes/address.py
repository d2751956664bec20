"""Where an rtsp:// or rtsps:// URL points to. Nothing is resolved or dialled here."""

import re
from typing import NamedTuple
from urllib.parse import unquote

RTSP_PORT = 554  # RFC 2326 §3.2
RTSPS_PORT = 322  # RFC 7826 §22.14

_URL = re.compile(
    r"(?P<scheme>(?i:rtsps?))://"
    r"(?:(?P<userinfo>[^/?#]*)@)?"
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~-]+)?)\]|(?P<host>[^\s/?#@:\[\]]+))"
    r"(?::(?P<port>\d{1,5})?)?"
    r"(?P<path>[/?][^\s]*)?"
)
_NUMERIC = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%.+)?")


# Passwords in a path or query, as XM, Reolink, Dahua, Foscam and others want them: from the name of the
# parameter to the next one. What may still belong to the password is taken for it, also "/" and "?".
_PASSWORD = re.compile(
    r"(?P<name>(?:(?<![A-Za-z0-9])|login)"
    r"(?:pass|passw|passwd|password|pas|pwd|psw|pw|secret|token|auth|authbasic|usr_pwd)"
    r"|(?<=[?&/])u(?:ser)?=[^&;#\s]*&p)="
    r"(?P<value>[^&;#\s]*?)(?=[&;#\s]|_(?:channel|stream|subtype|user)=|$)",
    re.IGNORECASE,
)


class BadAddress(ValueError):
    """The URL cannot be asked. The text says why and never repeats a password."""


class Address(NamedTuple):
    """The host and port of a URL, and whether it asks for TLS."""

    host: str  # without the brackets of IPv6
    port: int
    secure: bool
    numeric: bool  # the host is an IP address: nothing to resolve

    @property
    def authority(self) -> str:
        """The host and port as a URL writes them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(url: str) -> Address:
    """Read an RTSP URL. Raises BadAddress for anything else, and for a URL that carries a log-in."""
    match = _URL.fullmatch(url)
    if match is None:
        raise BadAddress("not an RTSP URL: expected rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH")
    scheme, userinfo, v6, name, digits, _ = match.groups()
    if userinfo is not None:
        raise BadAddress(
            "the URL carries a log-in: give the user name apart and the password in a file, "
            "so that neither is seen in process lists, logs and reports"
        )
    secure = len(scheme) == 5
    port = int(digits) if digits else (RTSPS_PORT if secure else RTSP_PORT)
    if not 0 < port < 65536:
        raise BadAddress(f"no such port: {port}")
    host = v6 or name
    return Address(host, port, secure, _NUMERIC.fullmatch(host) is not None)


def masked(text: str) -> str:
    """Give a URL, or any text with one, fit to be shown: passwords in its path or query are "***"."""
    return _PASSWORD.sub(r"\g<name>=***", text)


def passwords_in(url: str) -> list[str]:
    """List the passwords in a URL's path or query, as they stand there and as they are meant."""
    written = [found["value"] for found in _PASSWORD.finditer(url) if found["value"]]
    return list(dict.fromkeys([*written, *map(unquote, written)]))
