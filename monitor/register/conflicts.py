"""What speaks against rows that are each good by themselves: what they name, share or contradict."""

from collections.abc import Iterator, Mapping

from monitor.model.allowances import Exclusion
from monitor.model.channels import Contract
from monitor.model.estate import Camera, Centre, Enrolment, Recorder
from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint
from monitor.register.drafts import Draft, Drafts
from monitor.register.kinds import Key, Kind


def conflicts(drafts: Drafts, *, longest_exclusion: int | None) -> list[Complaint]:
    """Find everything that the sheets must not make of the register. Lengths are in days."""
    found = [*_dangling(drafts)]
    checks = (
        (Kind.STREAMS, _shared_stream_keys),
        (Kind.CONTRACTS, _agreements),
        (Kind.CENTRES, _circles),
    )
    for kind, check in checks:
        if drafts[kind].touched:
            found += check(drafts[kind])
    if drafts[Kind.CAMERAS].touched or drafts[Kind.RECORDERS].touched:
        found += _recorders_elsewhere(drafts)
    if drafts[Kind.EXCLUSIONS].touched and longest_exclusion is not None:
        found += _long_exclusions(drafts[Kind.EXCLUSIONS], longest_exclusion)
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
                    yield _unknown(draft, key, column, wanted, named, ended=wanted in target.before)


def _unknown(draft: Draft, key: Key, column: str, wanted: Key, named: Kind, *, ended: bool) -> Complaint:
    row = draft.origin.get(key)
    if row is None:
        said = f"{' '.join(key)} of the register still names {wanted[0]}, which would end; end both"
        return Complaint(file=str(draft.kind), column=column, text=said)
    where = "would end" if ended else "is neither in the register nor in these files"
    said = f"{wanted[0]} {where}; add it to a sheet of {named}, or correct it"
    return row.complaint(column, said, wanted[0])


def _shared_stream_keys(draft: Draft) -> Iterator[Complaint]:
    """Find stream keys that two cameras claim at one gateway."""
    holders: dict[tuple[str, str], Key] = {}
    for key in sorted(draft.after, key=lambda key: key in draft.origin):
        enrolment = draft.after[key]
        if not isinstance(enrolment, Enrolment):
            continue
        holder = holders.setdefault((enrolment.gateway_id, enrolment.stream_key), key)
        row = draft.origin.get(key)
        if holder != key and row is not None:
            other = draft.origin.get(holder)
            at = f" (line {other.line} of {other.sheet.place})" if other else ""
            said = f"{enrolment.stream_key} is the stream of camera {holder[0]}{at}; one key, one camera"
            yield row.complaint("stream_key", said, enrolment.stream_key)


def _agreements(draft: Draft) -> Iterator[Complaint]:
    """Find agreements that say one thing for one channel and another for the next."""
    first: dict[tuple[object, ...], tuple[Key, Contract]] = {}
    for key in sorted(draft.after, key=lambda key: key in draft.origin):
        contract = draft.after[key]
        if not isinstance(contract, Contract):
            continue
        other_key, other = first.setdefault(contract.agreement, (key, contract))
        column = next((name for name in _TERMS if getattr(other, name) != getattr(contract, name)), None)
        row = draft.origin.get(key)
        if column is None or row is None:
            continue
        at = draft.origin.get(other_key)
        where = f"line {at.line} of {at.sheet.place}" if at else "the register"
        said = (
            f"contract {contract.contract_number} has another {column} in {where} (channel "
            f"{other.channel_id}); one contract, one content"
        )
        yield row.complaint(column, said)


_TERMS = tuple(name for name in SHEETS[Kind.CONTRACTS].cells if name != "channel_id")


def _circles(draft: Draft) -> Iterator[Complaint]:
    """Find centres that answer to themselves, over however many others."""
    for key, row in draft.origin.items():
        seen, centre = {key}, draft.after.get(key)
        while isinstance(centre, Centre) and centre.parent is not None:
            above = (centre.parent,)
            if above in seen:
                said = f"{' '.join(key)} would answer to itself by way of {centre.parent}; correct the parent"
                yield row.complaint("parent", said, centre.parent)
                break
            seen.add(above)
            centre = draft.after.get(above)


def _recorders_elsewhere(drafts: Drafts) -> Iterator[Complaint]:
    recorders: Mapping[Key, object] = drafts[Kind.RECORDERS].after
    cameras = drafts[Kind.CAMERAS]
    for key, row in cameras.origin.items():
        camera = cameras.after.get(key)
        recorder = (
            recorders.get((camera.recorder_id,))
            if isinstance(camera, Camera) and camera.recorder_id
            else None
        )
        if (
            isinstance(camera, Camera)
            and isinstance(recorder, Recorder)
            and recorder.site_id != camera.site_id
        ):
            said = (
                f"recorder {recorder.recorder_id} stands at site {recorder.site_id}, the camera at "
                f"{camera.site_id}; correct one of them"
            )
            yield row.complaint("recorder_id", said, camera.recorder_id)


def _long_exclusions(draft: Draft, longest: int) -> Iterator[Complaint]:
    for key, row in draft.origin.items():
        exclusion = draft.after.get(key)
        if not isinstance(exclusion, Exclusion):
            continue
        days = (exclusion.ends_on - exclusion.starts_on).days + 1
        if days > longest:
            said = f"the exclusion lasts {days} days; at most {longest} can be approved at once"
            yield row.complaint("ends_on", said, exclusion.ends_on.isoformat())
