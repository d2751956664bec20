"""The sites' lines: how many of a site's streams are received, kept encoded like the institutions' lines."""

from datetime import date

from exporters.prometheus import catalogue
from exporters.prometheus.institutions import Block
from monitor.run.board import Board

BATCH = 400  # sites encoded before others may work: about 2 ms


class SiteLabels:
    """The labels of the sites of one register, escaped once for all that is told of a site."""

    def __init__(self) -> None:
        self._revision = -1
        self._encoded: dict[str, bytes] = {}

    def of(self, board: Board, site_id: str) -> bytes:
        """Return the labels of a site as they begin the braces. KeyError for one that there is not."""
        if self._revision != board.revision:
            self._encoded, self._revision = {}, board.revision
        found = self._encoded.get(site_id)
        if found is None:
            institution_id = board.index.estate.sites[site_id].institution_id
            region = board.index.estate.institutions[institution_id].region
            found = self._encoded[site_id] = catalogue.SITE_STREAMS.named((institution_id, site_id, region))
        return found


class SiteLines:
    """The lines of every site, in the order of the register. Sole taker of the changes of sites."""

    def __init__(self, labels: SiteLabels) -> None:
        self._labels = labels
        self._revision = -1  # of the board whose sites these are
        self._slots: dict[str, int] = {}
        self._streams: list[bytes] = []
        self._receiving: list[bytes] = []
        self._unknown: list[bytes] = []
        self._stale: set[str] = set()

    def encode_some(self, board: Board, day: date) -> bool:
        """Encode a batch of what changed; says whether some is left."""
        del day
        if self._revision != board.revision:
            self._start_over(board)
        self._stale |= board.counts.take_changed() & self._slots.keys()
        for _ in range(min(BATCH, len(self._stale))):
            self._encode(board, self._stale.pop())
        return bool(self._stale)

    def blocks(self) -> list[Block]:
        """Copy the lines, family by family. What is encoded later does not change them."""
        return [
            (catalogue.SITE_STREAMS, tuple(self._streams)),
            (catalogue.SITE_STREAMS_RECEIVING, tuple(self._receiving)),
            (catalogue.SITE_STREAMS_UNKNOWN, tuple(self._unknown)),
        ]

    def _start_over(self, board: Board) -> None:
        sites = board.index.estate.sites
        self._slots = {site_id: slot for slot, site_id in enumerate(sites)}
        self._streams, self._receiving, self._unknown = ([b""] * len(sites) for _ in range(3))
        self._stale = set(sites)
        self._revision = board.revision

    def _encode(self, board: Board, site_id: str) -> None:
        slot, named = self._slots[site_id], self._labels.of(board, site_id)
        video = board.counts.of_site(site_id)
        self._streams[slot] = b"%s{%s} %d\n" % (_STREAMS, named, video.streams)
        self._receiving[slot] = b"%s{%s} %d\n" % (_RECEIVING, named, video.received)
        self._unknown[slot] = b"%s{%s} %d\n" % (_UNKNOWN, named, video.streams - video.received - video.lost)


_STREAMS = catalogue.SITE_STREAMS.encoded
_RECEIVING = catalogue.SITE_STREAMS_RECEIVING.encoded
_UNKNOWN = catalogue.SITE_STREAMS_UNKNOWN.encoded
