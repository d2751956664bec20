"""A gateway asked on its RTSP side: the probe pulls each stream out of it for a moment.

Stronger than a counter (a key frame really came out, and its fingerprints can be compared with the
camera's own), and dearer: one RTSP session per stream. It cannot list streams, so they must be named.

What the gateway refuses us, or the road to it, is never the streams' fault: such a look tells nothing
of its stream, and when no look told anything the gateway counts as not swept.

A look that gets no further than silence before PLAY may have met one stuck stream or a gateway that hangs.
While any other look is answered it is the stream's own trouble. When all are stuck, a path that no gateway
has decides: one that is well says at once that there is none, one that hangs says nothing about it either.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from probes.address import parse_address
from probes.base import CheckOptions, Depth, Observation, Target
from probes.centre.base import GatewayAccess, StreamSample, Sweep
from probes.failure import Failure, Stage

AT_ONCE = 32  # streams looked at side by side
LOOK_SECONDS = 10.0  # for one stream; none is begun with less time left, for it would look lost
MADE_UP = "cctv-monitor/no-such-stream"
MADE_UP_SECONDS = 3.0  # to be told that there is none; comes on top when every look was stuck
MEDIA_SECONDS = 1.0  # a gateway may hand out a key frame that it kept: media must go on

# With OPTIONS answered, these say that the gateway has nothing to give of this one stream. Packets
# without a key frame are not among them: the wait for one can be longer than our look.
_NOTHING_COMES = frozenset({Failure.NO_MEDIA, Failure.TIMED_OUT, Failure.CLOSED_EARLY})

# These speak of the gateway, or of our access to it.
_NOT_LET_IN = frozenset(
    {
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.REDIRECT_REFUSED,
        Failure.SESSION_LIMIT,
        Failure.SERVER_ERROR,
        Failure.PROTOCOL_ERROR,
    }
)
_UNABLE = frozenset({Failure.SESSION_LIMIT, Failure.SERVER_ERROR})
_SILENT = frozenset({None, Stage.RESOLVE, Stage.CONNECT, Stage.TLS})  # reached, and nothing was answered
_STUCK = frozenset({Failure.TIMED_OUT, Failure.CLOSED_EARLY})
_PLAYS = frozenset({Stage.PLAY, Stage.MEDIA, Stage.TEARDOWN})
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Relay:
    """Looks at streams through a gateway's RTSP side, some at a time, the longest unseen first."""

    needs_keys = True

    def __init__(self, access: GatewayAccess) -> None:
        if access.probe is None:
            raise ValueError("a relay is asked with a probe, and none was given")
        parse_address(access.url)
        self._access = access
        self._probe = access.probe
        self._look_seconds = min(LOOK_SECONDS, access.timeout)
        self._look_options = CheckOptions(timeout=self._look_seconds, media_seconds=MEDIA_SECONDS)
        self._sweeps = 0
        self._looked_in: dict[str, int] = {}  # stream key -> the sweep of its last look

    async def sweep(self, stream_keys: Sequence[str] | None = None) -> Sweep:
        """Look at these streams. Those that time did not allow for have a sample that tells nothing.

        Not naming them is our own mistake: ValueError.
        """
        if stream_keys is None:
            raise ValueError("a relay cannot list its streams: name them")
        loop = asyncio.get_running_loop()
        began = loop.time()
        asked = tuple(dict.fromkeys(stream_keys))
        in_turn = sorted(asked, key=lambda key: self._looked_in.get(key, 0))
        seen = await self._look(in_turn, began + self._access.timeout)
        self._sweeps += 1
        self._looked_in.update(dict.fromkeys(seen, self._sweeps))
        trouble = _trouble_of_gateway(seen.values())
        if trouble is not None and any(map(_stuck, seen.values())) and await self._is_well():
            trouble = None
        at, seconds = self._access.now(), loop.time() - began
        if trouble is not None:
            why = (trouble.failure, trouble.failed_at, f"{len(seen)} looks in vain: {trouble.detail}")
            return Sweep(self._access.gateway_id, at, seconds, {}, False, asked, *why)
        return Sweep(self._access.gateway_id, at, seconds, _samples(asked, seen), False, asked)

    async def close(self) -> None:
        """Have nothing to close: every look closes what it opened."""

    async def _look(self, keys: Iterable[str], deadline: float) -> dict[str, Observation]:
        """Look at streams side by side until time is short, or enough looks say that nobody is there."""
        loop = asyncio.get_running_loop()
        seen: dict[str, Observation] = {}
        waiting = iter(keys)

        async def work() -> None:
            for key in waiting:
                seen[key] = await self._look_at(key, self._look_options)
                if deadline - loop.time() < self._look_seconds or _in_vain(seen):
                    return

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return seen

    async def _is_well(self) -> bool:
        """Say whether the gateway answers about a path that it cannot have."""
        seconds = min(MADE_UP_SECONDS, self._look_seconds)
        answer = await self._look_at(MADE_UP, CheckOptions(timeout=seconds, depth=Depth.DESCRIBE))
        return not (answer.reached in _SILENT or answer.failure in _STUCK | _UNABLE)

    async def _look_at(self, key: str, options: CheckOptions) -> Observation:
        target = Target(
            id=f"{self._access.gateway_id}/{key}",
            url=_join(self._access.url, key),
            credentials=self._access.credentials,
            trust=self._access.trust,
        )
        return await self._probe(target, options, now=self._access.now())


def _join(base: str, key: str) -> str:
    """Put a stream key after the gateway's URL. Whatever the key holds, the host stays the gateway's."""
    escaped = "" if _STRAY_PERCENT.search(key) else "%"  # a key may be written as it stands in a URL
    return f"{base.rstrip('/')}/{quote(key, safe='/:@+=,~' + escaped)}"


def _samples(asked: Iterable[str], seen: Mapping[str, Observation]) -> dict[str, StreamSample]:
    found: dict[str, StreamSample] = {}
    for key in asked:
        look = seen.get(key)
        if look is None:
            found[key] = StreamSample(key)
        elif look.failure is not Failure.NOT_FOUND:
            found[key] = StreamSample(
                key, media=_media(look), failure=look.failure, fingerprints=look.fingerprints
            )
    return found


def _media(look: Observation) -> bool | None:
    """Say whether the stream came out of the gateway; None when the look does not tell."""
    if look.failure is None:
        return look.key_frame
    if look.reached not in _SILENT and look.failure in _NOTHING_COMES:
        return False
    return None


def _of_gateway(look: Observation) -> bool:
    """Say whether what a look met can be the gateway's or the road's, and not one stream's."""
    if look.failure is None:
        return False
    return look.reached in _SILENT or look.failure in _NOT_LET_IN or _stuck(look)


def _stuck(look: Observation) -> bool:
    """Say whether a gateway that answers fell silent before PLAY: for this stream, or for all."""
    return look.failure in _STUCK and look.reached not in _SILENT | _PLAYS


def _in_vain(seen: Mapping[str, Observation]) -> bool:
    return len(seen) >= AT_ONCE and all(look.reached in _SILENT or _stuck(look) for look in seen.values())


def _trouble_of_gateway(looks: Iterable[Observation]) -> Observation | None:
    """Give a look that shows what most met, when all of them met the gateway's own trouble."""
    troubles = list(looks)
    if not troubles or not all(_of_gateway(look) for look in troubles):
        return None
    [(most, _)] = Counter(look.failure for look in troubles).most_common(1)
    return next(look for look in troubles if look.failure is most)
