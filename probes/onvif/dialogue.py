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
from probes.failure import Failure, Stage, classify_status
from probes.http_answer import Reply, Trouble
from probes.onvif.codec import Codec, Token
from probes.onvif.operations import Operation, Service
from probes.wire.error import LimitExceeded, WireError
from probes.wire.soap import CONTENT_TYPE, Fault, element, envelope, read_reply, write_again
from probes.wire.xml import Node

MAX_REFUSALS = 2  # of log-ins: a third could lock the account
MAX_TOTAL = 1 << 20  # bytes of all answers: nothing that a camera has to say comes near


class Stopped(Exception):
    """The device gave no answer, and why. The text is in our own words."""

    def __init__(self, failure: Failure, detail: str, stage: Stage = Stage.DESCRIBE) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.stage = stage


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
            if self._signs or self._credentials is None or self._http.log_ins >= MAX_REFUSALS:
                raise self._refused(operation)
            self._signs = True
            answer = await self._exchange(operation, path, values or {})
            if isinstance(answer, Fault) and answer.unauthorized:
                raise self._refused(operation)
        self._accepted = self._accepted or self.log_ins > 0
        if isinstance(answer, Fault):
            return self._excused(operation, answer)
        return await self._read(operation, answer)

    async def ask_aside(
        self, operation: Operation, path: str, values: Mapping[str, object] | None = None
    ) -> Any:
        """Ask what is good to know. None for any fault, and when refusals are enough."""
        if self.refusals >= MAX_REFUSALS:
            return None
        try:
            return await self.ask(operation, path, values)
        except Stopped as stopped:
            if stopped.failure in {Failure.UNAUTHORIZED, Failure.TIMED_OUT}:
                raise
            return None

    async def _exchange(self, operation: Operation, path: str, values: Mapping[str, object]) -> Node | Fault:
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
        return _understood(operation, reply)

    async def _write(self, operation: Operation, values: Mapping[str, object]) -> bytes:
        token = self._token() if self._signs else None
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

    async def _read(self, operation: Operation, answer: Node) -> Any:
        if f"{{{answer.namespace}}}{answer.name}" != operation.response:
            raise Stopped(Failure.PROTOCOL_ERROR, f"it answers something else than {operation.name}")
        if operation.service is Service.MEDIA2:
            return answer
        try:
            return await self._codec.read(operation, write_again(answer))
        except WireError as error:
            raise _unreadable(operation, error) from None

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

    def _excused(self, operation: Operation, fault: Fault) -> None:
        if not fault.unsupported:
            raise Stopped(Failure.SERVER_ERROR, f"it answers {operation.name} with a fault")


def _understood(operation: Operation, reply: Reply) -> Node | Fault:
    """Read a reply: a fault may come with any status, and a 401 without one is a refusal all the same."""
    try:
        answer = read_reply(reply.body)
    except WireError as error:
        failure = classify_status(reply.status)
        if failure is Failure.UNAUTHORIZED:
            return Fault(codes=("NotAuthorized",), reason="")
        if failure is not None:
            raise Stopped(failure, f"it answers {operation.name} with HTTP status {reply.status}") from None
        raise _unreadable(operation, error) from None
    failure = classify_status(reply.status)
    if isinstance(answer, Fault) or failure is None:
        return answer
    raise Stopped(failure, f"it answers {operation.name} with HTTP status {reply.status}")


def _unreadable(operation: Operation, error: WireError) -> Stopped:
    failure = Failure.OVER_LIMIT if isinstance(error, LimitExceeded) else Failure.PROTOCOL_ERROR
    return Stopped(failure, f"its answer to {operation.name} cannot be read: {error}")


def _bound(target: Target) -> Credentials | None:
    """Give the credentials if they are this device's: its host and its port."""
    parts, credentials = urlsplit(target.url), target.credentials
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if credentials is None or credentials.host.lower() != (parts.hostname or "").lower():
        return None
    return credentials if credentials.port == port else None
