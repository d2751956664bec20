"""One make-believe recorder (DVR, NVR) on loopback: HTTP with a log-in, inputs that can be lost, a clock."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from probes.wire.digest import verify
from simulator.doorway import Door, Doorway
from simulator.guard import Guard
from simulator.recorder_answers import Dialect, Page, Present, answers_of, nothing, unauthorized

MAX_BODY = 65536  # bytes of a question
_NONCE = "4d6b1f0a9c"


class RecorderManner(StrEnum):
    """How a recorder behaves; one at a time."""

    SOUND = "sound"
    OFF = "off"  # refuses connections
    GONE = "gone"  # swallows them
    HUNG = "hung"  # takes them and never answers
    LOCKED = "locked"  # refuses every log-in, and says so if its maker's recorders do


_DOORS = {RecorderManner.OFF: Door.REFUSING, RecorderManner.GONE: Door.SWALLOWING}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderPlan:
    """What a recorder is. The first inputs are the sockets, the others are IP."""

    dialect: Dialect
    username: str
    password: str = field(repr=False)
    sockets: int = 0
    fetched: int = 4
    way: str = "md5"  # of asking who is there, as in Guard
    zone: tzinfo = UTC


class Recorder:
    """Answers questions about its inputs and its clock. Its port stays its own in every manner."""

    def __init__(
        self, plan: RecorderPlan, *, clock: Callable[[], datetime], host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.plan = plan
        self.lost: set[int] = set()  # inputs from 1
        self.clock_shift = 0.0  # seconds, its clock minus the right one
        self.manner = RecorderManner.SOUND
        self.requests: Counter[str] = Counter()  # by method and path
        self.log_ins = 0  # how often one was offered
        self._clock = clock
        self._guard = Guard(way=plan.way, username=plan.username, password=plan.password, realm="DVR")
        self._door = Doorway(host, port, self._accept)
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where its interface is: without credentials."""
        return f"http://{self._door.host}:{self._door.port}"

    async def start(self) -> None:
        """Listen. OSError when the address cannot be bound."""
        await self._door.become(Door.OPEN)

    async def stop(self) -> None:
        """Close everything."""
        await self._door.become(Door.CLOSED)
        await self._cut()

    async def behave(self, manner: RecorderManner) -> None:
        """Change manner; who is connected is cut off."""
        if manner is self.manner:
            return
        self.manner = manner
        await self._door.become(_DOORS.get(manner, Door.OPEN))
        await self._cut()

    def present(self) -> Present:
        """What it knows of itself now."""
        plan = self.plan
        states = [(number, number not in self.lost) for number in range(1, plan.sockets + plan.fetched + 1)]
        return Present(
            sockets=states[: plan.sockets],
            fetched=states[plan.sockets :],
            local_time=(self._clock() + timedelta(seconds=self.clock_shift)).astimezone(plan.zone),
        )

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _cut(self) -> None:
        visits = list(self._visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one question and close, as many recorders do."""
        try:
            if self.manner is RecorderManner.HUNG:
                await asyncio.Event().wait()
            question = await _Question.read(reader)
            page, challenges = self._answer(question)
            writer.write(_write(page, challenges))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # not a question, or nobody left to answer
        finally:
            writer.close()

    def _answer(self, question: "_Question") -> tuple[Page, list[str]]:
        self.requests[f"{question.method} {question.path}"] += 1
        locked = self.manner is RecorderManner.LOCKED
        challenges = self._guard.challenges(_NONCE)
        given = question.headers.get("authorization", "")
        self.log_ins += bool(given)
        known = any(
            verify(
                given,
                method=question.method,
                username=self.plan.username,
                password=self.plan.password,
                challenge=challenge,
                body=question.body,
            )
            for challenge in challenges
        )
        if locked or not known:
            page = unauthorized(self.plan.dialect, locked=locked)
            return page, [challenge.encode() for challenge in challenges]
        answer = answers_of(self.plan.dialect).get((question.method, question.path))
        return nothing(self.plan.dialect, question.path) if answer is None else answer(self.present()), []


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> "_Question":
        """Read one request (RFC 9112). ValueError for what is none."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        fields = [line.partition(":") for line in lines[1:] if line]
        headers = {name.lower(): value.strip() for name, _, value in fields}
        size = int(headers.get("content-length", "0"))
        if not 0 <= size <= MAX_BODY:
            raise ValueError(size)
        return cls(method, path, headers, await reader.readexactly(size))


def _write(page: Page, challenges: list[str]) -> bytes:
    body = page.body.encode()
    lines = [
        f"HTTP/1.1 {page.status} {'OK' if page.status == 200 else 'Refused'}",
        *(f"WWW-Authenticate: {challenge}" for challenge in challenges),
        f"Content-Type: {page.type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
