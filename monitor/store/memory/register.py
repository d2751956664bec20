"""The dated register: every version of every entry, and how a change ends some and begins others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from monitor.model.estate import Estate
from monitor.register.change import Change, Part
from monitor.register.columns import key_of
from monitor.register.entries import Entries, entries_of, estate_of
from monitor.register.kinds import Entry, Key, Kind
from monitor.store.batch import AT_ONCE, batches
from monitor.store.dated import Difference, Version, difference_of
from monitor.store.error import StoreBrokenError
from monitor.store.estate import followed_at, refuse_stale

EVER = datetime.min.replace(tzinfo=UTC)  # the regions with which every register begins were always there


class Register:
    """Versions by kind in the order in which they were written, and where the current ones are."""

    def __init__(self) -> None:
        self._versions: dict[Kind, list[Version]] = {kind: [] for kind in Kind}
        self._current: dict[Kind, dict[Key, int]] = {kind: {} for kind in Kind}
        self._revisions: list[tuple[datetime, str]] = []  # when, and what: "register" or "credentials"
        for kind, entries in entries_of(Estate()).items():
            self._begin(kind, entries.values(), EVER)

    @property
    def revision(self) -> int:
        """The number of the last change of the register or of the credentials."""
        return len(self._revisions)

    def count(self, what: str, now: datetime) -> int:
        """Count a change of the register or the credentials; returns its number."""
        self._revisions.append((now, what))
        return self.revision

    def load(self, now: datetime) -> Estate:
        """Return the register as it is followed now."""
        return self.load_past(followed_at(now, max((at for at, _ in self._revisions), default=None)))

    def load_past(self, moment: datetime) -> Estate:
        """Return the register exactly as of a moment."""
        held = {
            kind: [version.entry for version in versions if version.holds(moment)]
            for kind, versions in self._versions.items()
        }
        return estate_of(held, self.revision)

    def span(self) -> tuple[datetime, datetime] | None:
        """Return when the register changed first and last; None when it never did."""
        moments = [at for at, what in self._revisions if what == "register"]
        return (min(moments), max(moments)) if moments else None

    def versions(self, kind: Kind, key: Key) -> list[Version]:
        """Return everything that was ever said of one entry, oldest first."""
        return [version for version in self._versions[kind] if key_of(kind, version.entry) == key]

    def changes(self, begin: datetime, end: datetime) -> Mapping[Kind, Difference]:
        """Return what differs between two moments; kinds that do not differ are left out."""
        found = {kind: self._difference(kind, begin, end) for kind in Kind}
        return {kind: difference for kind, difference in found.items() if difference != Difference()}

    def change_to(self, wanted: Estate) -> Change:
        """Return the change that makes the register of now say what an estate says, and no more."""
        parts = {kind: _part(self._entries(kind), after) for kind, after in entries_of(wanted).items()}
        return Change(self.revision, parts)

    def apply(self, change: Change, now: datetime, progress: Callable[[int], None]) -> int:
        """Write a change, all or nothing; returns the revision that holds then.

        Raises StoreChangedError when the register is not the one that the change was made for.
        """
        refuse_stale(change, self.revision)
        for kind, part in change.parts.items():
            self._refuse_twice(kind, part)
        if change.empty:
            return self.revision
        written = 0
        for kind, part in change.parts.items():
            for write, entries in (
                (self._end, (*part.changed, *part.ended)),
                (self._begin, (*part.added, *part.changed)),
            ):
                for batch in batches(entries, AT_ONCE):
                    write(kind, batch, now)
                    written += len(batch)
                    progress(written)
        return self.count("register", now)

    def _refuse_twice(self, kind: Kind, part: Part) -> None:
        """Refuse what would leave two current entries with one key."""
        ended = {key_of(kind, entry) for entry in (*part.changed, *part.ended)}
        held = self._current[kind].keys() - ended
        for entry in (*part.added, *part.changed):
            key = key_of(kind, entry)
            if key in held:
                raise StoreBrokenError(f"the key {' '.join(key)} of {kind} is not unique")
            held.add(key)

    def _end(self, kind: Kind, entries: Iterable[Entry], now: datetime) -> None:
        for entry in entries:
            index = self._current[kind].pop(key_of(kind, entry), None)
            if index is not None:
                version = self._versions[kind][index]
                self._versions[kind][index] = replace(version, valid_to=max(now, version.valid_from))

    def _begin(self, kind: Kind, entries: Iterable[Entry], now: datetime) -> None:
        for entry in entries:
            self._current[kind][key_of(kind, entry)] = len(self._versions[kind])
            self._versions[kind].append(Version(entry=entry, valid_from=now, valid_to=None))

    def _entries(self, kind: Kind) -> Entries:
        return {key: self._versions[kind][index].entry for key, index in self._current[kind].items()}

    def _difference(self, kind: Kind, begin: datetime, end: datetime) -> Difference:
        gone, come = Entries(), Entries()
        for version in self._versions[kind]:
            key = key_of(kind, version.entry)
            if version.holds(begin) and version.valid_to is not None and version.valid_to <= end:
                gone[key] = version.entry
            if version.holds(end) and version.valid_from > begin:
                come[key] = version.entry
        return difference_of(gone, come)


def _part(before: Entries, after: Entries) -> Part:
    return Part(
        added=tuple(entry for key, entry in after.items() if key not in before),
        changed=tuple(entry for key, entry in after.items() if key in before and before[key] != entry),
        ended=tuple(entry for key, entry in before.items() if key not in after),
    )
