"""What Hikvision recorders say of their inputs and clock over ISAPI: bytes in, values out.

Also spoken by HiWatch and by many that are sold under another name. The XML namespace differs by firmware
(hikvision.com, isapi.org, std-cgi.com) and is not looked at. Words that we do not know say nothing: a new
firmware's word for "fine" must not become a fault.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from probes.wire.error import WireError
from probes.wire.recorder_inputs import Inputs, input_number, merge
from probes.wire.xml import Node, parse_xml

PROXIED = "/ISAPI/ContentMgmt/InputProxy/channels/status"  # IP inputs
ANALOGUE = "/ISAPI/System/Video/inputs/channels"
TIME = "/ISAPI/System/time"

# chanDetectResult, in lower case: seen in the answers of recorders, and nowhere documented to be complete.
_FINE = frozenset({"connect", "connected", "normal", "ok", "online"})
_FAULTY = frozenset(
    {
        *("notexist", "offline", "disconnect", "disconnected", "channelerr"),
        *("neterror", "networkerror", "networkabnormal", "netunreachable", "ipconflict", "ipaddressconflict"),
        *("userpwerror", "passworderror", "errorusernameorpasswd", "userorpassworderror", "userlocked"),
        *("locked", "notactivated", "unsupported", "notsupport"),
    }
)
_FLAGS = {"true": True, "false": False}
_NO_VIDEO = "NO VIDEO"  # resDesc of an input without a signal; of others it tells size and rate
_POSIX_ZONE = re.compile(r"[A-Za-z]+([+-]?)(\d{1,2})(?::([0-5]\d))?(?::00)?")  # "CST-5:00:00" is UTC+5


def parse_proxied_inputs(body: bytes) -> Inputs:
    """Read an InputProxyChannelStatusList: the IP cameras that the recorder fetches. Raises WireError."""
    return _inputs(body, "InputProxyChannelStatus", _proxied)


def parse_analogue_inputs(body: bytes) -> Inputs:
    """Read a VideoInputChannelList: the sockets of coaxial cameras. Raises WireError."""
    return _inputs(body, "VideoInputChannel", _analogue)


def parse_time(body: bytes) -> datetime:
    """Read the clock, in whole seconds; without a zone when the recorder does not say it clearly.

    Raises WireError.
    """
    root = parse_xml(body)
    written = root.text_of("localTime")
    if root.name != "Time" or not written:
        raise WireError("an answer that tells no time")
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        raise WireError("a time that is written in no known way") from None
    return told if told.tzinfo is not None else told.replace(tzinfo=_zone(root.text_of("timeZone")))


def says_locked(body: bytes) -> bool:
    """Tell whether the body of a 401 (a userCheck) says that the account is locked for a while."""
    try:
        return parse_xml(body).text_of("lockStatus").lower() in {"lock", "locked"}
    except WireError:
        return False


def _inputs(body: bytes, name: str, judge: Callable[[Node], bool | None]) -> Inputs:
    root = parse_xml(body)
    if root.name not in {name, f"{name}List"}:
        raise WireError("another document than the list of inputs")
    inputs: Inputs = {}
    for node in root.anywhere(name):
        number = input_number(node.text_of("id"), first=1)
        if number is not None:
            merge(inputs, number, judge(node))
    return inputs


def _proxied(node: Node) -> bool | None:
    """Judge by the flag and by the word beside it; when they contradict each other, nothing is clear."""
    flag = _FLAGS.get(node.text_of("online").lower())
    word = node.text_of("chanDetectResult").lower()
    said = True if word in _FINE else False if word in _FAULTY else None
    if flag is None or said is None:
        return said if flag is None else flag
    return flag if flag is said else None


def _analogue(node: Node) -> bool | None:
    if node.text_of("videoInputEnabled").lower() == "false":
        return None  # switched off in the recorder: without a signal by intention
    described = node.text_of("resDesc")
    if described.upper() == _NO_VIDEO:
        return False
    return True if any(map(str.isdigit, described)) else None


def _zone(written: str) -> timezone | None:
    """Read a POSIX TZ without summer time; with one, what holds today cannot be told from here."""
    match = _POSIX_ZONE.fullmatch(written)
    if match is None or int(match[2]) > 14:
        return None
    west = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(west if match[1] == "-" else -west)
