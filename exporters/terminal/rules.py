"""Rule packs and what they make of an institution, for a person: lines in the reader's language."""

from datetime import date

from exporters.locale.forms import format_day
from exporters.tables.table import Table
from exporters.terminal.words import Words
from monitor.law.category import Category
from monitor.law.rules import Rules
from monitor.law.scheme import Scheme
from monitor.law.sources import Confidence

_COLUMNS = ("file", "pack", "version", "valid_from", "valid_to", "rules")


def packs_table(rules: Rules) -> Table:
    """List the packs with their days, and how sure their rules are."""
    return Table(
        columns=(*_COLUMNS, *(f"rules_{confidence.value}" for confidence in Confidence)),
        rows=[
            {
                "file": pack.file,
                "pack": pack.pack,
                "version": pack.version,
                "valid_from": pack.valid_from,
                "valid_to": pack.valid_to,
                "rules": sum(pack.counts.values()),
                **{f"rules_{confidence.value}": count for confidence, count in pack.counts.items()},
            }
            for pack in rules.packs
        ],
    )


def gap_lines(rules: Rules, words: Words) -> list[str]:
    """List the rules that somebody has still to fill in, each with its place."""
    gaps = [(pack.file, gap) for pack in rules.packs for gap in pack.gaps]
    lines = [f"  {file}:{gap.line}: {gap.key}: {gap.note}" for file, gap in gaps]
    return [words.text("rules.gaps", count=words.count(len(gaps))), *lines] if gaps else []


def category_lines(told: Category, scheme: Scheme | None, day: date, words: Words) -> list[str]:
    """Write a category, its measures, where that stands and what is in doubt."""
    lines = [_headline(told, scheme, day, words)]
    if scheme is None or told.origin is None or told.confidence is None:
        return lines
    if told.code is None:
        lines.append(words.text("rules.candidates", categories=", ".join(told.candidates)))
    lines.append(words.text("rules.measures", measures=_names(told.measures, scheme, words)))
    if told.perhaps:
        lines.append(words.text("rules.perhaps", measures=_names(told.perhaps, scheme, words)))
    source = {"source": told.origin.source, "pack": told.origin.pack, "version": told.origin.version}
    lines.append(words.text("rules.source", **source))
    lines.append(words.text("rules.confidence", confidence=words.translator.of(told.confidence)))
    flags = ((flag.code, flag.text.said_in(words.locale)) for flag in told.flags)
    return [*lines, *(words.text("rules.flag", flag=code, text=text) for code, text in flags)]


def _headline(told: Category, scheme: Scheme | None, day: date, words: Words) -> str:
    if told.unclear is not None:
        why = words.translator.of(told.unclear)
        return words.text("rules.unclear", category=told.name, why=why, day=format_day(day, words.locale))
    name = scheme.band(told.name).name.said_in(words.locale) if scheme is not None else ""
    return words.text("rules.category", category=told.name, name=name, day=format_day(day, words.locale))


def _names(codes: tuple[str, ...], scheme: Scheme, words: Words) -> str:
    named = [scheme.measure(code).name.said_in(words.locale) for code in codes]
    return ", ".join(named) or words.text("rules.none")
