"""Why a camera, or a school, is not received, as lines in the reader's language.

Evidence stands as it was stored, in the technical English of the monitor.
"""

from collections.abc import Sequence
from datetime import datetime

from exporters.locale.forms import format_day
from exporters.locale.rulings import ruling
from exporters.terminal.view import printable
from exporters.terminal.words import Words
from exporters.why.chain import Link, LinkTold
from exporters.why.explain import StreamWhy, Why
from exporters.why.steps import SiteContracts, next_step
from monitor.law.contracts import ChannelStanding
from monitor.model.incident import Incident
from monitor.model.verdict import Verdict, Warn
from monitor.store.rows import Interval

INDENT = "  "


class WhyLines:
    """Writes explanations at one moment, in one language."""

    def __init__(self, contracts: SiteContracts, words: Words, now: datetime) -> None:
        self._contracts = contracts
        self._words = words
        self._now = now

    def of(self, why: Why) -> list[str]:
        """Write the whole answer."""
        lines = [] if why.looking else [self._words.text("monitor.blind")]
        lines += self._camera(why) if why.is_camera else self._institution(why)
        return [printable(line) for line in lines]

    def _camera(self, why: Why) -> list[str]:
        lines = [self._words.text("why.camera", camera=why.subject, place=why.name)]
        for each in why.streams:
            lines += ["", self._gateway(each), *self._stream(each)]
        return lines

    def _institution(self, why: Why) -> list[str]:
        text, count = self._words.text, self._words.count
        cameras, lost = count(why.cameras), count(why.lost())
        lines = [text("why.institution", name=why.name, cameras=cameras, lost=lost)]
        if not why.streams:
            return [*lines, text("why.received" if why.cameras else "lost.no_cameras")]
        for incident, streams in why.groups():
            lines += ["", *(self._group(incident, streams) if incident is not None else self._alone(streams))]
        return lines

    def _group(self, incident: Incident, streams: Sequence[StreamWhy]) -> list[str]:
        """Write each camera of an incident, and once what is alike for all of them: who acts."""
        lines = [self._incident(incident, flapping=streams[0].incident_flapping)]
        for each in streams:
            lines += [f"{each.stream.camera_id}  {self._gateway(each)}", *_indented(self._verdict(each))]
        return [*lines, *self._contract(streams[0].contracts), *self._act(_one_to_act_on(streams))]

    def _alone(self, streams: Sequence[StreamWhy]) -> list[str]:
        lines = [self._words.text("why.alone")]
        for each in streams:
            lines += [f"{each.stream.camera_id}  {self._gateway(each)}", *self._stream(each)]
        return lines

    def _gateway(self, each: StreamWhy) -> str:
        gateway = each.stream.gateway_id
        return self._words.text("why.stream", gateway=gateway) if gateway else self._words.text("why.nowhere")

    def _stream(self, each: StreamWhy) -> list[str]:
        told = [
            *self._verdict(each),
            *self._contract(each.contracts),
            *self._belongs(each),
            *self._history(each.history),
            *self._act(each),
        ]
        return _indented(told)

    def _verdict(self, each: StreamWhy) -> list[str]:
        return [
            self._state(each.verdict),
            self._since(each),
            *self._outside(each),
            *self._decided(each),
            *self._chain(each),
        ]

    def _state(self, verdict: Verdict) -> str:
        state = self._words.translator.of(verdict.state)
        if verdict.cause is None:
            return state
        return f"{state}: {self._words.translator.of(verdict.cause)}"

    def _since(self, each: StreamWhy) -> str:
        if each.since is None:
            return self._words.text("why.never_seen")
        age = self._words.ago(each.since, self._now)
        return self._words.text("why.since", moment=self._words.moment(each.since), age=age)

    def _outside(self, each: StreamWhy) -> list[str]:
        if each.outside is None:
            return []
        return [self._words.text("why.outside", why=self._words.translator.of(each.outside))]

    def _decided(self, each: StreamWhy) -> list[str]:
        text, of = self._words.text, self._words.translator.of
        lines = []
        if each.rule is not None:
            lines.append(text("why.rule", rule=ruling(each.rule, self._words.locale)))
        if each.verdict.cause is None:
            lines.append(text("why.proof", proof=of(each.verdict.proof)))
        if each.verdict.warnings:
            lines.append(text("why.warnings", warnings=", ".join(map(of, each.verdict.warnings))))
        return lines

    def _chain(self, each: StreamWhy) -> list[str]:
        of = self._words.translator.of
        width = max(len(of(told.link)) for told in each.chain)
        states = max(len(of(told.state)) for told in each.chain)
        lines = [line for told in each.chain for line in self._link(told, width, states)]
        return [*lines, *_indented([self._evidence(*seen) for seen in each.aside])]

    def _link(self, told: LinkTold, width: int, states: int) -> list[str]:
        of = self._words.translator.of
        head = f"{INDENT}{of(told.link).ljust(width)}  {of(told.state).ljust(states)}"
        seen = [self._evidence(*each, beside=told.link) for each in told.evidence] or [""]
        rest = [f"{' ' * len(head)}  {each}" for each in seen[1:]]
        return [f"{head}  {seen[0]}".rstrip(), *rest]

    def _evidence(self, name: str, seen: str, beside: Link | None = None) -> str:
        """Write what was seen, and of what, unless that stands beside it anyway."""
        if name == beside:
            return seen
        key = f"evidence.{name}"
        named = self._words.text(key) if key in self._words.translator.texts else name
        return f"{named}: {seen}"

    def _contract(self, contracts: Sequence[ChannelStanding]) -> list[str]:
        if not contracts:
            return [self._words.text("why.no_channel")]
        return [self._channel(each) for each in contracts]

    def _channel(self, each: ChannelStanding) -> str:
        said = {"channel": each.channel.channel_id, "status": self._words.translator.of(each.status)}
        if each.covered_until is None or each.contract is None:
            return self._words.text("why.contract", **said)
        day = format_day(each.covered_until, self._words.locale)
        return self._words.text("why.contract_until", **said, day=day, provider=each.contract.provider)

    def _belongs(self, each: StreamWhy) -> list[str]:
        if each.incident is None:
            return [self._words.text("why.no_incident")] if each.verdict.cause is not None else []
        return [self._incident(each.incident, flapping=each.incident_flapping)]

    def _incident(self, incident: Incident, *, flapping: bool) -> str:
        words = [incident.severity, incident.kind, incident.scope, *([Warn.FLAPPING] if flapping else [])]
        told = ", ".join(map(self._words.translator.of, words))
        return self._words.text("why.incident", incident=f"{told} ({incident.incident_id})")

    def _history(self, history: Sequence[Interval]) -> list[str]:
        lines = _indented([self._interval(each) for each in history])
        return [self._words.text("why.history"), *lines] if lines else []

    def _interval(self, each: Interval) -> str:
        begin = self._words.moment(each.began_at)
        if each.ended_at is None:
            span = self._words.text("why.until_now", begin=begin)
        else:
            span = self._words.text("why.until", begin=begin, end=self._words.moment(each.ended_at))
        return f"{span}  {self._state(each.verdict)}"

    def _act(self, each: StreamWhy) -> list[str]:
        text, cause = self._words.text, each.verdict.cause
        if each.owner is None or cause is None:
            return []
        lines = [text("why.owner", owner=self._words.translator.of(each.owner))]
        if each.call is not None:
            lines.append(text("why.call", call=" ".join([each.call.name, each.call.phone or ""]).rstrip()))
        return [
            *lines,
            text("why.next", step=next_step(cause, each.stream.site_id, self._contracts, self._words)),
        ]


def _one_to_act_on(streams: Sequence[StreamWhy]) -> StreamWhy:
    """Choose a stream that is not received, if any: of one that is there is nothing to do."""
    return next((each for each in streams if each.verdict.cause is not None), streams[0])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"{INDENT}{line}" for line in lines]
