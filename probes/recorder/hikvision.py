"""Hikvision's ISAPI, also spoken by HiWatch and others: three questions, all of them GET."""

from collections.abc import Callable

from probes.device_http import DeviceHttp
from probes.http_answer import Trouble
from probes.recorder.base import RecorderAccess, RecorderReading
from probes.recorder.look import Look, Seen, Stopped, take_reading, worst
from probes.wire import isapi
from probes.wire.recorder_inputs import Inputs, merge

_LISTS: tuple[tuple[str, Callable[[bytes], Inputs]], ...] = (
    (isapi.PROXIED, isapi.parse_proxied_inputs),
    (isapi.ANALOGUE, isapi.parse_analogue_inputs),
)


class Hikvision:
    """Asks one recorder. Nothing is kept between readings."""

    def __init__(self, access: RecorderAccess) -> None:
        DeviceHttp(access.url)  # a URL that is none is refused here
        self._access = access

    async def read(self) -> RecorderReading:
        """Ask for both lists of inputs, and for the clock."""
        return await take_reading(self._access, _ask, isapi.says_locked)

    async def close(self) -> None:
        """Give back nothing: a reading leaves nothing open."""


async def _ask(look: Look) -> Seen:
    """Ask. A recorder without sockets, or one without IP inputs, lacks one of the lists: that is normal."""
    inputs: Inputs = {}
    troubles: list[Trouble] = []
    for path, parse in _LISTS:
        listed = await look.get(path, parse)
        if isinstance(listed, Trouble):
            troubles.append(listed)
            continue
        for number, state in listed.items():
            merge(inputs, number, state)
    if len(troubles) == len(_LISTS):
        raise Stopped(worst(troubles))
    return Seen(inputs=inputs, clock_offset=await look.clock_offset(isapi.TIME, isapi.parse_time))
