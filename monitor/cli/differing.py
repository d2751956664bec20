"""Differences of the register, entry by entry, for people and for programs."""

from collections.abc import Iterable, Iterator
from itertools import islice

from exporters.locale.forms import NOTHING
from exporters.terminal.register import cell_told, column_told
from exporters.terminal.words import Words
from monitor.register.difference import Difference, FieldChange
from monitor.register.export import text_of
from monitor.register.said import Said, said

MOST_TOLD = 50  # lines of one kind that are told to people


def to_json(found: Iterable[Difference]) -> dict[str, object]:
    """Give the differences as documented keys, by kind."""
    return {each.kind: _object(each) for each in found}


def told(found: Iterable[Difference], words: Words) -> list[str]:
    """Write the differences as lines: + added, ~ changed, - ended."""
    return [line for each in found for line in _told(each, words)]


def counted(added: int, changed: int, ended: int) -> Said:
    """Say how many entries differ how."""
    return said("{added} added, {changed} changed, {ended} ended", added=added, changed=changed, ended=ended)


def _object(each: Difference) -> dict[str, object]:
    return {
        "added": [list(key) for key in each.added],
        "changed": [
            {"key": list(key), "columns": {each.column: _both(each) for each in columns}}
            for key, columns in each.changed.items()
        ],
        "ended": [list(key) for key in each.ended],
    }


def _both(each: FieldChange) -> dict[str, str]:
    return {"old": text_of(each.old), "new": text_of(each.new)}


def _told(each: Difference, words: Words) -> Iterator[str]:
    counts = counted(len(each.added), len(each.changed), len(each.ended))
    yield words.say(said("{kind}: {counts}", kind=each.kind, counts=counts))
    yield from islice(_lines(each, words), MOST_TOLD)
    count = len(each.added) + len(each.ended) + sum(map(len, each.changed.values()))
    if count > MOST_TOLD:
        yield "  " + words.say(said("and {count} more; --json lists them all", count=count - MOST_TOLD))


def _lines(each: Difference, words: Words) -> Iterator[str]:
    for key in each.added:
        yield f"  + {' '.join(key)}"
    for key, columns in each.changed.items():
        for change in columns:
            old, new = (cell_told(value, words) or NOTHING for value in (change.old, change.new))
            yield f"  ~ {' '.join(key)}: {column_told(change.column, words)}: {old} → {new}"
    for key in each.ended:
        yield f"  - {' '.join(key)}"
