"""Everything that is known of why a stream is as it is, as values: the verdict, its chain, who acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from exporters.why.calls import Call, Callers
from exporters.why.chain import LINK_OF, LinkTold, chain_of
from exporters.why.steps import SiteContracts
from exporters.why.subjects import of_stream, place_of
from monitor.judge.causes import OWNERS
from monitor.judge.folding import Group, group_of
from monitor.law.contracts import ChannelStanding
from monitor.law.inclusion import Outside
from monitor.law.terms import ContractRules
from monitor.model.estate import Stream
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner, State, Verdict
from monitor.run.picture import Picture
from monitor.run.places import Places
from monitor.run.streams import Index
from monitor.store.rows import Interval

BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)  # before every history
LAST_STATES = 3
MOST_NEAR = 3  # ids that are offered for one that is not known
_BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)


class UnknownId(LookupError):
    """The register has neither a camera nor an institution of that id; the text offers those nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWhy:
    """One stream: what is said of it, since when, by which rule, and who must act."""

    stream: Stream
    verdict: Verdict
    since: datetime | None  # None: nobody has looked yet
    chain: tuple[LinkTold, ...]
    outside: Outside | None  # why its camera is not counted
    contracts: tuple[ChannelStanding, ...]  # of its site's channels
    incident: Incident | None
    owner: Owner | None  # None: it is received
    call: Call | None
    history: tuple[Interval, ...] = ()  # the last states, oldest first

    @property
    def rule(self) -> str | None:
        """The rule that decided, as the English sentence that was stored."""
        return next((seen for name, seen in self.verdict.evidence if name == "rule"), None)

    @property
    def aside(self) -> tuple[tuple[str, str], ...]:
        """What was seen, and stands at no link of the chain."""
        return tuple(each for each in self.verdict.evidence if each[0] not in LINK_OF and each[0] != "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The answer about one camera, or about those cameras of an institution that are not received."""

    subject: str
    name: str
    is_camera: bool
    looking: bool
    cameras: int  # that the subject has
    streams: Sequence[StreamWhy]

    def lost(self) -> int:
        """Count the cameras of the streams that are told."""
        return len({each.stream.camera_id for each in self.streams})

    def groups(self) -> list[tuple[Incident | None, list[StreamWhy]]]:
        """Sort the streams by the open incident that they belong to; those of none stand last."""
        sorted_in: dict[str, list[StreamWhy]] = {}
        for each in self.streams:
            key = each.incident.incident_id if each.incident is not None else ""
            sorted_in.setdefault(key, []).append(each)
        alone = sorted_in.pop("", [])
        groups = [(some[0].incident, some) for some in sorted_in.values()]
        return [*groups, (None, alone)] if alone else [*groups]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What explanations stand on."""

    picture: Picture
    open: Sequence[Incident]
    rules: ContractRules

    def explain(self, asked: str, histories: Mapping[str, Sequence[Interval]] | None = None) -> Why:
        """Explain a camera, or an institution; UnknownId when the register has neither."""
        index = self.picture.board.index  # once: a running monitor follows its register meanwhile
        estate, told = index.estate, _Teller(self, index, histories or {})
        if asked in estate.cameras:
            name = place_of(estate.cameras[asked].site_id, index)
            streams = [told.of(stream) for stream in index.by_camera[asked]]
            return self._why(asked, name, True, 1, streams)
        if asked not in estate.institutions:
            raise UnknownId(_not_known(asked, (*estate.cameras, *estate.institutions)))
        cameras = _cameras_of(asked, index)
        found = [told.of(stream) for camera_id in cameras for stream in index.by_camera[camera_id]]
        lost = [each for each in found if each.verdict.state is not State.RECEIVING]
        return self._why(asked, estate.institutions[asked].name, False, len(cameras), lost)

    def streams_of(self, asked: str) -> list[str]:
        """Return the streams whose history belongs to an answer: those of a camera."""
        return [stream.stream_id for stream in self.picture.board.index.by_camera.get(asked, ())]

    def _why(self, subject: str, name: str, is_camera: bool, cameras: int, streams: list[StreamWhy]) -> Why:
        return Why(
            subject=subject,
            name=name,
            is_camera=is_camera,
            looking=self.picture.looking,
            cameras=cameras,
            streams=streams,
        )


class _Teller:
    """Explains streams of one ground, one by one."""

    def __init__(self, ground: Ground, index: Index, histories: Mapping[str, Sequence[Interval]]) -> None:
        self._picture, self._index, self._histories = ground.picture, index, histories
        board, day = ground.picture.board, ground.picture.day
        self._board = board
        self._open = ground.open
        self._open_of = {Group.of(each): each for each in ground.open}
        self._callers = Callers(index, day)
        self._contracts = SiteContracts(index, day, ground.rules)
        self._places = Places(index, board.outside, day)

    def of(self, stream: Stream) -> StreamWhy:
        """Explain one stream; while nobody looks nothing is known of it."""
        picture = self._picture
        present = self._board.streams.get(stream.stream_id) if picture.looking else None
        verdict = present.verdict if present is not None else _BLIND
        unseen_since = None if picture.looking else picture.seen_at
        owner = OWNERS[verdict.cause] if verdict.cause is not None else None
        at = of_stream(stream, self._index)
        return StreamWhy(
            stream=stream,
            verdict=verdict,
            since=present.since if present is not None else unseen_since,
            chain=chain_of(verdict, self._index.estate.cameras[stream.camera_id].recorder_id),
            outside=self._board.outside.get(stream.camera_id),
            contracts=tuple(self._contracts.standings(stream.site_id)),
            incident=self._incident(stream, verdict),
            owner=owner,
            call=self._callers.of(owner, at) if owner is not None else None,
            history=tuple(self._histories.get(stream.stream_id, ())),
        )

    def _incident(self, stream: Stream, verdict: Verdict) -> Incident | None:
        """Find the open incident that a stream belongs to."""
        if verdict.state is State.UNKNOWN and verdict.cause is Cause.GATEWAY_DOWN:
            return next((each for each in self._open if _is_of_gateway(each, stream)), None)
        if verdict.cause is Cause.MONITOR_BLIND:
            return next((each for each in self._open if each.scope is Scope.MONITOR), None)
        place = self._places.of(stream.stream_id)
        if place is None:
            return None
        wide = [group_of(verdict, place, lost=lost) for lost in (True, False)]
        groups = [one for group in wide if group is not None for one in (group.narrower(place), group)]
        found = (self._open_of.get(group) for group in groups)
        return next((incident for incident in found if incident is not None), None)


def _cameras_of(institution_id: str, index: Index) -> list[str]:
    sites = [key for key, site in index.estate.sites.items() if site.institution_id == institution_id]
    return [camera_id for site_id in sites for camera_id in index.cameras_of_site.get(site_id, ())]


def _is_of_gateway(incident: Incident, stream: Stream) -> bool:
    of_gateway = incident.scope is Scope.GATEWAY and incident.cause is Cause.GATEWAY_DOWN
    return of_gateway and incident.subject == stream.gateway_id


def _not_known(asked: str, known: Iterable[str]) -> str:
    near = get_close_matches(asked, known, n=MOST_NEAR)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"the register has neither a camera nor an institution {asked[:40]!r}{hint}"
