"""The clips that make-believe cameras play: short H.264 loops, made once by clips/make.sh.

A clip is shared by many cameras; what makes a camera's frames its own is the stamp (stamp.py).
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from probes.wire.nal import split_annex_b
from simulator.stamp import IDR, SliceSyntax, stamp_head, stamped

FOLDER = Path(__file__).parent / "clips"
CLOCK_RATE = 90_000  # RFC 6184 §8.2.1
_SLICES = frozenset(range(1, IDR + 1))
_SPS, _PPS = 7, 8


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One picture of a clip: all of it but the last macroblock, and how the stamp's slice begins."""

    slice: bytes
    stamp_head: bytes
    key: bool


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A loop that begins with a key frame."""

    name: str
    sps: bytes
    pps: bytes
    pictures: tuple[CodedPicture, ...]
    width: int
    height: int
    fps: float

    def access_unit(self, position: int, *, camera: int, frame: int) -> list[bytes]:
        """The NAL units of one access unit: the clip's picture at `position`, stamped."""
        picture = self.pictures[position % len(self.pictures)]
        parameters = [self.sps, self.pps] if picture.key else []
        return [*parameters, picture.slice, stamped(picture.stamp_head, camera, frame)]

    def is_key(self, position: int) -> bool:
        """Say whether decoding can begin at `position`."""
        return self.pictures[position % len(self.pictures)].key

    @cached_property
    def bytes_per_second(self) -> int:
        """How much the loop sends, without packet headers."""
        size = sum(
            len(nal) for at in range(len(self.pictures)) for nal in self.access_unit(at, camera=1, frame=1)
        )
        return round(size / len(self.pictures) * self.fps)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The format parameters of RFC 6184 §8.1."""
        sets = ",".join(b64encode(nal).decode() for nal in (self.sps, self.pps))
        return {
            "packetization-mode": "1",
            "profile-level-id": self.sps[1:4].hex().upper(),
            "sprop-parameter-sets": sets,
        }


def read_clip(path: Path) -> Clip:
    """Read a clip from an Annex B file. ValueError when it is not as clips/make.sh makes them."""
    nals = split_annex_b(path.read_bytes())
    sps = next(nal for nal in nals if nal[0] & 0x1F == _SPS)
    pps = next(nal for nal in nals if nal[0] & 0x1F == _PPS)
    name, size, rate = path.stem.split("_")
    width, height = size.split("x")
    return Clip(
        name=name,
        sps=sps,
        pps=pps,
        pictures=tuple(_pictures(nals, SliceSyntax.of(sps, pps))),
        width=int(width),
        height=int(height),
        fps=float(rate),
    )


def _pictures(nals: list[bytes], syntax: SliceSyntax) -> Iterator[CodedPicture]:
    slices = [nal for nal in nals if nal[0] & 0x1F in _SLICES]
    for body, last in zip(slices[::2], slices[1::2], strict=True):
        yield CodedPicture(body, stamp_head(last, syntax), body[0] & 0x1F == IDR)


def read_clips(folder: Path = FOLDER) -> dict[str, Clip]:
    """Read every clip of a folder, by name."""
    clips = (read_clip(path) for path in sorted(folder.glob("*.h264")))
    return {clip.name: clip for clip in clips}
