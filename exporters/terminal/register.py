"""The register for a person: complaints, kinds with their counts, entries; lines in the reader's language.

English names columns and words as the sheets' own format does; Kazakh and Russian as sheets headed in the
language do.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from exporters.locale.forms import NOTHING
from exporters.locale.sayings import tell_in
from exporters.terminal.words import Words
from monitor.register.complaint import Complaint
from monitor.register.export import text_of
from monitor.register.headings import heading_of
from monitor.register.kinds import Kind
from monitor.register.nouns import NOUNS
from monitor.register.said import Said

NAME_WIDTH, COUNT_WIDTH = 14, 10  # characters, at least
MOST_CELL = 40  # characters of a cell in a table


def complaint_line(complaint: Complaint, words: Words) -> str:
    """Write a complaint: where it is, in which column, what is wrong and what to do."""
    at = words.say(NOUNS[complaint.file]) if isinstance(complaint.file, Kind) else complaint.at
    return ": ".join((at, *complaint.under, words.say(complaint.text)))


def count_table(
    rows: Mapping[Kind, Sequence[int]], words: Words, heads: Sequence[Said] = ()
) -> Iterator[str]:
    """Write counts by kind, each under its head where there are heads."""
    told = [words.say(head) for head in heads]
    names = {kind: words.say(NOUNS[kind]) for kind in rows}
    first = max([NAME_WIDTH, *(len(name) + 2 for name in names.values())])
    widths = [max(COUNT_WIDTH, len(head) + 2) for head in told] or [COUNT_WIDTH]
    if heads:
        yield " " * first + "".join(f"{head:>{width}}" for head, width in zip(told, widths, strict=True))
    for kind, counts in rows.items():
        cells = zip(map(words.count, counts), widths, strict=True)
        yield f"{names[kind]:<{first}}" + "".join(f"{count:>{width}}" for count, width in cells)


def column_told(column: str, words: Words) -> str:
    """Name a column."""
    return column if words.locale == "en" else heading_of(column, words.locale)


def cell_told(value: object, words: Words) -> str:
    """Write what an entry has in a column; empty where it has nothing."""
    if value is None or words.locale == "en":
        return text_of(value)
    if isinstance(value, bool):
        return words.text("word.yes" if value else "word.no")
    return words.minute(value) if isinstance(value, datetime) else tell_in(value, words.locale)


def entry_lines(columns: Sequence[str], values: Sequence[object], words: Words) -> Iterator[str]:
    """Write one entry, a line for each of its columns."""
    heads = [column_told(column, words) for column in columns]
    width = max(map(len, heads)) + 2
    for head, value in zip(heads, values, strict=True):
        yield f"{head:<{width}}{cell_told(value, words) or NOTHING}"


def entry_table(columns: Sequence[str], entries: Sequence[Sequence[object]], words: Words) -> Iterator[str]:
    """Write entries under each other; columns in which nothing stands are left out, and long cells cut."""
    rows = [[_short(cell_told(value, words)) for value in values] for values in entries]
    told = [
        (head, cells, max(len(head), *map(len, cells)))
        for head, cells in zip(
            (column_told(column, words) for column in columns), zip(*rows, strict=True), strict=False
        )
        if any(cells)
    ]
    if told:
        yield "  ".join(f"{head:<{width}}" for head, _, width in told).rstrip()
    for line in range(len(rows)):
        yield "  ".join(f"{cells[line]:<{width}}" for _, cells, width in told).rstrip()


def _short(text: str) -> str:
    return text if len(text) <= MOST_CELL else text[: MOST_CELL - 1] + "…"
