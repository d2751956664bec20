"""RTSP/1.0 messages and interleaved frames (RFC 2326): bytes in, messages out, and back.

`Framer.feed` takes whatever arrived, in any pieces, and returns the messages that are complete; what
is left waits for the next call. Bytes that belong to no message are skipped and counted.

No sockets, no clocks and no meaning of any header but Content-Length.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from probes.wire.error import LimitExceeded, WireError

MAX_HEADER_BYTES = 16 * 1024  # a head of a real camera has no tenth of it
MAX_BODY_BYTES = 128 * 1024  # session descriptions have a few KiB
MAX_JUNK_BYTES = 128 * 1024  # two interleaved frames of the greatest length, lost from view
REMEMBERED = 64  # first lines of messages
USUAL_LINE_BYTES = 64  # of one that is remembered

_DOLLAR = 0x24  # RFC 2326 §10.12
_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
_STATUS_LINE = re.compile(rb"RTSP/\d\.\d[ \t]+(\d{3})(?![^ \t\r])(.*)", re.DOTALL)
_REQUEST_LINE = re.compile(rb"([A-Z_]{1,32})[ \t]+([^\s]+)[ \t]+RTSP/\d\.\d[ \t]*\r?$")
# Where a lost reader finds its feet. Channels above 15 are legal, but in junk a "$" proves little.
_FOOTHOLD = re.compile(
    rb"\$[\x00-\x0f]|RTSP/\d\.\d[ \t]|(?:OPTIONS|DESCRIBE|ANNOUNCE|SETUP|PLAY|PAUSE|RECORD|TEARDOWN"
    rb"|GET_PARAMETER|SET_PARAMETER|REDIRECT) "
)
_FOOTHOLD_BYTES = 14  # the longest of them


class Headers:
    """Header fields of one message: names in any case, any of them more than once, in order.

    What came from a wire is cut into fields only when more than a first value is asked for: a check
    looks at two or three fields of an answer.
    """

    __slots__ = ("_fields", "_lower", "_text")

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), *, data: bytes = b"") -> None:
        """Hold the fields of `pairs`, or of `data`: header lines after the line end of the first line."""
        self._fields: dict[str, list[str]] | None = None
        if not data:
            self._text = self._lower = ""
            self._fields = _group(pairs)
            return
        self._text = text = _decode(data)
        self._lower = text.lower()
        # Found by its name alone is a field only where nothing is folded and no blank is before a colon.
        if not text.isascii() or "\n " in text or " :" in text or "\t" in text or "\x00" in text:
            self._fields = _group(_cut_fields(text))

    def get(self, name: str) -> str | None:
        """Give the first value of a field, or None."""
        if self._fields is None:
            key = _line_start(name)
            start = self._lower.find(key)
            if start < 0:
                return None
            text = self._text
            return text[start + len(key) : text.find("\n", start + 1)].strip().replace("\r", " ")
        values = self._fields.get(name.lower())
        return values[0] if values is not None else None

    def may_hold(self, text: str) -> bool:
        """Judge quickly whether a field can be there; `text` is a piece of its name in lower case."""
        return self._fields is not None or text in self._lower

    def get_all(self, name: str) -> tuple[str, ...]:
        """Give every value of a field, in the order of the message."""
        if self._fields is None and self._lower.count(_line_start(name)) == 1:
            value = self.get(name)
            return () if value is None else (value,)
        return tuple(self._all().get(name.lower(), ()))

    def _all(self) -> dict[str, list[str]]:
        if self._fields is None:
            self._fields = _group(_cut_fields(self._text))
        return self._fields

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Give (lower-case name, value), grouped by name."""
        return ((name, value) for name, values in self._all().items() for value in values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Names only: values may hold a log-in."""
        return f"Headers({', '.join(self._all())})"


@lru_cache(maxsize=64)
def _line_start(name: str) -> str:
    """Give how the line of a field begins in lower case, with the line end before it."""
    return f"\n{name.lower()}:"


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name.lower(), []).append(value)
    return fields


def _cut_fields(text: str) -> list[tuple[str, str]]:
    """Cut header lines into fields (RFC 2326 §4.2); lines without a colon are passed over.

    A bare CR or a NUL inside a value becomes a blank: values are sent back in our requests.
    """
    pairs: list[tuple[str, str]] = []
    for line in text.replace("\r", " ").replace("\x00", " ").split("\n"):
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"}:  # folded: the value of the line before goes on
            if pairs:
                before, so_far = pairs[-1]
                pairs[-1] = before, f"{so_far} {line.strip()}".strip()
        elif colon:
            pairs.append((name.strip(), value.strip()))
    return pairs


def _decode(data: bytes) -> str:
    """Read a head as UTF-8 (RFC 2326 §3.1), else byte by byte: some cameras write their local charset."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


class Request(msgspec.Struct, frozen=True):
    """A request line, its headers and its body (RFC 2326 §6)."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""


class Response(msgspec.Struct, frozen=True):
    """A status line, its headers and its body (RFC 2326 §7)."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""


class Interleaved(msgspec.Struct, frozen=True, gc=False):
    """One binary frame on the connection of the messages (RFC 2326 §10.12)."""

    channel: int
    payload: bytes


Message = Request | Response | Interleaved


def encode_request(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """Encode a request. Content-Length is added when there is a body and no such header.

    Raises ValueError, our own mistake, for anything that would begin another line or word.
    """
    return encode_request_lines(method, url, [f"{name}: {value}" for name, value in headers], body)


def encode_request_lines(method: str, url: str, lines: list[str], body: bytes = b"") -> bytes:
    """Encode a request whose header fields are lines already, without their ends. As encode_request."""
    if not method.isidentifier() or not url or " " in url or "\t" in url:
        raise ValueError("a method and a URL are one word each")
    return _encode([f"{method} {url} RTSP/1.0", *lines], body)


def encode_response(
    status: int, headers: Iterable[tuple[str, str]], body: bytes = b"", reason: str | None = None
) -> bytes:
    """Encode a response; `reason` is the usual one of the status unless given. As encode_request."""
    if not 100 <= status <= 999:
        raise ValueError(f"not a status code: {status}")
    text = _REASONS.get(status, "Unknown") if reason is None else reason
    return _encode([f"RTSP/1.0 {status} {text}", *[f"{name}: {value}" for name, value in headers]], body)


def _encode(lines: list[str], body: bytes) -> bytes:
    if body and not any(line[:15].lower() == "content-length:" for line in lines[1:]):
        lines.append(f"Content-Length: {len(body)}")
    text = "\r\n".join(lines)
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or "\x00" in text:
        raise ValueError("a line break inside a header")
    head = f"{text}\r\n\r\n".encode()
    return head + body if body else head


def encode_interleaved(channel: int, payload: bytes) -> bytes:
    """Encode one interleaved frame: "$", channel (0..255), length, payload (at most 65535 bytes)."""
    if not 0 <= channel <= 255 or len(payload) > 0xFFFF:
        raise ValueError("an interleaved frame has a channel of one byte and a length of two")
    return b"$%c%b" % (channel, len(payload).to_bytes(2, "big")) + payload


class Framer:
    """Cuts one connection's bytes into messages.

    After an error every further call raises it again: where the next message starts is unknown. When
    messages were complete before the error in the same call, they are returned first.
    """

    __slots__ = (
        "_consumed",
        "_lost",
        "_max_body",
        "_max_header",
        "_max_junk",
        "_need",
        "_rest",
        "_skipped",
        "error",
    )

    def __init__(
        self,
        max_header: int = MAX_HEADER_BYTES,
        max_body: int = MAX_BODY_BYTES,
        max_junk: int = MAX_JUNK_BYTES,
    ) -> None:
        self._max_header = max_header
        self._max_body = max_body
        self._max_junk = max_junk
        self._rest = bytearray()
        self._need = 0  # bytes of _rest without which nothing more can be said
        self._consumed = 0  # bytes of the connection before _rest
        self._skipped = 0
        self._lost = False  # inside junk
        self.error: WireError | None = None

    @property
    def skipped(self) -> int:
        """How many bytes belonged to no message."""
        return self._skipped + (len(self._rest) if self._lost else 0)

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their message."""
        return 0 if self._lost else len(self._rest)

    def feed(self, data: bytes) -> list[Message]:
        """Take what arrived and give every message that is now complete.

        Raises WireError (LimitExceeded for a bound); nothing else, whatever the bytes.
        """
        if self.error is not None:
            raise self.error
        if self._rest:
            self._rest += data
            if len(self._rest) < self._need:
                return []
            data = bytes(self._rest)
            self._rest.clear()
        messages: list[Message] = []
        try:
            used = self._cut(data, messages)
        except WireError as error:
            self.error = error
            if not messages:
                raise
            return messages
        self._consumed += used
        if used < len(data):
            self._rest += data[used:]
        return messages

    def _cut(self, data: bytes, messages: list[Message]) -> int:
        """Append every complete message; give how many bytes they took."""
        at = 0
        size = len(data)
        self._need = 0
        while at < size:
            if self._lost:
                at = self._find_foothold(data, at)
                if self._lost:
                    break
            first = data[at]
            if first == _DOLLAR:
                end = self._cut_frames(data, at, size, messages)
            elif 0x41 <= first <= 0x5A:  # A to Z
                end = self._cut_text(data, at, messages)
            else:
                end = self._skip(at, at + 1)
                self._lost = first not in b"\r\n"  # an empty line between messages is no loss of step
            if end == at:
                break
            at = end
        return at

    def _skip(self, at: int, end: int) -> int:
        self._skipped += end - at
        if self._skipped > self._max_junk:
            raise WireError(
                f"more than {self._max_junk} bytes belong to no RTSP message", at=self._consumed + end
            )
        return end

    def _find_foothold(self, data: bytes, at: int) -> int:
        found = _FOOTHOLD.search(data, at)
        if found is not None:
            self._lost = False
            return self._skip(at, found.start())
        return self._skip(at, max(at, len(data) - _FOOTHOLD_BYTES + 1))

    def _cut_frames(self, data: bytes, at: int, size: int, messages: list[Message]) -> int:
        """Cut interleaved frames as long as there are any; `size` is that of `data`."""
        while at < size and data[at] == _DOLLAR:
            body = at + 4
            if body > size:
                self._need = 4
                return at
            end = body + (data[at + 2] << 8 | data[at + 3])
            if end > size:
                self._need = end - at
                return at
            messages.append(Interleaved(data[at + 1], data[body:end]))
            at = end
        return at

    def _cut_text(self, data: bytes, at: int, messages: list[Message]) -> int:
        """Cut a request or a response; what looks like neither is junk from its first byte on."""
        limit = at + self._max_header
        line_end = data.find(b"\n", at, limit)
        if line_end < 0:
            return self._wait_for_head(data, at)
        line = data[at:line_end]
        first = _remembered(line) if len(line) <= USUAL_LINE_BYTES else _parse_first_line(line)
        if first is None:
            self._lost = True
            return self._skip(at, at + 1)
        head_end = _find_head_end(data, line_end, limit)
        if head_end < 0:
            return self._wait_for_head(data, at)
        headers = Headers(data=data[line_end:head_end])
        end = head_end
        if headers.may_hold("content-"):
            end += self._body_length(headers, at)
            if end > len(data):
                self._need = end - at
                return at
        body = data[head_end:end]
        word, text = first
        if isinstance(word, int):
            messages.append(Response(word, text, headers, body))
        else:
            messages.append(Request(word, text, headers, body))
        return end

    def _wait_for_head(self, data: bytes, at: int) -> int:
        if len(data) - at >= self._max_header:
            raise LimitExceeded(f"a head of more than {self._max_header} bytes", at=self._consumed + at)
        return at

    def _body_length(self, headers: Headers, at: int) -> int:
        value = headers.get("content-length")
        if value is None:  # RFC 2326 §12.14: no such field, no body
            kind = headers.get("content-type")
            if kind is not None and kind.lower().startswith("application/sdp"):
                raise WireError("a description without Content-Length", at=self._consumed + at)
            return 0
        if not value.isdecimal() or len(set(headers.get_all("content-length"))) > 1:
            raise WireError(f"Content-Length is not one number: {value[:20]!r}", at=self._consumed + at)
        if len(value) > 9 or int(value) > self._max_body:
            raise LimitExceeded(f"a body of more than {self._max_body} bytes", at=self._consumed + at)
        return int(value)


def _parse_first_line(line: bytes) -> tuple[int, str] | tuple[str, str] | None:
    """Give status and reason of a status line, or method and URL of a request line; None for neither."""
    start = _STATUS_LINE.match(line)
    if start is not None:
        return int(start[1]), _decode(start[2]).strip()
    start = _REQUEST_LINE.match(line)
    return None if start is None else (_decode(start[1]), _decode(start[2]))


_remembered = lru_cache(maxsize=REMEMBERED)(_parse_first_line)  # "RTSP/1.0 200 OK" all day long


def _find_head_end(data: bytes, at: int, limit: int) -> int:
    """Give where the body starts: after the first empty line, whose end may lack its CR; -1: not yet.

    `at` is the line end of the first line.
    """
    crlf = data.find(b"\n\r\n", at, limit)
    lf = data.find(b"\n\n", at, limit if crlf < 0 else crlf + 1)
    if lf >= 0:
        return lf + 2
    return crlf + 3 if crlf >= 0 else -1
