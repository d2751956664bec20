"""The live board: counts, the worst institutions, open incidents and what just changed."""

from collections.abc import Sequence
from datetime import datetime

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from exporters.terminal.lists import none_lost
from exporters.terminal.status import STYLES, causes_table, counts_table
from exporters.terminal.view import incidents, printable, worst
from exporters.terminal.words import Words
from monitor.judge.causes import OWNERS
from monitor.model.verdict import Transition
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.run.summary import Summary

_FIXED_LINES = 7 + 4 * 4  # the counts, and four titles with their headings, rules and a free line
_TABLES = 4


def rows_for(height: int) -> int:
    """Say how many rows each table may have so that all fits a terminal of so many lines; at least one."""
    return max(1, (height - _FIXED_LINES) // _TABLES)


def live_board(
    board: Board, summary: Summary, changes: Sequence[Transition], words: Words, *, rows: int
) -> RenderableType:
    """Lay out the whole board; each table has at most so many rows. `changes`: newest first."""
    now = summary.as_of
    parts: list[RenderableType] = [counts_table(summary, words), Text()]
    if summary.by_cause:
        parts += [causes_table(summary, words, most=rows), Text()]
    parts += [
        worst_table(board, words, now=now, rows=rows),
        Text(),
        incidents_table(board, words, now=now, rows=rows),
        Text(),
        changes_table(changes[:rows], board.index, words),
    ]
    return Group(*parts)


def worst_table(board: Board, words: Words, *, now: datetime, rows: int) -> RenderableType:
    """Lay out where most cameras are lost: how many, why, since when and who must act."""
    losses = worst(board, rows)
    if not losses:
        cameras = len(board.index.by_camera)
        return Text(none_lost(words, cameras), "green" if cameras else "yellow")
    table = _table(words, "worst", ("institution", "not_receiving", "unknown", "cause", "since", "owner"))
    for loss in losses:
        whole = words.count(loss.cameras.registered)
        lost = words.text("count.of", part=words.count(loss.cameras.not_receiving), whole=whole)
        table.add_row(
            Text(printable(loss.institution.name)),
            Text(lost, "red"),
            Text(words.count(loss.cameras.unknown), "yellow"),
            Text(words.translator.of(loss.cause)),
            Text(words.ago(loss.since, now)),
            Text(words.translator.of(loss.owner)),
        )
    return table


def incidents_table(board: Board, words: Words, *, now: datetime, rows: int) -> RenderableType:
    """Lay out the open incidents, latest first."""
    opened = incidents(board, rows)
    if not opened:
        return Text(words.text("incidents.none"))
    table = _table(words, "incidents", ("scope", "cause", "streams", "since", "owner"))
    for incident in opened:
        table.add_row(
            Text(words.subject(incident, board.index)),
            Text(words.translator.of(incident.cause)),
            Text(words.count(incident.streams)),
            Text(words.ago(incident.opened_at, now)),
            Text(words.translator.of(incident.owner)),
        )
    return table


def changes_table(changes: Sequence[Transition], index: Index, words: Words) -> RenderableType:
    """Lay out the last committed transitions."""
    if not changes:
        return Text(words.text("changes.none"))
    table = _table(words, "changes", ("when", "camera", "state"))
    for change in changes:
        table.add_row(
            Text(words.moment(change.decided_at)),
            Text(words.place(change, index)),
            Text(words.verdict(change), STYLES[change.verdict.state]),
        )
    return table


def change_line(change: Transition, index: Index, words: Words) -> str:
    """Write one transition as a plain line, with who must act where somebody must."""
    cause = change.verdict.cause
    owner = f"  → {words.translator.of(OWNERS[cause])}" if cause is not None else ""
    return f"{words.moment(change.decided_at)}  {words.place(change, index)}  {words.verdict(change)}{owner}"


def _table(words: Words, title: str, columns: Sequence[str]) -> Table:
    table = Table(
        title=words.text(f"title.{title}"),
        title_justify="left",
        box=SIMPLE,
        padding=(0, 1),
        show_edge=False,
    )
    for name in columns:
        table.add_column(words.text(f"column.{name}"), no_wrap=True, overflow="ellipsis")
    return table
