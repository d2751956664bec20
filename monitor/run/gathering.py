"""Gathers the evidence on one loss out of everything that is known now."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.judge.evidence import Evidence, GatewayView
from monitor.judge.ledger import Ledger
from monitor.judge.neighbours import MANY_OF_REGION, MANY_SITES
from monitor.judge.outages import GatewayStanding
from monitor.law.rules import Rules
from monitor.model.estate import Stream
from monitor.model.verdict import Cause
from monitor.run.looks import Looks
from monitor.run.losses import Losses
from monitor.run.neighbours import Neighbours
from monitor.run.papers import Papers
from monitor.run.streams import Index

# Causes of one camera that a look under way at its neighbours may turn into one of theirs.
_ALONE = frozenset({Cause.CAMERA_OFF, Cause.CAMERA_HUNG, Cause.NO_MEDIA, Cause.GATEWAY_SILENT})


class Gathering:
    """The evidence about the streams of one register."""

    def __init__(
        self,
        index: Index,
        *,
        zone: ZoneInfo,
        law: Rules,
        looks: Looks,
        losses: Losses,
        ledgers: Mapping[str, Ledger],
        gateways: Mapping[str, GatewayStanding],
        said: Callable[[str], str],
    ) -> None:
        self.papers = Papers(index, zone=zone, law=law, flowing=losses.flowing, losses=losses.of_site)
        self._index = index
        self._looks = looks
        self._losses = losses
        self._ledgers = ledgers
        self._gateways = gateways
        self._said = said  # why a gateway could not be swept, in words
        self._neighbours = Neighbours(
            index, looks, zone=zone, flows=losses.seen_flowing, lost_at=losses.suspected_since
        )

    def of(
        self,
        stream: Stream,
        moment: datetime,
        *,
        lost_at: datetime,
        now: datetime,
        missing_since: datetime | None = None,
    ) -> Evidence:
        """Give what speaks for a cause of a loss: looks since `moment`, papers of the day of the loss.

        `missing_since`: when the picture was lost, where a first cause was revised since: planned is only
        what was lost in its window.
        """
        camera = self._index.estate.cameras[stream.camera_id]
        return Evidence(
            gateway=self.gateway(stream),
            camera=self._looks.since(stream.camera_id, moment),
            site=self._neighbours.site(camera, moment),
            edge=self._looks.edge_since(stream.site_id, moment),
            recorder=self._neighbours.recorder(camera, moment),
            lan=self._neighbours.lan(camera, moment),
            provider=self._neighbours.provider(stream, lost_at, now),
            contract=self.papers.contract(stream, lost_at),
            planned=self.papers.planned(stream, missing_since or lost_at, now),
        )

    def gateway(self, stream: Stream) -> GatewayView | None:
        """Give what is known of a stream's gateway; None: it is enrolled at none."""
        if stream.gateway_id is None:
            return None
        standing, ledger = self._gateways.get(stream.gateway_id), self._ledgers.get(stream.gateway_id)
        if standing is None or ledger is None:
            return GatewayView(swept=True)
        return GatewayView(
            swept=standing.swept,
            detail=self._said(stream.gateway_id),
            flow=ledger.flows.get(stream.stream_key or ""),
            stopped=self._losses.stopped(stream.gateway_id),
        )

    def pending(self, stream: Stream, moment: datetime, cause: Cause, evidence: Evidence) -> bool:
        """Say whether a look under way may name another cause: of the edge, the recorder, a fellow camera."""
        if cause is Cause.SITE_DARK:
            return self._one_of_many(stream, moment, evidence)
        if cause not in _ALONE:
            return False
        estate, camera = self._index.estate, self._index.estate.cameras[stream.camera_id]
        if estate.sites[stream.site_id].edge and evidence.edge is None:
            return True
        recorder = estate.recorders.get(camera.recorder_id or "")
        asked = recorder is not None and recorder.url is not None
        if asked and evidence.recorder is not None and evidence.recorder.at is None:
            return True
        return self._neighbours.unasked(camera, moment)

    def _one_of_many(self, stream: Stream, moment: datetime, evidence: Evidence) -> bool:
        """Say whether a dark site's provider has other sites here whose gateway was not swept since."""
        ledger, provider = self._ledgers.get(stream.gateway_id or ""), evidence.provider
        swept = ledger is not None and ledger.swept_at is not None and ledger.swept_at > moment
        if provider is None or swept:
            return False
        many = provider.dark + provider.up >= MANY_SITES
        return many or provider.region_dark + provider.region_up >= MANY_OF_REGION
