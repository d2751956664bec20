"""Which streams flow now and which are lost since when, whether that is confirmed yet or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from monitor.judge.ledger import Change, Ledger
from monitor.judge.outages import GatewayStanding
from monitor.judge.progress import Flow, Reading
from monitor.model.estate import Stream
from monitor.model.verdict import State, Verdict
from monitor.run.streams import Index

_STANDS = frozenset({Flow.FLAT, Flow.ABSENT, Flow.PLACEHOLDER})
STOPPED_SITES, STOPPED_PROVIDERS = 3, 2  # whose streams all stand still: the gateway's own trouble


class Waiting(Protocol):
    """A confirmed loss whose cause is not decided yet."""

    @property
    def change(self) -> Change:
        """The loss."""


class Losses:
    """Reads the ledgers, the losses that wait and the verdicts of a desk."""

    def __init__(
        self,
        index: Index,
        *,
        ledgers: Mapping[str, Ledger],
        gateways: Mapping[str, GatewayStanding],
        waiting: Mapping[str, Waiting],
        decided: Mapping[str, tuple[Verdict, datetime]],
    ) -> None:
        self._index = index
        self._ledgers = ledgers
        self._gateways = gateways
        self._waiting = waiting
        self._decided = decided
        self._stopped: dict[str, tuple[datetime, bool]] = {}  # by gateway, as of its last whole sweep

    def flowing(self, camera_id: str) -> bool:
        """Say whether any stream of a camera moved at the last look at its gateway."""
        return any(self.flows(stream) for stream in self._index.by_camera.get(camera_id, ()))

    def seen_flowing(self, camera_id: str) -> bool:
        """Say the same of what can be seen: a gateway that cannot be swept tells of nobody."""
        streams = self._index.by_camera.get(camera_id, ())
        return any(self._sees(each.gateway_id) and self.flows(each) for each in streams)

    def _sees(self, gateway_id: str | None) -> bool:
        standing = self._gateways.get(gateway_id or "")
        return standing is None or standing.swept

    def flows(self, stream: Stream) -> bool:
        """Say whether a stream moved at the last look at its gateway."""
        ledger = self._ledgers.get(stream.gateway_id or "")
        if ledger is None or stream.stream_key is None or ledger.swept_at is None:
            return False
        return stream.stream_key in ledger.streams and stream.stream_key not in ledger.flows

    def since(self, stream: Stream) -> datetime | None:
        """Return since when a stream is confirmed to be lost; None: it is not."""
        case, last = self._waiting.get(stream.stream_id), self._decided.get(stream.stream_id)
        if case is not None:
            return case.change.standing.since
        return last[1] if last is not None and last[0].state is State.NOT_RECEIVING else None

    def suspected_since(self, camera_id: str) -> datetime | None:
        """Return since when a camera is lost, or seems to be and is not confirmed yet; None: it flows."""
        if self.flowing(camera_id):
            return None
        streams = self._index.by_camera.get(camera_id, ())
        found = [at for each in streams if (at := self.since(each) or self._run_since(each)) is not None]
        return max(found, default=None)

    def of_site(self, stream: Stream) -> list[datetime | None]:
        """Give since when the other streams of a site are lost as confirmed: None for one that flows."""
        others = [
            other
            for camera_id in self._index.cameras_of_site[stream.site_id]
            for other in self._index.by_camera[camera_id]
            if other.gateway_id is not None and other.stream_id != stream.stream_id
        ]
        known = ((self.flows(other), self.since(other)) for other in others)
        return [None if flows else lost_at for flows, lost_at in known if flows or lost_at is not None]

    def stopped(self, gateway_id: str) -> bool:
        """Say whether a gateway answers and takes nothing from anybody: all sites, of several providers."""
        ledger = self._ledgers.get(gateway_id)
        if ledger is None or ledger.swept_at is None:
            return False
        known = self._stopped.get(gateway_id)
        if known is None or known[0] != ledger.swept_at:
            known = self._stopped[gateway_id] = (ledger.swept_at, self._all_stand(ledger))
        return known[1]

    def _all_stand(self, ledger: Ledger) -> bool:
        if not ledger.streams or len(ledger.flows) < len(ledger.streams):
            return False
        stand = {ledger.streams[key].site_id for key, flow in ledger.flows.items() if flow in _STANDS}
        contracts = self._index.contracts_of_site
        providers = {each.provider for site_id in stand for each in contracts.get(site_id, ())}
        return len(stand) >= STOPPED_SITES and len(providers) >= STOPPED_PROVIDERS

    def _run_since(self, stream: Stream) -> datetime | None:
        ledger = self._ledgers.get(stream.gateway_id or "")
        if ledger is None or stream.stream_key is None:
            return None
        standing = ledger.standings.get(stream.stream_key)
        if standing is not None and standing.run is Reading.BAD:
            return standing.first_at
        return ledger.still.get(stream.stream_key)
