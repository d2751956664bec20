"""Lost streams fold into incidents: one per root cause, of the widest thing that explains them all.

Mutable, but pure in effect: no clock, no I/O; the same transitions give the same incidents. What is
planned, excluded or not known opens nothing. An incident closes when the last of its streams is received
or has another cause; a stream that nobody can see any more stays with its incident, and so does one that
comes and goes, until it is calm.

What was never connected is a backlog beside every outage. What takes many cameras for a while passes over
it: a backlog keeps its streams and its cause, and no root cause that has an incident gets a second one.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from monitor.judge.causes import OWNERS
from monitor.judge.flapping import Flaps
from monitor.judge.folding import Group, Place, group_of, pupils_of, severity_of
from monitor.model.incident import Incident
from monitor.model.verdict import Cause, State, Transition

SAME_LOSS = timedelta(minutes=10)  # within it a camera's own cause was a first word about the wider one
PlaceOf = Callable[[str], Place | None]  # by stream id; None: it left the register, or is not counted


@dataclass(slots=True)
class Case:
    """An open incident and the streams that are lost for it."""

    incident: Incident
    members: set[str]


class Incidents:
    """The open incidents, by what they are about. `flaps`: of whoever decides, who notes changes there."""

    def __init__(
        self, place_of: PlaceOf, *, connected: Iterable[str] = (), flaps: Flaps | None = None
    ) -> None:
        self.place_of = place_of
        self.flaps = flaps if flaps is not None else Flaps()
        self.connected = set(connected)  # streams that were received at least once
        self._open: dict[Group, Case] = {}
        self._group_of: dict[str, Group] = {}
        self._back: dict[str, datetime] = {}  # streams that came back and flap: they stay for a while
        self._aside: dict[str, tuple[Group, Transition]] = {}  # never connected, and an outage tells of it

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
            before, back_at = self._group_of.get(each.stream_id), self._back.pop(each.stream_id, None)
            self._aside.pop(each.stream_id, None)
            if before is not None and self._stays(each, before, back_at):
                continue
            after = self._group(each, joined)
            if before is not None and before != after:
                self._leave(each.stream_id, before)
                gone_at = back_at or each.since
                left[before] = max(left.get(before, gone_at), gone_at)
            if after is not None:
                revised = before if back_at is None and before != after else None
                joined.setdefault(after, []).append(_dated(each, revised, after))
                if revised is not None:
                    came_from.setdefault(after, revised)
        joined = self._narrowed(joined, came_from)
        opened = [self._join(group, members, came_from.get(group)) for group, members in joined.items()]
        return [incident for incident in opened if incident is not None] + self._close(left)

    def _latest(self, transitions: Iterable[Transition]) -> list[Transition]:
        """Return what is known of each stream in the end: what is over already opens nothing.

        Outages come before what was never connected: that may hide behind them.
        """
        known: dict[str, Transition] = {}
        for each in transitions:
            if each.verdict.state is State.RECEIVING:
                self.connected.add(each.stream_id)
            if each.verdict.state is not State.UNKNOWN:
                known[each.stream_id] = each
        return sorted(known.values(), key=lambda each: each.stream_id not in self.connected)

    def _stays(self, each: Transition, group: Group, back_at: datetime | None) -> bool:
        """Say whether a stream stays with its incident: it flaps, or is lost and does not count any more.

        What excludes it, and planned work, stop the opening of incidents, never their closing. `back_at`:
        it had come back by then, so that a planned loss is a new one.
        """
        if each.verdict.state is State.RECEIVING:
            if self.flaps.flapping(each.stream_id, each.decided_at):
                self._back[each.stream_id] = back_at or each.since
                return True
            return False
        place = self.place_of(each.stream_id)
        if place is None:
            return True
        if each.verdict.cause is Cause.PLANNED:
            return back_at is None
        named = group_of(each.verdict, place, lost=group.lost)
        if named is not None and named.passes and not group.lost:
            return True
        return named in {group, group.wider(place)}

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

        Streams that flapped leave once they are calm, with the moment at which they last came back. What was
        never connected and outlasts the outage that told of it becomes a backlog.
        """
        calm = {key: at for key, at in self._back.items() if not self.flaps.flapping(key, now)}
        left: dict[Group, datetime] = {}
        for stream_id, at in calm.items():
            group = self._group_of[stream_id]
            self._leave(stream_id, group)
            left[group] = max(left.get(group, at), at)
        closed = self._close(left)
        closed += self.take([each for outage, each in self._aside.values() if outage not in self._open])
        empty = [group for group, case in self._open.items() if not case.members and not unseen(group)]
        return closed + self._close(dict.fromkeys(empty, now))

    def forget(self, stream_ids: Iterable[str], now: datetime) -> list[Incident]:
        """Take streams out that left the register; returns the incidents that closed by it."""
        left: dict[Group, datetime] = {}
        for stream_id in stream_ids:
            self.flaps.forget(stream_id)
            self._aside.pop(stream_id, None)
            group = self._group_of.get(stream_id)
            if group is not None:
                self._leave(stream_id, group)
                left[group] = now
        return self._close(left)

    def _group(self, transition: Transition, joined: Collection[Group]) -> Group | None:
        """Return what a stream is lost for, of which `joined` are to open with it; None: no incident."""
        place = self.place_of(transition.stream_id)
        if place is None:
            return None
        lost = transition.stream_id in self.connected
        group = group_of(transition.verdict, place, lost=lost)
        if group is None or lost or not group.passes:
            return group
        beside = next((each for each in group.backlogs() if each in self._open or each in joined), None)
        outage = group_of(transition.verdict, place, lost=True)
        if beside is None and outage is not None and (outage in self._open or outage in joined):
            self._aside[transition.stream_id] = outage, transition
            return None
        return beside or group

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
        since = min(each.lost_at or each.since for each in members)
        places = [place for each in members if (place := self.place_of(each.stream_id)) is not None]
        institutions = {place.institution_id for place in places}
        predecessor = self._open.get(before) if before is not None else None
        return Incident(
            incident_id=group.name(min(each.since for each in members)),
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


def _dated(transition: Transition, before: Group | None, after: Group) -> Transition:
    """Say since when a stream is lost for what it is lost for now.

    A revised cause is since the picture is missing; but what takes many cameras and comes over one that was
    missing long before, for a cause of its own, begins now.
    """
    lost_at = transition.lost_at or transition.since
    comes_over = before is not None and after.passes and not before.passes
    since = transition.since if comes_over and transition.since - lost_at > SAME_LOSS else lost_at
    return msgspec.structs.replace(transition, lost_at=since)
