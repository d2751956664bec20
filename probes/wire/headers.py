"""The RTSP header fields with a grammar of their own (RFC 2326 §12), and the URL of a control attribute.

Parsers take what real cameras write and raise WireError only where nothing useful can be read.
Authentication has its own module (digest.py), as has the message around the headers (rtsp.py).
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from probes.wire.error import LimitExceeded, WireError

DEFAULT_SESSION_SECONDS = 60  # seconds, RFC 2326 §12.37
MAX_URL_CHARACTERS = 4096  # of a URL made from what a camera wrote

_PAIR = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")
_HEX = re.compile(r"(?:0x)?([0-9a-f]{1,8})", re.IGNORECASE)
_NEXT_INFO = re.compile(r",\s*(?=url\s*=)", re.IGNORECASE)
_INFO_FIELD = re.compile(r";\s*(seq|rtptime|ssrc)\s*=\s*([^;]*)", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(.*)", re.DOTALL)
_REQUEST = re.compile(r"((?i:rtspu?s?))://(?:[^/?#]*@)?([^/?#@]+)(.*)", re.DOTALL)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Transport(msgspec.Struct, frozen=True, kw_only=True):
    """One transport specification (RFC 2326 §12.39)."""

    protocol: str = "RTP/AVP"  # "RTP/AVP" is UDP, "RTP/AVP/TCP" is interleaved
    unicast: bool = True
    interleaved: tuple[int, int] | None = None  # channels of RTP and RTCP
    client_port: tuple[int, int] | None = None
    server_port: tuple[int, int] | None = None
    ssrc: int | None = None
    mode: str | None = None
    source: str | None = None
    destination: str | None = None

    def encode(self) -> str:
        """Give the value of the header field."""
        parts = [self.protocol, "unicast" if self.unicast else "multicast"]
        if self.destination is not None:
            parts.append(f"destination={self.destination}")
        if self.source is not None:
            parts.append(f"source={self.source}")
        for name in ("interleaved", "client_port", "server_port"):
            pair = getattr(self, name)
            if pair is not None:
                parts.append(f"{name}={pair[0]}-{pair[1]}")
        if self.ssrc is not None:
            parts.append(f"ssrc={self.ssrc:08X}")
        if self.mode is not None:
            parts.append(f'mode="{self.mode}"')
        return ";".join(parts)


def parse_transport(value: str) -> Transport:
    """Parse a Transport field; of several specifications the first.

    A port, ssrc or address that cannot be read is None. Without "multicast" it is unicast: cameras leave
    the word out. Raises WireError without a protocol, or when the channels cannot be told.
    """
    first, *rest = value.partition(",")[0].split(";")
    first = first.strip()
    if not first or "=" in first:
        raise WireError(f"a transport without a protocol: {value[:40]!r}")
    fields: dict[str, str] = {}
    for part in rest:
        name, _, text = part.partition("=")
        fields.setdefault(name.strip().lower(), text.strip().strip('"').strip())
    interleaved = _parse_pair(fields.get("interleaved"))
    if "interleaved" in fields and (interleaved is None or max(interleaved) > 255):
        raise WireError(f"interleaved channels are numbers below 256, not {fields['interleaved'][:20]!r}")
    ssrc = _HEX.fullmatch(fields["ssrc"]) if "ssrc" in fields else None
    return Transport(
        protocol=first.upper(),
        unicast="multicast" not in fields,
        interleaved=interleaved,
        client_port=_parse_pair(fields.get("client_port")),
        server_port=_parse_pair(fields.get("server_port")),
        ssrc=int(ssrc[1], 16) if ssrc else None,
        mode=fields.get("mode") or None,
        source=fields.get("source") or None,
        destination=fields.get("destination") or None,
    )


def _parse_pair(text: str | None) -> tuple[int, int] | None:
    """Read "4-5", or "4" alone for the same, as ports or channels."""
    match = None if text is None else _PAIR.fullmatch(text)
    if match is None:
        return None
    low = int(match[1])
    high = low + 1 if match[2] is None else int(match[2])
    return (low, high) if max(low, high) <= 0xFFFF else None


class Session(msgspec.Struct, frozen=True):
    """A session identifier and the seconds after which a silent session ends (RFC 2326 §12.37)."""

    id: str
    timeout: int = DEFAULT_SESSION_SECONDS

    def encode(self) -> str:
        """Give the value of the header field."""
        return f"{self.id};timeout={self.timeout}"


def parse_session(value: str) -> Session:
    """Parse a Session field; a timeout that is missing, zero or unreadable is 60 s. Raises WireError."""
    identifier, *parameters = value.split(";")
    identifier = identifier.strip()
    if not identifier or not identifier.isprintable() or " " in identifier:
        raise WireError("a session identifier is one word")
    timeout = DEFAULT_SESSION_SECONDS
    for parameter in parameters:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "timeout":
            timeout = _parse_number(text, 0x7FFFFFFF) or DEFAULT_SESSION_SECONDS
    return Session(id=identifier, timeout=timeout)


def _parse_number(text: str, most: int) -> int | None:
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > most:
        return None
    return int(text)


@dataclass(frozen=True, slots=True)
class RtpInfo:
    """Where the packets of one stream begin (RFC 2326 §12.33); None: not said or not readable."""

    url: str  # as written: relative ones are left relative
    seq: int | None = None
    rtptime: int | None = None


def parse_rtp_info(value: str) -> tuple[RtpInfo, ...]:
    """Parse an RTP-Info field. URLs may hold commas and semicolons; what is unreadable is left out."""
    infos: list[RtpInfo] = []
    for part in _NEXT_INFO.split(value):
        first = _INFO_FIELD.search(part)
        head = part if first is None else part[: first.start()]
        name, equals, url = head.partition("=")
        if not equals or name.strip().lower() != "url":
            continue
        fields = {match[1].lower(): match[2] for match in _INFO_FIELD.finditer(part)}
        infos.append(
            RtpInfo(
                url=url.strip().strip('"'),
                seq=_parse_number(fields.get("seq", ""), 0xFFFF),
                rtptime=_parse_number(fields.get("rtptime", ""), 0xFFFFFFFF),
            )
        )
    return tuple(infos)


def parse_public(value: str) -> frozenset[str]:
    """Parse a Public or Allow field: the methods, in upper case (RFC 2326 §12.28)."""
    return frozenset(word.upper() for word in re.split(r"[\s,]+", value) if word)


def resolve_control(
    control: str | None,
    *,
    request_url: str,
    content_base: str | None,
    content_location: str | None,
) -> str:
    """Give the URL that a control attribute names (RFC 2326 §C.1.1).

    Scheme, host and port are always those of `request_url`, and credentials are left out of it; a camera
    has a say in path and query only. The base is Content-Base, else Content-Location, else the request; one
    that is no URL (`192.0.2.1:554/live/`) is passed over. A relative control is set behind the whole
    base, its query included, as the cameras with a query expect it.

    Raises LimitExceeded for a URL of more than MAX_URL_CHARACTERS, ValueError for a bad `request_url`.
    """
    return ControlBase(request_url, content_base, content_location).resolve(control)


class ControlBase:
    """What the control attributes of one description are relative to; see `resolve_control`.

    Raises ValueError for a bad `request_url`.
    """

    __slots__ = ("_base", "_origin")

    def __init__(self, request_url: str, content_base: str | None, content_location: str | None) -> None:
        request = _REQUEST.fullmatch(request_url)
        if request is None:
            raise ValueError("a request URL has a scheme and a host")
        self._origin = f"{request[1]}://{request[2]}"
        self._base = _find_path(content_base) or _find_path(content_location) or request[3]

    def resolve(self, control: str | None) -> str:
        """Give the URL of one control attribute. Raises LimitExceeded when it is too long."""
        control = (control or "").strip()
        if control in {"", "*"}:
            path = self._base
        else:
            absolute = _ABSOLUTE.fullmatch(control)
            path = _join(self._base, control) if absolute is None else absolute[2]
        if not (path.isascii() and path.isprintable()) or " " in path:
            path = quote(path, safe=_PRINTABLE)
        if path and path[0] != "/":
            path = f"/{path}"  # else "?a@b" would not be ours to tell apart from a host
        if len(path) > MAX_URL_CHARACTERS:
            raise LimitExceeded(f"a URL of more than {MAX_URL_CHARACTERS} characters")
        return self._origin + path


def _find_path(base: str | None) -> str | None:
    """Give path and query of a base, or None when it cannot serve as one."""
    text = (base or "").strip().strip('"<>')
    if text.startswith("/") and not text.startswith("//"):
        return text
    absolute = _ABSOLUTE.fullmatch(text)
    return (absolute[2] or "/") if absolute is not None and absolute[1] else None


def _join(base: str, control: str) -> str:
    """Set a relative control behind its base; one that repeats the base's path stands for itself."""
    if control[0] == "/":
        path = base.partition("?")[0].rstrip("/")
        if path and control.startswith(f"{path}/"):
            return control
        return base.rstrip("/") + control
    if control[0] == "?" or base.endswith("/"):
        return base + control
    return f"{base}/{control}"
