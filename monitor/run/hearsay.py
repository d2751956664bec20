"""What the estate's own answers say of our network, where no control address is configured.

Any answer of anything proves that we can be answered. When every gateway and everything that was asked at
the schools since then failed, at enough places, it is rather us than all of them.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from monitor.judge.selfcheck import Check, Finding, Result

ENOUGH = 3  # gateways and sites that fail together


class Hearsay:
    """Who failed since the last answer of anybody, and since when."""

    def __init__(self) -> None:
        self._heard = False
        self._gateways: dict[str, datetime] = {}
        self._sites: dict[str, datetime] = {}

    def note_gateway(self, gateway_id: str, at: datetime, *, answered: bool) -> None:
        """Take a whole sweep into account."""
        self._note(self._gateways, gateway_id, at, answered=answered)

    def note_site(self, site_id: str, at: datetime, *, answered: bool) -> None:
        """Take a look at anything of a school into account."""
        self._note(self._sites, site_id, at, answered=answered)

    def _note(self, failing: dict[str, datetime], key: str, at: datetime, *, answered: bool) -> None:
        self._heard = True
        if answered:
            self._gateways.clear()
            self._sites.clear()
        else:
            failing.setdefault(key, at)

    def unsure(self, gateways: Collection[str]) -> bool:
        """Say whether every gateway fails, and looks at schools must tell whose fault that is."""
        return bool(gateways) and all(key in self._gateways for key in gateways)

    def finding(self, gateways: Collection[str], now: datetime) -> Finding:
        """Say what it comes to, by the gateways that there are."""
        if not self._gateways and not self._sites:
            return Finding(check=Check.NETWORK, result=Result.OK if self._heard else Result.UNTOLD, at=now)
        failing = len(self._gateways) + len(self._sites)
        if not (self._sites and failing >= ENOUGH and self.unsure(gateways)):
            return Finding(check=Check.NETWORK, result=Result.UNTOLD, at=now)
        detail = f"every gateway ({len(self._gateways)}) and every site asked ({len(self._sites)}) fails"
        return Finding(
            check=Check.NETWORK, result=Result.FAILED, at=min(self._moments()), detail=detail, blinds=True
        )

    def _moments(self) -> Iterator[datetime]:
        yield from self._gateways.values()
        yield from self._sites.values()
