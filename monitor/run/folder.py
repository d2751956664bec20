"""Folds what the desk decides into incidents, and hands both to the journal together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.judge.absences import Absences
from monitor.judge.flapping import Flaps
from monitor.judge.folding import Group
from monitor.judge.incidents import Incidents
from monitor.model.estate import Stream
from monitor.model.incident import Incident
from monitor.model.verdict import State, Transition, Verdict
from monitor.run.journal import Journal
from monitor.run.places import Places


class Folder:
    """Between the desk and the journal: every transition comes with the incidents it opens and closes."""

    def __init__(
        self,
        journal: Journal,
        places: Places,
        *,
        connected: Iterable[str],
        decided: Callable[[str], tuple[Verdict, datetime] | None],
        absences: Absences,
        flaps: Flaps,
    ) -> None:
        self._journal = journal
        self._places = places
        self._decided = decided  # the verdict handed out last
        self._absences = absences
        self.incidents = Incidents(places.of, connected=connected, flaps=flaps)

    def load(self, incidents: Iterable[Incident]) -> list[Incident]:
        """Go on from the incidents that are open; returns those of gateways and of the monitor itself."""
        ours, gateways = list[Incident](), list[Incident]()
        for incident in incidents:
            mine = Group.of(incident).named(incident.incident_id)
            (ours if mine else gateways).append(incident)
        self.incidents.load(ours)
        return gateways

    def tell(self, transitions: Sequence[Transition], incident: Incident | None = None) -> None:
        """Hand on transitions; `incident`: of a gateway or of the monitor, which opens or closes."""
        found = self.incidents.take(transitions)
        if incident is not None:
            found.append(self.weighed(incident) if incident.closed_at is None else incident)
        self._journal.put(transitions, found)

    def follow(self, places: Places, left: Iterable[str], now: datetime) -> None:
        """Take a new register or day: streams that left leave their incidents, others may count again."""
        self._places, self.incidents.place_of = places, places.of
        told = self.incidents.forget(left, now)
        self._journal.put((), told + self.incidents.take(self._unfolded(now)))

    def _unfolded(self, now: datetime) -> list[Transition]:
        """List the losses that belong to no incident: what kept them out may not hold any more."""
        folded, found = set(self.incidents.lost()), list[Transition]()
        for stream in self._places.all():
            last = self._decided(stream.stream_id)
            if last is not None and last[0].state is State.NOT_RECEIVING and stream.stream_id not in folded:
                found.append(
                    Transition(
                        stream_id=stream.stream_id,
                        verdict=last[0],
                        since=last[1],
                        decided_at=now,
                        lost_at=self._absences.of(stream.stream_id, last[1]),
                    )
                )
        return found

    def settle(self, now: datetime) -> None:
        """Close incidents from before a restart to which nothing belongs any more."""
        self._journal.put((), self.incidents.settle(self._unseen, now))

    def calmed(self, now: datetime) -> list[Stream]:
        """List the streams that do not flap any more."""
        return self._places.streams(self.incidents.flaps.calm(now))

    def _unseen(self, group: Group) -> bool:
        """Say whether any stream that a group may be about is not known yet."""
        seen = (self._decided(stream.stream_id) for stream in self._places.within(group))
        return any(last is None or last[0].state is State.UNKNOWN for last in seen)

    def weighed(self, incident: Incident) -> Incident:
        """Say how much a gateway's incident, or the monitor's own, takes along."""
        cameras, pupils, region = self._places.weigh(incident)
        return replace(incident, cameras=cameras, pupils=pupils, region=region)
