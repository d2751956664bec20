"""The chain from a camera to the control centre: where the fault is, and what is known of each link.

The fault is where the stored verdict puts it. Another link is in order only when the evidence of that
verdict shows that it works; everything else is not known. That a gateway has the path and nothing arrives
there shows nothing of the gateway.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.model.verdict import Cause, State, Verdict
from probes.failure import VANISHED, Failure

Evidence = tuple[str, str]  # what was looked at, what was seen


class Link(StrEnum):
    """What a picture passes, in its order."""

    CAMERA = "camera"
    RECORDER = "recorder"
    LAN = "lan"
    CHANNEL = "channel"
    GATEWAY = "gateway"
    CENTRE = "centre"


class LinkState(StrEnum):
    """What is known of one link."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"


# None: the cause is at no one link, or nobody can say at which.
FAULTS: Mapping[Cause, Link | None] = {
    Cause.MONITOR_BLIND: None,
    Cause.PLANNED: None,
    Cause.GATEWAY_DOWN: Link.GATEWAY,
    Cause.NOT_ENROLLED: Link.GATEWAY,
    Cause.GATEWAY_SILENT: Link.GATEWAY,
    Cause.PLACEHOLDER: Link.GATEWAY,
    Cause.CONTRACT_LAPSED: Link.CHANNEL,
    Cause.PROVIDER_OUTAGE: Link.CHANNEL,
    Cause.SITE_DARK: Link.CHANNEL,
    Cause.CHANNEL_DEGRADED: Link.CHANNEL,
    Cause.LAN_FAULT: Link.LAN,
    Cause.RECORDER_DOWN: Link.RECORDER,
    Cause.RECORDER_INPUT_LOST: Link.CAMERA,
    Cause.CAMERA_OFF: Link.CAMERA,
    Cause.CAMERA_HUNG: Link.CAMERA,
    Cause.NO_MEDIA: Link.CAMERA,
    Cause.BAD_CREDENTIALS: Link.CAMERA,
    Cause.LOCKED_OUT: Link.CAMERA,
    Cause.SESSION_LIMIT: Link.CAMERA,
    Cause.BLACK: Link.CAMERA,
    Cause.FROZEN: Link.CAMERA,
    Cause.COVERED: Link.CAMERA,
    Cause.WRONG_CAMERA: Link.GATEWAY,
    Cause.REPLAYED: None,
    Cause.CANNOT_TELL: None,
}
# Under which link each piece of evidence is told; the others (rule, maintenance, missing) are of none.
LINK_OF: Mapping[str, Link] = {
    "camera": Link.CAMERA,
    "recorder": Link.RECORDER,
    "lan": Link.LAN,
    "edge": Link.CHANNEL,
    "site": Link.CHANNEL,
    "provider": Link.CHANNEL,
    "region": Link.CHANNEL,
    "contract": Link.CHANNEL,
    "gateway": Link.GATEWAY,
}
_WAY = frozenset({Link.LAN, Link.CHANNEL})  # what an answer from within a school has passed
_NOTHING = frozenset[Link]()
_OTHERS = re.compile(r"of \d+ other cameras (\d+) are received, (\d+) answer")
_BESIDE = re.compile(r"of \d+ cameras that hang with it (\d+) work")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """One link, and what was seen at it."""

    link: Link
    state: LinkState
    evidence: tuple[Evidence, ...] = ()


def chain_of(verdict: Verdict, recorder_id: str | None) -> tuple[LinkTold, ...]:
    """Tell each link of a stream. `recorder_id`: the recorder that its camera is an input of."""
    fault = FAULTS[verdict.cause] if verdict.cause is not None else None
    sound = _sound(verdict, recorder_id)
    links = [link for link in Link if link is not Link.RECORDER or recorder_id or fault is link]
    return tuple(_told(link, fault, sound, verdict) for link in links)


def _told(link: Link, fault: Link | None, sound: frozenset[Link], verdict: Verdict) -> LinkTold:
    state = LinkState.FAULT if link is fault else LinkState.OK if link in sound else LinkState.UNKNOWN
    seen = tuple(each for each in verdict.evidence if LINK_OF.get(each[0]) is link)
    return LinkTold(link=link, state=state, evidence=seen)


def _sound(verdict: Verdict, recorder_id: str | None) -> frozenset[Link]:
    """Return the links that work as far as the evidence shows."""
    if verdict.state is State.RECEIVING:
        return frozenset(Link)
    if verdict.cause is Cause.MONITOR_BLIND:
        return _NOTHING
    shown = frozenset[Link]().union(*(_shown_by(*each, recorder_id) for each in verdict.evidence))
    return shown - {Link.LAN} if any(map(_denies_lan, verdict.evidence)) else shown


def _shown_by(name: str, seen: str, recorder_id: str | None) -> Iterable[Link]:
    """Return what one piece of evidence shows to work."""
    match name:
        case "camera":
            return _by_camera(seen)
        case "recorder":
            return _by_recorder(seen.removeprefix(f"{recorder_id} "))
        case "edge":
            return (Link.CHANNEL,) if seen.startswith(("answered", "refused")) else ()
        case "site":
            return (Link.CHANNEL,) if _some(_OTHERS.match(seen)) else ()
        case "lan":
            return _WAY if _some(_BESIDE.match(seen)) else ()
        case _:
            return ()


def _denies_lan(each: Evidence) -> bool:
    """Say whether nothing works of what hangs with the camera: its own answer says little of the rest."""
    found = _BESIDE.match(each[1]) if each[0] == "lan" else None
    return found is not None and not _some(found)


def _by_camera(seen: str) -> Iterable[Link]:
    if seen.startswith("plays"):
        return _WAY | {Link.CAMERA, Link.RECORDER}
    if seen.startswith("answers"):
        return _WAY | {Link.CAMERA}
    failure = re.split(r"[ ,]", seen, maxsplit=1)[0]
    return () if failure in {*VANISHED, Failure.DNS_FAILED} else _WAY


def _by_recorder(state: str) -> Iterable[Link]:
    if state.startswith("answers"):
        return _WAY | {Link.RECORDER}
    return _WAY if state.startswith("is there") else ()


def _some(found: re.Match[str] | None) -> bool:
    return found is not None and any(int(count) for count in found.groups())
