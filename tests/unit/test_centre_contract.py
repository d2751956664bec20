"""What every way to ask a gateway keeps to, whichever it is."""

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.judge.progress import Flow, judge_flow
from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target
from probes.centre import CENTRE_SOURCES
from probes.centre.base import CentreSource, GatewayAccess, Sweep
from probes.failure import Failure, Stage
from tests.paths_api import PathsApi, path_item, serving

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = ("school-1/yard", "school-1/hall", "dead")
PASSWORD = "s3cret-of-the-gateway"


class Arena:
    """A gateway where the first two streams live, the last is dead, and all can be switched off."""

    def __init__(self, source: CentreSource) -> None:
        self.source = source
        self.up: Callable[[bool], None] = lambda _: None

    async def sweep(self, keys: Sequence[str] | None = None) -> Sweep:
        """Sweep all (None) or some; a source that needs keys gets those of the register for all."""
        if keys is None and self.source.needs_keys:
            keys = KEYS
        return await self.source.sweep(keys)


def _access(url: str, **more: Any) -> GatewayAccess:
    port = int(url.rpartition(":")[2])
    log_in = Credentials(
        host="127.0.0.1", port=port, username="u", password=Secret(PASSWORD), basic_in_clear=True
    )
    return GatewayAccess(gateway_id="g", url=url, now=lambda: NOW, timeout=5.0, credentials=log_in, **more)


@asynccontextmanager
async def _mediamtx() -> AsyncIterator[Arena]:
    api = PathsApi({key: path_item(key, 100) for key in KEYS})
    live = KEYS[:2]

    def grow(_: int) -> None:
        for key in live:
            api.paths[key]["inboundBytes"] += 1000

    async def answer(request: Any) -> Any:
        if api.paths:
            return await api.answer(request)
        request.transport.abort()
        return None

    def up(on: bool) -> None:
        if not on:
            api.paths = {}

    api.on_page = grow
    async with serving(answer) as url:
        arena = Arena(CENTRE_SOURCES["mediamtx"](_access(url)))
        arena.up = up
        yield arena
        await arena.source.close()


@asynccontextmanager
async def _relay() -> AsyncIterator[Arena]:
    running = True

    async def probe(target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        assert options.timeout <= 5.0
        reached, failure = Stage.TEARDOWN, None
        if not running:
            reached, failure = Stage.RESOLVE, Failure.CONNECT_REFUSED
        elif target.url.endswith("/dead"):
            reached, failure = Stage.PLAY, Failure.NO_MEDIA
        elif not target.url.endswith(KEYS):
            reached, failure = Stage.OPTIONS, Failure.NOT_FOUND
        return Observation(
            target=target.id,
            side=Side.CENTRE,
            at=now,
            reached=reached,
            failure=failure,
            key_frame=failure is None,
        )

    def up(on: bool) -> None:
        nonlocal running
        running = on

    arena = Arena(CENTRE_SOURCES["relay"](_access("rtsp://127.0.0.1:8554", probe=probe)))
    arena.up = up
    yield arena
    await arena.source.close()


ARENAS: dict[str, Callable[[], AbstractAsyncContextManager[Arena]]] = {
    "mediamtx": _mediamtx,
    "relay": _relay,
}


@pytest.fixture(params=sorted(CENTRE_SOURCES))
async def arena(request: pytest.FixtureRequest) -> AsyncIterator[Arena]:
    async with ARENAS[request.param]() as one:
        yield one


def test_every_source_has_its_arena() -> None:
    """A new way to ask is proved here too."""
    assert ARENAS.keys() == CENTRE_SOURCES.keys()


async def test_two_sweeps_tell_live_from_dead(arena: Arena) -> None:
    """From two sweeps the judge sees flow in the live streams, and none in the dead one."""
    first, second = await arena.sweep(), await arena.sweep()
    flows = {
        key: judge_flow(first.samples.get(key), second.samples.get(key), on_demand=False) for key in KEYS
    }
    assert flows == {KEYS[0]: Flow.ADVANCED, KEYS[1]: Flow.ADVANCED, "dead": Flow.FLAT}


async def test_sweep_says_whose_and_when(arena: Arena) -> None:
    """A sweep names its gateway, the moment and how long it took, and each sample its stream."""
    sweep = await arena.sweep()
    assert (sweep.gateway_id, sweep.at, sweep.failure, sweep.detail) == ("g", NOW, None, "")
    assert 0 <= sweep.seconds < 5
    assert all(sample.stream_key == key for key, sample in sweep.samples.items())


async def test_second_look_tells_of_those_asked_alone(arena: Arena) -> None:
    """A look at a few streams is not complete, names them, and leaves out what the gateway has not."""
    await arena.sweep()
    sweep = await arena.sweep([KEYS[1], "gone"])
    assert (sweep.complete, sweep.asked) == (False, (KEYS[1], "gone"))
    assert list(sweep.samples) == [KEYS[1]]


async def test_gateway_that_goes_down_and_comes_back(arena: Arena) -> None:
    """A gateway in trouble is a failed sweep without a sample, and nothing is raised."""
    await arena.sweep()
    arena.up(False)
    for keys in (None, [KEYS[0]]):
        sweep = await arena.sweep(keys)
        assert sweep.failure in {Failure.CLOSED_EARLY, Failure.CONNECT_REFUSED}
        assert (sweep.samples, sweep.gateway_id) == ({}, "g")
        assert sweep.detail


async def test_no_password_is_told(arena: Arena) -> None:
    """Neither a good sweep nor a failed one, nor the source itself, shows the password."""
    good = await arena.sweep()
    arena.up(False)
    shown = f"{good!r} {await arena.sweep()!r} {arena.source!r} {vars(arena.source)!r}"
    assert PASSWORD not in shown


@pytest.mark.parametrize("kind", sorted(CENTRE_SOURCES))
async def test_closing_is_always_allowed(kind: str) -> None:
    """A source can be closed before its first sweep, and twice."""

    async def probe(_: Target, __: CheckOptions, *, now: datetime) -> Observation:
        raise AssertionError(now)

    source = CENTRE_SOURCES[kind](
        _access("http://127.0.0.1:1" if kind == "mediamtx" else "rtsp://127.0.0.1:1", probe=probe)
    )
    await source.close()
    await source.close()


def test_nothing_is_opened_by_constructing() -> None:
    """Making a source connects to nobody, and needs no running loop."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        CENTRE_SOURCES["mediamtx"](_access(f"http://127.0.0.1:{port}"))
        with pytest.raises(BlockingIOError):
            server.accept()
