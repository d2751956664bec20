"""Questions to one device, and who we are to it: asked first without a log-in, then as the device wants it.

A device says by its refusal which log-in it takes: HTTP Digest by a challenge, which the HTTP conversation
answers itself; WS-Security by a fault. So a password is offered once when it is right, twice when it is
wrong, and never to a device that answers everybody.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from probes.base import Credentials, Target
from probes.device_http import DeviceHttp
from probes.failure import Failure
from probes.http_answer import Trouble
from probes.onvif.codec import Codec, Token, in_thread_if_long
from probes.onvif.operations import Operation, Service
from probes.onvif.replies import Answer, Stopped, understand, unreadable
from probes.wire.error import WireError
from probes.wire.soap import CONTENT_TYPE, Fault, element, envelope

MAX_REFUSALS = 2  # of log-ins: a third could lock the account
MAX_TOTAL = 1 << 20  # bytes of all answers: nothing that a camera has to say comes near


_ENDS_ALL = {Failure.UNAUTHORIZED, Failure.TIMED_OUT, Failure.OVER_LIMIT}


@dataclass(frozen=True, slots=True)
class Moment:
    """Our clock when the attempt began: UTC, and on the loop's clock."""

    at: datetime
    loop_time: float

    def now(self) -> datetime:
        """Our clock now."""
        return self.at + timedelta(seconds=asyncio.get_running_loop().time() - self.loop_time)


class Dialogue:
    """One look at one device. `offset`: seconds, the device's clock minus ours, once it is known."""

    def __init__(self, codec: Codec, target: Target, moment: Moment, deadline: float) -> None:
        self._codec = codec
        self._target = target
        self._moment = moment
        self._deadline = deadline
        self._http = DeviceHttp(target.url, credentials=target.credentials, trust=target.trust)
        self._anonymous = DeviceHttp(target.url, trust=target.trust)  # what WS-Security goes over
        self._credentials = _bound(target)
        self._signs = False  # WS-Security is what the device takes
        self._accepted = False  # a log-in of ours was right
        self._offered = 0  # tokens that were sent before one was accepted
        self.refusals = 0
        self.answered = False  # the device said something
        self.offset = 0.0
        self.sent = moment.at  # when the last question left, by our clock
        self.round_trip = 0.0  # seconds, its connection included

    @property
    def log_ins(self) -> int:
        """How often credentials were offered that were not known to be right."""
        return self._http.log_ins + self._offered

    @property
    def bytes_on_wire(self) -> int:
        """What went over the wire, both directions."""
        return self._http.bytes_on_wire + self._anonymous.bytes_on_wire

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return (self._moment.now() - self._moment.at).total_seconds()

    @property
    def secure(self) -> bool:
        """Whether TLS protects what is said."""
        return self._http.secure

    @property
    def _may_sign(self) -> bool:
        return self._credentials is not None and self._http.log_ins < MAX_REFUSALS

    async def close(self) -> None:
        """End the conversation."""
        await self._http.close()
        await self._anonymous.close()

    async def ask(self, operation: Operation, path: str, values: Mapping[str, object] | None = None) -> Any:
        """Ask one question. Gives the value, or None when the device does not offer it; raises Stopped.

        The value is what zeep makes of it; for Media2, of which it knows nothing, a Node.
        """
        answer = await self._exchange(operation, path, values or {})
        if isinstance(answer, Fault) and answer.unauthorized:
            if self._accepted or self._signs or not self._may_sign:
                raise self._refused(operation)
            self._signs = True
            answer = await self._exchange(operation, path, values or {})
            if isinstance(answer, Fault) and answer.unauthorized:
                raise self._refused(operation)
        self._accepted = self._accepted or self.log_ins > 0
        if isinstance(answer, Fault):
            if answer.unsupported:
                return None
            raise Stopped(Failure.SERVER_ERROR, f"it answers {operation.name} with a fault")
        if operation.service is Service.MEDIA2:
            return answer.node
        try:
            return await self._codec.read(operation, answer.again)
        except WireError as error:
            raise unreadable(operation, error) from None

    async def ask_aside(
        self, operation: Operation, path: str, values: Mapping[str, object] | None = None
    ) -> Any:
        """Ask what is good to know. None for any fault, and when refusals are enough."""
        if self.refusals >= MAX_REFUSALS:
            return None
        try:
            return await self.ask(operation, path, values)
        except Stopped as stopped:
            if stopped.failure in _ENDS_ALL:
                raise
            return None

    async def _exchange(
        self, operation: Operation, path: str, values: Mapping[str, object]
    ) -> Answer | Fault:
        if self.bytes_on_wire > MAX_TOTAL:
            raise Stopped(Failure.OVER_LIMIT, f"its answers have more than {MAX_TOTAL} bytes together")
        message = await self._write(operation, values)
        http = self._anonymous if self._signs else self._http
        kind = f'{CONTENT_TYPE}; action="{operation.action}"'
        self.sent = self._moment.now()
        reply = await http.ask("POST", path, message, content_type=kind, deadline=self._deadline)
        self.round_trip = (self._moment.now() - self.sent).total_seconds()
        if isinstance(reply, Trouble):
            raise Stopped(reply.failure, reply.detail, reply.stage)
        self.answered = True
        return await in_thread_if_long(reply.body, understand, operation, reply)

    async def _write(self, operation: Operation, values: Mapping[str, object]) -> bytes:
        token = self._token() if self._signs else None
        try:
            return await self._encode(operation, values, token)
        except ValueError:  # lxml: "All strings must be XML compatible"
            raise Stopped(Failure.UNAUTHORIZED, "the user name cannot be written in a message") from None

    async def _encode(self, operation: Operation, values: Mapping[str, object], token: Token | None) -> bytes:
        if operation.service is Service.MEDIA2:
            told = element(operation.service, operation.name, {**operation.always, **values})
            return await self._codec.sign(envelope(told), token)
        return await self._codec.write(operation, values, token)

    def _token(self) -> Token | None:
        credentials = self._credentials
        if credentials is None:
            return None
        self._offered += not self._accepted
        return Token(
            username=credentials.username,
            password=credentials.password,
            now=self._moment.now(),
            offset=self.offset,
        )

    def _refused(self, operation: Operation) -> Stopped:
        """Say what a refusal means: a log-in that was accepted before may only not ask for this."""
        self.refusals += 1
        if self._accepted:
            why = "it has no right to ask that, or the device is at a limit"
            return Stopped(
                Failure.FORBIDDEN, f"the log-in was good, and is refused for {operation.name}: {why}"
            )
        if self.log_ins:
            return Stopped(Failure.UNAUTHORIZED, "it refused the log-in")
        if self._target.credentials is not None and self._credentials is None:
            known = "the known one belongs to another host or port"
            return Stopped(Failure.UNAUTHORIZED, f"it asks for a log-in, and {known}")
        return Stopped(Failure.UNAUTHORIZED, "it asks for a log-in, and none is known")


def _bound(target: Target) -> Credentials | None:
    """Give the credentials if they are this device's: its host and its port."""
    parts, credentials = urlsplit(target.url), target.credentials
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if credentials is None or credentials.host.lower() != (parts.hostname or "").lower():
        return None
    return credentials if credentials.port == port else None
