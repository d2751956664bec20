"""The demo as it is seen: a live board on a terminal, plain lines anywhere else."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from exporters.terminal.live import change_line, live_board, rows_for
from exporters.terminal.recent import Recent
from exporters.terminal.status import status_lines
from exporters.terminal.words import Words
from monitor.model.verdict import Cause, Transition
from monitor.run.board import Board
from monitor.run.summary import Summary

FRAME = 0.5  # seconds between two pictures of the live board
BEAT = 1.0  # seconds between two looks for new lines
COUNTS_EVERY = 10  # beats between two lines of counts
MOST_LINES = 20  # changes of one beat that are told one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is shown, and in which words."""

    board: Board
    recent: Recent
    words: Words
    places: Sequence[str]  # where it can be read, a line each
    summarise: Callable[[], Summary]


async def show(scene: Scene, out: TextIO) -> None:
    """Show the present until cancelled."""
    if out.isatty():
        await _show_board(scene, Console(file=out))
    else:
        await _show_lines(scene, out)


async def _show_board(scene: Scene, console: Console) -> None:
    with Live(console=console, auto_refresh=False, screen=True, vertical_overflow="crop") as live:
        while True:
            rows = rows_for(console.height - len(scene.places) - 1)
            changes = scene.recent.last(rows)
            board = live_board(scene.board, scene.summarise(), changes, scene.words, rows=rows)
            live.update(Group(*map(Text, scene.places), Text(), board), refresh=True)
            await asyncio.sleep(FRAME)


async def _show_lines(scene: Scene, out: TextIO) -> None:
    told, beat, known = 0, 0, set[str]()
    while True:
        fresh = scene.recent.last(scene.recent.count - told)
        told = scene.recent.count
        changes = [change for change in reversed(fresh) if _is_news(change, known)]
        lines = [change_line(change, scene.board.index, scene.words) for change in changes[:MOST_LINES]]
        if len(changes) > MOST_LINES:
            more = scene.words.count(len(changes) - MOST_LINES)
            lines.append(scene.words.text("count.more", count=more))
        if beat % COUNTS_EVERY == 0 and scene.board.index.by_id:
            lines += status_lines(scene.summarise(), scene.words)[:3]
        if lines:
            out.write("\n".join(lines) + "\n")
            out.flush()
        beat += 1
        await asyncio.sleep(BEAT)


def _is_news(change: Transition, known: set[str]) -> bool:
    """Say whether a change is one: the first thing that is known of a stream is only a beginning."""
    if change.stream_id in known:
        return True
    if change.verdict.cause is not Cause.MONITOR_BLIND:
        known.add(change.stream_id)
    return False
