"""What an import found and did, for people and for programs."""

from collections.abc import Iterator, Sequence

from exporters.terminal.register import complaint_line, count_table
from exporters.terminal.words import Words
from monitor.cli import differing
from monitor.cli.importing import Outcome
from monitor.register.complaint import Complaint
from monitor.register.said import Said, said
from monitor.register.sheet import Sheet

MOST_WARNINGS, MOST_BAD = 20, 200  # that are listed for people; all are counted


_HEADS = (said("added"), said("changed"), said("unchanged"), said("ended"))
_DELIMITERS = {"comma": said("comma"), "semicolon": said("semicolon"), "tab": said("tab")}


def to_json(outcome: Outcome, words: Words) -> dict[str, object]:
    """Give the outcome as documented keys."""
    return {
        "imported": outcome.imported,
        "dry_run": outcome.wish.dry_run,
        "revision": outcome.revision,
        "database": outcome.database,
        "files": [
            {
                "file": given.file,
                "sha256": given.sha256,
                "sheet": sheet.name,
                "kind": sheet.kind,
                "rows": sheet.lines,
                "encoding": sheet.encoding,
                "delimiter": sheet.delimiter or None,
            }
            for given in outcome.files
            for sheet in given.sheets
        ],
        "changes": {
            kind: {
                "added": len(part.added),
                "changed": len(part.changed),
                "unchanged": part.unchanged,
                "ended": len(part.ended),
            }
            for kind, part in outcome.plan.change.parts.items()
        },
        "differences": differing.to_json(outcome.differences),
        "good_rows": outcome.plan.good_rows,
        "needs_confirm": outcome.unconfirmed,
        "bad": [complaint_json(complaint, words) for complaint in outcome.plan.bad],
        "warnings": [complaint_json(complaint, words) for complaint in outcome.plan.odd],
    }


def complaint_json(complaint: Complaint, words: Words) -> dict[str, object]:
    """Give a complaint as documented keys: `text` for people, `message` for programs to tell them apart."""
    return {
        "file": complaint.file,
        "sheet": complaint.sheet,
        "line": complaint.line,
        "column": complaint.column,
        "value": complaint.value,
        "text": words.say(complaint.text),
        "message": complaint.text.template,
    }


def told(outcome: Outcome, words: Words) -> list[str]:
    """Give the outcome as lines for people."""
    said_so = [_read(sheet) for sheet in outcome.sheets if sheet.kind is not None]
    lines = [
        *map(words.say, said_so),
        *_warnings(outcome.plan.odd, words),
        *_refusals(outcome.plan.bad, words),
    ]
    left_out = bool(outcome.plan.bad) and not outcome.wish.partial
    if not left_out or outcome.wish.dry_run:
        if left_out:
            lines.append(words.say(said("nothing was imported; the good rows alone would change:")))
        counts = {
            kind: (len(part.added), len(part.changed), part.unchanged, len(part.ended))
            for kind, part in outcome.plan.change.parts.items()
        }
        lines += count_table(counts, words, _HEADS)
        lines += differing.told(outcome.differences, words)
    return [*lines, *map(words.say, _endings(outcome)), words.say(_last_line(outcome))]


def _read(sheet: Sheet) -> Said:
    form = tuple(part for part in (sheet.encoding, _DELIMITERS.get(sheet.delimiter)) if part)
    return said(
        "{sheet}: {kind}, rows: {count}, {form}",
        sheet=sheet.place,
        kind=sheet.kind,
        count=sheet.lines,
        form=form,
    )


def _warnings(odd: Sequence[Complaint], words: Words) -> Iterator[str]:
    for each in odd[:MOST_WARNINGS]:
        yield words.say(said("warning: {complaint}", complaint=complaint_line(each, words)))
    if len(odd) > MOST_WARNINGS:
        yield words.say(
            said("warning: and {count} more; --json lists them all", count=len(odd) - MOST_WARNINGS)
        )


def _refusals(bad: Sequence[Complaint], words: Words) -> Iterator[str]:
    for each in bad[:MOST_BAD]:
        yield refusal(each, words)
    if len(bad) > MOST_BAD:
        yield words.say(said("bad: and {count} more; --json lists them all", count=len(bad) - MOST_BAD))


def refusal(complaint: Complaint, words: Words) -> str:
    """Write one thing that is bad."""
    return words.say(said("bad: {complaint}", complaint=complaint_line(complaint, words)))


def _endings(outcome: Outcome) -> Iterator[Said]:
    if not outcome.unconfirmed or outcome.scope is None:
        return
    for each in outcome.plan.endings:
        if each.many:
            yield said(
                "{ended} of {of} {kind} of {scope} would end; say --confirm if that is meant",
                ended=each.ended,
                of=each.of,
                kind=each.kind,
                scope=outcome.scope.told,
            )


def _last_line(outcome: Outcome) -> Said:
    made = outcome.plan
    rows = len({(complaint.file, complaint.sheet, complaint.line) for complaint in made.bad})
    counts = said("bad rows {bad}, good rows {good}", bad=rows, good=made.good_rows)
    if made.bad and not outcome.wish.partial:
        return said("nothing was imported: {counts}", counts=counts)
    if outcome.unconfirmed:
        return said("nothing was imported: too much would end")
    done = _done(outcome, outcome.database, str(outcome.revision))
    return said("{done}; left out: {counts}", done=done, counts=counts) if made.bad else done


def _done(outcome: Outcome, database: str, revision: str) -> Said:
    if outcome.plan.change.empty:
        return said(
            "nothing to change: {database} says all this already (revision {revision})",
            database=database,
            revision=revision,
        )
    if outcome.wish.dry_run:
        return said(
            "dry run: nothing was written to {database} (revision {revision})",
            database=database,
            revision=revision,
        )
    return said("imported into {database} (revision {revision})", database=database, revision=revision)
