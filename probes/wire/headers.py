"""The RTSP headers that a check reads and writes (RFC 2326 §12), one parse function each.

Liberal in what a camera may send: spaces, cases and unknown parameters are taken as they come. What
a camera names as a host is never taken: `resolve_control` keeps the request's own.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from probes.wire.error import WireError

DEFAULT_SESSION_SECONDS = 60  # RFC 2326 §12.37
_SCHEME = re.compile(r"(?i)^rtsps?://")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """One transport specification (RFC 2326 §12.39)."""

    protocol: str = "RTP/AVP"  # "RTP/AVP", "RTP/AVP/TCP", "RTP/AVP/UDP" …
    unicast: bool = True
    interleaved: tuple[int, int] | None = None  # channels of RTP and RTCP
    client_port: tuple[int, int] | None = None
    server_port: tuple[int, int] | None = None
    ssrc: int | None = None
    mode: str | None = None
    source: str | None = None  # told by the server, never dialled
    destination: str | None = None

    def encode(self) -> str:
        """Give the header's value."""
        parts = [self.protocol, "unicast" if self.unicast else "multicast"]
        for name, pair in (
            ("interleaved", self.interleaved),
            ("client_port", self.client_port),
            ("server_port", self.server_port),
        ):
            if pair is not None:
                parts.append(f"{name}={pair[0]}-{pair[1]}")
        if self.ssrc is not None:
            parts.append(f"ssrc={self.ssrc:08X}")
        for name, value in (("source", self.source), ("destination", self.destination), ("mode", self.mode)):
            if value is not None:
                parts.append(f'{name}="{value}"' if name == "mode" else f"{name}={value}")
        return ";".join(parts)


def parse_transport(value: str) -> Transport:
    """Read the first specification of a Transport header. Raises WireError when it names no protocol."""
    first = value.split(",", 1)[0]
    fields = [field.strip() for field in first.split(";")]
    if not fields[0].upper().startswith("RTP/"):
        raise WireError("a Transport header that names no RTP profile")
    known: dict[str, str] = {}
    for field in fields[1:]:
        name, _, text = field.partition("=")
        known.setdefault(name.strip().lower(), text.strip().strip('"'))
    return Transport(
        protocol=fields[0].upper(),
        unicast="multicast" not in known,
        interleaved=_pair(known.get("interleaved"), 255),
        client_port=_pair(known.get("client_port"), 65535),
        server_port=_pair(known.get("server_port"), 65535),
        ssrc=_hex(known.get("ssrc")),
        mode=known.get("mode"),
        source=known.get("source"),
        destination=known.get("destination"),
    )


def _pair(text: str | None, most: int) -> tuple[int, int] | None:
    """Read "a-b" or "a"; a single port means the next one for RTCP."""
    found = re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text) if text else None
    if found is None:
        return None
    first = int(found[1])
    second = int(found[2]) if found[2] else first + 1
    return (first, second) if max(first, second) <= most else None


def _hex(text: str | None) -> int | None:
    return int(text, 16) if text and re.fullmatch(r"[0-9A-Fa-f]{1,8}", text) else None


@dataclass(frozen=True, slots=True)
class Session:
    """A Session header (RFC 2326 §12.37): the opaque id, and after how many idle seconds it ends."""

    id: str
    timeout: int = DEFAULT_SESSION_SECONDS


def parse_session(value: str) -> Session:
    """Read a Session header. Raises WireError when there is no usable id."""
    first, *rest = (field.strip() for field in value.split(";"))
    if not first or len(first) > 256 or _UNSAFE.search(first):
        raise WireError("a Session header without a usable id")
    for field in rest:
        name, _, text = field.partition("=")
        if name.strip().lower() == "timeout" and re.fullmatch(r"[0-9]{1,6}", text.strip()):
            return Session(first, int(text) or DEFAULT_SESSION_SECONDS)
    return Session(first)


@dataclass(frozen=True, slots=True)
class RtpInfo:
    """One entry of RTP-Info (RFC 2326 §12.33): the first packet that follows PLAY."""

    url: str
    seq: int | None = None
    rtptime: int | None = None


def parse_rtp_info(value: str) -> tuple[RtpInfo, ...]:
    """Read an RTP-Info header. Entries without a URL are left out: some cameras send such."""
    entries: list[RtpInfo] = []
    for entry in re.split(r",(?=\s*url\s*=)", value, flags=re.IGNORECASE):
        fields: dict[str, str] = {}
        for field in re.split(r";(?=\s*(?:seq|rtptime|url|ssrc)\s*=)", entry, flags=re.IGNORECASE):
            name, _, text = field.partition("=")
            fields.setdefault(name.strip().lower(), text.strip().strip('";'))
        if fields.get("url"):
            seq, rtptime = _number(fields.get("seq"), 0xFFFF), _number(fields.get("rtptime"), 0xFFFFFFFF)
            entries.append(RtpInfo(fields["url"], seq, rtptime))
    return tuple(entries)


def _number(text: str | None, most: int) -> int | None:
    if not text or not re.fullmatch(r"[0-9]{1,10}", text):
        return None
    return int(text) if int(text) <= most else None


def parse_public(value: str) -> frozenset[str]:
    """Read the methods of a Public or Allow header (RFC 2326 §12.28)."""
    return frozenset(word.strip().upper() for word in re.split(r"[,;]", value) if word.strip())


def resolve_control(
    control: str | None, *, request_url: str, content_base: str | None, content_location: str | None
) -> str:
    """Say which URL a media's control attribute means (RFC 2326 §C.1.1), at the request's own host.

    The base is Content-Base, else Content-Location, else the request's URL. Only path and query are
    ever taken from the camera; a base that is no RTSP URL is passed over. A relative control is
    appended after a "/" even behind a query, as cameras mean it.
    """
    authority = _authority(request_url)
    base = next((url for url in (content_base, content_location) if url and _usable(url)), request_url)
    base = authority + _rest(base.strip())
    word = (control or "*").strip()
    if word in {"", "*"} or _UNSAFE.search(word):
        return base
    if _SCHEME.match(word):
        return authority + _rest(word)
    if word.startswith("/"):
        return authority + word
    return f"{base}{word}" if base.endswith("/") else f"{base}/{word}"


def _usable(url: str) -> bool:
    return _SCHEME.match(url.strip()) is not None and not _UNSAFE.search(url.strip())


def _authority(url: str) -> str:
    """Give scheme, host and port of our own URL, without any name or password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _rest(url: str) -> str:
    """Give what follows the host of an RTSP URL: path and query."""
    after = url[_SCHEME.match(url).end() :] if _SCHEME.match(url) else url  # type: ignore[union-attr]
    cut = re.search(r"[/?]", after)
    return after[cut.start() :] if cut else ""
