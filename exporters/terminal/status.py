"""The counts of one moment: a table for a terminal, lines for anything else."""

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from exporters.terminal.words import Words
from monitor.judge.indicators import Tally
from monitor.model.verdict import State
from monitor.run.summary import Summary

STYLES = {State.RECEIVING: "green", State.NOT_RECEIVING: "red", State.UNKNOWN: "yellow"}


def status_table(summary: Summary, words: Words) -> RenderableType:
    """Lay out the counts against the official figures, and the streams lost by cause."""
    parts: list[RenderableType] = [counts_table(summary, words), *_notes(summary, words)]
    if summary.by_cause:
        parts.append(causes_table(summary, words, most=len(summary.by_cause)))
    return Group(*parts)


def status_lines(summary: Summary, words: Words) -> list[str]:
    """Write the same as plain lines."""
    lines = [words.text("title.status", moment=words.moment(summary.as_of))]
    cameras, institutions = words.text("column.cameras"), words.text("column.institutions")
    lines += [
        _line(cameras, summary.cameras, words.official_cameras(summary.baseline), words),
        _line(institutions, summary.institutions, words.official_institutions(summary.baseline), words),
    ]
    lines += [str(note) for note in _notes(summary, words)]
    lines += [
        f"  {words.count(streams)}  {words.translator.of(cause)}"
        for cause, streams in summary.by_cause.items()
    ]
    return lines


def counts_table(summary: Summary, words: Words) -> Table:
    """Lay out cameras and institutions by state, each against its own official figure."""
    title = words.text("title.status", moment=words.moment(summary.as_of))
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1), show_edge=False)
    table.add_column("")
    for name in ("registered", "receiving", "not_receiving", "unknown", "rate", "coverage"):
        table.add_column(words.text(f"column.{name}"), justify="right")
    table.add_column(words.text("column.baseline"))
    official = summary.baseline
    figure = words.official_cameras(official)
    table.add_row(*_row("cameras", summary.cameras, official.cameras, words), figure)
    figure = words.official_institutions(official)
    table.add_row(*_row("institutions", summary.institutions, official.institutions, words), figure)
    return table


def causes_table(summary: Summary, words: Words, *, most: int) -> Table:
    """Lay out the streams that are not received, or unknown, by cause."""
    table = Table(
        title=words.text("title.causes"), title_justify="left", box=SIMPLE, padding=(0, 1), show_edge=False
    )
    table.add_column(words.text("column.streams"), justify="right")
    table.add_column(words.text("column.cause"))
    causes = list(summary.by_cause.items())
    shown = causes if len(causes) <= most else causes[: most - 1]
    for cause, streams in shown:
        table.add_row(words.count(streams), words.translator.of(cause))
    if len(shown) < len(causes):
        rest = sum(streams for _, streams in causes[len(shown) :])
        table.add_row(
            words.count(rest), words.text("count.more", count=words.count(len(causes) - len(shown)))
        )
    return table


def _row(unit: str, counted: Tally, official: float | None, words: Words) -> list[Text]:
    below = official is not None and counted.rate is not None and counted.rate < official
    return [
        Text(words.text(f"column.{unit}"), "bold"),
        Text(words.count(counted.registered)),
        Text(words.count(counted.receiving), STYLES[State.RECEIVING]),
        Text(words.count(counted.not_receiving), STYLES[State.NOT_RECEIVING]),
        Text(words.count(counted.unknown), STYLES[State.UNKNOWN]),
        Text(words.rate(counted), "bold red" if below else "bold"),
        Text(words.coverage(counted)),
    ]


def _line(unit: str, counted: Tally, official: str, words: Words) -> str:
    counts = {
        "registered": words.count(counted.registered),
        "receiving": words.count(counted.receiving),
        "not_receiving": words.count(counted.not_receiving),
        "unknown": words.count(counted.unknown),
        "rate": words.rate(counted),
        "coverage": words.coverage(counted),
        "baseline": official,
    }
    told = ", ".join(f"{words.text(f'column.{name}').lower()} {value}" for name, value in counts.items())
    return f"{unit}: {told}"


def _notes(summary: Summary, words: Words) -> list[Text]:
    notes = []
    if summary.without_cameras:
        text = words.text("count.without_cameras", count=words.count(summary.without_cameras))
        notes.append(Text(text))
    if summary.excluded:
        notes.append(Text(words.text("count.excluded", count=words.count(summary.excluded))))
    if not summary.looking:
        notes.append(Text(words.text("monitor.blind"), "bold red"))
    return notes
