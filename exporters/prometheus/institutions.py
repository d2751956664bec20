"""The institutions' lines, kept encoded: a scrape costs what changed, not the size of the country.

Names and labels are escaped once per register. What changed is encoded in small batches with the loop
yielded in between; the last batch and the copy taken for a scrape happen without a yield, so that a scrape
shows the board as it was at one instant.
"""

import asyncio

from exporters.prometheus import catalogue
from exporters.prometheus.text import Family
from monitor.model.estate import Institution
from monitor.run.board import Board

BATCH = 250  # institutions encoded before others may work: about 5 ms on a slow core

Block = tuple[Family, tuple[bytes, ...]]


class InstitutionLines:
    """The lines of every institution, in the order of the register. Sole taker of a board's changes."""

    def __init__(self) -> None:
        self.revision = -1  # of the board whose institutions these are
        self._slots: dict[str, int] = {}
        self._labels: list[bytes] = []  # b"" until the institution is encoded for the first time
        self._info: list[bytes] = []
        self._cameras: list[bytes] = []
        self._receiving: list[bytes] = []
        self._unknown: list[bytes] = []
        self._excluded: list[bytes] = []
        self._stale: set[str] = set()

    async def refresh(self, board: Board) -> None:
        """Encode what changed. The loop is not yielded between the last line encoded and the return."""
        while True:
            if self.revision != board.revision:
                self._start_over(board)
            self._stale |= board.take_changed() & self._slots.keys()
            for _ in range(min(BATCH, len(self._stale))):
                self._encode(board, self._stale.pop())
            if not self._stale:
                return
            await asyncio.sleep(0)

    def blocks(self) -> list[Block]:
        """Copy the lines, family by family. What is encoded later does not change them."""
        return [
            (catalogue.CAMERAS, tuple(self._cameras)),
            (catalogue.CAMERAS_RECEIVING, tuple(self._receiving)),
            (catalogue.CAMERAS_UNKNOWN, tuple(self._unknown)),
            (catalogue.CAMERAS_EXCLUDED, tuple(self._excluded)),
            (catalogue.INSTITUTION, tuple(self._info)),
        ]

    def _start_over(self, board: Board) -> None:
        institutions = board.index.estate.institutions
        self._slots = {institution_id: slot for slot, institution_id in enumerate(institutions)}
        empty = [b""] * len(institutions)
        self._labels, self._info = empty.copy(), empty.copy()
        self._cameras, self._receiving = empty.copy(), empty.copy()
        self._unknown, self._excluded = empty.copy(), empty.copy()
        self._stale = set(institutions)
        self.revision = board.revision

    def _encode(self, board: Board, institution_id: str) -> None:
        slot = self._slots[institution_id]
        if not self._labels[slot]:
            self._name(slot, board.index.estate.institutions[institution_id])
        place, cameras = self._labels[slot], board.cameras_of(institution_id)
        self._cameras[slot] = b"%s%s%d\n" % (_CAMERAS, place, cameras.registered)
        self._receiving[slot] = b"%s%s%d\n" % (_RECEIVING, place, cameras.receiving)
        self._unknown[slot] = b"%s%s%d\n" % (_UNKNOWN, place, cameras.unknown)
        self._excluded[slot] = b"%s%s%d\n" % (_EXCLUDED, place, board.excluded_of(institution_id))

    def _name(self, slot: int, institution: Institution) -> None:
        place = (institution.institution_id, institution.region, institution.type.value)
        self._labels[slot] = catalogue.CAMERAS.place(place)
        names = (
            institution.institution_id,
            institution.name,
            institution.region,
            institution.type.value,
            institution.ownership.value,
        )
        self._info[slot] = catalogue.INSTITUTION.sample(names, 1)


_CAMERAS = catalogue.CAMERAS.name.encode()
_RECEIVING = catalogue.CAMERAS_RECEIVING.name.encode()
_UNKNOWN = catalogue.CAMERAS_UNKNOWN.name.encode()
_EXCLUDED = catalogue.CAMERAS_EXCLUDED.name.encode()
