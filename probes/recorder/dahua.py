"""Dahua's CGI, also spoken by RVi, Intelbras and others: two questions, four to older firmware.

The first is a POST because the interface wants it so; it changes nothing.
"""

from probes.device_http import DeviceHttp
from probes.http_answer import Trouble
from probes.recorder.base import RecorderAccess, RecorderReading
from probes.recorder.look import Look, Seen, Stopped, take_reading, worst
from probes.wire import dahua
from probes.wire.recorder_inputs import Inputs


class Dahua:
    """Asks one recorder. Nothing is kept between readings."""

    def __init__(self, access: RecorderAccess) -> None:
        DeviceHttp(access.url)  # a URL that is none is refused here
        self._access = access

    async def read(self) -> RecorderReading:
        """Ask for the state of every input, and for the clock."""
        return await take_reading(self._access, _ask)

    async def close(self) -> None:
        """Give back nothing: a reading leaves nothing open."""


async def _ask(look: Look) -> Seen:
    states = await look.post(dahua.CAMERA_STATE, dahua.EVERY_CHANNEL, dahua.parse_camera_states)
    inputs = await _ask_for_losses(look, states) if isinstance(states, Trouble) else states
    return Seen(inputs=inputs, clock_offset=await look.clock_offset(dahua.TIME, dahua.parse_time))


async def _ask_for_losses(look: Look, before: Trouble) -> Inputs:
    """Ask older firmware which inputs have no signal; all others have one, as far as they are counted."""
    lost = await look.get(dahua.VIDEO_LOSS, dahua.parse_lost_inputs)
    if isinstance(lost, Trouble):
        raise Stopped(worst([before, lost]))
    count = await look.get(dahua.INPUT_COUNT, dahua.parse_count)
    inputs: Inputs = {} if isinstance(count, Trouble) else {each + 1: True for each in range(count)}
    return inputs | dict.fromkeys(lost, False)
