"""What the board shows, chosen and sorted: values, no layout and no language."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest

from monitor.judge.causes import OWNERS
from monitor.judge.indicators import Tally
from monitor.model.estate import Institution, Stream
from monitor.model.incident import Incident
from monitor.model.verdict import Cause, Owner, State
from monitor.run.board import Board, Present


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An institution with cameras that are not received, or not known to be."""

    institution: Institution
    cameras: Tally
    cause: Cause  # that of most of its lost streams
    owner: Owner
    since: datetime | None  # of the first stream lost by that cause; None: nobody has looked yet


def worst(board: Board, most: int) -> list[Loss]:
    """Choose the institutions with most cameras lost, then with most unknown; at most so many."""
    counted = ((board.cameras_of(key), key) for key in board.index.estate.institutions)
    lost = (pair for pair in counted if pair[0].receiving < pair[0].registered)
    chosen = nlargest(most, lost, key=lambda pair: (pair[0].not_receiving, pair[0].unknown, pair[1]))
    streams = _streams_of(board, {key for _, key in chosen})
    return [_loss(board, key, cameras, streams[key]) for cameras, key in chosen]


def _streams_of(board: Board, institution_ids: set[str]) -> dict[str, list[Stream]]:
    streams: dict[str, list[Stream]] = defaultdict(list)
    for stream in board.index.by_id.values():
        if stream.institution_id in institution_ids:
            streams[stream.institution_id].append(stream)
    return streams


def _loss(board: Board, institution_id: str, cameras: Tally, streams: Iterable[Stream]) -> Loss:
    state = State.NOT_RECEIVING if cameras.not_receiving else State.UNKNOWN
    presents = [board.streams.get(stream.stream_id) for stream in streams]
    lost = [present for present in presents if present is not None and present.verdict.state is state]
    causes = Counter(present.verdict.cause for present in lost if present.verdict.cause is not None)
    cause = causes.most_common(1)[0][0] if causes else Cause.MONITOR_BLIND
    return Loss(
        institution=board.index.estate.institutions[institution_id],
        cameras=cameras,
        cause=cause,
        owner=OWNERS[cause],
        since=_first(lost, cause),
    )


def _first(presents: Iterable[Present], cause: Cause) -> datetime | None:
    return min((present.told_since for present in presents if present.verdict.cause is cause), default=None)


def incidents(board: Board, most: int) -> list[Incident]:
    """Choose the open incidents, latest first; at most so many."""
    latest = sorted(board.incidents.values(), key=lambda incident: incident.opened_at, reverse=True)
    return latest[:most]


def printable(text: str) -> str:
    """Show what a terminal would obey: a name in the register must not move the cursor."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
