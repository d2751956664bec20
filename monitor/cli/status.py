"""`cctv-monitor status`: the present, counted, as the running monitor last committed it.

When no monitor runs, or none was heard of lately, nothing is known: every stream is UNKNOWN.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from exporters.locale.texts import translations
from exporters.terminal.lists import LostStream, Stray, lost_lines, lost_streams, stray_lines
from exporters.terminal.status import status_lines, status_table
from exporters.terminal.words import Words
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import dated_picture_in, opened
from monitor.model.estate import Stream
from monitor.run.moments import day_of
from monitor.run.streams import Index
from monitor.run.summary import Summary, summarise
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.lists import Unmatched
from monitor.store.present import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the store says of the present."""

    summary: Summary
    cameras: int  # in the register, whether they count or not
    seen_at: datetime | None  # the last heartbeat of a monitor
    parts: Sequence[Seen]  # of the estate, each with whether a monitor looks at it
    lost: Sequence[LostStream]
    paths: Sequence[Stray]  # at the gateways, unknown to the register
    streams: Sequence[Stray]  # enrolled, unknown to their gateway


def command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="List what the register or a gateway does not know.")
    ] = False,
    streams: Annotated[
        bool, typer.Option("--streams", help="List every stream not received: why, since when, who acts.")
    ] = False,
    as_of: DayOption = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show what is received now, or was at the end of a past day, and what is not and why.

    Exit 0 when the present could be read, whatever it is; 2 wrong use.
    """
    if unmatched and as_of is not None:
        refuse("--unmatched: is known only of now; leave out --as-of")
    settings = settings_for(config, database)
    if as_of is not None and as_of > day_of(None, settings.zone_info, datetime.now(UTC)):
        refuse(f"--as-of: {as_of.isoformat()} is still to come; nobody knows what is received then")
    with Progress() as progress:
        progress.now("reading the present")
        try:
            status = asyncio.run(_read(settings, as_of, datetime.now(UTC)))
        except StoreError as error:
            refuse(str(error))
    if as_json:
        told = to_json(status, unmatched=unmatched, streams=streams)
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(status, Words(translations(settings.locale), settings.zone_info), unmatched, streams)


async def _read(settings: Settings, day: date | None, now: datetime) -> Status:
    async with opened(settings) as store:
        picture = await dated_picture_in(store, settings, day, now)
        strays = await store.unmatched() if picture.moment == now else []
    board, looking = picture.board, picture.looking
    return Status(
        summary=summarise(board, as_of=picture.moment, baseline=settings.baseline, looking=looking),
        cameras=len(board.index.by_camera),
        seen_at=picture.seen_at,
        parts=picture.parts,
        lost=lost_streams(board, looking=looking, seen_at=picture.seen_at),
        paths=[_stray(stray, None) for stray in strays if not stray.missing],
        streams=list(_missing(strays, board.index)),
    )


def _missing(strays: Sequence[Unmatched], index: Index) -> list[Stray]:
    enrolled: dict[tuple[str | None, str | None], Stream] = {
        (stream.gateway_id, stream.stream_key): stream for stream in index.by_id.values()
    }
    found = ((stray, enrolled.get((stray.gateway_id, stray.stream_key))) for stray in strays if stray.missing)
    return [_stray(stray, stream.camera_id) for stray, stream in found if stream is not None]


def _stray(stray: Unmatched, camera_id: str | None) -> Stray:
    return Stray(
        gateway_id=stray.gateway_id, stream_key=stray.stream_key, since=stray.since, camera_id=camera_id
    )


def to_json(status: Status, *, unmatched: bool, streams: bool) -> dict[str, Any]:
    """Give the documented keys."""
    seen_at = status.seen_at.isoformat() if status.seen_at is not None else None
    told = status.summary.as_dict()
    parts = [
        {"regions": sorted(part.regions), "looking": part.looking, "seen_at": part.seen_at.isoformat()}
        for part in status.parts
    ]
    told["monitor"] = {"looking": status.summary.looking, "seen_at": seen_at, "parts": parts}
    if unmatched:
        told["unmatched"] = {
            "paths": [stray.as_dict() for stray in status.paths],
            "streams": [stray.as_dict() for stray in status.streams],
        }
    if streams:
        told["streams"] = [lost.as_dict() for lost in status.lost]
    return told


def _show(status: Status, words: Words, unmatched: bool, streams: bool) -> None:
    if unmatched or streams:
        lines = stray_lines(status.paths, status.streams, words) if unmatched else []
        lines += lost_lines(status.lost, words, cameras=status.cameras) if streams else []
        typer.echo("\n".join(lines))
    elif sys.stdout.isatty():
        Console().print(status_table(status.summary, words))
    else:
        typer.echo("\n".join(status_lines(status.summary, words)))
