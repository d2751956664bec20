"""What Dahua recorders say of their inputs and clock over their CGI: bytes in, values out.

Also spoken by RVi, Intelbras and others. Newer firmware answers in JSON, older in lines of `name=value`; an
error is the word Error in a body, now and then under the status 200. Channels count from 0 there, and from 1
here. Words that we do not know say nothing.
"""

import re
from datetime import datetime

import msgspec

from probes.wire.error import WireError
from probes.wire.recorder_inputs import MAX_INPUTS, Inputs, input_number, merge

CAMERA_STATE = "/cgi-bin/api/LogicDeviceManager/getCameraState"  # POST, with EVERY_CHANNEL
EVERY_CHANNEL = b'{"uniqueChannels":[-1]}'
VIDEO_LOSS = "/cgi-bin/eventManager.cgi?action=getEventIndexes&code=VideoLoss"
INPUT_COUNT = "/cgi-bin/devVideoInput.cgi?action=getCollect"
TIME = "/cgi-bin/global.cgi?action=getCurrentTime"

_CONNECTION = {"connected": True, "unconnect": False}  # "empty", "disable", "connecting": nothing is lost
_NO_SIGNAL = frozenset({"lossvideo", "novideo", "loss"})  # videoInputState of a connected camera
_STATE_LINE = re.compile(r"(states\[\d{1,4}\])\.(channel|connectionState|videoInputState)=(.*)")
_LOST_LINE = re.compile(r"channels\[\d{1,4}\]=(\d{1,4})")
_RESULT = re.compile(r"result\s*=\s*(.*)")


class _State(msgspec.Struct, rename="camel"):
    channel: int | str = -1
    connection_state: str = ""
    video_input_state: str = ""


class _States(msgspec.Struct):
    states: list[_State] | None = None


_JSON = msgspec.json.Decoder(_States)


def parse_camera_states(body: bytes) -> Inputs:
    """Read the answer of getCameraState, in JSON or in lines. Raises WireError."""
    if body.lstrip().startswith(b"{"):
        try:
            states = _JSON.decode(body).states
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise WireError("JSON of another shape") from None
    else:
        states = _states_in_lines(_text(body))
    if not states:
        raise WireError("an answer without the state of any channel")
    inputs: Inputs = {}
    for state in states:
        number = input_number(str(state.channel), first=0)
        if number is not None:
            merge(inputs, number, _judge(state))
    return inputs


def parse_lost_inputs(body: bytes) -> frozenset[int]:
    """Read the numbers, from 1, of the inputs that have no signal now. Raises WireError."""
    lines = _text(body).split("\n")
    found = [match[1] for line in lines if (match := _LOST_LINE.fullmatch(line.strip()))]
    if not found and "error" in lines[0].lower() and "no events" in _text(body).lower():
        return frozenset()
    if not found:
        raise WireError("an answer that names no channel")
    return frozenset(number for each in found if (number := input_number(each, first=0)) is not None)


def parse_count(body: bytes) -> int:
    """Read how many inputs there are. Raises WireError."""
    written = _result(body)
    if not (written.isascii() and written.isdecimal() and len(written) <= 4 and int(written) <= MAX_INPUTS):
        raise WireError("no number of inputs")
    return int(written)


def parse_time(body: bytes) -> datetime:
    """Read the clock, in whole seconds and in the zone of the recorder, which it does not tell.

    Raises WireError.
    """
    try:
        told = datetime.fromisoformat(_result(body))
    except ValueError:
        raise WireError("a time that is written in no known way") from None
    return told.replace(tzinfo=None)


def _judge(state: _State) -> bool | None:
    brings = _CONNECTION.get(state.connection_state.lower())
    return False if brings and state.video_input_state.lower() in _NO_SIGNAL else brings


def _states_in_lines(text: str) -> list[_State]:
    found: dict[str, dict[str, str]] = {}
    for line in text.split("\n"):
        match = _STATE_LINE.fullmatch(line.strip())
        if match is not None:
            found.setdefault(match[1], {})[match[2]] = match[3]
    return [msgspec.convert(fields, _State) for fields in found.values()]


def _result(body: bytes) -> str:
    match = _RESULT.match(_text(body).strip())
    if match is None:
        raise WireError("an answer without a result")
    return match[1].strip()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\r", "\n")
