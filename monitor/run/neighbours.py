"""What stands around a lost camera, counted from the looks and losses of now."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.judge.neighbours import LanView, ProviderView, RecorderView, SiteView
from monitor.law.contracts import cover
from monitor.model.estate import Camera, Stream
from monitor.run.looks import Looks
from monitor.run.streams import Index

TOGETHER = timedelta(seconds=60)  # cameras of one site lost within it were lost together
SAME_EVENT = timedelta(minutes=10)  # sites of one provider that went dark within it
COUNTED_FOR = timedelta(seconds=5)  # how long a count of a provider's sites serves: many losses ask at once
SUBNET = 24  # bits of an IPv4 address that a school's switch mostly stands for
FEWEST_TOGETHER = 1  # other that was lost in the same minute: two at once are no chance


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some cameras since a moment."""

    count: int = 0
    receiving: int = 0
    answered: int = 0
    vanished: int = 0
    refused: int = 0
    strained: int = 0

    @property
    def working(self) -> int:
        """Those that are received, or answered at the school."""
        return self.receiving + self.answered


@dataclass(frozen=True, slots=True)
class Sites:
    """The covered sites of a region of which is known whether they went dark just now, and their counts."""

    sites: Mapping[str, tuple[str, bool]]  # provider, and whether it is dark
    dark: Counter[str]  # by provider
    up: Counter[str]

    @classmethod
    def of(cls, sites: Mapping[str, tuple[str, bool]]) -> "Sites":
        """Count them."""
        dark = Counter(provider for provider, is_dark in sites.values() if is_dark)
        return cls(sites, dark, Counter(provider for provider, is_dark in sites.values() if not is_dark))


class Neighbours:
    """The neighbours of the cameras of one register.

    `flows` says whether a camera moves at its gateway now; `lost_at` since when it is lost, confirmed or not,
    None when it is not.
    """

    def __init__(
        self,
        index: Index,
        looks: Looks,
        *,
        zone: ZoneInfo,
        flows: Callable[[str], bool],
        lost_at: Callable[[str], datetime | None],
    ) -> None:
        self._index = index
        self._looks = looks
        self._zone = zone
        self._flows = flows
        self._lost_at = lost_at
        self._subnets: dict[str, dict[str, str | None]] = {}  # by site and camera
        self._counts: dict[
            tuple[str, datetime], tuple[datetime, Sites]
        ] = {}  # by region and minute of the loss
        self._regions: dict[str, list[str]] | None = None  # sites with contracts, once they are asked for

    def site(self, camera: Camera, moment: datetime) -> SiteView:
        """Count the other cameras of the site."""
        found = self._tally(self._others(camera), moment)
        return SiteView(
            others=found.count,
            receiving=found.receiving,
            answered=found.answered,
            vanished=found.vanished,
            refused=found.refused,
            strained=found.strained,
        )

    def recorder(self, camera: Camera, moment: datetime) -> RecorderView | None:
        """Return what is known of the camera's recorder; None: it is no input of one."""
        recorder_id = camera.recorder_id
        if recorder_id is None:
            return None
        cameras = self._index.estate.cameras
        inputs = [key for key in self._others(camera) if cameras[key].recorder_id == recorder_id]
        found, look = self._tally(inputs, moment), self._looks.recorder_since(recorder_id, moment)
        return RecorderView(
            recorder_id=recorder_id,
            at=look.at if look is not None else None,
            alive=look.alive if look is not None else None,
            serves=look.serves if look is not None else None,
            input=look.inputs.get(camera.recorder_input or 0) if look is not None else None,
            locked=look is not None and look.locked,
            others=found.count,
            receiving=found.receiving,
            working=found.working,
            vanished=found.vanished + found.refused,
        )

    def lan(self, camera: Camera, moment: datetime) -> LanView:
        """Count those that hang together with an IP camera: its subnet, or those lost in the same minute."""
        if camera.recorder_id is not None:
            return LanView()
        cameras = self._index.estate.cameras
        others = [key for key in self._others(camera) if cameras[key].recorder_id is None]
        subnet = self._subnet(camera)
        near = [key for key in others if subnet is not None and self._subnet(cameras[key]) == subnet]
        if not near or len(near) == len(others):
            near = self._lost_together(camera, others, moment)
        near = list(dict.fromkeys([*near, *self._gone_too(others, moment)]))
        found = self._tally(near, moment)
        return LanView(others=found.count, working=found.working, vanished=found.vanished)

    def provider(self, stream: Stream, lost_at: datetime, now: datetime) -> ProviderView | None:
        """Count the other sites of the provider that serves the site; None: none does by contract."""
        day = lost_at.astimezone(self._zone).date()
        provider = self._provider_of(stream.site_id, day)
        if provider is None:
            return None
        region = self._sites(self._index.estate.region_of(stream.site_id), day, lost_at, now)
        by, own = region.sites.get(stream.site_id, (provider, None))
        dark, up = region.dark.copy(), region.up.copy()
        if own is not None:
            (dark if own else up)[by] -= 1
        return ProviderView(
            provider=provider,
            dark=dark[provider],
            up=up[provider],
            region_dark=dark.total(),
            region_up=up.total(),
            region_providers=len({provider, *(each for each, count in dark.items() if count)}),
        )

    def unasked(self, camera: Camera, moment: datetime) -> bool:
        """Say whether a camera of the site that is lost as well was not looked at since."""
        lost = [key for key in self._others(camera) if self._lost_at(key) is not None]
        return any(self._looks.since(key, moment) is None for key in lost)

    def _others(self, camera: Camera) -> list[str]:
        return [key for key in self._index.cameras_of_site[camera.site_id] if key != camera.camera_id]

    def _lost_together(self, camera: Camera, others: Iterable[str], moment: datetime) -> list[str]:
        near = self._lost_near(camera, others, moment)
        return near if len(near) >= FEWEST_TOGETHER else []

    def _gone_too(self, others: Iterable[str], moment: datetime) -> list[str]:
        """List those that were lost before, for whatever cause, and are gone at their school now."""
        looks = ((key, self._looks.since(key, moment)) for key in others if not self._flows(key))
        return [key for key, look in looks if look is not None and look.vanished]

    def _lost_near(self, camera: Camera, others: Iterable[str], moment: datetime) -> list[str]:
        """List the other cameras that were lost, or seem to be, within a minute of this one."""
        at = self._lost_at(camera.camera_id) or moment
        return [key for key in others if (lost := self._lost_at(key)) and abs(lost - at) <= TOGETHER]

    def _tally(self, cameras: Iterable[str], moment: datetime) -> Tally:
        count = receiving = answered = vanished = refused = strained = 0
        for key in cameras:
            count += 1
            look = self._looks.since(key, moment)
            strained += look is not None and look.strained
            if self._flows(key):
                receiving += 1
            elif look is not None:
                answered += look.answered
                vanished += look.vanished
                refused += look.refused
        return Tally(count, receiving, answered, vanished, refused, strained)

    def _subnet(self, camera: Camera) -> str | None:
        known = self._subnets.setdefault(camera.site_id, {})
        if camera.camera_id not in known:
            known[camera.camera_id] = subnet_of(camera.url)
        return known[camera.camera_id]

    def _provider_of(self, site_id: str, day: date) -> str | None:
        found = cover(self._index.contracts_of_site.get(site_id, ()), day)
        return found.contract.provider if found.covered and found.contract is not None else None

    def _sites(self, region: str, day: date, lost_at: datetime, now: datetime) -> Sites:
        """Return the covered sites of a region that are up, or went dark when the loss was.

        Losses of one minute share a count. One of another time does not: what went dark together with it is
        another event.
        """
        key = (region, lost_at.replace(second=0, microsecond=0))
        known = self._counts.get(key)
        if known is None or not _fresh(known, now):
            found: dict[str, tuple[str, bool]] = {}
            for site in self._sites_of_region().get(region, ()):
                provider = self._provider_of(site, day)
                dark = self._dark(site, lost_at) if provider is not None else None
                if provider is not None and dark is not None:
                    found[site] = provider, dark
            self._counts = {each: kept for each, kept in self._counts.items() if _fresh(kept, now)}
            known = self._counts[key] = (now, Sites.of(found))
        return known[1]

    def _sites_of_region(self) -> dict[str, list[str]]:
        if self._regions is None:
            self._regions = {}
            for site in self._index.contracts_of_site:
                self._regions.setdefault(self._index.estate.region_of(site), []).append(site)
        return self._regions

    def _dark(self, site_id: str, lost_at: datetime) -> bool | None:
        """Say whether a site went dark about then; None: it was dark before, or nobody knows."""
        cameras = self._index.cameras_of_site.get(site_id, ())
        if any(self._flows(key) for key in cameras):
            return False
        losses = [at for key in cameras if (at := self._lost_at(key)) is not None]
        return True if any(abs(at - lost_at) <= SAME_EVENT for at in losses) else None


def _fresh(counted: tuple[datetime, Sites], now: datetime) -> bool:
    return timedelta() <= now - counted[0] <= COUNTED_FOR


def subnet_of(url: str) -> str | None:
    """Return the subnet of a URL's host; None where it has a name or is not IPv4."""
    try:
        address = ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None
    return str(ip_network(f"{address}/{SUBNET}", strict=False)) if address.version == 4 else None
