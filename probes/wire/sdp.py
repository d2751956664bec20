"""Session descriptions (RFC 4566, RFC 2326 §C) as cameras write them: liberal in, strict out.

Missing mandatory lines, junk lines, bare LF and foreign charsets are no reason to fail. Only what a check of
a stream needs is read: media, their formats, their control attributes.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from probes.wire.error import LimitExceeded, WireError
from probes.wire.nal import split_annex_b

MAX_MEDIA = 64  # "m=" lines; cameras have up to five
MAX_FRAME_RATE = 1000.0
REMEMBERED = 1024  # descriptions of one media
USUAL_CHARACTERS = 2048  # of one: those of cameras have less than 700

_LINE = re.compile(r"\n[vosiuepcbtrzkam]=")  # of a type of RFC 4566 §5; what is none is passed over
_BLANKS = re.compile(r"\n[ \t]+")
_CONTROL = "\na=control:"
_DIRECTIONS = frozenset({"sendonly", "recvonly", "sendrecv", "inactive"})
_RATES = frozenset({"framerate", "x-framerate"})
_RTPMAP = re.compile(r"([0-9]{1,3})\s+([^\s/]+)\s*(?:/\s*([0-9]{1,9}))?")
_FMTP = re.compile(r"([0-9]{1,3})\s+(.*)")
_PAYLOAD_TYPE = re.compile(r"[0-9]{1,3}")
_FRAME_RATE = re.compile(r"[0-9]{1,4}(?:\.[0-9]*)?")
_SETS = ("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")
_ALIASES = {"HEVC": "H265", "AVC": "H264"}
# RFC 3551 §6: what payload types mean that no rtpmap explains.
_STATIC: dict[int, tuple[str, int]] = {
    0: ("PCMU", 8000),
    3: ("GSM", 8000),
    4: ("G723", 8000),
    5: ("DVI4", 8000),
    6: ("DVI4", 16000),
    7: ("LPC", 8000),
    8: ("PCMA", 8000),
    9: ("G722", 8000),
    10: ("L16", 44100),
    11: ("L16", 44100),
    12: ("QCELP", 8000),
    13: ("CN", 8000),
    14: ("MPA", 90000),
    15: ("G728", 8000),
    16: ("DVI4", 11025),
    17: ("DVI4", 22050),
    18: ("G729", 8000),
    25: ("CELB", 90000),
    26: ("JPEG", 90000),
    28: ("NV", 90000),
    31: ("H261", 90000),
    32: ("MPV", 90000),
    33: ("MP2T", 90000),
    34: ("H263", 90000),
}


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One payload type of a media, and what it carries."""

    payload_type: int
    codec: str = ""  # the encoding name in upper case; "" when nothing tells it
    clock_rate: int = 0  # Hz; 0 when nothing tells it
    fmtp: Mapping[str, str] = {}  # format parameters, names in lower case


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """One "m=" line and the attributes behind it."""

    kind: str  # "video", "audio", "application" …
    port: int = 0
    protocol: str = "RTP/AVP"
    formats: tuple[Format, ...] = ()
    control: str | None = None
    framerate: float | None = None  # frames per second, as announced
    direction: str | None = None  # "sendonly", "recvonly", "sendrecv" or "inactive"

    def format_of(self, *codecs: str) -> Format | None:
        """Give the first format that carries one of `codecs` (encoding names in upper case)."""
        return next((each for each in self.formats if each.codec in codecs), None)


class SessionDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A whole description."""

    name: str = ""
    control: str | None = None  # of the session
    media: tuple[Media, ...] = ()

    def videos(self) -> tuple[Media, ...]:
        """Give the video media that are not switched off, in order."""
        return tuple(each for each in self.media if each.kind == "video" and each.direction != "inactive")


def parse_sdp(body: bytes) -> SessionDescription:
    """Parse a session description; "m=" lines that make no sense are left out with what is theirs.

    Raises WireError when no line of `body` is one of a description, LimitExceeded beyond MAX_MEDIA.
    """
    head, *sections = _normal(_decode(body)).split("\nm=")
    if not sections and not _LINE.search(head):
        raise WireError("not one line of a session description")
    if len(sections) > MAX_MEDIA:
        raise LimitExceeded(f"more than {MAX_MEDIA} media in a session description")
    media = [_parse_section(section) for section in sections]
    return SessionDescription(
        name=_find_name(head),
        control=_find_control(head),
        media=tuple([each for each in media if each is not None]),
    )


def _find_name(head: str) -> str:
    for line in head.split("\ns=")[1:]:
        name = line.partition("\n")[0].strip()
        if name:
            return name
    return ""


def _find_control(head: str) -> str | None:
    """Give the control attribute of the session: at once where it is the first of all attributes."""
    start = head.find("\na=")
    if start < 0:
        return None
    if head.startswith(_CONTROL, start):
        return head[start + len(_CONTROL) :].partition("\n")[0].strip()
    return _find(_cut_attributes(head), "control")


def _normal(text: str) -> str:
    """Begin every line with LF and its type, whether CR, LF or NUL ended the one before, and blanks lead."""
    text = "\n" + text.replace("\ufeff", " ").replace("\r", "\n").replace("\0", "\n")
    return _BLANKS.sub("\n", text) if "\n " in text or "\n\t" in text else text


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _find(attributes: Iterable[tuple[str, str]], name: str) -> str | None:
    for each, value in attributes:
        if each == name:
            return value
    return None


def _cut_attributes(text: str) -> list[tuple[str, str]]:
    """Give the name and value of every attribute in a part of a description."""
    split = [line[2:].partition(":") for line in text.split("\n") if line.startswith("a=")]
    return [(name.strip().lower(), value.strip()) for name, _, value in split]


def _parse_section(section: str) -> Media | None:
    """Parse what belongs to one media, from behind its "m=" on.

    Cameras of one model differ in the control attribute at most, and so the rest is parsed once. Only what
    has a usual length is remembered: what a camera makes up must not fill our memory.
    """
    if len(section) > USUAL_CHARACTERS:
        return _parse_media(section)
    start = section.find(_CONTROL)
    if start < 0:
        return _remembered(section)
    value = start + len(_CONTROL)
    end = section.find("\n", value)
    if end < 0:
        end = len(section)
    media = _remembered(section[:start] + section[end:])
    if media is None or media.control is not None:  # a second one, and maybe the first
        return _parse_media(section)
    return Media(
        kind=media.kind,
        port=media.port,
        protocol=media.protocol,
        formats=media.formats,
        control=section[value:end].strip(),
        framerate=media.framerate,
        direction=media.direction,
    )


@lru_cache(maxsize=REMEMBERED)
def _remembered(section: str) -> Media | None:
    return _parse_media(section)


def _parse_media(section: str) -> Media | None:
    line, _, below = section.partition("\n")
    words = line.split()
    if len(words) < 3:
        return None
    attributes = _cut_attributes(below)
    types = [int(word) for word in words[3:] if _PAYLOAD_TYPE.fullmatch(word) and int(word) < 128]
    if words[3:] and not types:  # m=application/X 0 RTP/AVP smart/1/90000
        return None
    port = words[1].partition("/")[0]
    rate: float | None = None
    control: str | None = None
    direction: str | None = None
    for name, value in attributes:
        if name == "control":
            control = value if control is None else control
        elif name in _RATES:
            rate = rate or _parse_rate(value)
        elif name in _DIRECTIONS:
            direction = direction or name
    return Media(
        kind=words[0].lower(),
        port=int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0,
        protocol=words[2].upper(),
        formats=_parse_formats(types, attributes),
        control=control,
        framerate=rate,
        direction=direction,
    )


def _parse_rate(text: str) -> float | None:
    """Read frames per second; some cameras first say "0S" and then the rate."""
    if not _FRAME_RATE.fullmatch(text):
        return None
    rate = float(text)
    return rate if 0 < rate <= MAX_FRAME_RATE else None


def _parse_formats(types: list[int], attributes: list[tuple[str, str]]) -> tuple[Format, ...]:
    maps: dict[int, tuple[str, int]] = {}
    parameters: dict[int, dict[str, str]] = {}
    for name, value in attributes:
        if name == "rtpmap" and (match := _RTPMAP.match(value)):
            codec = match[2].upper()
            maps.setdefault(int(match[1]), (_ALIASES.get(codec, codec), int(match[3] or 0)))
        elif name == "fmtp" and (match := _FMTP.match(value)):
            parameters.setdefault(int(match[1]), {}).update(_parse_parameters(match[2]))
    known = dict.fromkeys(types) or dict.fromkeys(number for number in maps if number < 128)
    formats = [
        _make_format(number, maps.get(number) or _STATIC.get(number), parameters.get(number, {}))
        for number in known
    ]
    return tuple(formats)


def _make_format(number: int, meaning: tuple[str, int] | None, fmtp: dict[str, str]) -> Format:
    if meaning is None and "sprop-parameter-sets" in fmtp:  # cameras without an rtpmap
        meaning = ("H264", 90000)
    elif meaning is None and "sprop-sps" in fmtp:
        meaning = ("H265", 90000)
    codec, clock_rate = meaning or ("", 0)
    return Format(payload_type=number, codec=codec, clock_rate=clock_rate, fmtp=fmtp)


def _parse_parameters(text: str) -> dict[str, str]:
    split = [part.partition("=") for part in text.split(";")]
    return {name.strip().lower(): value.strip() for name, _, value in split if name and not name.isspace()}


def parameter_sets(video: Format) -> tuple[bytes, ...]:
    """Give the parameter sets that a format announces (RFC 6184 §8.1, RFC 7798 §7.1), as NAL units.

    What is not base64 is left out, and so are start codes that some cameras put in.
    """
    return decode_sets(announced_sets(video))


def announced_sets(video: Format) -> tuple[str, ...]:
    """Give the format parameters that hold parameter sets, as written."""
    fmtp = video.fmtp
    return tuple([fmtp[name] for name in _SETS if name in fmtp])


def decode_sets(announced: Iterable[str]) -> tuple[bytes, ...]:
    """Decode what `announced_sets` gives."""
    words = [word.strip() for text in announced for word in text.split(",")]
    return tuple(nal for word in words for nal in _decode_set(word))


def _decode_set(word: str) -> list[bytes]:
    bare = word.rstrip("=")
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return []
    return split_annex_b(b"\x00\x00\x01" + data)


def encode_sdp(description: SessionDescription, *, host: str = "127.0.0.1") -> bytes:
    """Encode a description that parse_sdp reads back the same; `host` stands in its o= and c= lines.

    Raises ValueError, our own mistake, for a value with a line break.
    """
    lines = ["v=0", f"o=- 0 0 IN IP4 {host}", f"s={description.name}", f"c=IN IP4 {host}", "t=0 0"]
    if description.control is not None:
        lines.append(f"a=control:{description.control}")
    for media in description.media:
        lines += _encode_media(media)
    text = "\n".join(lines)
    if text.count("\n") != len(lines) - 1 or "\r" in text:
        raise ValueError("a line break inside a session description's value")
    return text.replace("\n", "\r\n").encode() + b"\r\n"


def _encode_media(media: Media) -> list[str]:
    types = " ".join(str(each.payload_type) for each in media.formats)
    lines = [f"m={media.kind} {media.port} {media.protocol} {types}"]
    for each in media.formats:
        if each.codec:
            lines.append(f"a=rtpmap:{each.payload_type} {each.codec}/{each.clock_rate}")
        if each.fmtp:
            fields = ";".join(f"{name}={value}" for name, value in each.fmtp.items())
            lines.append(f"a=fmtp:{each.payload_type} {fields}")
    if media.framerate is not None:
        lines.append(f"a=framerate:{media.framerate:g}")
    if media.direction is not None:
        lines.append(f"a={media.direction}")
    if media.control is not None:
        lines.append(f"a=control:{media.control}")
    return lines
