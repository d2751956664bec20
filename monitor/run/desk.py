"""The desk: a confirmed change of state waits here for its evidence and leaves as a transition.

The judge is pure; this is where what it needs is gathered: the gateway's flow, the camera's look at
its school, the neighbours, the contract. A change to NOT_RECEIVING waits a bounded time for looks
that are under way, because one transition with the right cause is worth more than two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.judge.absences import Absences
from monitor.judge.causes import decide
from monitor.judge.evidence import Evidence, GatewayView
from monitor.judge.flapping import Flaps
from monitor.judge.ledger import Change, Ledger
from monitor.judge.outages import GatewayStanding
from monitor.judge.progress import Flow
from monitor.judge.verdicts import not_received, receiving
from monitor.law.load import rules_as_shipped
from monitor.law.rules import Rules
from monitor.model.estate import Stream
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict, Warn
from monitor.run.appearances import Appearances
from monitor.run.doubts import BOOT, SECOND_LOOK, Doubts
from monitor.run.gathering import Gathering
from monitor.run.looks import Looks
from monitor.run.losses import Losses
from monitor.run.streams import Index

_UNENROLLED = not_received(State.NOT_RECEIVING, Evidence(gateway=None))
_NOT_LOOKED_YET = not_received(State.UNKNOWN, Evidence(gateway=GatewayView(swept=True), blind=True))
# What takes a whole site, and what takes much of it: after that its devices start, and seem broken so long.
_WHOLE = frozenset({Cause.SITE_DARK, Cause.CONTRACT_LAPSED, Cause.PROVIDER_OUTAGE})
_WIDE = _WHOLE | {Cause.LAN_FAULT, Cause.RECORDER_DOWN}
_TELLS_NOTHING = frozenset({Flow.IDLE, Flow.UNSURE})


@dataclass(frozen=True, slots=True)
class Case:
    """A confirmed loss that waits for evidence until `deadline`."""

    change: Change
    deadline: datetime


class Desk:
    """Gathers evidence, decides, and keeps what was decided per stream."""

    def __init__(
        self, index: Index, *, zone: ZoneInfo, patience: timedelta, law: Rules | None = None
    ) -> None:
        self.index = index
        self.looks = Looks()
        self.ledgers: dict[str, Ledger] = {}
        self.gateways: dict[str, GatewayStanding] = {}
        self.proofs: dict[str, Proof] = {}  # by gateway: what its way of answering proves
        self.decided: dict[str, tuple[Verdict, datetime]] = {}  # last transition handed out
        self.absences = Absences()  # of what was handed out, and so are the flaps
        self.flaps = Flaps()
        self._zone = zone
        self._law = law if law is not None else rules_as_shipped()  # says which loss fits a contract's end
        self._patience = patience
        self._blind: Verdict | None = None  # of every stream, while the monitor itself cannot look
        self._waiting: dict[str, Case] = {}
        self._doubts = Doubts()
        self._planned: set[str] = set()  # streams whose loss is planned, as it was last said
        self._failures: dict[str, str] = {}
        self.appearances = Appearances(self._law, zone, flapping=self.flaps.flapping)
        self._follow(index)

    @property
    def waiting(self) -> int:
        """How many losses wait for evidence."""
        return len(self._waiting)

    def note_sweep_failure(self, gateway_id: str, detail: str) -> None:
        """Remember in words why a gateway could not be swept."""
        self._failures[gateway_id] = detail

    def reset(self, index: Index) -> None:
        """Take a new register; what was decided or waits of streams that left is forgotten."""
        self.index = index
        self.decided = {key: last for key, last in self.decided.items() if key in index.by_id}
        self._waiting = {key: case for key, case in self._waiting.items() if key in index.by_id}
        self._doubts.keep(index.by_id)
        self.absences.keep(index.by_id)
        self._follow(index)

    def remember(
        self, decided: Mapping[str, tuple[Verdict, datetime]], lost_since: Mapping[str, datetime]
    ) -> None:
        """Go on from verdicts that hold, by stream, with since when they do, and from what is lost since."""
        self.decided = dict(decided)
        self.absences.load(lost_since)
        lost = {key: verdict for key, (verdict, _) in decided.items() if verdict.state is State.NOT_RECEIVING}
        self._planned = {key for key, verdict in lost.items() if verdict.cause is Cause.PLANNED}
        self._follow(self.index)

    def _follow(self, index: Index) -> None:
        """Gather from now on out of this register, and what is decided and waits now."""
        self._losses = Losses(
            index,
            ledgers=self.ledgers,
            gateways=self.gateways,
            waiting=self._waiting,
            decided=self.decided,
        )
        self._gathering = Gathering(
            index,
            zone=self._zone,
            law=self._law,
            looks=self.looks,
            losses=self._losses,
            ledgers=self.ledgers,
            gateways=self.gateways,
            said=lambda gateway_id: self._failures.get(gateway_id, ""),
        )

    def forget(self, gateway_id: str) -> GatewayStanding | None:
        """Drop what is known of a gateway that is no longer swept; returns how it stood."""
        self.ledgers.pop(gateway_id, None)
        self._failures.pop(gateway_id, None)
        return self.gateways.pop(gateway_id, None)

    def take(self, changes: Iterable[Change], now: datetime) -> list[Transition]:
        """Decide what can be decided now; losses may wait for evidence."""
        transitions: list[Transition] = []
        losses: list[Case] = []  # known in full before the first is tried: each is evidence on the others
        for change in changes:
            stream_id = change.stream.stream_id
            waited = self._waiting.pop(stream_id, None)
            self._doubts.drop(stream_id)
            if waited is not None:  # it is over before its evidence came, and was confirmed all the same
                transitions.append(self._decide(waited.change, now))
            if change.standing.state is State.NOT_RECEIVING:
                self._waiting[stream_id] = Case(change, now + self._patience)
                losses.append(self._waiting[stream_id])
            else:
                transitions.append(self._decide(change, now))
        for case in losses:
            transitions += self._try(case, now)
        return transitions

    def look_again(self, site_id: str, now: datetime) -> list[Transition]:
        """Evidence came in from a site: decide its waiting losses, and revise causes that no longer hold."""
        transitions: list[Transition] = []
        for camera_id in self.index.cameras_of_site.get(site_id, ()):
            for stream in self.index.by_camera[camera_id]:
                case = self._waiting.get(stream.stream_id)
                transitions += self._try(case, now) if case is not None else self._revise(stream, now)
        return transitions

    def overdue(self, now: datetime) -> list[Transition]:
        """Decide what waited long enough, with the evidence that there is, and settle what was doubted."""
        due = [case for case in self._waiting.values() if case.deadline <= now]
        for case in due:
            del self._waiting[case.change.stream.stream_id]
        transitions = [self._decide(case.change, now) for case in due]
        for stream_id in self._doubts.streams():
            transitions += self._revise(self.index.by_id[stream_id], now)
        return transitions

    def unplanned(self, now: datetime) -> list[Transition]:
        """Say anew of losses whose planned work is over: they are lost for another cause, or not yet back."""
        told: list[Transition] = []
        for stream in [self.index.by_id[key] for key in self._planned if key in self.index.by_id]:
            since = self.decided[stream.stream_id][1]
            missing_since = self.absences.of(stream.stream_id, since)
            if self._gathering.papers.planned(stream, missing_since, now) is None:
                evidence = self._evidence(stream, since, now)
                told.append(self._hand_out(stream, not_received(State.NOT_RECEIVING, evidence), now, now))
        return told

    def second_looks(self, now: datetime) -> set[str]:
        """Give the cameras, once each, that must be looked at again before their cause is revised."""
        return {self.index.by_id[key].camera_id for key in self._doubts.take_due(now)}

    def last(self, stream_id: str) -> tuple[Verdict, datetime] | None:
        """Return the verdict handed out last of a stream, and since when it holds."""
        return self.decided.get(stream_id)

    def warn(self, streams: Iterable[Stream], now: datetime) -> list[Transition]:
        """Look through streams whose warnings may be other ones by now."""
        told: list[Transition] = []
        for stream in streams:
            last = self.decided.get(stream.stream_id)
            if last is None or last[0].state is State.UNKNOWN:
                continue
            received = last[0].state is State.RECEIVING
            verdict = self._received(stream, now) if received else self._warned(stream, last[0], now)
            if verdict.warnings != last[0].warnings:
                told.append(self._hand_out(stream, verdict, now, now))
        return told

    def cameras_of(self, transitions: Iterable[Transition]) -> set[str]:
        """Return the cameras that transitions are about."""
        return {self.index.by_id[each.stream_id].camera_id for each in transitions}

    def beside(self, cameras: Iterable[str]) -> list[str]:
        """Return these cameras, and those of their sites that do not flow either: together they tell more."""
        known = self.index.estate.cameras
        doubted = [key for key in cameras if key in known]
        sites = dict.fromkeys(known[key].site_id for key in doubted)
        near = (key for site_id in sites for key in self.index.cameras_of_site[site_id])
        return list(dict.fromkeys([*doubted, *(key for key in near if not self.flowing(key))]))

    def flowing(self, camera_id: str) -> bool:
        """Say whether any stream of a camera moved at the last look at its gateway."""
        return self._losses.flowing(camera_id)

    def unsaid(self, before: Index) -> list[Stream]:
        """List the streams that the register alone must speak of now, by what it was before.

        They are new, or under another key, or enrolled nowhere and not known as such: after a blind time no
        sweep will ever speak for those.
        """
        return [
            stream
            for key, stream in self.index.by_id.items()
            if (last := self.decided.get(key)) is None
            or stream.stream_key != before.by_id.get(key, stream).stream_key
            or (stream.gateway_id is None and last[0].cause is not Cause.NOT_ENROLLED)
        ]

    def go_blind(self, since: datetime, now: datetime, *, why: str) -> list[Transition]:
        """Say of every stream that it is not known, since the monitor cannot look.

        Losses that wait for evidence, doubts and runs are forgotten: only what is seen afterwards counts.
        """
        verdict = self.stay_blind(why)
        for ledger in self.ledgers.values():
            ledger.go_blind(since)
        for gateway_id, standing in self.gateways.items():
            if standing.swept:
                self.gateways[gateway_id] = GatewayStanding(gateway_id=gateway_id)
        told: list[Transition] = []
        for key, stream in self.index.by_id.items():
            last = self.decided.get(key)
            if last is None or last[0].cause is not Cause.MONITOR_BLIND:
                begins = since if last is None else max(since, last[1])
                told.append(self._hand_out(stream, verdict, begins, now))
        return told

    def stay_blind(self, why: str) -> Verdict:
        """From now on nothing is known, also of streams that begin; returns the verdict of them all."""
        rule = next(said for kind, said in _NOT_LOOKED_YET.evidence if kind == "rule")
        self._blind = replace(_NOT_LOOKED_YET, evidence=(("rule", rule), ("selfcheck", why)))
        self._waiting.clear()
        self._doubts.keep(())
        return self._blind

    def see_again(self, now: datetime) -> list[Transition]:
        """Say what the register alone tells; of everything else, what is seen from now on."""
        self._blind = None
        return self.begin(self.unsaid(self.index), now)

    def begin(self, streams: Iterable[Stream], at: datetime) -> list[Transition]:
        """Say of streams that nothing is known of yet what the register alone says of them."""
        nowhere, somewhere = self._blind or _UNENROLLED, self._blind or _NOT_LOOKED_YET
        return [
            self._hand_out(stream, nowhere if stream.gateway_id is None else somewhere, at, at)
            for stream in streams
        ]

    def review(self, gateway_id: str, now: datetime) -> list[Transition]:
        """After a sweep: decide losses that waited for it, and give streams that stay UNKNOWN their cause.

        Their state did not change, so no run will ever speak for them: a path on demand that nobody
        reads, or a gateway that is down since before its first answer.
        """
        ledger = self.ledgers[gateway_id]
        unclear: Iterable[str] = ledger.streams
        if self.gateways[gateway_id].swept:
            unclear = (key for key, flow in ledger.flows.items() if flow in _TELLS_NOTHING)
        revised = [told for case in self._waiting_at(gateway_id) for told in self._try(case, now)]
        for key in unclear:
            revised += self._revise_unknown(ledger.streams[key], now)
        return revised

    def _waiting_at(self, gateway_id: str) -> list[Case]:
        """List the losses at a gateway that wait: what it answered meanwhile is evidence on them."""
        return [case for case in self._waiting.values() if case.change.stream.gateway_id == gateway_id]

    def _revise_unknown(self, stream: Stream, now: datetime) -> list[Transition]:
        last = self.decided.get(stream.stream_id)
        if last is None or last[0].state is not State.UNKNOWN:
            return []
        gateway = self._gathering.gateway(stream)
        swept = gateway is None or gateway.swept
        planned = None if swept else self._gathering.papers.planned(stream, last[1], now)
        down = Cause.GATEWAY_DOWN if planned is None else Cause.PLANNED
        if last[0].cause is (Cause.CANNOT_TELL if swept else down):
            return []
        verdict = not_received(State.UNKNOWN, self._gathering.of(stream, now, lost_at=last[1], now=now))
        return [self._hand_out(stream, verdict, now, now)]

    def _try(self, case: Case, now: datetime) -> list[Transition]:
        """Decide a loss, unless better evidence may still come in time."""
        change, since = case.change, case.change.standing.since
        evidence = self._evidence(change.stream, since, change.decided_at)
        rule = decide(State.NOT_RECEIVING, evidence)
        unclear = not rule.firm or self._gathering.pending(change.stream, since, rule.cause, evidence)
        if unclear and now < case.deadline:
            return []
        self._waiting.pop(change.stream.stream_id, None)
        return [self._hand_out(change.stream, not_received(State.NOT_RECEIVING, evidence), since, now)]

    def _decide(self, change: Change, now: datetime) -> Transition:
        return self._hand_out(change.stream, self._verdict(change, now), change.standing.since, now)

    def _evidence(self, stream: Stream, since: datetime, now: datetime) -> Evidence:
        """Gather on a loss of which a cause holds, or is sought, since then."""
        missing_since = self.absences.of(stream.stream_id, since)
        return self._gathering.of(stream, since, lost_at=since, now=now, missing_since=missing_since)

    def _hand_out(self, stream: Stream, verdict: Verdict, since: datetime, now: datetime) -> Transition:
        key, state, planned = stream.stream_id, verdict.state, verdict.cause is Cause.PLANNED
        self.flaps.note(key, state, now, planned=planned)
        if state is State.NOT_RECEIVING:
            verdict = self._warned(stream, verdict, now)
        self.decided[key] = (verdict, since)
        if planned and state is State.NOT_RECEIVING:
            self._planned.add(key)
        else:
            self._planned.discard(key)
        lost_at = self.absences.note(key, state, since)
        return Transition(stream_id=key, verdict=verdict, since=since, decided_at=now, lost_at=lost_at)

    def _revise(self, stream: Stream, now: datetime) -> list[Transition]:
        """Hand out a new verdict when newer evidence names another cause for a lost stream.

        One cause contradicts another only after a second look at both ends: a site that comes back does so
        camera by camera, and its gateway notices last.
        """
        last = self.decided.get(stream.stream_id)
        if last is None or last[0].state is not State.NOT_RECEIVING or stream.gateway_id is None:
            self._doubts.drop(stream.stream_id)
            return []
        evidence = self._evidence(stream, last[1], now)
        rule = decide(State.NOT_RECEIVING, evidence)
        if rule.cause is last[0].cause or not rule.firm:
            self._doubts.drop(stream.stream_id)
            return []
        if self._gathering.pending(stream, last[1], rule.cause, evidence):
            return []
        wait = BOOT if last[0].cause in _WIDE and rule.cause not in _WHOLE else SECOND_LOOK
        if last[0].cause is not Cause.CANNOT_TELL and not self._is_settled(stream, now, wait):
            return []
        self._doubts.drop(stream.stream_id)
        return [self._hand_out(stream, not_received(State.NOT_RECEIVING, evidence), now, now)]

    def _is_settled(self, stream: Stream, now: datetime, wait: timedelta) -> bool:
        """Say whether both ends were asked again, so long after another cause was first suspected."""
        again = self._doubts.settled_after(stream.stream_id, now, wait)
        ledger = self.ledgers.get(stream.gateway_id or "")
        swept = ledger is not None and ledger.swept_at is not None and ledger.swept_at >= again
        return swept and self.looks.since(stream.camera_id, again) is not None

    def _received(self, stream: Stream, now: datetime) -> Verdict:
        contract = self._gathering.papers.contract(stream, now)
        uncovered = contract is not None and contract.covered is False
        warnings = self.appearances.warnings(stream.camera_id, stream.stream_id, now, uncovered=uncovered)
        return receiving(self.proofs.get(stream.gateway_id or "", Proof.PROGRESS), warnings)

    def _warned(self, stream: Stream, verdict: Verdict, now: datetime) -> Verdict:
        """Say of a lost stream whether it comes and goes; of planned work that is nobody's news."""
        flaps = verdict.cause is not Cause.PLANNED and self.flaps.flapping(stream.stream_id, now)
        return replace(verdict, warnings=(Warn.FLAPPING,) if flaps else ())

    def _verdict(self, change: Change, now: datetime) -> Verdict:
        stream, standing = change.stream, change.standing
        if standing.state is State.RECEIVING:
            self.flaps.note(stream.stream_id, standing.state, now)  # that it came back again is a change, too
            return self._received(stream, change.decided_at)
        since = standing.since
        if standing.state is State.UNKNOWN:
            evidence = self._gathering.of(stream, since, lost_at=since, now=change.decided_at)
        else:
            evidence = self._evidence(stream, since, change.decided_at)
        ledger = self.ledgers.get(stream.gateway_id or "")
        return not_received(standing.state, replace(evidence, blind=ledger is not None and ledger.suspect))
