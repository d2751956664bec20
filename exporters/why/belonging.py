"""Which open incident a stream belongs to, and which are held open because their streams come and go.

Whoever keeps the incidents knows it; what the store has of them is read here together with the verdicts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from monitor.judge.folding import Group, Place, group_of
from monitor.model.estate import Stream
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, State, Verdict, Warn
from monitor.run.board import Board
from monitor.run.places import Places


class Belonging:
    """The open incidents of one board, found by their streams."""

    def __init__(self, open_incidents: Sequence[Incident], board: Board, places: Places) -> None:
        self._open = open_incidents
        self._board = board
        self._places = places
        self._of_group = {Group.of(each): each for each in open_incidents}
        self._about: dict[tuple[Scope, str], list[Incident]] = defaultdict(list)
        for each in open_incidents:
            self._about[each.scope, each.subject].append(each)

    def of(self, stream: Stream, verdict: Verdict) -> Incident | None:
        """Return the open incident of a stream; None: it is in none."""
        if verdict.state is State.UNKNOWN and verdict.cause is Cause.GATEWAY_DOWN:
            return next((each for each in self._open if _is_of_gateway(each, stream)), None)
        if verdict.cause is Cause.MONITOR_BLIND:
            return next((each for each in self._open if each.scope is Scope.MONITOR), None)
        place = self._places.of(stream.stream_id)
        if place is None:
            return None
        if verdict.state is State.RECEIVING:
            return self._held_by(place) if Warn.FLAPPING in verdict.warnings else None
        return self._named(verdict, place)

    def flapping(self) -> frozenset[str]:
        """Return the incidents of which a stream comes and goes now, by their ids."""
        presents = list(self._board.streams.items())  # at once: a running monitor goes on meanwhile
        flap = [(key, each.verdict) for key, each in presents if Warn.FLAPPING in each.verdict.warnings]
        streams = ((self._board.index.by_id.get(key), verdict) for key, verdict in flap)
        found = (self.of(stream, verdict) for stream, verdict in streams if stream is not None)
        return frozenset(incident.incident_id for incident in found if incident is not None)

    def _named(self, verdict: Verdict, place: Place) -> Incident | None:
        """Find the incident of a lost stream by what it is lost for; a passing cause leaves a backlog be."""
        wide = [group_of(verdict, place, lost=lost) for lost in (True, False)]
        groups = [one for group in wide if group is not None for one in (group.narrower(place), group)]
        backlog = wide[1]
        if backlog is not None and backlog.passes:
            groups += backlog.backlogs()
        found = (self._of_group.get(group) for group in groups)
        return next((incident for incident in found if incident is not None), None)

    def _held_by(self, place: Place) -> Incident | None:
        """Find the incident that a stream stays with though it is received: the narrowest outage about it."""
        return next((each for each in self._around(place) if each.lost), None)

    def _around(self, place: Place) -> Iterable[Incident]:
        subjects = (
            (Scope.CAMERA, place.camera_id),
            (Scope.RECORDER, place.recorder_id),
            (Scope.SITE, place.site_id),
            (Scope.PROVIDER, place.provider),
            (Scope.REGION, place.region),
            (Scope.GATEWAY, place.gateway_id),
        )
        for scope, subject in subjects:
            if subject is not None:
                yield from self._about.get((scope, subject), ())


def _is_of_gateway(incident: Incident, stream: Stream) -> bool:
    of_gateway = incident.scope is Scope.GATEWAY and incident.cause is Cause.GATEWAY_DOWN
    return of_gateway and incident.subject == stream.gateway_id


def flapping_now(open_incidents: Sequence[Incident], board: Board, day: date) -> frozenset[str]:
    """Return those of the open incidents that are held open because their streams come and go."""
    return Belonging(open_incidents, board, Places(board.index, board.outside, day)).flapping()
