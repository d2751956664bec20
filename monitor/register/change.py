"""The difference that sheets make to the estate, or everything that speaks against it. All or nothing.

Pure: the estate comes in as a value and the change goes out as one. What the sheets do not mention stays
as it is, unless they are said to replace what there is of their kind.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields

from monitor.model.estate import Enrolment, Estate
from monitor.register.columns import SHEETS, Entry, Key, Kind, key_of
from monitor.register.complaint import Complaint
from monitor.register.sheets import Row, Sheet

Entries = dict[Key, Entry]


@dataclass(frozen=True, slots=True)
class Part:
    """What changes among the entries of one kind; of changed ones, as they will be."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written on top of the register of `base_revision`."""

    base_revision: int
    parts: Mapping[Kind, Part] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether the register already says all this."""
        return not any(part.added or part.changed or part.removed for part in self.parts.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """The change, and what was found on the way. With anything bad it must not be written."""

    change: Change
    bad: tuple[Complaint, ...]
    odd: tuple[Complaint, ...]
    good_rows: int


@dataclass(slots=True)
class _Draft:
    """The register of one kind as it will be, and where its rows come from."""

    before: Entries
    after: Entries
    origin: dict[Key, tuple[str, int]] = field(default_factory=dict)
    bad_keys: set[Key] = field(default_factory=set)
    touched: bool = False


def plan(estate: Estate, sheets: Sequence[Sheet], *, replaces: bool = False) -> Plan:
    """Lay the sheets over the estate; with `replaces`, what a sheet of its kind lacks is removed."""
    before = entries_of(estate)
    drafts = {kind: _Draft(entries, dict(entries)) for kind, entries in before.items()}
    bad = [complaint for sheet in sheets for complaint in sheet.bad]
    for sheet in sheets:
        bad += _lay(sheet, drafts)
    if replaces:
        bad += _remove_absent(sheets, drafts)
    bad += _dangling(drafts)
    bad += _shared_stream_keys(drafts[Kind.STREAMS])
    bad_lines = {(complaint.file, complaint.line) for complaint in bad}
    return Plan(
        change=Change(
            estate.revision, {kind: _part(draft) for kind, draft in drafts.items() if draft.touched}
        ),
        bad=tuple(sorted(bad, key=lambda complaint: (complaint.file, complaint.line or 0))),
        odd=tuple(complaint for sheet in sheets for complaint in sheet.odd),
        good_rows=sum((sheet.file, row.line) not in bad_lines for sheet in sheets for row in sheet.rows),
    )


def entries_of(estate: Estate) -> dict[Kind, Entries]:
    """Sort an estate's entries by kind and key."""
    found: dict[Kind, Iterable[Entry]] = {
        Kind.INSTITUTIONS: estate.institutions.values(),
        Kind.SITES: estate.sites.values(),
        Kind.CAMERAS: estate.cameras.values(),
        Kind.CENTRES: estate.centres.values(),
        Kind.GATEWAYS: estate.gateways.values(),
        Kind.STREAMS: estate.enrolments,
        Kind.CONTRACTS: estate.contracts,
    }
    return {kind: {key_of(kind, entry): entry for entry in entries} for kind, entries in found.items()}


def _lay(sheet: Sheet, drafts: Mapping[Kind, _Draft]) -> list[Complaint]:
    if sheet.kind is None:
        return []
    draft, bad = drafts[sheet.kind], []
    draft.touched = True
    draft.bad_keys |= sheet.bad_keys
    for row in sheet.rows:
        first = draft.origin.setdefault(row.key, (sheet.file, row.line))
        if first != (sheet.file, row.line):
            bad.append(_twice(sheet, row, first))
        else:
            draft.after[row.key] = _entry(sheet.kind, row, draft.before.get(row.key))
    return bad


def _twice(sheet: Sheet, row: Row, first: tuple[str, int]) -> Complaint:
    file, line = first
    where = f"line {line}" if file == sheet.file else f"{file}:{line}"
    said = f"{' '.join(row.key)} is there already, at {where}; leave one of them"
    return Complaint(file=sheet.file, line=row.line, column=_key_column(sheet.kind), text=said)


def _key_column(kind: Kind | None) -> str | None:
    return SHEETS[kind].key[0] if kind is not None else None


def _entry(kind: Kind, row: Row, before: Entry | None) -> Entry:
    """Make the entry: columns that the sheet lacks keep what is registered, empty cells empty it."""
    make: Callable[..., Entry] = SHEETS[kind].row
    names = [f.name for f in fields(SHEETS[kind].row)]
    defaults = {f.name: f.default for f in fields(SHEETS[kind].row) if f.default is not MISSING}
    known = {name: getattr(before, name) for name in names} if before is not None else {}
    given = {name: defaults.get(name) if value is None else value for name, value in row.given.items()}
    return make(**(known | given))


def _remove_absent(sheets: Iterable[Sheet], drafts: Mapping[Kind, _Draft]) -> list[Complaint]:
    bad: list[Complaint] = []
    for kind, draft in drafts.items():
        if not draft.touched:
            continue
        if not draft.origin:
            file = next(sheet.file for sheet in sheets if sheet.kind is kind)
            bad.append(Complaint(file=file, text=f"has no good rows, and would remove all {kind}"))
        draft.after = {key: entry for key, entry in draft.after.items() if key in draft.origin}
    return bad


def _dangling(drafts: Mapping[Kind, _Draft]) -> list[Complaint]:
    """Find entries that name what is neither registered nor in the sheets (nor in a bad row of them)."""
    bad: list[Complaint] = []
    for kind, draft in drafts.items():
        for column, named in SHEETS[kind].names.items():
            target = drafts[named]
            if not (draft.touched or target.touched):
                continue
            for key, entry in draft.after.items():
                wanted = (getattr(entry, column),)
                if wanted not in target.after and wanted not in target.bad_keys:
                    bad.append(_unknown(kind, key, column, wanted[0], draft, removed=wanted in target.before))
    return bad


def _unknown(kind: Kind, key: Key, column: str, wanted: str, draft: _Draft, *, removed: bool) -> Complaint:
    origin = draft.origin.get(key)
    named = SHEETS[kind].names[column]
    if origin is None:
        said = f"{' '.join(key)} of the register still names {wanted}, which would be removed; remove both"
        return Complaint(file=str(kind), column=column, text=said)
    where = "would be removed" if removed else "is neither in the register nor in these files"
    said = f"{wanted} {where}; add it to a sheet of {named}, or correct it"
    return Complaint(file=origin[0], line=origin[1], column=column, text=said)


def _shared_stream_keys(draft: _Draft) -> list[Complaint]:
    """Find stream keys that two cameras claim at one gateway."""
    if not draft.touched:
        return []
    bad: list[Complaint] = []
    holders: dict[tuple[str, str], Key] = {}
    for key in sorted(draft.after, key=lambda key: key in draft.origin):
        enrolment = draft.after[key]
        if not isinstance(enrolment, Enrolment):
            continue
        holder = holders.setdefault((enrolment.gateway_id, enrolment.stream_key), key)
        if holder != key and key in draft.origin:
            file, line = draft.origin[key]
            other = draft.origin.get(holder)
            at = f" (line {other[1]} of {other[0]})" if other else ""
            said = f"{enrolment.stream_key} is the stream of camera {holder[0]}{at}; one key, one camera"
            bad.append(Complaint(file=file, line=line, column="stream_key", text=said))
    return bad


def _part(draft: _Draft) -> Part:
    before, after = draft.before, draft.after
    return Part(
        added=tuple(entry for key, entry in after.items() if key not in before),
        changed=tuple(entry for key, entry in after.items() if key in before and before[key] != entry),
        removed=tuple(entry for key, entry in before.items() if key not in after),
        unchanged=sum(before.get(key) == entry for key, entry in after.items()),
    )
