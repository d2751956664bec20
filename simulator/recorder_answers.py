"""What make-believe recorders answer, in their makers' words: ISAPI, and two generations of Dahua's CGI."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Dialect(StrEnum):
    """Which interface a recorder has."""

    HIKVISION = "hikvision"
    DAHUA = "dahua"
    DAHUA_OLD = "dahua_old"  # without LogicDeviceManager


class Page(NamedTuple):
    """One answer over HTTP."""

    status: int
    type: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The recorder at this moment."""

    sockets: Sequence[tuple[int, bool]]  # coaxial inputs: number from 1, whether there is a signal
    fetched: Sequence[tuple[int, bool]]  # IP inputs: number from 1, whether the camera is connected
    local_time: datetime  # as the recorder has it, in its own zone


Answers = dict[tuple[str, str], Callable[[Present], Page]]

_XML = "application/xml"
_TEXT = "text/plain;charset=utf-8"
_NAMESPACE = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"'


def answers_of(dialect: Dialect) -> Answers:
    """Give what can be asked, by method and path with its query."""
    return _ANSWERS[dialect]


def nothing(dialect: Dialect, path: str) -> Page:
    """Say that there is no such thing."""
    if dialect is not Dialect.HIKVISION:
        return Page(400, _TEXT, "Error\r\nBad Request!\r\n")
    return Page(
        403,
        _XML,
        _document(
            "ResponseStatus",
            f"<requestURL>{path.replace('&', '&amp;')}</requestURL><statusCode>4</statusCode>"
            "<statusString>Invalid Operation</statusString><subStatusCode>notSupport</subStatusCode>",
        ),
    )


def unauthorized(dialect: Dialect, *, locked: bool) -> Page:
    """Refuse a log-in; only Hikvision says whether the account is locked."""
    if dialect is not Dialect.HIKVISION:
        return Page(401, _TEXT, "Error\r\nInvalid Authority!\r\n")
    said = f"<lockStatus>{'lock' if locked else 'unlock'}</lockStatus>"
    return Page(401, _XML, _document("userCheck", f"<statusValue>401</statusValue>{said}"))


def _document(name: str, inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<{name} {_NAMESPACE}>\n{inside}\n</{name}>\n'


def _proxied(present: Present) -> Page:
    channels = [
        f"<InputProxyChannelStatus><id>{number}</id><online>{str(here).lower()}</online>"
        f"<chanDetectResult>{'connect' if here else 'netUnreachable'}</chanDetectResult>"
        "</InputProxyChannelStatus>"
        for number, here in present.fetched
    ]
    if not channels:
        return nothing(Dialect.HIKVISION, "/ISAPI/ContentMgmt/InputProxy/channels/status")
    return Page(200, _XML, _document("InputProxyChannelStatusList", "\n".join(channels)))


def _sockets(present: Present) -> Page:
    channels = [
        f"<VideoInputChannel><id>{number}</id><inputPort>{number}</inputPort>"
        "<videoInputEnabled>true</videoInputEnabled>"
        f"<resDesc>{' 1920*1080(1080P)P25' if here else 'NO VIDEO'}</resDesc></VideoInputChannel>"
        for number, here in present.sockets
    ]
    if not channels:
        return nothing(Dialect.HIKVISION, "/ISAPI/System/Video/inputs/channels")
    return Page(200, _XML, _document("VideoInputChannelList", "\n".join(channels)))


def _isapi_time(present: Present) -> Page:
    written = present.local_time.isoformat(timespec="seconds")
    return Page(200, _XML, _document("Time", f"<timeMode>NTP</timeMode><localTime>{written}</localTime>"))


def _states(present: Present) -> Page:
    states: list[dict[str, object]] = [
        {"channel": number - 1, "connectionState": "Connected", "videoInputState": _signal(here)}
        for number, here in present.sockets
    ]
    states += [
        {"channel": number - 1, "connectionState": "Connected" if here else "Unconnect"}
        for number, here in present.fetched
    ]
    return Page(200, "application/json", json.dumps({"states": states}))


def _signal(here: bool) -> str:
    return "Normal" if here else "LossVideo"


def _video_loss(present: Present) -> Page:
    lost = [number - 1 for number, here in (*present.sockets, *present.fetched) if not here]
    if not lost:
        return Page(200, _TEXT, "Error: No Events\r\n")
    return Page(200, _TEXT, "".join(f"channels[{at}]={channel}\r\n" for at, channel in enumerate(lost)))


def _count(present: Present) -> Page:
    return Page(200, _TEXT, f"result={len(present.sockets) + len(present.fetched)}\r\n")


def _cgi_time(present: Present) -> Page:
    return Page(200, _TEXT, f"result={present.local_time:%Y-%m-%d %H:%M:%S}\r\n")


_OLD_DAHUA: Answers = {
    ("GET", "/cgi-bin/eventManager.cgi?action=getEventIndexes&code=VideoLoss"): _video_loss,
    ("GET", "/cgi-bin/devVideoInput.cgi?action=getCollect"): _count,
    ("GET", "/cgi-bin/global.cgi?action=getCurrentTime"): _cgi_time,
}
_ANSWERS: dict[Dialect, Answers] = {
    Dialect.HIKVISION: {
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels/status"): _proxied,
        ("GET", "/ISAPI/System/Video/inputs/channels"): _sockets,
        ("GET", "/ISAPI/System/time"): _isapi_time,
    },
    Dialect.DAHUA: _OLD_DAHUA | {("POST", "/cgi-bin/api/LogicDeviceManager/getCameraState"): _states},
    Dialect.DAHUA_OLD: _OLD_DAHUA,
}
