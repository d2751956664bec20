"""How contracts stand, as instants: when each ends; per site its cover, its lapse, its bridging window.

A contract covers its last day wholly: it expires at the local midnight after it. Contracts are told that
were concluded and have not ended and, where none is in force, the one that ended last. Contracts that
were followed by another are history, and would keep an alert burning for ever; what is only being procured
covers no day.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from exporters.prometheus import catalogue
from exporters.prometheus.institutions import Block
from exporters.prometheus.sites import SiteLabels
from exporters.prometheus.terms import (
    Contracted,
    Terms,
    channels_by_site,
    contracts_of,
    pattern_of,
    terms_of,
    told,
)
from exporters.prometheus.text import Family
from monitor.law.bridging import BridgingState
from monitor.law.coverage import day_after, last_day
from monitor.law.rules import NoRule, Rules
from monitor.law.terms import ContractRules
from monitor.model.channels import Contract
from monitor.run.board import Board

BATCH = 400  # sites encoded before others may work: about 3 ms

FAMILIES = (
    catalogue.CONTRACT_EXPIRY,
    catalogue.CONTRACT_STATUS,
    catalogue.COVER_END,
    catalogue.LAPSE_START,
    catalogue.BRIDGING_STATE,
    catalogue.WINDOW_START,
    catalogue.WINDOW_END,
)


@lru_cache(maxsize=1000)  # most contracts end on the last day of a month
def midnight(day: date, zone: ZoneInfo) -> int:
    """Return the second (since the epoch) with which a local day begins."""
    return int(datetime.combine(day, time.min, zone).timestamp())


def expiry(last: date, zone: ZoneInfo) -> int:
    """Return the first second (since the epoch) that a contract with this last day does not cover."""
    return midnight(day_after(last), zone)


class ContractLines:
    """The contracts' lines, encoded anew with every register and every local day."""

    def __init__(self, zone: ZoneInfo, labels: SiteLabels, law: Rules) -> None:
        self._zone = zone
        self._labels = labels
        self._law = law
        self._told: list[Block] = [(family, ()) for family in FAMILIES]
        self._made_for: tuple[int, date] | None = None
        self._made: _Making | None = None

    def encode_some(self, board: Board, day: date) -> bool:
        """Encode a batch when the register or the day is another one; says whether some is left."""
        wanted = (board.revision, day)
        if self._made_for == wanted:
            return False
        if self._made is None or self._made.wanted != wanted:
            self._made = _Making(board, day, self._zone, self._law)
        if self._made.encode(board, self._labels):
            return True
        self._told, self._made_for, self._made = self._made.blocks(), wanted, None
        return False

    def blocks(self) -> list[Block]:
        """Give the lines, family by family."""
        return self._told


class _Making:
    """The lines of one register and day, while they are made."""

    def __init__(self, board: Board, day: date, zone: ZoneInfo, law: Rules) -> None:
        self.wanted = (board.revision, day)
        self._day = day
        self._zone = zone
        self._rules = _rules(law, day)
        self._sites = iter(channels_by_site(board.index.estate).items())  # a contract is always a channel's
        self._lines: dict[str, list[bytes]] = {family.name: [] for family in FAMILIES}
        self._ways: dict[Hashable, _Way] = {}

    def encode(self, board: Board, labels: SiteLabels) -> bool:
        """Encode a batch; says whether some is left."""
        batch, expiries = list(islice(self._sites, BATCH)), self._lines[catalogue.CONTRACT_EXPIRY.name]
        for site_id, channels in batch:
            named, pattern = labels.of(board, site_id), pattern_of(channels)
            way = self._ways.get(pattern)
            if way is None:
                way = self._ways[pattern] = self._way(channels)
            contracts = contracts_of(channels)
            expiries += [_expiry(named, contracts[at], instant) for at, instant in way.contracts]
            for lines, first, last in way.lines:
                lines.append(first + named + last)
        return len(batch) == BATCH

    def blocks(self) -> list[Block]:
        """Give the lines, family by family."""
        return [(family, tuple(self._lines[family.name])) for family in FAMILIES]

    def _way(self, channels: Sequence[Contracted]) -> "_Way":
        contracts = contracts_of(channels)
        chosen = set(map(id, told(contracts, self._day)))
        expiries: dict[tuple[str, str], tuple[int, int]] = {}  # one series for all channels of an agreement
        for at, each in enumerate(contracts):
            if id(each) in chosen:
                instant = expiry(last_day(each, self._day) or each.ends_on, self._zone)
                named = (each.contract_number, each.provider)
                expiries[named] = max(expiries.get(named, (0, at)), (instant, at))
        instants = [(at, instant) for instant, at in expiries.values()]
        ends = _ends(terms_of(channels, self._day, self._rules), self._zone) if self._rules else ()
        lines = [(self._lines[family.name], family.encoded + b"{", last) for family, last in ends]
        return _Way(instants, lines)


@dataclass(frozen=True, slots=True)
class _Way:
    """What is told of every site whose contracts have the same days."""

    contracts: Sequence[tuple[int, int]]  # which of the site's, and its instant
    lines: Sequence[tuple[list[bytes], bytes, bytes]]  # where to, and what stands before and after its labels


def _rules(law: Rules, day: date) -> ContractRules | None:
    """Pick the rules of a day; None: the packs say nothing of contracts for it."""
    try:
        return ContractRules.of(law, day)
    except NoRule:
        return None


def _expiry(named: bytes, contract: Contract, instant: int) -> bytes:
    family = catalogue.CONTRACT_EXPIRY
    labels = family.named_after(named, (contract.contract_number, contract.provider))
    return b"%s{%s} %d\n" % (family.encoded, labels, instant)


def _ends(terms: Terms, zone: ZoneInfo) -> Iterator[tuple[Family, bytes]]:
    """Give the lines of a site with such terms: of which family, and how they end behind its labels."""
    status, state = catalogue.CONTRACT_STATUS, catalogue.BRIDGING_STATE
    yield status, status.named_after(b"", (terms.status,)) + b"} 1\n"
    if terms.bridging is not BridgingState.NOT_NEEDED:
        yield state, state.named_after(b"", (terms.bridging,)) + b"} 1\n"
    instants = [(catalogue.COVER_END, terms.cover_ends), (catalogue.LAPSE_START, terms.lapsed_on)]
    if terms.window is not None:
        instants.append((catalogue.WINDOW_START, terms.window.first))
        instants.append((catalogue.WINDOW_END, day_after(terms.window.last)))
    for family, day in instants:
        if day is not None:
            yield family, b"} %d\n" % midnight(day, zone)
