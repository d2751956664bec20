"""How many streams stand how: per region by proof, cause and warning, per site by state.

Kept by what changes, so that no reader has to go through a country.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from monitor.law.crossing import SiteVideo
from monitor.law.inclusion import Outside
from monitor.model.estate import Stream
from monitor.model.verdict import Cause, Proof, State, Verdict, Warn
from monitor.run.streams import Index

UNSEEN = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)  # no verdict was committed: nobody looked


class StreamCounts:
    """The counts of one register. `verdict_of` gives what is committed of a stream, None for nothing."""

    def __init__(
        self, index: Index, outside: Mapping[str, Outside], verdict_of: Callable[[str], Verdict | None]
    ) -> None:
        self._outside = outside
        self._region_of = {key: each.region for key, each in index.estate.institutions.items()}
        self.proofs: Counter[tuple[str, Proof]] = Counter()  # of streams that are received
        self.causes: Counter[tuple[str, State, Cause]] = Counter()  # of streams that are not
        self.warnings: Counter[tuple[str, Warn]] = Counter()
        self._received, self._lost, self._unknown = Counter[str](), Counter[str](), Counter[str]()  # by site
        self._count([(stream, verdict_of(key) or UNSEEN) for key, stream in index.by_id.items()])
        self._changed = set(index.estate.sites)

    def _count(self, known: Sequence[tuple[Stream, Verdict]]) -> None:
        """Count everything for the first time: what is alike together, for there are many."""
        regions = self._region_of
        alike = Counter((regions[s.institution_id], v.state, v.cause, v.proof) for s, v in known)
        for (region, state, cause, proof), count in alike.items():
            if cause is None:
                self.proofs[region, proof] += count
            else:
                self.causes[region, state, cause] += count
        self.warnings.update((regions[s.institution_id], each) for s, v in known for each in v.warnings)
        at_sites = Counter((s.site_id, v.state) for s, v in known if self._on_channel(s))
        for (site_id, state), count in at_sites.items():
            self._of_state(state)[site_id] = count

    def change(self, stream: Stream, old: Verdict | None, new: Verdict) -> None:
        """Take another verdict on a stream; `old`: the one before, None for none."""
        old, region = old or UNSEEN, self._region_of[stream.institution_id]
        self._add(region, old, -1)
        self._add(region, new, 1)
        if old.state is not new.state and self._on_channel(stream):
            self._of_state(old.state)[stream.site_id] -= 1
            self._of_state(new.state)[stream.site_id] += 1
            self._changed.add(stream.site_id)

    def _add(self, region: str, verdict: Verdict, count: int) -> None:
        if verdict.cause is None:
            self.proofs[region, verdict.proof] += count
        else:
            self.causes[region, verdict.state, verdict.cause] += count
        for warning in verdict.warnings:
            self.warnings[region, warning] += count

    def _of_state(self, state: State) -> Counter[str]:
        if state is State.RECEIVING:
            return self._received
        return self._lost if state is State.NOT_RECEIVING else self._unknown

    def _on_channel(self, stream: Stream) -> bool:
        """Say whether a stream says anything of its site's channel: enrolled, and its camera counts."""
        return stream.gateway_id is not None and stream.camera_id not in self._outside

    def lost(self) -> Counter[tuple[State, Cause]]:
        """Count the streams that are not received by state and cause, all regions together."""
        found: Counter[tuple[State, Cause]] = Counter()
        for (_, state, cause), count in self.causes.items():
            found[state, cause] += count
        return +found

    def of_site(self, site_id: str) -> SiteVideo:
        """Count a site's streams by state: of cameras that count, enrolled at a gateway."""
        received, lost = self._received.get(site_id, 0), self._lost.get(site_id, 0)
        unknown = self._unknown.get(site_id, 0)
        return SiteVideo(streams=received + lost + unknown, received=received, lost=lost)

    def take_changed(self) -> set[str]:
        """Return the sites whose counts changed since the last call, and forget them."""
        changed, self._changed = self._changed, set()
        return changed
