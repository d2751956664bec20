"""Everything that is known of why a stream is as it is, as values: the verdict, its chain, who acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from exporters.why.belonging import Belonging
from exporters.why.calls import Call, Callers
from exporters.why.chain import LINK_OF, LinkTold, chain_of
from exporters.why.past import since_of
from exporters.why.steps import SiteContracts
from exporters.why.subjects import of_stream, place_of
from monitor.judge.causes import OWNERS
from monitor.law.contracts import ChannelStanding
from monitor.law.inclusion import Outside
from monitor.law.terms import ContractRules
from monitor.model.estate import Stream
from monitor.model.incident import Incident
from monitor.model.verdict import Cause, Owner, State, Verdict
from monitor.run.board import Present
from monitor.run.picture import Picture
from monitor.run.places import Places
from monitor.run.streams import Index
from monitor.store.rows import Interval

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
    incident: Incident | None  # also one that is held open while the stream is received and comes and goes
    incident_flapping: bool
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
    """The answer about one camera, or about those of an institution that are lost or in an incident."""

    subject: str
    name: str
    is_camera: bool
    looking: bool
    cameras: int  # that the subject has
    streams: Sequence[StreamWhy]

    def lost(self) -> int:
        """Count the cameras of the streams that are not received."""
        lost = (each for each in self.streams if each.verdict.state is not State.RECEIVING)
        return len({each.stream.camera_id for each in lost})

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
        estate, teller = index.estate, _Teller(self, index, histories or {})
        if asked in estate.cameras:
            name = place_of(estate.cameras[asked].site_id, index)
            streams = [teller.of(stream) for stream in index.by_camera[asked]]
            return self._why(asked, name, True, 1, streams)
        if asked not in estate.institutions:
            raise UnknownId(_not_known(asked, (*estate.cameras, *estate.institutions)))
        cameras = _cameras_of(asked, index)
        found = [teller.of(stream) for camera_id in cameras for stream in index.by_camera[camera_id]]
        told = [each for each in found if each.verdict.cause is not None or each.incident is not None]
        return self._why(asked, estate.institutions[asked].name, False, len(cameras), told)

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
        self._callers = Callers(index, day)
        self._contracts = SiteContracts(index, day, ground.rules)
        self._belonging = Belonging(ground.open, board, Places(index, board.outside, day))
        self._flapping = self._belonging.flapping() if ground.picture.looking else frozenset[str]()

    def of(self, stream: Stream) -> StreamWhy:
        """Explain one stream; while nobody looks nothing is known of it."""
        picture = self._picture
        present = self._board.streams.get(stream.stream_id) if picture.looking else None
        verdict = present.verdict if present is not None else _BLIND
        unseen_since = None if picture.looking else picture.seen_at
        owner = OWNERS[verdict.cause] if verdict.cause is not None else None
        history = tuple(self._histories.get(stream.stream_id, ()))
        incident = self._belonging.of(stream, verdict)
        at = of_stream(stream, self._index)
        return StreamWhy(
            stream=stream,
            verdict=verdict,
            since=_since(present, history) if present is not None else unseen_since,
            chain=chain_of(verdict, self._index.estate.cameras[stream.camera_id].recorder_id),
            outside=self._board.outside.get(stream.camera_id),
            contracts=tuple(self._contracts.standings(stream.site_id)),
            incident=incident,
            incident_flapping=incident is not None and incident.incident_id in self._flapping,
            owner=owner,
            call=self._callers.of(owner, at) if owner is not None else None,
            history=history,
        )


def _since(present: Present, history: Sequence[Interval]) -> datetime:
    """Say since when a stream is lost; of one that is not, since when it is as it is."""
    if present.lost_at is not None:
        return present.lost_at
    goes_on = bool(history) and history[-1].verdict.state is present.verdict.state
    return since_of(history, present.since) if goes_on else present.since


def _cameras_of(institution_id: str, index: Index) -> list[str]:
    sites = [key for key, site in index.estate.sites.items() if site.institution_id == institution_id]
    return [camera_id for site_id in sites for camera_id in index.cameras_of_site.get(site_id, ())]


def _not_known(asked: str, known: Iterable[str]) -> str:
    near = get_close_matches(asked, known, n=MOST_NEAR)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"the register has neither a camera nor an institution {asked[:40]!r}{hint}"
