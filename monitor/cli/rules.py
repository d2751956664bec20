"""`cctv-monitor rules`: whether the packs of rules can be used, and what they make of an institution."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from exporters.locale.texts import translations
from exporters.tables.table import as_lines, as_records
from exporters.terminal.rules import category_lines, gap_lines, packs_table
from exporters.terminal.words import Words
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, refuse, settings_for
from monitor.law.category import Category, category
from monitor.law.checks import nearest
from monitor.law.load import RuleMistake, RulesError, load_rules, shipped_rules, silences
from monitor.law.rules import NoRule, Rules
from monitor.law.scheme import Scheme
from monitor.model.estate import InstitutionType
from monitor.model.regions import known_regions
from monitor.run.moments import day_of
from monitor.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def rules() -> None:
    """Check the rules of law, and ask them about an institution."""


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The packs; without it those that are used here.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    config: ConfigOption = None,
) -> None:
    """Say everything that is wrong with a folder of rules: exit 0 it is good, 1 it is not, 2 no folder."""
    settings = settings_for(config)
    chosen = folder or rules_folder(settings)
    if not chosen.is_dir():
        refuse(f"{chosen}: is not a folder")
    found, mistakes = Rules(), tuple[RuleMistake, ...]()
    try:
        found = load_rules(chosen)
        mistakes = tuple(silences(found))
    except RulesError as error:
        mistakes = error.mistakes
    if as_json:
        typer.echo(json.dumps(_checked(chosen, found, mistakes), ensure_ascii=False))
    elif mistakes:
        typer.echo("\n".join(map(str, mistakes)))
    else:
        words = Words(translations(settings.locale), settings.zone_info)
        lines = [*as_lines(packs_table(found), words), *gap_lines(found, words)]
        typer.echo("\n".join([*lines, f"{chosen}: {words.text('rules.good')}"]))
    if mistakes:
        raise typer.Exit(1)


def _checked(folder: Path, found: Rules, mistakes: tuple[RuleMistake, ...]) -> dict[str, Any]:
    return {
        "good": not mistakes,
        "folder": str(folder),
        "packs": as_records(packs_table(found)),
        "gaps": [
            {"file": pack.file, "line": gap.line, "key": gap.key, "note": gap.note}
            for pack in found.packs
            for gap in pack.gaps
        ],
        "mistakes": [{"file": m.file, "line": m.line, "key": m.key, "text": m.text} for m in mistakes],
    }


@app.command(name="category")
def show_category(
    kind: Annotated[
        str, typer.Option("--type", metavar="TYPE", help=f"One of: {', '.join(InstitutionType)}.")
    ],
    *,
    headcount: Annotated[int | None, typer.Option(min=0, help="Pupils and staff, if known.")] = None,
    regional_centre: Annotated[
        bool, typer.Option("--regional-centre", help="It stands in the seat of a region.")
    ] = False,
    region: Annotated[str | None, typer.Option(metavar="KATO", help="The code of its region.")] = None,
    as_of: DayOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    config: ConfigOption = None,
) -> None:
    """Say to which category an institution belongs, what it must have, and how sure that is.

    Exit 0 with an answer, UNKNOWN among them; 2 wrong use. No database is needed.
    """
    settings = settings_for(config)
    asked, day = _type(kind), day_of(as_of, settings.zone_info, datetime.now(UTC))
    if region is not None and region not in known_regions():
        refuse(f"--region: {region} is not the code of a region{nearest(region, known_regions())}")
    found = usable_rules(settings)
    told = category(asked, headcount, regional_centre, day, found, region=region)
    scheme = _scheme(found, day)
    if as_json:
        answer = _answer(told, settings.locale) | {"as_of": day.isoformat()}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        words = Words(translations(settings.locale), settings.zone_info)
        typer.echo("\n".join(category_lines(told, scheme, day, words)))


def rules_folder(settings: Settings) -> Path:
    """Return the folder of rules that is used here: the configured one, or the shipped one."""
    return Path(settings.rules) if settings.rules is not None else shipped_rules()


def usable_rules(settings: Settings) -> Rules:
    """Read the rules that hold here; ends the program with code 2 when they cannot be used."""
    try:
        return load_rules(rules_folder(settings))
    except RulesError as error:
        refuse("\n".join(map(str, error.mistakes)))


def _type(name: str) -> InstitutionType:
    try:
        return InstitutionType(name)
    except ValueError:
        refuse(f"--type: {name} is not a type of institution{nearest(name, InstitutionType)}")


def _scheme(found: Rules, day: date) -> Scheme | None:
    try:
        return found.scheme(day)
    except NoRule:
        return None


def _answer(told: Category, locale: str) -> dict[str, Any]:
    origin = told.origin
    return {
        "category": told.name,
        "reason": told.unclear,
        "candidates": told.candidates,
        "measures": told.measures,
        "perhaps": told.perhaps,
        "flags": [flag.code for flag in told.flags],
        "doubts": [{"flag": flag.code, "text": flag.text.said_in(locale)} for flag in told.flags],
        "confidence": told.confidence,
        "source": origin.source if origin is not None else None,
        "pack": origin.pack if origin is not None else None,
        "version": origin.version if origin is not None else None,
    }
