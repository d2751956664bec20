"""One look at one ONVIF device: its clock first, then who it is, and which streams it offers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from probes.base import Target
from probes.device_http import stage_before
from probes.failure import Failure, Stage
from probes.onvif import operations as ops
from probes.onvif import values
from probes.onvif.addresses import DEVICE_SERVICE, Given, read_address, shown
from probes.onvif.clock import clock_offset, read_clock
from probes.onvif.codec import Codec
from probes.onvif.dialogue import Dialogue, Moment
from probes.onvif.operations import Operation, Service
from probes.onvif.reading import DeviceReading, Identity
from probes.onvif.replies import Stopped
from probes.onvif.values import Offered


class _Media(NamedTuple):
    """The questions of one media service, and how its profiles are read."""

    service: Service
    profiles: Operation
    stream: Operation
    snapshot: Operation
    read: Callable[[Any], tuple[Offered, ...]]


_MEDIA = _Media(Service.MEDIA, ops.PROFILES, ops.STREAM, ops.SNAPSHOT, values.read_profiles)
_MEDIA2 = _Media(Service.MEDIA2, ops.PROFILES2, ops.STREAM2, ops.SNAPSHOT2, values.read_profiles2)


@dataclass(slots=True)
class _Seen:
    """What was learned so far, and stays when the device stops answering."""

    host: str  # of the target
    clock_offset: float | None = None
    identity: Identity | None = None
    services: dict[str, str] = field(default_factory=dict)  # namespace to address
    profiles: tuple[Offered, ...] = ()
    stream: str = ""
    snapshot: str = ""
    foreign_host: bool = False

    def note(self, given: Given) -> str:
        """Take an address of the device's: its path, and whether it names another host."""
        self.foreign_host = self.foreign_host or given.host not in {"", self.host}
        return given.path


class OnvifProbe:
    """Asks a device once. All probes of a process share one codec."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    async def __call__(self, target: Target, *, timeout: float, now: datetime) -> DeviceReading:  # noqa: ASYNC109, the deadline of all
        """Look at the device whose service is at `target.url` (http or https; its path may be left out).

        `timeout`: seconds for everything; `now`: our clock, UTC. Never raises for the device's trouble.
        """
        begun = asyncio.get_running_loop().time()
        dialogue = Dialogue(self._codec, target, Moment(now, begun), begun + timeout)
        seen = _Seen(host=(urlsplit(target.url).hostname or "").lower())
        stopped: Stopped | None = None
        try:
            async with asyncio.timeout_at(begun + timeout):
                await _look(dialogue, seen, target)
        except Stopped as error:
            stopped = error
        except TimeoutError:
            stopped = Stopped(Failure.TIMED_OUT, "it did not answer everything within the time")
        finally:
            await dialogue.close()
        return _reading(target, now, dialogue, seen, stopped)


async def _look(dialogue: Dialogue, seen: _Seen, target: Target) -> None:
    parts = urlsplit(target.url)
    asked = parts.path + (f"?{parts.query}" if parts.query else "")
    path = asked if asked.strip("/") else DEVICE_SERVICE
    await _ask_clock(dialogue, seen, path)
    answer = await dialogue.ask(ops.INFORMATION, path)
    seen.identity = None if answer is None else values.read_information(answer)
    await _ask_services(dialogue, seen, path)
    await _ask_media(dialogue, seen, path)
    mac = values.read_mac(await dialogue.ask_aside(ops.INTERFACES, path))
    seen.identity = values.with_network(seen.identity, mac, None)
    endpoint = values.read_endpoint(await dialogue.ask_aside(ops.ENDPOINT, path))
    seen.identity = values.with_network(seen.identity, mac, endpoint)


async def _ask_clock(dialogue: Dialogue, seen: _Seen, path: str) -> None:
    """Measure the clock: a log-in of WS-Security is void a few seconds beside the device's own."""
    clock = read_clock(await dialogue.ask(ops.DATE_AND_TIME, path))
    if clock is not None:
        seen.clock_offset = dialogue.offset = clock_offset(clock, dialogue.sent, dialogue.round_trip)


async def _ask_services(dialogue: Dialogue, seen: _Seen, path: str) -> None:
    seen.services = values.read_services(await dialogue.ask_aside(ops.SERVICES, path))
    if not seen.services:
        seen.services = values.read_capabilities(await dialogue.ask_aside(ops.CAPABILITIES, path))


async def _ask_media(dialogue: Dialogue, seen: _Seen, device_path: str) -> None:
    """Ask for the profiles, and for the addresses of the first; the newer service first, if there is one."""
    offered = [media for media in (_MEDIA2, _MEDIA) if media.service in seen.services] or [_MEDIA]
    for media in offered:
        path = seen.note(read_address(seen.services.get(media.service))) or device_path
        answer = await dialogue.ask(media.profiles, path)
        seen.profiles = () if answer is None else media.read(answer)
        if seen.profiles:
            token = {"ProfileToken": seen.profiles[0].token}
            seen.stream = _path(seen, await dialogue.ask(media.stream, path, token))
            seen.snapshot = _path(seen, await dialogue.ask_aside(media.snapshot, path, token))
            return


def _path(seen: _Seen, answer: Any) -> str:
    return seen.note(read_address(values.read_uri(answer)))


def _reading(
    target: Target, now: datetime, dialogue: Dialogue, seen: _Seen, stopped: Stopped | None
) -> DeviceReading:
    password = target.credentials.password.value if target.credentials is not None else ""
    identity = seen.identity
    return DeviceReading(
        device=target.id,
        at=now,
        reached=_reached(dialogue, stopped),
        failure=None if stopped is None else stopped.failure,
        failed_at=None if stopped is None else stopped.stage,
        detail="" if stopped is None else stopped.detail,
        clock_offset=seen.clock_offset,
        identity=values.without(identity, password) if identity is not None and password else identity,
        profiles=tuple(offered.profile for offered in seen.profiles),
        stream_path=shown(seen.stream, password),
        snapshot_path=shown(seen.snapshot, password),
        foreign_host=seen.foreign_host,
        log_ins=dialogue.log_ins,
        bytes_on_wire=dialogue.bytes_on_wire,
        seconds=dialogue.seconds,
    )


def _reached(dialogue: Dialogue, stopped: Stopped | None) -> Stage | None:
    """Say which stage was completed: a device that answered once was connected to."""
    if stopped is None:
        return Stage.DESCRIBE
    stage = Stage.DESCRIBE if dialogue.answered else stopped.stage
    return stage_before(stage, secure=dialogue.secure)
