"""What the register says of a stream at the time of its loss: its channel's contract, and planned work."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.judge.evidence import ContractView, PlannedView
from monitor.law.contracts import cover
from monitor.law.coverage import last_day
from monitor.law.lapses import fits_lapse
from monitor.law.rules import NoRule, Rules
from monitor.law.terms import ContractRules
from monitor.model.estate import Stream
from monitor.run.streams import Index

_CONTROL_GROUP_AGE = timedelta(seconds=10)


class Papers:
    """The contracts and maintenance windows of one register, by the rules of law.

    `flowing` says whether a camera works now; `losses` since when the other streams of a stream's site
    are lost: None for one that works, and nothing for one of which neither is known.
    """

    def __init__(
        self,
        index: Index,
        *,
        zone: ZoneInfo,
        law: Rules,
        flowing: Callable[[str], bool],
        losses: Callable[[Stream], Sequence[datetime | None]],
    ) -> None:
        self._index = index
        self._zone = zone
        self._law = law
        self._flowing = flowing
        self._losses = losses
        self._rules: tuple[date, ContractRules | None] | None = None  # of the day that was asked for last
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
        day = self._day(at)
        found = cover(contracts, day)
        if found.contract is None or found.covered:
            return ContractView(lost_on=day, covered=found.covered)
        ended_on = last_day(found.contract, day)
        sites, received = self._control_group(found.contract.provider, stream.site_id, at)
        return ContractView(
            lost_on=day,
            covered=False,
            ended_on=ended_on,
            fits=ended_on is not None and self._fits(stream, ended_on, day),
            provider=found.contract.provider,
            provider_receiving=received,
            provider_sites=sites,
        )

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _fits(self, stream: Stream, ended_on: date, lost_on: date) -> bool:
        """Say whether a stream, and the site with it, went dark together with the end of a contract.

        What was lost before the contract ended cannot have been lost for it, and is left out. Without a
        rule for the day nothing fits.
        """
        rules = self._rules_on(lost_on)
        if rules is None or not fits_lapse(ended_on, [lost_on], rules):
            return False
        days = [self._day(at) if at is not None else None for at in self._losses(stream)]
        return fits_lapse(ended_on, [lost_on, *(d for d in days if d is None or d >= ended_on)], rules)

    def _rules_on(self, day: date) -> ContractRules | None:
        if self._rules is None or self._rules[0] != day:
            try:
                self._rules = day, ContractRules.of(self._law, day)
            except NoRule:
                self._rules = day, None
        return self._rules[1]

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
        day = self._day(at)
        return {
            site: any(self._flowing(camera) for camera in self._index.cameras_of_site.get(site, ()))
            for site in self._index.sites_of_provider.get(provider, ())
            if cover(self._index.contracts_of_site[site], day).covered
        }
