"""What an import found and did, for people and for programs."""

from monitor.cli.importing import Outcome
from monitor.register.complaint import Complaint

MOST_WARNINGS, MOST_BAD = 20, 200  # that are listed for people; all are counted


def to_json(outcome: Outcome) -> dict[str, object]:
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
        "good_rows": outcome.plan.good_rows,
        "needs_confirm": outcome.unconfirmed,
        "bad": [_complaint(complaint) for complaint in outcome.plan.bad],
        "warnings": [_complaint(complaint) for complaint in outcome.plan.odd],
    }


def _complaint(complaint: Complaint) -> dict[str, object]:
    return {
        "file": complaint.file,
        "sheet": complaint.sheet,
        "line": complaint.line,
        "column": complaint.column,
        "value": complaint.value,
        "text": complaint.text,
    }


def told(outcome: Outcome) -> list[str]:
    """Give the outcome as lines for people."""
    lines = [
        f"{sheet.place}: {sheet.kind}, {sheet.lines} rows, "
        + ", ".join(word for word in (sheet.encoding, sheet.delimiter) if word)
        for sheet in outcome.sheets
        if sheet.kind is not None
    ]
    odd = outcome.plan.odd
    lines += [f"warning: {complaint}" for complaint in odd[:MOST_WARNINGS]]
    if len(odd) > MOST_WARNINGS:
        lines.append(f"warning: and {len(odd) - MOST_WARNINGS} more; --json lists them all")
    bad = outcome.plan.bad
    lines += [f"bad: {complaint}" for complaint in bad[:MOST_BAD]]
    if len(bad) > MOST_BAD:
        lines.append(f"bad: and {len(bad) - MOST_BAD:,} more; --json lists them all")
    if not outcome.plan.bad or outcome.wish.partial:
        lines += _table(outcome)
    return [*lines, *_endings(outcome), _last_line(outcome)]


def _table(outcome: Outcome) -> list[str]:
    lines = [f"{'':<14}{'added':>10}{'changed':>10}{'unchanged':>11}{'ended':>10}"]
    for kind, part in outcome.plan.change.parts.items():
        added, changed, ended = len(part.added), len(part.changed), len(part.ended)
        lines.append(f"{kind:<14}{added:>10,}{changed:>10,}{part.unchanged:>11,}{ended:>10,}")
    return lines


def _endings(outcome: Outcome) -> list[str]:
    if not outcome.unconfirmed:
        return []
    meant = "say --confirm if that is meant"
    return [
        f"{each.ended:,} of {each.of:,} {each.kind} of {outcome.scope} would end; {meant}"
        for each in outcome.plan.endings
        if each.many
    ]


def _last_line(outcome: Outcome) -> str:
    made = outcome.plan
    rows = len({(complaint.file, complaint.sheet, complaint.line) for complaint in made.bad})
    bad = f"{rows:,} bad, {made.good_rows:,} good rows"
    if made.bad and not outcome.wish.partial:
        return f"nothing was imported: {bad}"
    if outcome.unconfirmed:
        return "nothing was imported: too much would end"
    left_out = f"; left out: {bad}" if made.bad else ""
    if made.change.empty:
        return (
            f"nothing to change: {outcome.database} says all this already (revision {outcome.revision})"
            + left_out
        )
    if outcome.wish.dry_run:
        return f"dry run: nothing was written to {outcome.database} (revision {outcome.revision}){left_out}"
    return f"imported into {outcome.database} (revision {outcome.revision}){left_out}"
