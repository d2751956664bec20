"""ONVIF messages: questions to bytes, and replies to values. One codec serves all devices of a process."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from probes.base import Secret
from probes.onvif.library import Library, Wsdl
from probes.onvif.operations import OPERATIONS, Operation, Service
from probes.wire.error import WireError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
SHORT = 16 * 1024  # bytes: what is longer is read off the event loop (zeep: about 0.2 ms for each KiB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The log-in of one message (WS-Security UsernameToken). `offset`: the device's clock minus ours."""

    username: str
    password: Secret
    now: datetime  # ours, UTC
    offset: float  # seconds


class Codec:
    """Writes questions and reads replies. Make one, and hand it to every probe.

    The library and its WSDLs are read on first use, in a thread: some 50 MB and 0.3 s, once.
    """

    def __init__(self) -> None:
        self._lock = Lock()  # taken in threads only
        self._library: Library | None = None
        self._wsdls: dict[Service, Wsdl] = {}

    async def write(self, operation: Operation, values: Mapping[str, object], token: Token | None) -> bytes:
        """Make the bytes of a request, for the services that have a WSDL."""
        wsdl = await self._wsdl(operation.service)
        return self._finish(wsdl.write(operation, {**_allowed(operation).always, **values}), token)

    async def sign(self, template: bytes, token: Token | None) -> bytes:
        """Make the bytes of a request out of a template of ours."""
        await self._wsdl(Service.DEVICE)
        return template if token is None else self._finish(self._loaded().read_own(template), token)

    async def read(self, operation: Operation, data: bytes) -> Any:
        """Read a reply that `probes.wire.soap` accepted. Raises WireError for what cannot be read."""
        wsdl = await self._wsdl(operation.service)
        try:
            return await in_thread_if_long(data, wsdl.read, operation, data)
        except Exception as error:  # zeep meets IndexError, ValueError, its own and lxml's
            raise WireError(f"the answer to {operation.name} cannot be read") from error

    def _finish(self, envelope: Any, token: Token | None) -> bytes:
        library = self._loaded()
        if token is not None:
            library.sign(envelope, token.username, token.password.value, token.now, token.offset)
        return library.to_bytes(envelope)

    def _loaded(self) -> Library:
        if self._library is None:
            self._library = Library()
        return self._library

    async def _wsdl(self, service: Service) -> Wsdl:
        found = self._wsdls.get(service)
        return found if found is not None else await asyncio.to_thread(self._load, service)

    def _load(self, service: Service) -> Wsdl:
        with self._lock:
            if service not in self._wsdls:
                self._wsdls[service] = self._loaded().read_wsdl(service)
            return self._wsdls[service]


async def in_thread_if_long(
    data: bytes, work: Callable[Arguments, Result], *args: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Work on a reply at once, or off the event loop when it is long."""
    if len(data) <= SHORT:
        return work(*args, **named)
    return await asyncio.to_thread(work, *args, **named)


def _allowed(operation: Operation) -> Operation:
    if operation not in OPERATIONS:
        raise ValueError("not one of the questions that may be asked")
    return operation
