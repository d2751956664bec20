"""What differs between two states of the register, entry by entry and field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.model.estate import Estate
from monitor.register.change import Change
from monitor.register.columns import SHEETS, key_of
from monitor.register.entries import Entries, entries_of
from monitor.register.kinds import Entry, Key, Kind


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column that says something else now."""

    column: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs among the entries of one kind, by key."""

    kind: Kind
    added: tuple[Key, ...]
    changed: Mapping[Key, tuple[FieldChange, ...]]
    ended: tuple[Key, ...]


def differences(before: Mapping[Kind, Entries], after: Mapping[Kind, Entries]) -> Iterator[Difference]:
    """Compare kind by kind; kinds in which nothing differs are left out."""
    for kind, now in after.items():
        then = before[kind]
        found = Difference(
            kind,
            added=tuple(sorted(key for key in now if key not in then)),
            changed={
                key: _fields(kind, then[key], now[key])
                for key in sorted(now)
                if key in then and then[key] != now[key]
            },
            ended=tuple(sorted(key for key in then if key not in now)),
        )
        if found.added or found.changed or found.ended:
            yield found


def differences_in(change: Change, before: Estate) -> Iterator[Difference]:
    """Say what a change is on top of the register that it was made for; kinds without any are left out."""
    held = entries_of(before)
    for kind, part in change.parts.items():
        after = {key_of(kind, entry): entry for entry in (*part.added, *part.changed)}
        gone = {key_of(kind, entry): entry for entry in part.ended}
        then = {key: entry for key in after if (entry := held[kind].get(key)) is not None} | gone
        yield from differences({kind: then}, {kind: after})


def _fields(kind: Kind, then: Entry, now: Entry) -> tuple[FieldChange, ...]:
    pairs = ((column, getattr(then, column), getattr(now, column)) for column in SHEETS[kind].cells)
    return tuple(FieldChange(column, old, new) for column, old, new in pairs if old != new)
