"""Lost streams fold into incidents: one per root cause, of the widest thing that explains them all.

Mutable, but pure in effect: no clock, no I/O; the same transitions give the same incidents. What is
planned, excluded or not known opens nothing. An incident closes when the last of its streams is received
or has another cause; a stream that nobody can see any more stays with its incident, and so does one that
comes and goes, until it is calm.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.judge.causes import OWNERS
from monitor.judge.flapping import Flaps
from monitor.judge.folding import Group, Place, group_of, pupils_of, severity_of
from monitor.model.incident import Incident
from monitor.model.verdict import State, Transition

PlaceOf = Callable[[str], Place | None]  # by stream id; None: it left the register, or is not counted


@dataclass(slots=True)
class Case:
    """An open incident and the streams that are lost for it."""

    incident: Incident
    members: set[str]


class Incidents:
    """The open incidents, by what they are about."""

    def __init__(self, place_of: PlaceOf, *, connected: Iterable[str] = ()) -> None:
        self.place_of = place_of
        self.flaps = Flaps()
        self.connected = set(connected)  # streams that were received at least once
        self._open: dict[Group, Case] = {}
        self._group_of: dict[str, Group] = {}
        self._back: dict[str, datetime] = {}  # streams that came back and flap: they stay for a while

    @property
    def open(self) -> tuple[Incident, ...]:
        """The open incidents."""
        return tuple(case.incident for case in self._open.values())

    def members(self, incident_id: str) -> frozenset[str]:
        """Return the streams that are lost for an open incident now."""
        cases = (case for case in self._open.values() if case.incident.incident_id == incident_id)
        return frozenset(next((case.members for case in cases), ()))

    def lost(self) -> list[str]:
        """List the streams that belong to an open incident."""
        return list(self._group_of)

    def load(self, incidents: Iterable[Incident]) -> None:
        """Go on from incidents that are open; their streams join as they are seen lost again."""
        for incident in incidents:
            self._open[Group.of(incident)] = Case(incident, set())

    def take(self, transitions: Iterable[Transition]) -> list[Incident]:
        """Fold what was decided; returns the incidents that were opened and closed by it."""
        joined: dict[Group, list[Transition]] = {}
        came_from: dict[Group, Group] = {}
        left: dict[Group, datetime] = {}
        for each in self._latest(transitions):
            before = self._group_of.get(each.stream_id)
            self._back.pop(each.stream_id, None)
            if before is not None and self._stays(each, before):
                continue
            after = self._group(each)
            if before is not None and before != after:
                self._leave(each.stream_id, before)
                left[before] = max(left.get(before, each.since), each.since)
            if after is not None:
                joined.setdefault(after, []).append(each)
                if before is not None and before != after:
                    came_from.setdefault(after, before)
        joined = self._narrowed(joined, came_from)
        opened = [self._join(group, members, came_from.get(group)) for group, members in joined.items()]
        return [incident for incident in opened if incident is not None] + self._close(left)

    def _latest(self, transitions: Iterable[Transition]) -> list[Transition]:
        """Return what is known of each stream in the end: what is over already opens nothing."""
        known: dict[str, Transition] = {}
        for each in transitions:
            self.flaps.note(each.stream_id, each.verdict.state, each.decided_at)
            if each.verdict.state is State.RECEIVING:
                self.connected.add(each.stream_id)
            if each.verdict.state is not State.UNKNOWN:
                known[each.stream_id] = each
        return list(known.values())

    def _stays(self, each: Transition, group: Group) -> bool:
        """Say whether a stream stays with its incident: it flaps, or is lost and does not count any more."""
        if each.verdict.state is State.RECEIVING:
            if self.flaps.flapping(each.stream_id, each.decided_at):
                self._back[each.stream_id] = each.since
                return True
            return False
        place = self.place_of(each.stream_id)
        if place is None:  # what it is excluded by stops the opening of incidents, never their closing
            return True
        return group_of(each.verdict, place, lost=group.lost) in {group, group.wider(place)}

    def _narrowed(
        self, joined: dict[Group, list[Transition]], came_from: dict[Group, Group]
    ) -> dict[Group, list[Transition]]:
        """Let what befell one camera alone be the camera's own: one path, not all of a site."""
        found: dict[Group, list[Transition]] = {}
        for group, members in joined.items():
            rest: list[Transition] = []
            for each in members:
                own = self._own(group, each)
                if own in self._open:  # as it was told before
                    found.setdefault(own, []).append(each)
                else:
                    rest.append(each)
            alone = len(rest) == 1 and group not in self._open
            whole = self._own(group, rest[0]) if alone else group
            if rest:
                found.setdefault(whole, []).extend(rest)
            if group in came_from:
                came_from.setdefault(whole, came_from[group])
        return found

    def _own(self, group: Group, transition: Transition) -> Group:
        place = self.place_of(transition.stream_id)
        return group.narrower(place) if place is not None else group

    def settle(self, unseen: Callable[[Group], bool], now: datetime) -> list[Incident]:
        """Close what nothing belongs to, unless a stream that may belong to it is still `unseen`.

        Streams that flapped leave once they are calm, with the moment at which they last came back.
        """
        calm = {key: at for key, at in self._back.items() if not self.flaps.flapping(key, now)}
        left: dict[Group, datetime] = {}
        for stream_id, at in calm.items():
            group = self._group_of[stream_id]
            self._leave(stream_id, group)
            left[group] = max(left.get(group, at), at)
        closed = self._close(left)
        empty = [group for group, case in self._open.items() if not case.members and not unseen(group)]
        return closed + self._close(dict.fromkeys(empty, now))

    def forget(self, stream_ids: Iterable[str], now: datetime) -> list[Incident]:
        """Take streams out that left the register; returns the incidents that closed by it."""
        left: dict[Group, datetime] = {}
        for stream_id in stream_ids:
            self.flaps.forget(stream_id)
            group = self._group_of.get(stream_id)
            if group is not None:
                self._leave(stream_id, group)
                left[group] = now
        return self._close(left)

    def _group(self, transition: Transition) -> Group | None:
        place = self.place_of(transition.stream_id)
        if place is None:
            return None
        lost = transition.stream_id in self.connected
        return group_of(transition.verdict, place, lost=lost)

    def _leave(self, stream_id: str, group: Group) -> None:
        del self._group_of[stream_id]
        self._back.pop(stream_id, None)
        if group in self._open:
            self._open[group].members.discard(stream_id)

    def _join(self, group: Group, members: list[Transition], before: Group | None) -> Incident | None:
        """Let streams join the incident of their group; returns it when it opens with them."""
        stream_ids = {each.stream_id for each in members}
        self._group_of |= dict.fromkeys(stream_ids, group)
        case = self._open.get(group)
        if case is not None:
            case.members |= stream_ids
            return None
        incident = self._opened(group, members, before)
        self._open[group] = Case(incident, stream_ids)
        return incident

    def _opened(self, group: Group, members: list[Transition], before: Group | None) -> Incident:
        since = min(each.since for each in members)
        places = [place for each in members if (place := self.place_of(each.stream_id)) is not None]
        institutions = {place.institution_id for place in places}
        predecessor = self._open.get(before) if before is not None else None
        return Incident(
            incident_id=group.name(since),
            scope=group.scope,
            subject=group.subject,
            cause=group.cause,
            owner=OWNERS[group.cause],
            opened_at=since,
            streams=len(members),
            cameras=len({place.camera_id for place in places}),
            pupils=pupils_of(places),
            severity=severity_of(group.scope, places),
            region=group.region or None,
            institution=institutions.pop() if len(institutions) == 1 else None,
            predecessor=predecessor.incident.incident_id if predecessor is not None else None,
            lost=group.lost,
        )

    def _close(self, left: dict[Group, datetime]) -> list[Incident]:
        closed: list[Incident] = []
        for group, at in left.items():
            case = self._open.get(group)
            if case is not None and not case.members:
                del self._open[group]
                closed.append(replace(case.incident, closed_at=max(at, case.incident.opened_at)))
        return closed
