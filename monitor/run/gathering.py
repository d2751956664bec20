"""Gathers the evidence on one loss out of everything that is known now."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from monitor.judge.evidence import Evidence, GatewayView
from monitor.judge.ledger import Ledger
from monitor.judge.neighbours import MANY_OF_REGION, MANY_SITES
from monitor.judge.outages import GatewayStanding
from monitor.judge.signs import ENOUGH_PLAYING
from monitor.law.rules import Rules
from monitor.model.estate import Stream
from monitor.model.verdict import Cause
from monitor.run.looks import Looks
from monitor.run.losses import Losses
from monitor.run.neighbours import COUNTED_FOR, Neighbours
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
        self._fellows: dict[str, tuple[datetime, datetime, int]] = {}  # by gateway, as last counted
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
        others = self._index.by_camera[stream.camera_id]
        return Evidence(
            gateway=self.gateway(stream, moment, now),
            camera=self._looks.since(stream.camera_id, moment),
            device=self._looks.devices.get(stream.camera_id),
            elsewhere=sum(self._losses.flows(each) for each in others if each is not stream),
            site=self._neighbours.site(camera, moment),
            edge=self._looks.edge_since(stream.site_id, moment),
            recorder=self._neighbours.recorder(camera, moment),
            lan=self._neighbours.lan(camera, moment),
            provider=self._neighbours.provider(stream, lost_at, now),
            contract=self.papers.contract(stream, lost_at),
            planned=self.papers.planned(stream, missing_since or lost_at, now),
        )

    def gateway(self, stream: Stream, moment: datetime, now: datetime) -> GatewayView | None:
        """Give what is known of a stream's gateway, looks since `moment`; None: it is enrolled at none."""
        if stream.gateway_id is None:
            return None
        standing, ledger = self._gateways.get(stream.gateway_id), self._ledgers.get(stream.gateway_id)
        if standing is None or ledger is None:
            return GatewayView(swept=True)
        stopped = self._losses.stopped(stream.gateway_id)
        return GatewayView(
            swept=standing.swept,
            detail=self._said(stream.gateway_id),
            flow=ledger.flows.get(stream.stream_key or ""),
            stopped=stopped,
            playing=self._playing(stream.gateway_id, ledger, moment, now) if stopped else 0,
        )

    def _playing(self, gateway_id: str, ledger: Ledger, moment: datetime, now: datetime) -> int:
        """Count cameras of a gateway that played at their schools since, up to enough of them."""
        known = self._fellows.get(gateway_id)
        if known is None or known[0] != moment or not timedelta() <= now - known[1] <= COUNTED_FOR:
            looks = (self._looks.since(each.camera_id, moment) for each in ledger.streams.values())
            playing = islice((look for look in looks if look is not None and look.plays), ENOUGH_PLAYING)
            known = self._fellows[gateway_id] = (moment, now, sum(1 for _ in playing))
        return known[2]

    def pending(self, stream: Stream, moment: datetime, cause: Cause, evidence: Evidence) -> bool:
        """Say whether a look under way may name another cause.

        Of the edge, the recorder, a fellow camera; or the second one at a camera that refused us.
        """
        if cause is Cause.SITE_DARK:
            return self._one_of_many(stream, moment, evidence)
        if cause is Cause.BAD_CREDENTIALS:
            return _refused_once(evidence) or self._recorder_unasked(stream, evidence)
        if cause not in _ALONE:
            return False
        if self._index.estate.sites[stream.site_id].edge and evidence.edge is None:
            return True
        camera = self._index.estate.cameras[stream.camera_id]
        return self._recorder_unasked(stream, evidence) or self._neighbours.unasked(camera, moment)

    def _recorder_unasked(self, stream: Stream, evidence: Evidence) -> bool:
        """Say whether the recorder that the camera is an input of can be asked, and was not yet."""
        estate = self._index.estate
        recorder = estate.recorders.get(estate.cameras[stream.camera_id].recorder_id or "")
        asked = recorder is not None and recorder.url is not None
        return asked and evidence.recorder is not None and evidence.recorder.at is None

    def _one_of_many(self, stream: Stream, moment: datetime, evidence: Evidence) -> bool:
        """Say whether a dark site's provider has other sites here whose gateway was not swept since."""
        ledger, provider = self._ledgers.get(stream.gateway_id or ""), evidence.provider
        swept = ledger is not None and ledger.swept_at is not None and ledger.swept_at > moment
        if provider is None or swept:
            return False
        many = provider.dark + provider.up >= MANY_SITES
        return many or provider.region_dark + provider.region_up >= MANY_OF_REGION


def _refused_once(evidence: Evidence) -> bool:
    """Say whether a password was refused for the first time: a device that locks forbids us next."""
    log_in = evidence.camera.log_in if evidence.camera is not None else None
    return log_in is not None and not log_in.withheld and log_in.refusals == 0
