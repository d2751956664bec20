"""One reading of one recorder under way: its questions, its deadline, and what became of them.

What is asked, and what the answers mean, is each maker's own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from probes.device_http import DeviceHttp, stage_before
from probes.failure import Failure, Stage, classify, classify_status
from probes.http_answer import Reply, Trouble, exchange_trouble
from probes.recorder.base import InputState, RecorderAccess, RecorderReading
from probes.wire.error import WireError
from probes.wire.recorder_inputs import Inputs

_T = TypeVar("_T")
_STATES = {True: InputState.ONLINE, False: InputState.LOST, None: InputState.UNKNOWN}


class Stopped(Exception):
    """The reading ends here, without an answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.detail)
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a recorder told."""

    inputs: Inputs
    clock_offset: float | None = None  # seconds


class Look:
    """The questions of one reading. `says_locked` reads the body of a 401."""

    def __init__(
        self, access: RecorderAccess, http: DeviceHttp, says_locked: Callable[[bytes], bool]
    ) -> None:
        self._access = access
        self._http = http
        self._says_locked = says_locked
        self.locked = False  # it said that it locked the account
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + access.timeout

    async def get(self, path: str, parse: Callable[[bytes], _T]) -> _T | Trouble:
        """Ask, and read the answer with `parse`. A Trouble: it has no such thing, or says it badly.

        Recorders say that they lack something by 400, 403, 404, 405, 500 or 501. Raises Stopped when there
        is no use in asking for anything else.
        """
        return self._read(await self._http.ask("GET", path, deadline=self._deadline), parse)

    async def post(self, path: str, body: bytes, parse: Callable[[bytes], _T]) -> _T | Trouble:
        """Ask with a body of JSON, as `get` does."""
        asked = self._http.ask("POST", path, body, content_type="application/json", deadline=self._deadline)
        return self._read(await asked, parse)

    async def clock_offset(self, path: str, parse: Callable[[bytes], datetime]) -> float | None:
        """Ask for the clock; gives the recorder's minus ours in seconds, None when it cannot be told.

        The recorder read its clock about half a round trip before we had its answer. Whatever goes wrong
        here, the inputs are known already.
        """
        began = self._loop.time()
        try:
            told = await self.get(path, parse)
        except Stopped:
            return None
        if isinstance(told, Trouble):
            return None
        half = timedelta(seconds=(self._loop.time() - began) / 2)
        ours = self._access.now() - half
        if told.tzinfo is None:
            if self._access.zone is None:
                return None
            told = told.replace(tzinfo=self._access.zone)
        return _seconds_between(told, ours)

    def _read(self, answer: Reply | Trouble, parse: Callable[[bytes], _T]) -> _T | Trouble:
        if isinstance(answer, Trouble):
            raise Stopped(answer)
        failure = classify_status(answer.status)
        if failure is None:
            try:
                return parse(answer.body)
            except WireError as error:
                return exchange_trouble(classify(error, Stage.DESCRIBE), f"its answer is none: {error}")
        if answer.status == 401:
            self.locked = self._says_locked(answer.body)
            said = "says that the account is locked for a while" if self.locked else self._http.refusal
            raise Stopped(exchange_trouble(failure, said))
        return exchange_trouble(failure, f"answered with the status {answer.status}")


async def take_reading(
    access: RecorderAccess,
    ask: Callable[[Look], Awaitable[Seen]],
    says_locked: Callable[[bytes], bool] = lambda _: False,
) -> RecorderReading:
    """Ask with `ask`, and make a reading of whatever comes of it."""
    http = DeviceHttp(access.url, credentials=access.credentials, trust=access.trust)
    loop = asyncio.get_running_loop()
    at, began = access.now(), loop.time()
    seen, trouble, look = Seen(inputs={}), None, Look(access, http, says_locked)
    try:
        seen = await ask(look)
    except Stopped as stopped:
        trouble = stopped.trouble
    finally:
        await http.close()
    return RecorderReading(
        recorder_id=access.recorder_id,
        at=at,
        reached=Stage.DESCRIBE if trouble is None else stage_before(trouble.stage, secure=http.secure),
        failure=None if trouble is None else trouble.failure,
        failed_at=None if trouble is None else trouble.stage,
        detail="" if trouble is None else trouble.detail,
        inputs={number: _STATES[state] for number, state in sorted(seen.inputs.items())},
        clock_offset=seen.clock_offset,
        locked=look.locked,
        log_ins=http.log_ins,
        bytes_on_wire=http.bytes_on_wire,
        seconds=loop.time() - began,
    )


def worst(troubles: list[Trouble]) -> Trouble:
    """Give what to say when nothing that was asked for could be had: what may be put right comes first."""
    forbidden = [trouble for trouble in troubles if trouble.failure is Failure.FORBIDDEN]
    return [*forbidden, *troubles][0]


def _seconds_between(told: datetime, ours: datetime) -> float | None:
    try:
        return (told.astimezone(UTC) - ours).total_seconds()
    except (OverflowError, ValueError):
        return None  # a year so early or late that its zone leads out of the calendar
