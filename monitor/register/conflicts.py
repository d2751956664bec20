"""What speaks against rows that are each good by themselves: what they name, share or contradict."""

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from operator import attrgetter

from monitor.law.rules import Rules
from monitor.model.allowances import Exclusion
from monitor.model.channels import Contract, Stage
from monitor.model.estate import Camera, Centre, Enrolment, Recorder
from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint, shortened
from monitor.register.drafts import Draft, Drafts
from monitor.register.entries import Entries
from monitor.register.export import text_of
from monitor.register.hints import lists_them, meant
from monitor.register.kinds import Key, Kind
from monitor.register.lawful import unknown_bases
from monitor.register.said import Heading, Said, said


def conflicts(
    drafts: Drafts, *, longest_exclusion: int | None, day: date | None, rules: Rules | None
) -> list[Complaint]:
    """Find everything that the sheets must not make of the register from `day` on. Lengths are in days."""
    found = [*_dangling(drafts)]
    for kind, draft in drafts.items():
        if draft.touched:
            found += _contradictions(draft)
            found += _CHECKS.get(kind, _nothing)(draft)
    if drafts[Kind.CAMERAS].touched or drafts[Kind.RECORDERS].touched:
        found += _recorders_elsewhere(drafts)
    if drafts[Kind.EXCLUSIONS].touched and longest_exclusion is not None:
        found += _long_exclusions(drafts[Kind.EXCLUSIONS], longest_exclusion)
    if drafts[Kind.CONTRACTS].touched and day is not None:
        found += _terminated_ahead(drafts[Kind.CONTRACTS], day)
    if drafts[Kind.CONTRACTS].touched and rules is not None:
        found += unknown_bases(drafts[Kind.CONTRACTS], rules)
    return found


def _dangling(drafts: Drafts) -> Iterator[Complaint]:
    """Find entries that name what is neither registered nor in the sheets (nor in a bad row of them)."""
    for kind, draft in drafts.items():
        columns = SHEETS[kind]
        if not (draft.touched or any(drafts[target].touched for target in columns.targets())):
            continue
        for key, entry in draft.after.items():
            for column, named, wanted in columns.references(entry):
                target = drafts[named]
                if wanted not in target.after and wanted not in target.bad_keys:
                    yield _unknown(draft, key, column, wanted, target)


def _unknown(draft: Draft, key: Key, column: str, wanted: Key, target: Draft) -> Complaint:
    row = draft.origin.get(key)
    if row is None:
        text = said(
            "{key} of the register still names {wanted}, which would end; end both",
            key=" ".join(key),
            wanted=wanted[0],
        )
        return Complaint(file=draft.kind, column=column, text=text, value=shortened(wanted[0]))
    named = target.kind
    if row.sheet.typed:
        near = get_close_matches(wanted[0], [known for known, *_ in target.after], n=1)
        text = said(
            "{wanted} is not in the register, among the {kind}; {hint}",
            wanted=wanted[0],
            kind=named,
            hint=meant(near) if near else lists_them(named),
        )
    elif wanted in target.before:
        text = said(
            "{wanted} would end; add it to a sheet of {kind}, or correct it", wanted=wanted[0], kind=named
        )
    else:
        text = said(
            "{wanted} is neither in the register nor in these files; add it to a sheet of {kind}, or "
            "correct it",
            wanted=wanted[0],
            kind=named,
        )
    return row.complaint(column, text, shortened(wanted[0]))


def _nothing(_: Draft) -> Iterable[Complaint]:
    return ()


def _contradictions(draft: Draft) -> Iterator[Complaint]:
    """Find rows whose cells do not go with what the register holds in columns that their sheet lacks."""
    columns = SHEETS[draft.kind]
    for key, row in draft.origin.items():
        if key in draft.before and len(row.sheet.columns) < len(columns.cells):
            entry = draft.after[key]
            for column, wrong in columns.wrong({name: getattr(entry, name) for name in columns.cells}):
                value = shortened(text_of(getattr(entry, column)))
                yield row.complaint(column, said("with what is registered: {wrong}", wrong=wrong), value)


def _sheets_last(draft: Draft) -> list[Key]:
    """Give the keys of the register as it will be, those that sheets bring behind the others."""
    return sorted(draft.after, key=lambda key: key in draft.origin)


def _shared_stream_keys(draft: Draft) -> Iterator[Complaint]:
    """Find stream keys that two cameras claim at one gateway; of two rows either may be the right one."""
    holders: dict[tuple[str, str], Key] = {}
    for key in _sheets_last(draft):
        enrolment = draft.after[key]
        if not isinstance(enrolment, Enrolment):
            continue
        holder = holders.setdefault((enrolment.gateway_id, enrolment.stream_key), key)
        if holder != key:
            yield from _claimed_twice(draft, enrolment.stream_key, key, holder)
            yield from _claimed_twice(draft, enrolment.stream_key, holder, key)


def _claimed_twice(draft: Draft, stream_key: str, key: Key, other: Key) -> Iterator[Complaint]:
    row, another = draft.origin.get(key), draft.origin.get(other)
    if row is not None:
        if another is None:
            text = said(
                "{stream_key} is the stream of camera {camera}; one key, one camera",
                stream_key=stream_key,
                camera=other[0],
            )
        else:
            text = said(
                "{stream_key} is the stream of camera {camera} ({where}); one key, one camera",
                stream_key=stream_key,
                camera=other[0],
                where=another.seen_from(row.sheet),
            )
        yield row.complaint("stream_key", text, shortened(stream_key))


_TERMS = tuple(name for name in SHEETS[Kind.CONTRACTS].cells if name != "channel_id")
_terms_of = attrgetter(*_TERMS)


def _agreements(draft: Draft) -> Iterator[Complaint]:
    """Find agreements that say one thing for one channel and another for the next."""
    contents: dict[object, dict[tuple[object, ...], Key]] = {}
    for key in _sheets_last(draft):
        entry = draft.after[key]
        if isinstance(entry, Contract):
            contents.setdefault(entry.agreement, {}).setdefault(_terms_of(entry), key)
    for key, row in draft.origin.items():
        contract = draft.after.get(key)
        if isinstance(contract, Contract) and len(told := contents[contract.agreement]) > 1:
            own = _terms_of(contract)
            terms, other = next((terms, key) for terms, key in told.items() if terms != own)
            column = next(name for name, a, b in zip(_TERMS, terms, own, strict=True) if a != b)
            at = draft.origin.get(other)
            where = at.seen_from(row.sheet) if at is not None else None
            value = shortened(text_of(getattr(contract, column)))
            yield row.complaint(column, _another_content(contract, column, where, other[-1]), value)


def _another_content(contract: Contract, column: str, where: Said | str | None, channel: str) -> Said:
    number, heading = contract.contract_number, Heading(column)
    if where is None:
        return said(
            "contract {number} has another {column} in the register (channel {channel}); one contract, one "
            "content: correct it, or bring all its channels alike",
            number=number,
            column=heading,
            channel=channel,
        )
    return said(
        "contract {number} has another {column} in {where} (channel {channel}); one contract, one content: "
        "correct it, or bring all its channels alike",
        number=number,
        column=heading,
        where=where,
        channel=channel,
    )


def _circles(draft: Draft) -> Iterator[Complaint]:
    """Find centres that answer to themselves, over however many others."""
    for key, row in draft.origin.items():
        seen, centre = {key}, draft.after.get(key)
        while isinstance(centre, Centre) and centre.parent is not None:
            above = (centre.parent,)
            if above == key:
                text = said(
                    "{centre} would answer to itself by way of {other}; correct the parent",
                    centre=key[0],
                    other=centre.centre_id,
                )
                yield row.complaint("parent", text, centre.parent)
            if above in seen:
                break
            seen.add(above)
            centre = draft.after.get(above)


_CHECKS = {
    Kind.STREAMS: _shared_stream_keys,
    Kind.CONTRACTS: _agreements,
    Kind.CENTRES: _circles,
}


def _recorders_elsewhere(drafts: Drafts) -> Iterator[Complaint]:
    """Find cameras that are inputs of a recorder at another site."""
    recorders: Entries = drafts[Kind.RECORDERS].after
    for key, camera in drafts[Kind.CAMERAS].after.items():
        if not isinstance(camera, Camera) or camera.recorder_id is None:
            continue
        recorder = recorders.get((camera.recorder_id,))
        if not isinstance(recorder, Recorder) or recorder.site_id == camera.site_id:
            continue
        text = said(
            "recorder {recorder} stands at site {site}, its camera {camera} at {other}; correct one of them",
            recorder=recorder.recorder_id,
            site=recorder.site_id,
            camera=key[0],
            other=camera.site_id,
        )
        if (row := drafts[Kind.CAMERAS].origin.get(key)) is not None:
            yield row.complaint("recorder_id", text, camera.recorder_id)
        if (row := drafts[Kind.RECORDERS].origin.get((camera.recorder_id,))) is not None:
            yield row.complaint("site_id", text, recorder.site_id)


def _long_exclusions(draft: Draft, longest: int) -> Iterator[Complaint]:
    for key, row in draft.origin.items():
        exclusion = draft.after.get(key)
        if not isinstance(exclusion, Exclusion):
            continue
        days = (exclusion.ends_on - exclusion.starts_on).days + 1
        if days > longest:
            text = said(
                "the exclusion lasts {days} days; at most {longest} can be approved at once",
                days=days,
                longest=longest,
            )
            yield row.complaint("ends_on", text, exclusion.ends_on.isoformat())


def _terminated_ahead(draft: Draft, day: date) -> Iterator[Complaint]:
    """Find terminated contracts that do not say when: their end is still that of the agreement."""
    for key, row in draft.origin.items():
        contract = draft.after.get(key)
        if isinstance(contract, Contract) and contract.stage is Stage.TERMINATED and contract.ends_on > day:
            text = said(
                "the contract is terminated and would end on {ends}, later than {day}, from which this "
                "import holds; write the day of termination, or bring the termination in a second import, "
                "as of its day",
                ends=contract.ends_on,
                day=day,
            )
            yield row.complaint("ends_on", text, contract.ends_on.isoformat())
