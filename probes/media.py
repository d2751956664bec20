"""What flows after PLAY: from RTP packets to counts, key frames, fingerprints and a measured frame rate."""

from functools import lru_cache
from typing import NamedTuple

from probes.base import MediaStats, VideoFormat
from probes.wire.access_unit import AccessUnit, Collector
from probes.wire.error import WireError
from probes.wire.parameter_sets import PictureFormat, picture_format
from probes.wire.rtp import ReceiverStats, parse
from probes.wire.sdp import Format, announced_sets, decode_sets, parse_sdp

CODECS = ("H264", "H265")
MAX_FINGERPRINTS = 1024  # of one check: some 17 s at 60 frames per second
REMEMBERED = 1024  # sets of parameter sets
USUAL_SETS_BYTES = 1024  # of all parameter sets of a stream: those of cameras have less than 300
USUAL_ANNOUNCED_CHARACTERS = 1400  # the same in base64
MIN_FRAMES = 4  # to tell a frame rate from
MIN_SECONDS = 0.4  # between the first and the last of them, by their timestamps

_WRAP = 1 << 32
_HALF = 1 << 31


class Track(NamedTuple):
    """The one video of a description that is watched."""

    codec: str
    clock_rate: int  # Hz
    control: str | None
    session_control: str | None
    format: Format


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
            )
    return None


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
    """Watches one track's packets. Times are the caller's clock, in seconds."""

    __slots__ = (
        "_codec",
        "_collector",
        "_frames",
        "_latest",
        "_stats",
        "_timestamps",
        "_units",
        "fingerprints",
        "key_frame",
    )

    def __init__(self, track: Track, *, fingerprints: bool) -> None:
        self._codec = track.codec
        self._stats = ReceiverStats(track.clock_rate)
        self._collector = Collector(track.codec, fingerprints=fingerprints)
        self._frames = 0  # complete ones
        self._units = 0  # of distinct timestamps
        self._latest = -1
        self._timestamps: tuple[int, int, int] | None = None  # first, earliest and latest offset
        self.key_frame = False  # a complete one came
        self.fingerprints: list[str] = []

    @property
    def packets(self) -> int:
        """How many RTP packets came."""
        return self._stats.received

    @property
    def first_at(self) -> float:
        """When the first packet came."""
        return self._stats.first_arrival or 0.0

    @property
    def last_at(self) -> float:
        """When the last packet came."""
        return self._stats.last_arrival

    @property
    def seconds(self) -> float:
        """From the first packet to the last."""
        return self._stats.seconds

    def packet(self, data: bytes, now: float) -> None:
        """Take what came where RTP is expected; what is no RTP, or RTCP (RFC 5761 §4), is passed over."""
        try:
            packet = parse(data)
        except WireError:
            return
        if 64 <= packet.payload_type < 96:
            return
        self._stats.note(packet.sequence, packet.timestamp, now, len(data))
        for unit in self._collector.take(packet):
            self._count(unit)

    def _count(self, unit: AccessUnit) -> None:
        if unit.timestamp != self._latest:  # a frame torn by loss is one sampling instant, not two
            self._units += 1
            self._latest = unit.timestamp
            self._widen(unit.timestamp)
        if unit.complete:
            self._frames += 1
            self.key_frame = self.key_frame or unit.key_frame
            if unit.fingerprint is not None and len(self.fingerprints) < MAX_FINGERPRINTS:
                self.fingerprints.append(unit.fingerprint)

    def _widen(self, timestamp: int) -> None:
        if self._timestamps is None:
            self._timestamps = (timestamp, 0, 0)
            return
        first, earliest, latest = self._timestamps
        offset = ((timestamp - first + _HALF) % _WRAP) - _HALF
        self._timestamps = (first, min(earliest, offset), max(latest, offset))

    def picture(self) -> PictureFormat | None:
        """Read the size from the parameter sets that came with the stream."""
        sets = self._collector.parameter_sets
        return _picture_of(tuple(sets), self._codec) if sets else None

    def fps(self) -> float | None:
        """Measure frames per second of the stream's own clock; None when the window is too short."""
        if self._timestamps is None or self._units < MIN_FRAMES:
            return None
        _, earliest, latest = self._timestamps
        seconds = (latest - earliest) / self._stats.clock_rate
        return (self._units - 1) / seconds if seconds >= MIN_SECONDS else None

    def stats(self) -> MediaStats:
        """Give the counts."""
        stats = self._stats
        return MediaStats(
            packets=stats.received,
            lost=stats.lost,
            jitter=stats.jitter,
            bytes=stats.bytes,
            seconds=stats.seconds,
            frames=self._frames,
        )
