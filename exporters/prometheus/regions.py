"""The regions' lines: their names, and how their streams stand by proof, cause and warning.

Every proof, cause and warning is told, also those of no stream: a series that appears has no past.
"""

from collections.abc import Iterable

from exporters.prometheus import catalogue
from exporters.prometheus.institutions import Block
from exporters.prometheus.text import Family
from monitor.model.estate import Estate
from monitor.model.places import Region
from monitor.model.verdict import Cause, Proof, State, Warn
from monitor.run.board import Board


class RegionLines:
    """The lines of every region that the register has an institution in."""

    def __init__(self) -> None:
        self._revision = -1  # of the board whose regions these are
        self._regions: tuple[str, ...] = ()
        self._names: tuple[bytes, ...] = ()
        self._labels: dict[tuple[str, str], bytes] = {}  # by region and proof, cause or warning

    def refresh(self, board: Board) -> None:
        """Take the regions of the board's register."""
        if self._revision == board.revision:
            return
        estate = board.index.estate
        self._regions = tuple(sorted({each.region for each in estate.institutions.values()}))
        self._labels = {
            (region, word.value): family.named((region, word.value))
            for region in self._regions
            for family, words in _WORDS
            for word in words
        }
        self._names = tuple(map(_named, _told(estate, self._regions)))
        self._revision = board.revision

    def blocks(self, board: Board) -> list[Block]:
        """Encode the counts of now, family by family."""
        counts = board.counts
        received = [(r, p.value, counts.proofs[r, p]) for r in self._regions for p in Proof]
        lost = [(r, c.value, counts.causes[r, State.NOT_RECEIVING, c]) for r in self._regions for c in Cause]
        unknown = [(r, c.value, counts.causes[r, State.UNKNOWN, c]) for r in self._regions for c in Cause]
        warned = [(r, w.value, counts.warnings[r, w]) for r in self._regions for w in Warn]
        return [
            (catalogue.REGION, self._names),
            (catalogue.STREAMS_RECEIVING, self._encode(catalogue.STREAMS_RECEIVING, received)),
            (catalogue.STREAMS_NOT_RECEIVING, self._encode(catalogue.STREAMS_NOT_RECEIVING, lost)),
            (catalogue.STREAMS_UNKNOWN, self._encode(catalogue.STREAMS_UNKNOWN, unknown)),
            (catalogue.STREAMS_WARNED, self._encode(catalogue.STREAMS_WARNED, warned)),
        ]

    def _encode(self, family: Family, counts: Iterable[tuple[str, str, int]]) -> tuple[bytes, ...]:
        name = family.encoded
        return tuple(b"%s{%s} %d\n" % (name, self._labels[region, word], n) for region, word, n in counts)


_WORDS: tuple[tuple[Family, type[Proof | Cause | Warn]], ...] = (
    (catalogue.STREAMS_RECEIVING, Proof),
    (catalogue.STREAMS_NOT_RECEIVING, Cause),
    (catalogue.STREAMS_WARNED, Warn),
)


def _told(estate: Estate, regions: Iterable[str]) -> list[Region]:
    """Return these regions and those of the centres, which incidents name; a code is its own last name."""
    codes = {*regions, *(centre.region for centre in estate.centres.values())}
    return [
        estate.regions.get(code)
        or Region(region=code, name_kk=code, name_ru=code, name_en=code, time_zone="")
        for code in sorted(codes)
    ]


def _named(region: Region) -> bytes:
    return catalogue.REGION.sample((region.region, region.name_en, region.name_kk, region.name_ru), 1)
