"""What is received now, counted."""

from typing import Any

from exporters.http.api.library import Library
from exporters.http.api.operation import AS_OF, Asked, BadRequest, Operation
from monitor.run.summary import summarise

_COUNT = {"type": "integer", "minimum": 0}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


def _tally(more: str) -> dict[str, Any]:
    counts = dict.fromkeys(("registered", "receiving", "not_receiving", "unknown", more), _COUNT)
    properties = counts | {"rate": _SHARE, "coverage": _SHARE}
    return {"type": "object", "properties": properties, "required": list(properties)}


STATUS = {
    "type": "object",
    "properties": {
        "as_of": {"type": "string", "format": "date-time"},
        "cameras": _tally("excluded"),
        "institutions": _tally("without_cameras"),
        "by_cause": {"type": "object", "additionalProperties": _COUNT},
        "baseline": {"type": "object"},
        "looking": {"type": "boolean"},
    },
    "required": ["as_of", "cameras", "institutions", "by_cause", "baseline", "looking"],
}


async def _status(library: Library, asked: Asked) -> object:
    if asked["as_of"] is not None and asked["as_of"] > library.today():
        raise BadRequest("as_of: is still to come; nobody knows what is received then")
    seen = await library.picture(asked["as_of"])
    summary = summarise(seen.board, as_of=seen.moment, baseline=library.baseline, looking=seen.looking)
    return summary.as_dict() | {"looking": summary.looking}


OPERATIONS = (
    Operation(
        path="/api/status",
        name="status",
        text="Cameras and institutions by state, the rate against the official figures, streams by cause.",
        answer=_status,
        schema=STATUS,
        parameters=(AS_OF,),
    ),
)
