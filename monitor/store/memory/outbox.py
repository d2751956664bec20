"""What is owed to each mailbox, by the same rules as the table of notices."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from monitor.model.incident import Incident
from monitor.model.notice import Notice, Owed, Settled, Standing, Undelivered
from monitor.store.outbox import is_told, opening_of


class Outbox:
    """Notices by mailbox and incident, over the incidents that the store holds."""

    def __init__(self, incident: Callable[[str], Incident]) -> None:
        self._incident = incident  # by its id, as it is now
        self._standings: dict[str, Standing] = {}
        self._notices: dict[str, dict[str, Notice]] = {}

    def enrol(self, names: Collection[str], still_open: Collection[Incident], now: datetime) -> int:
        """Let these be the mailboxes; a new one is owed what is open, and nothing of the past.

        Returns how many notices were owed to those that are mailboxes no more.
        """
        left = self._standings.keys() - set(names)
        dropped = sum(each.owed is not None for name in left for each in self._notices[name].values())
        for name in left:
            del self._standings[name], self._notices[name]
        for name in names:
            if name not in self._standings:
                self._standings[name], self._notices[name] = Standing(mailbox=name, since=now), {}
                self._add(name, still_open)
        return dropped

    def _add(self, name: str, opened: Iterable[Incident]) -> None:
        for each in filter(is_told, opened):
            notice = Notice(mailbox=name, incident=each, owed=opening_of(each))
            self._notices[name][each.incident_id] = notice

    def owe(self, opened: Collection[Incident], closed: Collection[str]) -> None:
        """Owe every mailbox what opened, and the end of it to those that have a notice of it."""
        for name, held in self._notices.items():
            self._add(name, opened)
            for key in closed:
                if key in held:
                    held[key] = replace(held[key], owed=Owed.CLOSING)

    def of_mailbox(self, mailbox: str) -> list[Notice]:
        """Return the notices of a mailbox, oldest incident first."""
        held = self._notices.get(mailbox, {})
        found = [replace(notice, incident=self._incident(key)) for key, notice in held.items()]
        return sorted(found, key=lambda each: (each.incident.opened_at, each.incident.incident_id))

    def settle(self, mailbox: str, settled: Collection[Settled], now: datetime) -> None:
        """Owe no more what was told or need not be; what became owed meanwhile stays so."""
        held = self._notices.get(mailbox, {})
        for each in settled:
            notice = held.get(each.incident_id)
            if notice is None:
                continue
            paid = each.owed is not None and notice.owed is each.owed
            if paid and each.owed is Owed.CLOSING:
                del held[each.incident_id]
                continue
            owed, told_at = None if paid else notice.owed, now if each.told else notice.told_at
            held[each.incident_id] = replace(notice, owed=owed, told_at=told_at)
        if mailbox in self._standings and any(each.told for each in settled):
            fine = replace(self._standings[mailbox], sent_at=now, failed_at=None, failure=None)
            self._standings[mailbox] = fine

    def note_failure(self, mailbox: str, failure: Undelivered, now: datetime) -> None:
        """Remember that a message could not be handed over."""
        if mailbox in self._standings:
            self._standings[mailbox] = replace(self._standings[mailbox], failed_at=now, failure=failure)

    def standings(self) -> list[Standing]:
        """Return how the mailboxes fare, by name."""
        return [self._standing(name) for name in sorted(self._standings)]

    def _standing(self, name: str) -> Standing:
        owed = [each.incident for each in self.of_mailbox(name) if each.owed is not None]
        oldest = owed[0].opened_at if owed else None
        return replace(self._standings[name], owed=len(owed), oldest=oldest)
