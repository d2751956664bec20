"""Messages in the receiver's language: what, since when, how much, why, who acts, and what to do next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exporters.locale.rulings import ruling
from exporters.notify.base import Message, Tone
from exporters.notify.news import News, What
from exporters.terminal.view import printable
from exporters.terminal.words import Words
from exporters.why.calls import Callers
from exporters.why.steps import SiteContracts, next_step
from exporters.why.subjects import name_of, of_incident
from monitor.judge.folding import Group
from monitor.law.terms import ContractRules
from monitor.model.estate import Stream
from monitor.model.incident import Incident, Scope, Severity
from monitor.run.board import Board
from monitor.run.places import Places

SIGN = "cctv-monitor"  # by which a message is known, in every language
MOST_WHOLE = 10  # incidents of one message that are told whole, the heaviest; the others get a line each
MOST_LINES = 40  # so many at most; the rest is counted
LATE = timedelta(days=1)  # what began longer ago, and is over, is only counted

_TROUBLE = frozenset({What.OPENED, What.CHANGED, What.STILL_OPEN})
_WEIGHT = {severity: rank for rank, severity in enumerate(Severity)}
_ORDER = {what: rank for rank, what in enumerate(What)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What messages stand on: the present, its local day, and what the law says of contracts then."""

    board: Board
    day: date
    rules: ContractRules


class Writer:
    """Writes messages at one moment, in one language."""

    def __init__(self, ground: Ground, words: Words, now: datetime) -> None:
        self._board, self._index = ground.board, ground.board.index
        self._words = words
        self._now = now
        self._callers = Callers(self._index, ground.day)
        self._contracts = SiteContracts(self._index, ground.day, ground.rules)
        self._places = Places(self._index, ground.board.outside, ground.day)

    def message(self, news: Iterable[News]) -> Message:
        """Put all news into one message, the heaviest first."""
        told = sorted(news, key=_weight)
        late = [each for each in told if self._is_late(each)]
        rest = [each for each in told if not self._is_late(each)]
        whole, lines = rest[:MOST_WHOLE], rest[MOST_WHOLE : MOST_WHOLE + MOST_LINES]
        parts = ["\n".join(self._whole(each, headed=len(told) > 1)) for each in whole]
        if lines:
            parts.append("\n".join(self._line(each) for each in lines))
        more = rest[MOST_WHOLE + MOST_LINES :]
        if more:
            count = self._words.count(len(more))
            parts.append(self._words.text("notify.more", count=count, command=self._list_since(more)))
        if late:
            parts.append(self._late(late))
        bad = any(each.what in _TROUBLE for each in told)
        return Message(
            title=self._title(told), body="\n\n".join(parts), tone=Tone.TROUBLE if bad else Tone.OVER
        )

    def _is_late(self, news: News) -> bool:
        return news.what is What.PASSED and self._now - news.incident.opened_at > LATE

    def _title(self, told: Sequence[News]) -> str:
        if len(told) == 1:
            return f"{SIGN}: {self._line(told[0])}"
        counted = Counter(each.what for each in told)
        what = self._words.translator.of
        counts = ", ".join(
            f"{what(kind)}: {self._words.count(counted[kind])}" for kind in What if counted[kind]
        )
        return f"{SIGN}: {counts}"

    def _line(self, news: News) -> str:
        """Write an incident in one line."""
        of, incident = self._words.translator.of, news.incident
        subject = f"{of(incident.scope)} {self._name(incident)}".rstrip()
        return printable(f"{of(news.what)}: {subject}. {of(incident.cause)}")

    def _whole(self, news: News, *, headed: bool) -> list[str]:
        """Write all of an incident; what is alone in its message has its head in the title."""
        match news.what:
            case What.CLOSED | What.PASSED:
                lines = self._over(news.incident)
            case What.HANDED_ON:
                lines = self._handed_on(news)
            case _:
                lines = self._open(news)
        return [*([self._line(news)] if headed else []), *map(printable, lines)]

    def _open(self, news: News) -> list[str]:
        text, incident = self._words.text, news.incident
        evidence = self._evidence(incident)
        step = next_step(
            incident.cause, of_incident(incident, self._index).site_id, self._contracts, self._words
        )
        return [
            *self._before(news),
            f"{self._words.translator.of(incident.severity)}. {self._since(incident)}",
            self._size(incident),
            *self._owner(incident),
            *([text("why.rule", rule=evidence)] if evidence is not None else []),
            text("why.next", step=step),
            *([text("notify.blind")] if incident.scope is Scope.MONITOR else []),
            text("why.incident", incident=incident.incident_id),
            text("notify.look", command=self._command(incident)),
        ]

    def _over(self, incident: Incident) -> list[str]:
        closed_at = incident.closed_at or self._now
        lasted = self._words.text(
            "notify.lasted",
            begin=self._words.minute(incident.opened_at),
            end=self._words.minute(closed_at),
            age=self._words.ago(incident.opened_at, closed_at),
        )
        return [lasted, self._words.text("why.incident", incident=incident.incident_id)]

    def _handed_on(self, news: News) -> list[str]:
        return [
            *self._before(news),
            *self._owner(news.incident),
            self._words.text("notify.no_more"),
            self._words.text("why.incident", incident=news.incident.incident_id),
        ]

    def _before(self, news: News) -> list[str]:
        if news.before is None:
            return []
        cause = self._words.translator.of(news.before.cause)
        return [self._words.text("notify.before", cause=cause, incident=news.before.incident_id)]

    def _since(self, incident: Incident) -> str:
        age = self._words.ago(incident.opened_at, self._now)
        return self._words.text("why.since", moment=self._words.minute(incident.opened_at), age=age)

    def _size(self, incident: Incident) -> str:
        cameras = self._words.count(incident.cameras)
        if incident.pupils is None:
            return self._words.text("notify.cameras", cameras=cameras)
        return self._words.text("notify.size", cameras=cameras, pupils=self._words.count(incident.pupils))

    def _owner(self, incident: Incident) -> list[str]:
        lines = [self._words.text("why.owner", owner=self._words.translator.of(incident.owner))]
        call = self._callers.of(incident.owner, of_incident(incident, self._index))
        if call is not None:
            told = " ".join([call.name, call.phone or ""]).rstrip()
            lines.append(self._words.text("why.call", call=told))
        return lines

    def _name(self, incident: Incident) -> str:
        return "" if incident.scope is Scope.MONITOR else name_of(incident, self._index)

    def _evidence(self, incident: Incident) -> str | None:
        """Return the rule that decided, by a stream that is lost for it now; None: none is any more."""
        for stream in self._streams(incident):
            present = self._board.streams.get(stream.stream_id)
            if present is not None and present.verdict.cause is incident.cause:
                rule = next((seen for name, seen in present.verdict.evidence if name == "rule"), None)
                return ruling(rule, self._words.locale) if rule is not None else None
        return None

    def _streams(self, incident: Incident) -> Iterable[Stream]:
        if incident.scope is Scope.MONITOR:
            return self._index.by_id.values()
        return self._places.within(Group.of(incident))

    def _command(self, incident: Incident) -> str:
        """Name the command that shows more of it."""
        if incident.scope is Scope.MONITOR:
            return f"{SIGN} status"
        if incident.scope is Scope.CAMERA:
            return f"{SIGN} why {incident.subject}"
        institution = of_incident(incident, self._index).institution_id
        if institution is not None:
            return f"{SIGN} why {institution}"
        return f"{SIGN} incidents" + (f" --region {incident.region}" if incident.region is not None else "")

    def _late(self, late: Sequence[News]) -> str:
        """Write in one line what began long ago and was over before it could be told."""
        begin = min(each.incident.opened_at for each in late)
        end = max(each.incident.closed_at or self._now for each in late)
        return self._words.text(
            "notify.late",
            count=self._words.count(len(late)),
            begin=self._words.minute(begin),
            end=self._words.minute(end),
            command=self._list_since(late),
        )

    def _list_since(self, news: Sequence[News]) -> str:
        first = min(each.incident.opened_at for each in news).astimezone(self._words.zone).date()
        return f"{SIGN} incidents --since {first.isoformat()}"


def trial_message(words: Words, *, receiver: str, owner: str) -> Message:
    """Write the message that says that it is a test, and nothing else."""
    title, body = (
        words.text("notify.test_title"),
        words.text("notify.test_body", receiver=receiver, owner=owner),
    )
    return Message(title=f"{SIGN}: {title}", body=body, tone=Tone.PLAIN)


def _weight(news: News) -> tuple[int, int, int, int, datetime, str]:
    incident = news.incident
    size = -(incident.pupils or 0), -incident.cameras
    return _ORDER[news.what], _WEIGHT[incident.severity], *size, incident.opened_at, incident.incident_id
