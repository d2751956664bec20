"""The institutions' lines, kept encoded: a scrape costs what changed, not the size of the country.

Names and labels are escaped once per register. What changed is encoded in small batches, between which the
loop is yielded.
"""

from datetime import date

from exporters.prometheus import catalogue
from exporters.prometheus.text import Family
from monitor.model.estate import Institution
from monitor.run.board import Board

BATCH = 250  # institutions encoded before others may work: about 2 ms

Block = tuple[Family, tuple[bytes, ...]]


class InstitutionLines:
    """The lines of every institution, in the order of the register. Sole taker of a board's changes."""

    def __init__(self) -> None:
        self._revision = -1  # of the board whose institutions these are
        self._slots: dict[str, int] = {}
        self._labels: list[bytes] = []  # b"" until the institution is encoded for the first time
        self._info: list[bytes] = []
        self._headcounts: list[bytes] = []
        self._cameras: list[bytes] = []
        self._receiving: list[bytes] = []
        self._unknown: list[bytes] = []
        self._excluded: list[bytes] = []
        self._stale: set[str] = set()

    def encode_some(self, board: Board, day: date) -> bool:
        """Encode a batch of what changed; says whether some is left."""
        del day
        if self._revision != board.revision:
            self._start_over(board)
        self._stale |= board.take_changed() & self._slots.keys()
        for _ in range(min(BATCH, len(self._stale))):
            self._encode(board, self._stale.pop())
        return bool(self._stale)

    def blocks(self) -> list[Block]:
        """Copy the lines, family by family. What is encoded later does not change them."""
        return [
            (catalogue.CAMERAS, tuple(self._cameras)),
            (catalogue.CAMERAS_RECEIVING, tuple(self._receiving)),
            (catalogue.CAMERAS_UNKNOWN, tuple(self._unknown)),
            (catalogue.CAMERAS_EXCLUDED, tuple(self._excluded)),
            (catalogue.INSTITUTION, tuple(self._info)),
            (catalogue.HEADCOUNT, tuple(filter(None, self._headcounts))),
        ]

    def _start_over(self, board: Board) -> None:
        institutions = board.index.estate.institutions
        self._slots = {institution_id: slot for slot, institution_id in enumerate(institutions)}
        empty = [b""] * len(institutions)
        self._labels, self._info, self._headcounts = empty.copy(), empty.copy(), empty.copy()
        self._cameras, self._receiving = empty.copy(), empty.copy()
        self._unknown, self._excluded = empty.copy(), empty.copy()
        self._stale = set(institutions)
        self._revision = board.revision

    def _encode(self, board: Board, institution_id: str) -> None:
        slot = self._slots[institution_id]
        if not self._labels[slot]:
            self._name(slot, board.index.estate.institutions[institution_id])
        named, cameras = self._labels[slot], board.cameras_of(institution_id)
        self._cameras[slot] = b"%s{%s} %d\n" % (_CAMERAS, named, cameras.registered)
        self._receiving[slot] = b"%s{%s} %d\n" % (_RECEIVING, named, cameras.receiving)
        self._unknown[slot] = b"%s{%s} %d\n" % (_UNKNOWN, named, cameras.unknown)
        self._excluded[slot] = b"%s{%s} %d\n" % (_EXCLUDED, named, board.excluded_of(institution_id))

    def _name(self, slot: int, institution: Institution) -> None:
        """Encode what the register alone says of an institution."""
        key, region, kind = institution.institution_id, institution.region, institution.type
        self._labels[slot] = named = catalogue.CAMERAS.named((key, region, kind))
        names = (key, institution.name, region, kind, institution.ownership)
        self._info[slot] = catalogue.INSTITUTION.sample(names, 1)
        if institution.headcount is not None:
            self._headcounts[slot] = catalogue.HEADCOUNT.line(named, institution.headcount)


_CAMERAS = catalogue.CAMERAS.encoded
_RECEIVING = catalogue.CAMERAS_RECEIVING.encoded
_UNKNOWN = catalogue.CAMERAS_UNKNOWN.encoded
_EXCLUDED = catalogue.CAMERAS_EXCLUDED.encoded
