"""The difference that sheets make to the estate, or everything that speaks against it.

Pure: the estate comes in as a value and the change goes out as one. What the sheets do not mention stays
as it is, unless they are said to be the whole of a region or of the register.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.law.rules import Rules
from monitor.model.estate import Estate
from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint, shortened
from monitor.register.conflicts import conflicts
from monitor.register.drafts import Draft, Drafts, Place
from monitor.register.entries import entries_of
from monitor.register.kinds import Entry, Kind
from monitor.register.lawful import odd_terms
from monitor.register.said import said
from monitor.register.scope import Places, Scope
from monitor.register.sheet import Sheet

MANY_END = 0.05  # more than this share of what there is wants a second word


@dataclass(frozen=True, slots=True)
class Part:
    """What changes among the entries of one kind; of changed ones, as they will be."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    ended: tuple[Entry, ...] = ()
    unchanged: int = 0  # of those that sheets bring


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written on top of the register of `base_revision`."""

    base_revision: int
    parts: Mapping[Kind, Part] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether the register already says all this."""
        return not any(part.added or part.changed or part.ended for part in self.parts.values())

    def counts(self) -> tuple[int, int, int]:
        """Count what is added, changed and ended."""
        parts = self.parts.values()
        return (
            sum(len(part.added) for part in parts),
            sum(len(part.changed) for part in parts),
            sum(len(part.ended) for part in parts),
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """How much of what there is of a kind would end."""

    kind: Kind
    ended: int
    of: int

    @property
    def many(self) -> bool:
        """Whether so much ends that it wants a second word."""
        return self.ended > MANY_END * self.of


@dataclass(frozen=True, slots=True)
class Plan:
    """The change, and what was found on the way. `bad` rows are not in the change."""

    change: Change
    bad: tuple[Complaint, ...]
    odd: tuple[Complaint, ...]
    good_rows: int
    endings: tuple[Ending, ...] = ()


def plan(
    estate: Estate,
    sheets: Sequence[Sheet],
    *,
    complete: Scope | None = None,
    partial: bool = False,
    longest_exclusion: int | None = None,
    day: date | None = None,
    rules: Rules | None = None,
) -> Plan:
    """Lay the sheets over the estate.

    With `complete` the sheets are the whole of their kinds in that scope, and what they lack there ends.
    With `partial` rows that are bad, or that name bad ones, are left out of the change; without it a plan
    with anything bad must not be written, and its change is that of the good rows. `longest_exclusion`: days
    that one exclusion may last. `day`: the local day from which the change holds. `rules`: the packs, by
    which contracts are looked at.
    """
    refused: frozenset[Place] = frozenset()
    bad = [complaint for sheet in sheets for complaint in sheet.bad]
    registered = entries_of(estate)
    while True:
        drafts = {kind: Draft(kind, held, dict(held)) for kind, held in registered.items()}
        found = _lay(sheets, drafts, refused, partial=partial)
        ended = list(_end_absent(drafts, complete)) if complete is not None else []
        found += [each for each in ended if isinstance(each, Complaint)]
        found += conflicts(drafts, longest_exclusion=longest_exclusion, day=day, rules=rules)
        bad += found
        more = frozenset(place_of(complaint) for complaint in found if complaint.line is not None)
        if not partial or not more - refused:
            break
        refused |= more
    if bad and not partial:  # nothing goes in; what the good rows alone would change is told all the same
        drafts = {kind: Draft(kind, held, dict(held)) for kind, held in registered.items()}
        _lay(sheets, drafts, frozenset(map(place_of, bad)), partial=False)
        ended = list(_end_absent(drafts, complete)) if complete is not None else []
    endings = tuple(each for each in ended if isinstance(each, Ending))
    odd = [complaint for sheet in sheets for complaint in sheet.odd]
    if drafts[Kind.CONTRACTS].touched and rules is not None:
        odd += odd_terms(drafts[Kind.CONTRACTS], rules)
    return _planned(estate, sheets, drafts, bad, odd, endings)


def place_of(complaint: Complaint) -> Place:
    """Return the row that a complaint is about."""
    return complaint.file, complaint.sheet, complaint.line or 0


def _planned(
    estate: Estate,
    sheets: Sequence[Sheet],
    drafts: Drafts,
    bad: Sequence[Complaint],
    odd: Sequence[Complaint],
    endings: tuple[Ending, ...],
) -> Plan:
    bad_places = {place_of(complaint) for complaint in bad}
    rows = ((sheet.file, sheet.name, row.line) for sheet in sheets for row in sheet.rows)
    parts = {kind: _part(draft) for kind, draft in drafts.items() if draft.touched}
    return Plan(
        change=Change(estate.revision, parts),
        bad=tuple(sorted(dict.fromkeys(bad), key=lambda each: (each.file, each.sheet or "", each.line or 0))),
        odd=tuple(odd),
        good_rows=sum(place not in bad_places for place in rows),
        endings=endings,
    )


def _lay(
    sheets: Sequence[Sheet], drafts: Drafts, refused: frozenset[Place], *, partial: bool
) -> list[Complaint]:
    bad: list[Complaint] = []
    for sheet in sheets:
        if sheet.kind is not None:
            bad += drafts[sheet.kind].lay(sheet, refused)
    if partial:  # what names a refused row is refused as well
        for draft in drafts.values():
            draft.bad_keys.clear()
    return bad


def _end_absent(drafts: Drafts, scope: Scope) -> Iterator[Complaint | Ending]:
    """Take what the sheets lack out of the register as it will be; tell how much, and what does not fit."""
    after = {kind: draft.after for kind, draft in drafts.items()}
    places = Places(after, {kind: draft.before for kind, draft in drafts.items()})
    for kind, draft in drafts.items():
        if not draft.touched:
            continue
        held = draft.before
        if scope.region is not None:
            yield from _elsewhere(draft, places, scope)
            held = {k: e for k, e in held.items() if places.region_of(kind, e) == scope.region}
        if held and not draft.origin:
            text = said(
                "has no good rows, and would end all {kind} of {scope}; leave the sheet out",
                kind=kind,
                scope=scope.told,
            )
            yield draft.sheets[0].complaint(None, None, text)
            continue
        absent = [key for key in held if key not in draft.origin and key not in draft.bad_keys]
        if absent:
            gone = frozenset(absent)
            draft.after = {key: entry for key, entry in draft.after.items() if key not in gone}
            yield Ending(kind, len(absent), len(held))


def _elsewhere(draft: Draft, places: Places, scope: Scope) -> Iterator[Complaint]:
    for key, row in draft.origin.items():
        region = places.region_of(draft.kind, draft.after[key])
        if region not in {scope.region, None}:
            text = said(
                "{key} is in region {region}, and the sheets are said to be the whole of {scope}; take it "
                "out, or complete that region",
                key=" ".join(key),
                region=region,
                scope=scope.told,
            )
            column = "region" if "region" in row.sheet.columns else SHEETS[draft.kind].key[0]
            value = region if column == "region" else " ".join(key)
            yield row.complaint(column, text, shortened(str(value)))


def _part(draft: Draft) -> Part:
    before, after = draft.before, draft.after
    return Part(
        added=tuple(entry for key, entry in after.items() if key not in before),
        changed=tuple(entry for key, entry in after.items() if key in before and before[key] != entry),
        ended=tuple(entry for key, entry in before.items() if key not in after),
        unchanged=sum(key in before and before[key] == after[key] for key in draft.origin),
    )
