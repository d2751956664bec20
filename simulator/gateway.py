"""A make-believe centre's media server: a MediaMTX-like control API and an RTSP side that relays."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from aiohttp import web

from simulator import estate
from simulator.burst import Source
from simulator.doorway import Door
from simulator.feed import Feed
from simulator.gateway_api import Generation, PathView, make_application
from simulator.guard import Guard
from simulator.path import Look, PathCounter, Supply
from simulator.pull import Origin
from simulator.reception import Reception
from simulator.relay import Relay

GRACE = 1.0  # seconds that an API call under way gets when the gateway goes down


class PulledPath:
    """A path whose source is a camera."""

    def __init__(
        self, counter: PathCounter, relay: Relay, origin: Callable[[], Origin], *, on_demand: bool
    ) -> None:
        self.counter = counter
        self.relay = relay
        self.on_demand = on_demand
        self.missing = False  # the gateway does not know it for now
        self._origin = origin

    def view(self, name: str, now: datetime) -> PathView:
        """What the API tells of it."""
        origin = self._origin()
        login = f"{origin.username}:{origin.password}@"
        return PathView(
            name=name,
            look=self._fetched(now) if self.on_demand and self.relay.fetching else self.counter.look(now),
            source="rtspSource",
            readers=self.relay.readers,
            on_demand=self.on_demand,
            origin=origin.url.replace("://", f"://{login}", 1),
        )

    def _fetched(self, now: datetime) -> Look:
        """An on-demand path while it is fetched: its bytes are real ones."""
        received = self.relay.bytes_received
        return Look(ready=True, ready_since=now, online=True, online_since=now, received=received)

    async def find(self) -> Source | int:
        """Give what plays, fetching it first."""
        return self.relay if await self.relay.start() else 404


class PushedPath:
    """A path of a publisher that the register does not know; without a feed nobody publishes."""

    def __init__(self, counter: PathCounter, feed: Feed | None) -> None:
        self.counter = counter
        self.missing = False
        self._feed = feed

    def view(self, name: str, now: datetime) -> PathView:
        """What the API tells of it."""
        return PathView(
            name=name,
            look=self.counter.look(now),
            source="rtspSession" if self._feed is not None else None,
            readers=self._feed.readers if self._feed is not None else 0,
            on_demand=False,
            origin="publisher",
        )

    async def find(self) -> Source | int:
        """Give what plays."""
        return self._feed if self._feed is not None else 404


class Gateway:
    """One media server. Its ports stay its own while it is down."""

    def __init__(
        self,
        plan: estate.Gateway,
        *,
        clock: Callable[[], datetime],
        rng: Random,
        generation: Generation = Generation.BOTH,
        host: str = "127.0.0.1",
        api_port: int = 0,
        rtsp_port: int = 0,
    ) -> None:
        self.plan = plan
        self.host = host
        self.name = "gortsplib"
        self.guard: Guard | None = Guard(
            way="md5", username=plan.username, password=plan.password, realm="ipcam"
        )
        self.rng = rng
        self.delay = 0.0
        self.deaf = False
        self.requests: Counter[str] = Counter()
        self.refusals = 0
        self.bad_log_ins = 0
        self.paths: dict[str, PulledPath | PushedPath] = {}
        self._clock = clock
        self._generation = generation
        self._api_port = api_port
        self._runner: web.AppRunner | None = None
        self._reception = Reception(self, rtsp_port)

    @property
    def api_url(self) -> str:
        """Where its control API is."""
        return f"http://{self.host}:{self._api_port}"

    @property
    def rtsp_url(self) -> str:
        """Where its RTSP side is; a stream key behind it names a stream."""
        return f"rtsp://{self.host}:{self._reception.port}"

    async def start(self) -> None:
        """Listen. OSError when a port is taken."""
        await self._reception.become(Door.OPEN)
        login = (self.plan.username, self.plan.password)
        application = make_application(self, login=login, generation=self._generation)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self._api_port, reuse_address=True)
        await site.start()
        self._api_port = self._runner.addresses[0][1]

    async def go_down(self) -> None:
        """Refuse everybody and break what is connected; the cameras are let go too."""
        await self._reception.become(Door.REFUSING)
        await self._release()

    async def stop(self) -> None:
        """Close everything."""
        await self._reception.become(Door.CLOSED)
        await self._release()

    async def find(self, path: str) -> Source | int:
        """Give what a path plays, fetching it first when it must be."""
        known = self.paths.get(path.removeprefix("/"))
        return 404 if known is None or known.missing else await known.find()

    def turn_away(self, _: str) -> int | None:
        """Serve every method."""
        return None

    def views(self) -> Sequence[PathView]:
        """Every path, in the order of names."""
        now = self._clock()
        return [path.view(name, now) for name, path in sorted(self.paths.items()) if not path.missing]

    def view(self, name: str) -> PathView | None:
        """One path."""
        path = self.paths.get(name)
        return path.view(name, self._clock()) if path is not None and not path.missing else None

    def add_pushed(self, name: str, feed: Feed | None, rate: int) -> None:
        """Add a path that the register does not know."""
        supply = Supply.FLOWING if feed is not None else Supply.ABSENT
        self.paths[name] = PushedPath(PathCounter(rate, self._clock(), supply), feed)

    def add_pulled(
        self, name: str, origin: Callable[[], Origin], *, rate: int, on_demand: bool
    ) -> PulledPath:
        """Add a path whose source is a camera; it has been flowing for up to an hour."""
        now = self._clock()
        supply = Supply.IDLE if on_demand else Supply.FLOWING
        before = timedelta(seconds=0 if on_demand else self.rng.randint(60, 3600))
        path = PulledPath(
            PathCounter(rate, now, supply, was_flowing=before),
            Relay(origin, self.rng, lambda: self._clock().timestamp()),
            origin,
            on_demand=on_demand,
        )
        self.paths[name] = path
        return path

    async def _release(self) -> None:
        await self._reception.cut()
        pulled = [path for path in self.paths.values() if isinstance(path, PulledPath)]
        await asyncio.gather(*(path.relay.stop() for path in pulled))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
