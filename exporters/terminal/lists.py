"""Lists of single streams: those that are lost, and those that the register or a gateway does not know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exporters.locale.forms import NOTHING
from exporters.terminal.view import printable
from exporters.terminal.words import Words
from monitor.judge.causes import OWNERS
from monitor.model.verdict import Cause, State
from monitor.run.board import Board

_NEVER = datetime.max.replace(tzinfo=UTC)  # behind every moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A path or a stream key at one gateway, and since when it does not match."""

    gateway_id: str
    stream_key: str
    since: datetime
    camera_id: str | None = None  # None: the register does not know it

    def as_dict(self) -> dict[str, Any]:
        """Give the keys of `status --unmatched --json`."""
        told = {"gateway_id": self.gateway_id, "stream_key": self.stream_key}
        camera = {"camera_id": self.camera_id} if self.camera_id is not None else {}
        return told | camera | {"since": self.since.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LostStream:
    """A stream that is not received, or not known to be: why, since when, and who must act."""

    stream_id: str
    camera_id: str
    institution_id: str
    institution: str
    gateway_id: str | None
    state: State
    cause: Cause
    since: datetime | None  # None: nobody has looked yet

    def as_dict(self) -> dict[str, Any]:
        """Give the keys of `status --streams --json`."""
        return {
            "stream_id": self.stream_id,
            "camera_id": self.camera_id,
            "institution_id": self.institution_id,
            "gateway_id": self.gateway_id,
            "state": self.state.value,
            "cause": self.cause.value,
            "owner": OWNERS[self.cause].value,
            "since": self.since.isoformat() if self.since is not None else None,
        }


def lost_streams(board: Board, *, looking: bool, seen_at: datetime | None) -> list[LostStream]:
    """List every stream that is not received, longest first.

    While nobody looks that is every stream, since somebody did (`seen_at`).
    """
    found = []
    for stream in board.index.by_id.values():
        present = board.streams.get(stream.stream_id) if looking else None
        if present is not None and present.verdict.cause is None:
            continue
        found.append(
            LostStream(
                stream_id=stream.stream_id,
                camera_id=stream.camera_id,
                institution_id=stream.institution_id,
                institution=board.index.estate.institutions[stream.institution_id].name,
                gateway_id=stream.gateway_id,
                state=present.verdict.state if present is not None else State.UNKNOWN,
                cause=(present.verdict.cause if present is not None else None) or Cause.MONITOR_BLIND,
                since=present.told_since if present is not None else None if looking else seen_at,
            )
        )
    return sorted(found, key=lambda lost: (lost.since or _NEVER, lost.stream_id))


def lost_lines(lost: Iterable[LostStream], words: Words, *, cameras: int) -> list[str]:
    """Write one line per stream: which, since when, why and who must act. `cameras`: in the register."""
    lines = [words.text("title.lost")]
    for each in lost:
        since = words.moment(each.since) if each.since is not None else NOTHING
        said = (
            f"{words.translator.of(each.state)}: {words.translator.of(each.cause)}",
            words.translator.of(OWNERS[each.cause]),
        )
        lines.append("  ".join((since, printable(f"{each.institution}, {each.camera_id}"), *said)))
    return lines if len(lines) > 1 else [none_lost(words, cameras)]


def none_lost(words: Words, cameras: int) -> str:
    """Say that none of so many cameras is lost; of no cameras that is nothing to be glad of."""
    return words.text("lost.none" if cameras else "lost.no_cameras")


def stray_lines(paths: Sequence[Stray], streams: Sequence[Stray], words: Words) -> list[str]:
    """Write both lists: paths without a stream, and streams without a path."""
    lines = []
    for key, strays in (("unmatched", paths), ("missing", streams)):
        lines.append(words.text(f"title.{key}"))
        lines += [_line(stray, words) for stray in strays] or [f"  {words.text('unmatched.none')}"]
    return lines


def _line(stray: Stray, words: Words) -> str:
    camera = f"  {stray.camera_id}" if stray.camera_id is not None else ""
    return f"  {words.moment(stray.since)}  {printable(f'{stray.gateway_id}  {stray.stream_key}{camera}')}"
