"""One make-believe camera: an RTSP server on its own loopback address, and what can be wrong with it."""

from collections import Counter
from enum import StrEnum
from random import Random

from simulator import estate
from simulator.burst import Source
from simulator.doorway import Door
from simulator.feed import Feed
from simulator.guard import Guard
from simulator.reception import Reception

SLOW = 1.5  # seconds before each answer of a slow camera


class Manner(StrEnum):
    """How a camera behaves; one at a time."""

    SOUND = "sound"
    OFF = "off"  # refuses connections
    GONE = "gone"  # swallows them
    HUNG = "hung"  # takes them and never answers
    SILENT = "silent"  # answers, and sends no media
    LOCKED = "locked"  # its password is another one now
    REFUSING = "refusing"  # the same, and who is in stays in
    BARRED = "barred"  # the same at first; after one refused log-in it forbids everything
    FULL = "full"  # serves nobody more
    SLOW = "slow"  # answers late


_DOORS = {Manner.OFF: Door.REFUSING, Manner.GONE: Door.SWALLOWING}
_ANOTHER_PASSWORD = frozenset({Manner.LOCKED, Manner.REFUSING, Manner.BARRED})
_DEAD_AIR = frozenset({Manner.GONE, Manner.HUNG})  # connections are neither served nor closed


class Camera:
    """Serves one clip to whoever knows the password."""

    def __init__(self, plan: estate.Camera, feed: Feed, *, port: int, rng: Random) -> None:
        self.plan = plan
        self.feed = feed
        self.host = plan.address
        self.name = "Make-believe camera"
        self.rng = rng
        self.guard: Guard | None = self._guard(plan.password)
        self.delay = 0.0
        self.deaf = False
        self.manner = Manner.SOUND
        self.requests: Counter[str] = Counter()
        self.refusals = 0
        self.bad_log_ins = 0  # since it was sound
        self._reception = Reception(self, port)

    @property
    def url(self) -> str:
        """How the register names it: without credentials."""
        return f"rtsp://{self.host}:{self.port}{self.plan.path}"

    @property
    def port(self) -> int:
        """Where it listens, once it has started."""
        return self._reception.port

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return self._reception.connections

    async def start(self) -> None:
        """Listen. OSError when the address cannot be bound."""
        await self._reception.become(Door.OPEN)

    async def stop(self) -> None:
        """Close everything."""
        await self._reception.become(Door.CLOSED)
        await self._reception.cut()

    async def behave(self, manner: Manner) -> None:
        """Change manner; what is connected feels it as it would from a real camera."""
        before, self.manner = self.manner, manner
        if manner is before:
            return
        if manner in _DEAD_AIR:
            self._reception.freeze()
        self.deaf = manner in _DEAD_AIR
        self.delay = SLOW if manner is Manner.SLOW else 0.0
        self.feed.muted = manner is Manner.SILENT
        self.guard = self._guard(
            f"new-{self.rng.getrandbits(48):012x}" if manner in _ANOTHER_PASSWORD else self.plan.password
        )
        self.bad_log_ins = 0 if manner is Manner.SOUND else self.bad_log_ins
        await self._reception.become(_DOORS.get(manner, Door.OPEN))
        if manner in {Manner.OFF, Manner.LOCKED, Manner.BARRED} or before in _DEAD_AIR - {manner}:
            await self._reception.cut()

    async def find(self, path: str) -> Source | int:
        """Give the feed for the camera's one path."""
        return self.feed if path == self.plan.path else 404

    def turn_away(self, method: str) -> int | None:
        """Give the status with which a method is refused whoever asks; None: it is served."""
        if self.manner is Manner.BARRED and self.bad_log_ins:
            return 403
        return 453 if self.manner is Manner.FULL and method == "SETUP" else None

    def _guard(self, password: str) -> Guard:
        return Guard(way=self.plan.auth, username=self.plan.username, password=password)
