"""The desk: a confirmed change of state waits here for its evidence and leaves as a transition.

The judge is pure; this is where what it needs is gathered: the gateway's flow, the camera's look at
its school, the neighbours, the contract. A change to NOT_RECEIVING waits a bounded time for looks
that are under way, because one transition with the right cause is worth more than two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.judge.evidence import Evidence, GatewayView
from monitor.judge.ledger import Change, Ledger
from monitor.judge.outages import GatewayStanding
from monitor.judge.progress import Flow
from monitor.judge.verdicts import not_received, receiving
from monitor.law.load import rules_as_shipped
from monitor.law.rules import Rules
from monitor.model.estate import Stream
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.run.doubts import Doubts
from monitor.run.looks import Looks
from monitor.run.papers import Papers
from monitor.run.streams import Index

_UNENROLLED = not_received(State.NOT_RECEIVING, Evidence(gateway=None))
_NOT_LOOKED_YET = not_received(State.UNKNOWN, Evidence(gateway=GatewayView(swept=True), blind=True))
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
        self._zone = zone
        self._law = law if law is not None else rules_as_shipped()  # says which loss fits a contract's end
        self._papers = self._papers_of(index)
        self._patience = patience
        self._waiting: dict[str, Case] = {}
        self._doubts = Doubts()
        self._failures: dict[str, str] = {}

    def note_sweep_failure(self, gateway_id: str, detail: str) -> None:
        """Remember in words why a gateway could not be swept."""
        self._failures[gateway_id] = detail

    def reset(self, index: Index) -> None:
        """Take a new register; what was decided or waits of streams that left is forgotten."""
        self.index = index
        self.decided = {key: last for key, last in self.decided.items() if key in index.by_id}
        self._waiting = {key: case for key, case in self._waiting.items() if key in index.by_id}
        self._doubts.keep(index.by_id)
        self._papers = self._papers_of(index)

    def forget(self, gateway_id: str) -> GatewayStanding | None:
        """Drop what is known of a gateway that is no longer swept; returns how it stood."""
        self.ledgers.pop(gateway_id, None)
        self._failures.pop(gateway_id, None)
        return self.gateways.pop(gateway_id, None)

    def take(self, changes: Iterable[Change], now: datetime) -> list[Transition]:
        """Decide what can be decided now; losses may wait for evidence."""
        transitions: list[Transition] = []
        for change in changes:
            self._waiting.pop(change.stream.stream_id, None)
            self._doubts.drop(change.stream.stream_id)
            if change.standing.state is State.NOT_RECEIVING:
                case = Case(change, now + self._patience)
                transitions += self._try(case, now)
            else:
                transitions.append(self._decide(change, now))
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

    def second_looks(self, now: datetime) -> set[str]:
        """Give the cameras, once each, that must be looked at again before their cause is revised."""
        return {self.index.by_id[key].camera_id for key in self._doubts.take_due(now)}

    def flowing(self, camera_id: str) -> bool:
        """Say whether any stream of a camera moved at the last look at its gateway."""
        return any(self._flows(stream) for stream in self.index.by_camera.get(camera_id, ()))

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

    def begin(self, streams: Iterable[Stream], at: datetime) -> list[Transition]:
        """Say of streams that nothing is known of yet what the register alone says of them."""
        return [
            self._hand_out(stream, _UNENROLLED if stream.gateway_id is None else _NOT_LOOKED_YET, at, at)
            for stream in streams
        ]

    def review(self, gateway_id: str, now: datetime) -> list[Transition]:
        """After a sweep: give streams that stay UNKNOWN the cause that holds now.

        Their state did not change, so no run will ever speak for them: a path on demand that nobody
        reads, or a gateway that is down since before its first answer.
        """
        ledger = self.ledgers[gateway_id]
        unclear: Iterable[str] = ledger.streams
        if self.gateways[gateway_id].swept:
            unclear = (key for key, flow in ledger.flows.items() if flow in _TELLS_NOTHING)
        revised: list[Transition] = []
        for key in unclear:
            revised += self._revise_unknown(ledger.streams[key], now)
        return revised

    def _revise_unknown(self, stream: Stream, now: datetime) -> list[Transition]:
        last = self.decided.get(stream.stream_id)
        if last is None or last[0].state is not State.UNKNOWN:
            return []
        gateway = self._gateway(stream)
        swept = gateway is None or gateway.swept
        planned = None if swept else self._papers.planned(stream, last[1], now)
        down = Cause.GATEWAY_DOWN if planned is None else Cause.PLANNED
        if last[0].cause is (Cause.CANNOT_TELL if swept else down):
            return []
        verdict = not_received(State.UNKNOWN, self._evidence(stream, now, lost_at=last[1], now=now))
        return [self._hand_out(stream, verdict, now, now)]

    def _papers_of(self, index: Index) -> Papers:
        return Papers(index, zone=self._zone, law=self._law, flowing=self.flowing, losses=self._losses)

    def _losses(self, stream: Stream) -> list[datetime | None]:
        """Give since when the other streams of a site are lost: None for one that flows, else as decided."""
        others = [
            other
            for camera_id in self.index.cameras_of_site[stream.site_id]
            for other in self.index.by_camera[camera_id]
            if other.gateway_id is not None and other.stream_id != stream.stream_id
        ]
        known = ((self._flows(other), self._lost_at(other.stream_id)) for other in others)
        return [None if flows else lost_at for flows, lost_at in known if flows or lost_at is not None]

    def _lost_at(self, stream_id: str) -> datetime | None:
        case, last = self._waiting.get(stream_id), self.decided.get(stream_id)
        if case is not None:
            return case.change.standing.since
        return last[1] if last is not None and last[0].state is State.NOT_RECEIVING else None

    def _flows(self, stream: Stream) -> bool:
        ledger = self.ledgers.get(stream.gateway_id or "")
        if ledger is None or stream.stream_key is None or ledger.swept_at is None:
            return False
        return stream.stream_key in ledger.streams and stream.stream_key not in ledger.flows

    def _try(self, case: Case, now: datetime) -> list[Transition]:
        change = case.change
        verdict = self._verdict(change)
        if verdict.cause is Cause.CANNOT_TELL and now < case.deadline:
            self._waiting[change.stream.stream_id] = case
            return []
        self._waiting.pop(change.stream.stream_id, None)
        return [self._hand_out(change.stream, verdict, change.standing.since, now)]

    def _decide(self, change: Change, now: datetime) -> Transition:
        return self._hand_out(change.stream, self._verdict(change), change.standing.since, now)

    def _hand_out(self, stream: Stream, verdict: Verdict, since: datetime, now: datetime) -> Transition:
        self.decided[stream.stream_id] = (verdict, since)
        return Transition(stream_id=stream.stream_id, verdict=verdict, since=since, decided_at=now)

    def _revise(self, stream: Stream, now: datetime) -> list[Transition]:
        """Hand out a new verdict when newer evidence names another cause for a lost stream.

        One cause contradicts another only after a second look at both ends: a site that comes back does so
        camera by camera, and its gateway notices last.
        """
        last = self.decided.get(stream.stream_id)
        if last is None or last[0].state is not State.NOT_RECEIVING or stream.gateway_id is None:
            self._doubts.drop(stream.stream_id)
            return []
        evidence = self._evidence(stream, last[1], lost_at=last[1], now=now)
        verdict = not_received(State.NOT_RECEIVING, evidence)
        if verdict.cause in {last[0].cause, Cause.CANNOT_TELL}:
            self._doubts.drop(stream.stream_id)
            return []
        if last[0].cause is not Cause.CANNOT_TELL and not self._is_settled(stream, now):
            return []
        self._doubts.drop(stream.stream_id)
        return [self._hand_out(stream, verdict, now, now)]

    def _is_settled(self, stream: Stream, now: datetime) -> bool:
        """Say whether both ends were asked again since another cause was first suspected."""
        again = self._doubts.settled_after(stream.stream_id, now)
        ledger = self.ledgers.get(stream.gateway_id or "")
        swept = ledger is not None and ledger.swept_at is not None and ledger.swept_at >= again
        return swept and self.looks.since(stream.camera_id, again) is not None

    def _verdict(self, change: Change) -> Verdict:
        stream, standing = change.stream, change.standing
        if standing.state is State.RECEIVING:
            contract = self._papers.contract(stream, change.decided_at)
            proof = self.proofs.get(stream.gateway_id or "", Proof.PROGRESS)
            return receiving(proof, uncovered=contract is not None and contract.covered is False)
        evidence = self._evidence(stream, standing.since, lost_at=standing.since, now=change.decided_at)
        return not_received(standing.state, evidence)

    def _evidence(self, stream: Stream, moment: datetime, *, lost_at: datetime, now: datetime) -> Evidence:
        cameras = self.index.cameras_of_site[stream.site_id]
        return Evidence(
            gateway=self._gateway(stream),
            camera=self.looks.since(stream.camera_id, moment),
            site=self.looks.around(stream.camera_id, cameras, moment, self.flowing),
            contract=self._papers.contract(stream, lost_at),
            planned=self._papers.planned(stream, lost_at, now),
        )

    def _gateway(self, stream: Stream) -> GatewayView | None:
        if stream.gateway_id is None:
            return None
        standing = self.gateways.get(stream.gateway_id)
        ledger = self.ledgers.get(stream.gateway_id)
        if standing is None or ledger is None:
            return GatewayView(swept=True)
        flow = ledger.flows.get(stream.stream_key or "")
        return GatewayView(swept=standing.swept, detail=self._failures.get(stream.gateway_id, ""), flow=flow)
