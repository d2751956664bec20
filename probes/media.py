"""What flows after PLAY: from RTP packets to counts, key frames, fingerprints and a measured frame rate."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from probes.base import MediaStats, VideoFormat
from probes.frame_rate import FrameRate
from probes.wire.access_unit import AccessUnit, Collector
from probes.wire.error import WireError
from probes.wire.parameter_sets import PictureFormat, picture_format
from probes.wire.rtp import ReceiverStats, parse
from probes.wire.sdp import Format, Media, announced_sets, decode_sets, parse_sdp

CODECS = ("H264", "H265")
MAX_FINGERPRINTS = 1024  # of one check: some 17 s at 60 frames per second
REMEMBERED = 1024  # sets of parameter sets
USUAL_SETS_BYTES = 1024  # of all parameter sets of a stream: those of cameras have less than 300
USUAL_ANNOUNCED_CHARACTERS = 1400  # the same in base64
MAX_SOURCES = 16  # of one track are told apart: a camera has one, and one more after each restart


class Track(NamedTuple):
    """The one video of a description that is watched."""

    codec: str
    clock_rate: int  # Hz
    control: str | None
    session_control: str | None
    format: Format
    foreign: frozenset[int] = frozenset()  # payload types of the description's other media


def choose_track(body: bytes) -> Track | None:
    """Choose the first video that can be judged; None when there is none. Raises WireError."""
    description = parse_sdp(body)
    for media in description.videos():
        found = media.format_of(*CODECS)
        if found is not None:
            return Track(
                found.codec,
                found.clock_rate or 90000,
                media.control,
                description.control,
                found,
                _payload_types(each for each in description.media if each is not media)
                - _payload_types([media]),
            )
    return None


def _payload_types(media: Iterable[Media]) -> frozenset[int]:
    return frozenset(each.payload_type for one in media for each in one.formats)


@lru_cache(maxsize=REMEMBERED)
def _remembered(sets: tuple[bytes, ...], codec: str) -> PictureFormat | None:
    return picture_format(sets, codec)


def _picture_of(sets: tuple[bytes, ...], codec: str) -> PictureFormat | None:
    """Read what parameter sets say, once per model: cameras of one model share them to the last bit.

    Only sets of a usual length are remembered: what a camera makes up must not fill our memory.
    """
    usual = sum(map(len, sets)) <= USUAL_SETS_BYTES
    return _remembered(sets, codec) if usual else picture_format(sets, codec)


@lru_cache(maxsize=REMEMBERED)
def _remembered_announced(announced: tuple[str, ...], codec: str) -> PictureFormat | None:
    return picture_format(decode_sets(announced), codec)


def _announced_picture(track: Track) -> PictureFormat | None:
    """Read what the description says, once per model as well."""
    announced = announced_sets(track.format)
    if sum(map(len, announced)) > USUAL_ANNOUNCED_CHARACTERS:
        return picture_format(decode_sets(announced), track.codec)
    return _remembered_announced(announced, track.codec)


def video_of(track: Track | None, watch: "MediaWatch | None") -> VideoFormat | None:
    """Say what a stream is: by the parameter sets that came with it, else by its description."""
    if track is None:
        return None
    picture = None if watch is None else watch.picture()
    if picture is None and track.format.fmtp:
        picture = _announced_picture(track)
    fps = None if watch is None else watch.fps()
    if picture is None:
        return VideoFormat(codec=track.codec, fps=fps)
    return VideoFormat(codec=track.codec, width=picture.width, height=picture.height, fps=fps)


class MediaWatch:
    """Watches one track's packets. Times are the caller's clock, in seconds.

    Only packets of one payload type are the track's: the announced one as soon as it comes, until then the
    first that could be it, for some cameras announce another than they send. Others (sound on the same
    channel) are passed over. Losses are counted for each source apart, for each has its own numbers.
    """

    __slots__ = (
        "_collector",
        "_fingerprints",
        "_first_at",
        "_frames",
        "_pause",
        "_payload_type",
        "_rate",
        "_sources",
        "_ssrc",
        "_stats",
        "_told_at",
        "_track",
        "_units",
        "fingerprints",
        "key_frame",
        "last_at",
    )

    def __init__(self, track: Track, *, fingerprints: bool) -> None:
        self._track = track
        self._fingerprints = fingerprints
        self._payload_type = -1
        self._start()

    def _start(self) -> None:
        """Begin, or begin anew: what came until now was not the track."""
        self._ssrc = -1
        self._stats = ReceiverStats(self._track.clock_rate)  # of that source
        self._sources: dict[int, ReceiverStats] = {}
        self._collector = Collector(self._track.codec, fingerprints=self._fingerprints)
        self._rate = FrameRate(self._track.clock_rate)
        self._frames = 0  # complete ones
        self._units = 0  # complete or not
        self._told_at = 0.0  # when the last of them ended
        self._pause = 0.0  # the longest between two
        self._first_at: float | None = None
        self.last_at = 0.0  # when the last packet came
        self.key_frame = False  # a complete one came
        self.fingerprints: list[str] = []

    @property
    def packets(self) -> int:
        """How many RTP packets came."""
        return sum(stats.received for stats in self._sources.values())

    @property
    def first_at(self) -> float:
        """When the first packet came."""
        return self._first_at or 0.0

    @property
    def seconds(self) -> float:
        """From the first packet to the last."""
        return 0.0 if self._first_at is None else self.last_at - self._first_at

    def packet(self, data: bytes, now: float) -> None:
        """Take what came where RTP is expected; what is no RTP, or RTCP, is passed over."""
        try:
            packet = parse(data)
        except WireError:
            return
        if packet.payload_type != self._payload_type and not self._turns_to(packet.payload_type):
            return
        if packet.ssrc != self._ssrc:
            self._hear(packet.ssrc)
        if self._first_at is None:
            self._first_at = now
        self.last_at = now
        self._stats.note(packet.sequence, packet.timestamp, now, len(data))
        for unit in self._collector.take(packet):
            self._count(unit, now)

    def _turns_to(self, payload_type: int) -> bool:
        """Say whether a payload type other than the last is the track's, and keep to it if so.

        RTCP on the same channel looks like 64 to 95 (RFC 5761 §4): these count only when announced. Below
        35 all have a meaning of their own (RFC 3551 §6), and those of other media belong to them.
        """
        if payload_type == self._track.format.payload_type:
            if self._payload_type >= 0:
                self._start()
        elif self._payload_type >= 0 or payload_type in self._track.foreign or not _is_free(payload_type):
            return False
        self._payload_type = payload_type
        return True

    def _hear(self, ssrc: int) -> None:
        """Count on with another source; of very many, the last ones together."""
        self._ssrc = ssrc
        known = self._sources.get(ssrc)
        if known is not None:
            self._stats = known
        elif len(self._sources) < MAX_SOURCES:
            self._stats = self._sources[ssrc] = ReceiverStats(self._track.clock_rate)

    def _count(self, unit: AccessUnit, now: float) -> None:
        if self._units:
            self._pause = max(self._pause, now - self._told_at)
        self._units += 1
        self._told_at = now
        self._rate.note(unit.timestamp, now)
        if unit.complete:
            self._frames += 1
            self.key_frame = self.key_frame or unit.key_frame
            if unit.fingerprint is not None and len(self.fingerprints) < MAX_FINGERPRINTS:
                self.fingerprints.append(unit.fingerprint)

    def goes_on(self, now: float, *, slack: float) -> bool:
        """Say whether more than one frame came, and the next is not overdue, `slack` seconds allowed for.

        A stream of one frame in four seconds goes on; a key frame that a gateway kept stands alone.
        """
        return self._units > 1 and now - self.last_at <= self._pause + slack

    def picture(self) -> PictureFormat | None:
        """Read the size from the parameter sets that came with the stream."""
        sets = self._collector.parameter_sets
        return _picture_of(tuple(sets), self._track.codec) if sets else None

    def fps(self) -> float | None:
        """Measure frames per second of the stream's own clock; None when that cannot be told."""
        return self._rate.measure()

    def stats(self) -> MediaStats:
        """Give the counts."""
        sources = self._sources.values()
        return MediaStats(
            packets=self.packets,
            lost=sum(stats.lost for stats in sources),
            jitter=max((stats.jitter for stats in sources), default=0.0),
            bytes=sum(stats.bytes for stats in sources),
            seconds=self.seconds,
            frames=self._frames,
        )


def _is_free(payload_type: int) -> bool:
    return 35 <= payload_type < 64 or payload_type >= 96
