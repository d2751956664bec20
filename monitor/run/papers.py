"""What the register says of a stream at the time of its loss: its channel's contract, and planned work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.judge.evidence import ContractView, PlannedView
from monitor.law.contracts import cover
from monitor.model.estate import Stream
from monitor.run.streams import Index

_CONTROL_GROUP_AGE = timedelta(seconds=10)


class Papers:
    """The contracts and maintenance windows of one register; `flowing` says what of a provider works now."""

    def __init__(self, index: Index, *, zone: ZoneInfo, flowing: Callable[[str], bool]) -> None:
        self._index = index
        self._zone = zone
        self._flowing = flowing
        self._control_groups: dict[str, tuple[datetime, dict[str, bool]]] = {}

    def planned(self, stream: Stream, lost_at: datetime, now: datetime) -> PlannedView | None:
        """Return the maintenance window in which a stream was lost, while it lasts."""
        window = self._index.windows.covering(stream, lost_at, now)
        if window is None:
            return None
        return PlannedView(maintenance_id=window.maintenance_id, until=window.ends_at)

    def contract(self, stream: Stream, at: datetime) -> ContractView | None:
        """Return how its site's contracts stand on the local day of a moment; None: it never had one."""
        contracts = self._index.contracts_of_site.get(stream.site_id)
        if not contracts:
            return None
        day = at.astimezone(self._zone).date()
        found = cover(contracts, day)
        if found.contract is None or found.covered:
            return ContractView(lost_on=day, covered=found.covered)
        sites, received = self._control_group(found.contract.provider, stream.site_id, at)
        return ContractView(
            lost_on=day,
            covered=False,
            ended_on=found.contract.ends_on,
            provider=found.contract.provider,
            provider_receiving=received,
            provider_sites=sites,
        )

    def _control_group(self, provider: str, but: str, at: datetime) -> tuple[int, int]:
        """Count the provider's other covered sites, and how many of them flow now.

        Many losses ask for the same provider at once (1 January), so an answer serves for ten seconds.
        """
        known = self._control_groups.get(provider)
        if known is None or abs(at - known[0]) > _CONTROL_GROUP_AGE:
            known = (at, self._covered_sites(provider, at))
            self._control_groups[provider] = known
        group = known[1]
        return len(group) - (but in group), sum(group.values()) - group.get(but, False)

    def _covered_sites(self, provider: str, at: datetime) -> dict[str, bool]:
        """Say of each of a provider's sites whose contract is in force whether any camera flows."""
        day = at.astimezone(self._zone).date()
        return {
            site: any(self._flowing(camera) for camera in self._index.cameras_of_site.get(site, ()))
            for site in self._index.sites_of_provider.get(provider, ())
            if cover(self._index.contracts_of_site[site], day).covered
        }
