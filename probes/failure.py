"""What one attempt met: its stages, and the closed list of failures.

The one place where an exception or a status code becomes a failure.

Absent on purpose: causes. A failure says what was seen; why a picture does not arrive is judged
elsewhere, from many observations.
"""

import errno
import socket
import ssl
from enum import StrEnum

from probes.wire.error import LimitExceeded, WireError


class Stage(StrEnum):
    """The steps of one attempt, in the order they happen (RFC 2326 methods where they are RTSP)."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    OPTIONS = "options"
    DESCRIBE = "describe"
    SETUP = "setup"
    PLAY = "play"
    MEDIA = "media"
    TEARDOWN = "teardown"

    __hash__ = str.__hash__  # that of an enum is made anew each time, in Python


class Failure(StrEnum):
    """Why an attempt stopped. The list is closed: everything that can happen has a name here."""

    DNS_FAILED = "dns_failed"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    PROTOCOL_ERROR = "protocol_error"
    TIMED_OUT = "timed_out"
    CLOSED_EARLY = "closed_early"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    SESSION_LIMIT = "session_limit"
    SERVER_ERROR = "server_error"
    TRANSPORT_REFUSED = "transport_refused"
    REDIRECT_REFUSED = "redirect_refused"
    UNSUPPORTED_MEDIA = "unsupported_media"
    NO_MEDIA = "no_media"
    NO_KEY_FRAME = "no_key_frame"
    OVER_LIMIT = "over_limit"


VANISHED = frozenset({Failure.CONNECT_TIMEOUT, Failure.UNREACHABLE})  # nothing at the address answered
REFUSED_US = frozenset({Failure.UNAUTHORIZED, Failure.FORBIDDEN})  # our log-in, or us with it

_BEFORE_ANSWER = frozenset({Stage.RESOLVE, Stage.CONNECT})
_UNREACHABLE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
)

_STATUS: dict[int, Failure] = {
    401: Failure.UNAUTHORIZED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    410: Failure.NOT_FOUND,
    415: Failure.UNSUPPORTED_MEDIA,
    453: Failure.SESSION_LIMIT,  # RFC 2326 §11.3.8, "not enough bandwidth": cameras at their limit
    461: Failure.TRANSPORT_REFUSED,  # RFC 2326 §11.3.16
    503: Failure.SESSION_LIMIT,
}


def classify(error: BaseException, stage: Stage) -> Failure:
    """Name what an exception means when it ended an attempt at `stage`."""
    if isinstance(error, LimitExceeded):
        return Failure.OVER_LIMIT
    if isinstance(error, WireError):
        return Failure.PROTOCOL_ERROR
    if isinstance(error, ssl.SSLError):
        return Failure.TLS_FAILED
    if isinstance(error, socket.gaierror) or (isinstance(error, TimeoutError) and stage is Stage.RESOLVE):
        return Failure.DNS_FAILED
    if isinstance(error, ConnectionRefusedError):
        return Failure.CONNECT_REFUSED
    if isinstance(error, TimeoutError):
        return Failure.CONNECT_TIMEOUT if stage in _BEFORE_ANSWER else Failure.TIMED_OUT
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return Failure.UNREACHABLE
    return Failure.TLS_FAILED if stage is Stage.TLS else Failure.CLOSED_EARLY


def classify_status(status: int) -> Failure | None:
    """Name what an RTSP or HTTP status code (RFC 2326 §7.1.1) means; None for success (2xx)."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Failure.REDIRECT_REFUSED
    if status in _STATUS:
        return _STATUS[status]
    return Failure.SERVER_ERROR if status >= 500 else Failure.PROTOCOL_ERROR
