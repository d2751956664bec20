"""Asks the edge of every site that the register names one of: a TCP connection, made and closed."""

from collections.abc import Callable, Iterable

from monitor.judge.evidence import is_strained
from monitor.judge.neighbours import EdgeView, Reach
from monitor.model.estate import Camera
from monitor.run.access import Access
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.meter import Meter
from monitor.run.streams import Index
from probes.base import CheckOptions, Probe, Target

EDGE_BYTES = 240  # of a connection that is made and closed: six packets


class Edges:
    """The asker of edges. `on_edge` is given the site and what became of the connection."""

    kind = "edge"

    def __init__(
        self,
        probe: Probe | None,
        *,
        every: float,
        timeout: float,
        budgets: Budgets,
        clock: Clock,
        meter: Meter,
        on_edge: Callable[[str, EdgeView], None],
    ) -> None:
        self.every = every
        self._probe = probe  # None: no edge is asked
        self._options = CheckOptions(timeout=timeout)
        self._budgets = budgets
        self._clock = clock
        self._meter = meter
        self._on_edge = on_edge
        self._estate = Index.of_nothing().estate

    def reset(self, index: Index, access: Access) -> None:
        """Take a new register; no edge asks for a log-in."""
        del access
        self._estate = index.estate

    def subjects(self) -> Iterable[str]:
        """List the sites with an edge."""
        return [] if self._probe is None else [s.site_id for s in self._estate.sites.values() if s.edge]

    def near(self, camera: Camera) -> str | None:
        """Return the camera's site."""
        return camera.site_id

    async def ask(self, ident: str, lateness: float) -> None:
        """Connect to the edge of a site."""
        site, probe = self._estate.sites[ident], self._probe
        if probe is None:
            return
        budget, target = self._budgets.of(ident, self._estate), Target(id=ident, url=f"rtsp://{site.edge}")
        async with budget.slot(self.kind):
            seen = await probe(target, self._options, now=self._clock.now())
        budget.spend(EDGE_BYTES)
        self._meter.survey_done(self.kind, seen.failure, bytes_on_wire=EDGE_BYTES, lateness=lateness)
        if self._estate.sites.get(ident) == site:
            self._on_edge(ident, EdgeView(at=seen.at, reach=Reach.of(seen), strained=is_strained(seen)))
