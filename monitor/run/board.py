"""The present: the committed verdict of every stream, counted per institution.

Filled only from what the store has committed. Readers take what changed since they last looked, so
that a scrape costs what changed and not the size of the country.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.judge.indicators import Tally, best
from monitor.law.inclusion import Outside
from monitor.model.incident import Incident
from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.run.counts import StreamCounts
from monitor.run.streams import Index


@dataclass(frozen=True, slots=True)
class Present:
    """A stream's verdict and since when it holds; `lost_at`: since when the picture is missing, if it is."""

    verdict: Verdict
    since: datetime
    lost_at: datetime | None = None  # None: it is not lost, or nobody said since when

    @property
    def told_since(self) -> datetime:
        """Since when it is as people are told: a revised cause begins no loss anew."""
        return self.lost_at if self.lost_at is not None else self.since


class Board:
    """Verdicts by stream, cameras by institution and state, streams by region and site, open incidents."""

    def __init__(self) -> None:
        self.index = Index.of_nothing()
        self.streams: dict[str, Present] = {}
        self.incidents: dict[str, Incident] = {}
        self.counts = StreamCounts(self.index, {}, lambda _: None)
        self.unmatched: dict[
            str, tuple[int, int]
        ] = {}  # by gateway: paths without a stream, streams without a path
        self.outside: Mapping[str, Outside] = {}  # cameras that are not counted
        self._camera_states: dict[str, State] = {}
        self._counts: dict[str, Counter[State]] = {}
        self._excluded: Counter[str] = Counter()  # by institution
        self._changed: set[str] = set()
        self.revision = 0  # grows when the set of institutions may have changed

    def load(
        self, index: Index, verdicts: Mapping[str, Present], outside: Mapping[str, Outside] | None = None
    ) -> None:
        """Start from a register, the verdicts that the store holds, and the cameras that do not count."""
        self.index = index
        self.outside = outside or {}
        self.streams = {stream_id: verdicts[stream_id] for stream_id in index.by_id if stream_id in verdicts}
        self.counts = StreamCounts(index, self.outside, self._verdict)
        self._counts = {institution_id: Counter() for institution_id in index.estate.institutions}
        self._excluded = Counter()
        self._camera_states = {}
        for camera_id in index.by_camera:
            self._count_camera(camera_id)
        self._count_outside()
        self._changed = set(self._counts)
        self.revision += 1

    def _count_outside(self) -> None:
        for camera_id, why in self.outside.items():
            if why is Outside.EXCLUDED:
                self._excluded[self.index.by_camera[camera_id][0].institution_id] += 1

    def apply(self, transitions: Iterable[Transition], incidents: Iterable[Incident] = ()) -> None:
        """Take what the store has just committed."""
        for transition in transitions:
            stream = self.index.by_id.get(transition.stream_id)
            if stream is None:
                continue
            self.counts.change(stream, self._verdict(stream.stream_id), transition.verdict)
            self.streams[transition.stream_id] = Present(
                transition.verdict, transition.since, transition.lost_at
            )
            self._count_camera(stream.camera_id)
        for incident in incidents:
            if incident.closed_at is None:
                self.incidents[incident.incident_id] = incident
            else:
                self.incidents.pop(incident.incident_id, None)

    def _verdict(self, stream_id: str) -> Verdict | None:
        present = self.streams.get(stream_id)
        return present.verdict if present is not None else None

    def date_losses(self, lost_since: Mapping[str, datetime]) -> None:
        """Say since when lost streams are lost, where only since when their verdicts hold was known."""
        for stream_id, lost_at in lost_since.items():
            present = self.streams.get(stream_id)
            if present is not None and present.verdict.state is State.NOT_RECEIVING:
                self.streams[stream_id] = replace(present, lost_at=lost_at)

    def _count_camera(self, camera_id: str) -> None:
        if camera_id in self.outside:
            return
        streams = self.index.by_camera[camera_id]
        seen = [self.streams.get(stream.stream_id) for stream in streams]
        states = [present.verdict.state if present is not None else State.UNKNOWN for present in seen]
        state = states[0] if len(states) == 1 else best(states)  # mostly one: it goes through a country
        before = self._camera_states.get(camera_id)
        if before is state:
            return
        counts = self._counts[streams[0].institution_id]
        if before is not None:
            counts[before] -= 1
        counts[state] += 1
        self._camera_states[camera_id] = state
        self._changed.add(streams[0].institution_id)

    def cameras_of(self, institution_id: str) -> Tally:
        """Count one institution's cameras by state; those outside are not among them."""
        counts = self._counts[institution_id]
        return Tally(
            receiving=counts[State.RECEIVING],
            not_receiving=counts[State.NOT_RECEIVING],
            unknown=counts[State.UNKNOWN],
        )

    def excluded_of(self, institution_id: str) -> int:
        """Count one institution's cameras that an approved exclusion keeps out of every other count."""
        return self._excluded[institution_id]

    def received(self, camera_id: str) -> bool | None:
        """Say whether a camera is received; None: it is outside the counts."""
        state = self._camera_states.get(camera_id)
        return state is State.RECEIVING if state is not None else None

    def streams_lost(self) -> Counter[tuple[State, Cause]]:
        """Count the streams that are not received, by state and cause.

        A stream that no verdict was committed of yet is UNKNOWN, because nobody looked.
        """
        return self.counts.lost()

    def take_changed(self) -> set[str]:
        """Return the institutions whose counts changed since the last call, and forget them."""
        changed, self._changed = self._changed, set()
        return changed
