"""What a mailbox is told, out of what it is owed: pure; the same notices give the same news.

Every news says which notices it settles. What does not concern a receiver is put aside; what is held waits.
A revised cause is one change, never an end and a beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from exporters.notify.inhibition import is_held
from exporters.why.subjects import touches
from monitor.model.incident import Incident, Kind, Scope, Severity
from monitor.model.notice import Notice, Owed, Settled
from monitor.run.streams import Index
from monitor.settings.notify import Receiver

_WEIGHT = {severity: rank for rank, severity in enumerate(Severity)}


class What(StrEnum):
    """What there is to tell of an incident."""

    OPENED = "opened"
    CHANGED = "changed"  # its cause was revised
    HANDED_ON = "handed_on"  # likewise, and it concerns others now
    STILL_OPEN = "still_open"
    CLOSED = "closed"
    PASSED = "passed"  # it was over before it could be told


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell, and what is settled by telling it."""

    what: What
    incident: Incident
    settles: tuple[Settled, ...]
    before: Incident | None = None  # what was told until now, where the cause was revised


@dataclass(slots=True)
class Digest:
    """All that there is to tell now, what need not be told, and how much is held back."""

    news: list[News] = field(default_factory=list)
    aside: list[Settled] = field(default_factory=list)
    held: int = 0


def concerns(receiver: Receiver, incident: Incident, index: Index) -> bool:
    """Say whether a receiver is told of an incident."""
    if incident.kind is not Kind.OUTAGE or incident.owner not in receiver.owners:
        return False
    if _WEIGHT[incident.severity] > _WEIGHT[receiver.least_severity]:
        return False
    if not receiver.regions or incident.scope is Scope.MONITOR:
        return True
    return any(touches(incident, region, index) for region in receiver.regions)


def decide(
    receiver: Receiver,
    notices: Iterable[Notice],
    still_open: Sequence[Incident],
    index: Index,
    now: datetime,
) -> Digest:
    """Sort what a mailbox is owed. `still_open`: every incident that is open, whomever it concerns."""
    return _Sorter(receiver, list(notices), still_open, index, now).digest()


class _Sorter:
    """Sorts the notices of one mailbox."""

    def __init__(
        self,
        receiver: Receiver,
        notices: Sequence[Notice],
        still_open: Sequence[Incident],
        index: Index,
        now: datetime,
    ) -> None:
        self._receiver = receiver
        self._notices = notices
        self._open = still_open
        self._index = index
        self._now = now
        self._by_id = {each.incident.incident_id: each for each in notices}
        self._heirs: dict[str, list[Notice]] = {}
        for each in notices:
            if each.incident.predecessor is not None:
                self._heirs.setdefault(each.incident.predecessor, []).append(each)
        self._found = Digest()

    def digest(self) -> Digest:
        for notice in self._notices:
            if notice.owed is Owed.OPENING:
                self._opening(notice)
            elif notice.owed is Owed.CLOSING:
                self._closing(notice)
            elif notice.told_at is not None and _is_open(notice):
                self._remind(notice, notice.told_at)
        return self._found

    def _opening(self, notice: Notice) -> None:
        if not self._concerns(notice):
            self._put_aside(notice)
        elif self._held(notice):
            self._found.held += 1
        else:
            line = self._line(notice)
            if line:
                self._tell(What.CHANGED, notice, *line, before=line[-1].incident)
            else:
                self._tell(What.OPENED, notice)

    def _closing(self, notice: Notice) -> None:
        concerned, heirs = self._concerns(notice), self._heirs.get(notice.incident.incident_id, [])
        line = self._line(notice) if concerned else []
        if any(self._awaited(heir) for heir in heirs):
            if notice.told_at is None and not line:
                self._put_aside(notice)  # its cause was revised before anybody heard of it
            return  # else it is settled with the heir
        if notice.told_at is not None:
            others = [heir.incident for heir in heirs if heir.told_at is None and _is_open(heir)]
            self._hand_on(notice, others[0]) if others else self._close(notice)
        elif line:
            self._close(notice, *line)
        elif not concerned:
            self._put_aside(notice)
        elif any(each.scope is Scope.MONITOR for each in self._open):
            self._found.held += 1
        else:
            self._tell(What.PASSED, notice)

    def _awaited(self, heir: Notice) -> bool:
        """Say whether the revised cause will be told to this mailbox."""
        return heir.owed is not None and heir.told_at is None and self._concerns(heir)

    def _close(self, notice: Notice, *line: Notice) -> None:
        if self._receiver.resolved:
            self._tell(What.CLOSED, notice, *line)
        else:
            self._put_aside(notice, *line)

    def _hand_on(self, notice: Notice, heir: Incident) -> None:
        """Tell who knew of an incident that what is left of it concerns others now."""
        settles = self._paid(notice, told=True)
        news = News(what=What.HANDED_ON, incident=heir, settles=settles, before=notice.incident)
        self._found.news.append(news)

    def _remind(self, notice: Notice, told_at: datetime) -> None:
        every = timedelta(hours=self._receiver.repeat_hours)
        if every and self._now - told_at >= every and not self._held(notice):
            self._tell(What.STILL_OPEN, notice)

    def _line(self, notice: Notice) -> list[Notice]:
        """Return the incidents before this one, latest first, up to one that was told; none: none was.

        One that goes on beside its heir is not replaced by it.
        """
        line: list[Notice] = []
        before, seen = notice.incident.predecessor, {notice.incident.incident_id}
        while before in self._by_id and before not in seen:
            found = self._by_id[before]
            if found.owed is not Owed.CLOSING:
                return []
            line.append(found)
            if found.told_at is not None:
                return line
            seen.add(before)
            before = found.incident.predecessor
        return []

    def _concerns(self, notice: Notice) -> bool:
        return concerns(self._receiver, notice.incident, self._index)

    def _held(self, notice: Notice) -> bool:
        return is_held(notice.incident, self._open, self._index)

    def _tell(self, what: What, notice: Notice, *line: Notice, before: Incident | None = None) -> None:
        settles = (*self._paid(notice, told=True), *self._paid(*line, told=False))
        self._found.news.append(News(what=what, incident=notice.incident, settles=settles, before=before))

    def _put_aside(self, *notices: Notice) -> None:
        self._found.aside += self._paid(*notices, told=False)

    def _paid(self, *notices: Notice, told: bool) -> tuple[Settled, ...]:
        return tuple(
            Settled(incident_id=each.incident.incident_id, owed=each.owed, told=told) for each in notices
        )


def _is_open(notice: Notice) -> bool:
    return notice.incident.closed_at is None
