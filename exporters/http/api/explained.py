"""The form of an explanation: what /api/why answers, key by key."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from exporters.why.chain import Link, LinkState
from monitor.law.contracts import ChannelStatus
from monitor.law.inclusion import Outside
from monitor.model.parties import Role
from monitor.model.verdict import Cause, Owner, Proof, State, Warn

_TEXT = {"type": "string"}
_PERHAPS = {"type": ["string", "null"]}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _word(kind: Iterable[StrEnum]) -> dict[str, Any]:
    return {"enum": [word.value for word in kind]}


def _word_or_none(kind: Iterable[StrEnum]) -> dict[str, Any]:
    return {"enum": [*(word.value for word in kind), None]}


_EVIDENCE = _list(_object(of=_TEXT, seen=_TEXT))
_CHAIN = _list(_object(link=_word(Link), state=_word(LinkState), evidence=_EVIDENCE))
_CONTRACT = _object(
    channel_id=_TEXT,
    status=_word(ChannelStatus),
    ends_on={"type": ["string", "null"], "format": "date"},
    provider=_PERHAPS,
)
_INTERVAL = _object(
    state=_word(State), cause=_word_or_none(Cause), began_at={**_MOMENT, "type": "string"}, ended_at=_MOMENT
)
_CALL = _object(name=_TEXT, role=_word_or_none(Role), phone=_PERHAPS)
_STREAM = _object(
    stream_id=_TEXT,
    camera_id=_TEXT,
    site_id=_TEXT,
    institution_id=_TEXT,
    gateway_id=_PERHAPS,
    state=_word(State),
    cause=_word_or_none(Cause),
    proof=_word(Proof),
    warnings=_list(_word(Warn)),
    since=_MOMENT,
    rule=_PERHAPS,
    chain=_CHAIN,
    evidence=_EVIDENCE,
    outside=_word_or_none(Outside),
    contracts=_list(_CONTRACT),
    incident_id=_PERHAPS,
    incident_flapping={"type": "boolean"},
    history=_list(_INTERVAL),
    owner=_word_or_none(Owner),
    call={"anyOf": [_CALL, {"type": "null"}]},
    next_step=_PERHAPS,
)
WHY = _object(
    id=_TEXT,
    kind={"enum": ["camera", "institution"]},
    name=_TEXT,
    looking={"type": "boolean"},
    cameras={"type": "integer", "minimum": 0},
    incidents=_list(_TEXT),
    streams=_list(_STREAM),
)
