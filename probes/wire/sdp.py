"""Session descriptions (RFC 4566) as cameras write them: liberal in, strict out.

Junk lines, missing mandatory lines, bare LF and odd encodings are passed over; what cannot be a session
description at all is a WireError.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, field

from probes.wire.error import WireError

MOST_MEDIA = 64
_RTPMAP = re.compile(r"(\d{1,3})\s+([A-Za-z0-9._+-]+)\s*/\s*(\d{1,9})")
_STATIC = {0: ("PCMU", 8000), 8: ("PCMA", 8000), 14: ("MPA", 90000), 26: ("JPEG", 90000), 32: ("MPV", 90000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One payload type of a media: its encoding (RFC 3551 names), clock and parameters."""

    payload_type: int
    codec: str = ""  # upper case, "" when nothing names it
    clock_rate: int = 0  # Hz
    fmtp: dict[str, str] = field(default_factory=dict)  # keys lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One "m=" block."""

    kind: str  # "video", "audio", "application" …
    port: int = 0
    protocol: str = "RTP/AVP"
    formats: tuple[Format, ...] = ()
    control: str | None = None
    framerate: float | None = None  # as announced
    direction: str | None = None  # "sendonly", "recvonly", "sendrecv", "inactive"

    def format_of(self, *codecs: str) -> Format | None:
        """Return the first format whose encoding is one of `codecs` (upper case)."""
        return next((f for f in self.formats if f.codec in codecs), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDescription:
    """A whole description."""

    name: str = ""
    control: str | None = None  # session level
    media: tuple[Media, ...] = ()

    def videos(self) -> tuple[Media, ...]:
        """Return the video media that are not switched off."""
        return tuple(m for m in self.media if m.kind == "video" and m.direction != "inactive")


def parse_sdp(body: bytes) -> SessionDescription:
    """Read a session description. Raises WireError when no line of it can be one."""
    lines = [line for line in re.split(r"[\r\n]+", body.decode("utf-8", "replace")) if line[1:2] == "="]
    if not lines:
        raise WireError("a session description without a single line of one")
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > MOST_MEDIA:
        raise WireError("a session description with too many media")
    head = lines[: starts[0]] if starts else lines
    ends = [*starts[1:], len(lines)]
    blocks = (lines[start:end] for start, end in zip(starts, ends, strict=True))
    return SessionDescription(
        name=next((line[2:] for line in head if line.startswith("s=")), ""),
        control=_attribute(head, "control"),
        media=tuple(media for block in blocks if (media := _media(block)) is not None),
    )


def _attribute(lines: Iterable[str], name: str) -> str | None:
    prefix = f"a={name}:"
    found = next((line for line in lines if line.lower().startswith(prefix)), None)
    return found[len(prefix) :].strip() if found is not None else None


def _media(block: list[str]) -> Media | None:
    words = block[0][2:].split()
    if len(words) < 3:
        return None
    types = [int(word) for word in words[3:] if re.fullmatch(r"[0-9]{1,3}", word) and int(word) < 128]
    port = re.match(r"[0-9]{1,5}", words[1])
    rate = _attribute(block, "framerate") or ""
    return Media(
        kind=words[0].lower(),
        port=int(port[0]) if port else 0,
        protocol=words[2].upper(),
        formats=_formats(types, block),
        control=_attribute(block, "control"),
        framerate=float(rate) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", rate) else None,
        direction=next((l[2:].strip() for l in block if l[2:].strip() in _DIRECTIONS), None),  # noqa: E741
    )


_DIRECTIONS = frozenset({"sendonly", "recvonly", "sendrecv", "inactive"})


def _formats(types: list[int], block: list[str]) -> tuple[Format, ...]:
    maps: dict[int, tuple[str, int]] = dict(_STATIC)
    parameters: dict[int, dict[str, str]] = {}
    for line in block:
        lower = line.lower()
        if lower.startswith("a=rtpmap:") and (found := _RTPMAP.match(line[9:].strip())):
            maps[int(found[1])] = (found[2].upper(), int(found[3]))
            if int(found[1]) not in types and int(found[1]) < 128:
                types.append(int(found[1]))  # an "m=" line that forgot its own type
        elif lower.startswith("a=fmtp:") and (found := re.match(r"\s*(\d{1,3})\s+(.*)", line[7:])):
            parameters.setdefault(int(found[1]), {}).update(_fmtp(found[2]))
    return tuple(
        Format(
            payload_type=number,
            codec=maps.get(number, ("", 0))[0],
            clock_rate=maps.get(number, ("", 0))[1],
            fmtp=parameters.get(number, {}),
        )
        for number in dict.fromkeys(types)
    )


def _fmtp(text: str) -> dict[str, str]:
    fields = (field.partition("=") for field in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in fields if name.strip()}


def parameter_sets(media_format: Format) -> tuple[bytes, ...]:
    """Return the parameter set NAL units that a format announces (RFC 6184 §8.1, RFC 7798 §7.1).

    What is not base64 is left out.
    """
    names = ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps")
    words = [word for name in names for word in media_format.fmtp.get(name, "").split(",") if word.strip()]
    return tuple(nal for word in words if (nal := _decode(word.strip())))


def _decode(word: str) -> bytes:
    try:
        return b64decode(word + "=" * (-len(word) % 4), validate=True)
    except (Base64Error, ValueError):
        return b""


def encode_sdp(description: SessionDescription, *, host: str = "0.0.0.0") -> bytes:  # noqa: S104
    """Write a description that `parse_sdp` reads back the same."""
    lines = ["v=0", f"o=- 0 0 IN IP4 {host}", f"s={description.name}", f"c=IN IP4 {host}", "t=0 0"]
    if description.control is not None:
        lines.append(f"a=control:{description.control}")
    for media in description.media:
        lines += _encode_media(media)
    return ("\r\n".join(lines) + "\r\n").encode()


def _encode_media(media: Media) -> list[str]:
    types = " ".join(str(f.payload_type) for f in media.formats)
    lines = [f"m={media.kind} {media.port} {media.protocol} {types}"]
    for f in media.formats:
        if f.codec:
            lines.append(f"a=rtpmap:{f.payload_type} {f.codec}/{f.clock_rate}")
        if f.fmtp:
            text = ";".join(f"{name}={value}" for name, value in f.fmtp.items())
            lines.append(f"a=fmtp:{f.payload_type} {text}")
    if media.framerate is not None:
        lines.append(f"a=framerate:{media.framerate:g}")
    if media.direction is not None:
        lines.append(f"a={media.direction}")
    if media.control is not None:
        lines.append(f"a=control:{media.control}")
    return lines
