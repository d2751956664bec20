"""The present in words of one language: what tables and plain lines have in common."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from exporters.locale.forms import (
    NOTHING,
    format_count,
    format_day,
    format_minute,
    format_moment,
    format_ratio,
    format_share,
    format_since,
)
from exporters.locale.texts import Translator
from exporters.terminal.view import printable
from monitor.judge.indicators import Tally
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Transition
from monitor.register.said import Said
from monitor.run.streams import Index
from monitor.run.summary import Official


@dataclass(frozen=True, slots=True)
class Words:
    """A language and a zone: how values are written for one reader."""

    translator: Translator
    zone: ZoneInfo

    @property
    def locale(self) -> str:
        """The language's code."""
        return self.translator.locale

    def text(self, key: str, **values: object) -> str:
        """Return a text of the language."""
        return self.translator.text(key, **values)

    def say(self, said: Said) -> str:
        """Return what is said of the register."""
        return self.translator.say(said, self.zone)

    def count(self, count: int) -> str:
        """Write a count."""
        return format_count(count, self.locale)

    def moment(self, moment: datetime) -> str:
        """Write a moment as local time."""
        return format_moment(moment, self.zone, self.locale)

    def minute(self, moment: datetime) -> str:
        """Write a moment as local time, to the minute."""
        return format_minute(moment, self.zone, self.locale)

    def ago(self, since: datetime | None, now: datetime) -> str:
        """Write how long something has held; a dash when that is not known."""
        return format_since(since, now, self.locale) if since is not None else NOTHING

    def rate(self, counted: Tally) -> str:
        """Write which share is received."""
        return format_share(counted.receiving, counted.registered, self.locale)

    def coverage(self, counted: Tally) -> str:
        """Write of which share the state is known."""
        return format_share(counted.registered - counted.unknown, counted.registered, self.locale)

    def official_cameras(self, official: Official) -> str:
        """Write the official figure for cameras, as it was quoted."""
        if official.cameras is None or official.as_of is None:
            return NOTHING
        share, day = format_ratio(official.cameras, self.locale), format_day(official.as_of, self.locale)
        return self.text("baseline.quoted", share=share, day=day)

    def official_institutions(self, official: Official) -> str:
        """Write the official figure for institutions, as it was counted."""
        if official.institutions is None or official.as_of is None:
            return NOTHING
        share = format_ratio(official.institutions, self.locale)
        day = format_day(official.as_of, self.locale)
        if official.part is None or official.whole is None:
            return self.text("baseline.quoted", share=share, day=day)
        part, whole = self.count(official.part), self.count(official.whole)
        return self.text("baseline.counted", share=share, part=part, whole=whole, day=day)

    def subject(self, incident: Incident, index: Index) -> str:
        """Write what an incident is about: its kind, and its name where the register has one."""
        name = incident.subject
        if incident.scope is Scope.SITE and name in index.estate.sites:
            site = index.estate.sites[name]
            name = f"{index.estate.institutions[site.institution_id].name}, {site.name}".rstrip(", ")
        return f"{self.translator.of(incident.scope)} {printable(name)}"

    def verdict(self, transition: Transition) -> str:
        """Write a new state, and its cause where it has one."""
        verdict = transition.verdict
        state = self.translator.of(verdict.state)
        return f"{state}: {self.translator.of(verdict.cause)}" if verdict.cause is not None else state

    def place(self, transition: Transition, index: Index) -> str:
        """Write which camera of which institution a transition is of."""
        stream = index.by_id.get(transition.stream_id)
        if stream is None:
            return printable(transition.stream_id)
        name = index.estate.institutions[stream.institution_id].name
        return printable(f"{name}, {stream.camera_id}")
