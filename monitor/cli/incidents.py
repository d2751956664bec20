"""`cctv-monitor incidents`: what cannot be seen now, the heaviest first, and who does what about it.

With --since everything that touched the days since then, closed or not.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from exporters.locale.forms import format_day
from exporters.locale.texts import translations
from exporters.tables.incidents import incident_counts, incident_rows, incident_table
from exporters.tables.regions import UnknownRegion, find_region, region_names
from exporters.tables.table import Format, Record, as_lines
from exporters.terminal.words import Words
from exporters.why.belonging import flapping_now
from monitor.cli.answer import say
from monitor.cli.moments import day_argument
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import opened, picture_in
from monitor.cli.rules import usable_rules
from monitor.law.rules import NoRule
from monitor.law.terms import ContractRules
from monitor.model.incident import Incident, Kind
from monitor.run.moments import beginning_of, day_of
from monitor.run.picture import Picture
from monitor.settings import Settings
from monitor.store.error import StoreError

_TITLES = {Kind.OUTAGE: "incidents.outages", Kind.NEVER_CONNECTED: "incidents.backlog"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store says."""

    picture: Picture
    incidents: Sequence[Incident]


def command(
    *,
    only_open: Annotated[
        bool, typer.Option("--open", help="Those that are open now; without --since it is so anyway.")
    ] = False,
    since: Annotated[
        date | None,
        typer.Option("--since", metavar="D", parser=day_argument, help="All that touched that day or later."),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="One region: its KATO code or its name.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List what cannot be seen now, the heaviest first: cause, since when, who acts, and the next step.

    Exit 0 when the incidents could be read, whatever they are; 2 wrong use.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    form = Format.JSON if as_json else form
    if since is not None and since > day_of(None, settings.zone_info, now):
        refuse(f"--since: {since.isoformat()} is still to come; nothing happened then")
    found, rules = _find(settings, since, now)
    incidents = [each for each in found.incidents if each.closed_at is None or not only_open]
    code = _region(region, found.picture)
    words, index = Words(translations(settings.locale), settings.zone_info), found.picture.board.index
    day, open_now = found.picture.day, [each for each in incidents if each.closed_at is None]
    flapping = flapping_now(open_now, found.picture.board, day)
    rows = incident_rows(incidents, index, now, day, rules, words, code, flapping)
    if form is Format.TABLE:
        place = region_names(index.estate, settings.locale)[code] if code is not None else None
        typer.echo("\n".join(_lines(rows, found.picture, since, place, words)))
        return
    seen_at = found.picture.seen_at
    say(
        incident_table(rows, whole=True),
        form,
        words,
        as_of=found.picture.day,
        since=since.isoformat() if since is not None else None,
        region=code,
        looking=found.picture.looking,
        seen_at=seen_at.isoformat() if seen_at is not None else None,
        summary=incident_counts(rows),
    )


def _find(settings: Settings, since: date | None, now: datetime) -> tuple[Found, ContractRules]:
    """Read what is asked for; ends the program with code 2 when it cannot be."""
    try:
        rules = ContractRules.of(usable_rules(settings), day_of(None, settings.zone_info, now))
        with Progress() as progress:
            progress.now("reading the incidents")
            return asyncio.run(_read(settings, since, now)), rules
    except (NoRule, StoreError) as error:
        refuse(str(error))


async def _read(settings: Settings, since: date | None, now: datetime) -> Found:
    async with opened(settings) as store:
        picture = await picture_in(store, settings, None, now)
        if since is None:
            incidents = await store.open_incidents()
        else:
            incidents = await store.incidents(beginning_of(since, settings.zone_info), now)
    return Found(picture=picture, incidents=incidents)


def _region(asked: str | None, picture: Picture) -> str | None:
    try:
        return find_region(asked, picture.estate.regions).region if asked is not None else None
    except UnknownRegion as error:
        refuse(f"--region: {error}")


def _lines(
    rows: Sequence[Record], picture: Picture, since: date | None, place: str | None, words: Words
) -> list[str]:
    """Write the answer for people: outages, then what was never connected."""
    moment, where = words.moment(picture.moment), place or words.text("contracts.everywhere")
    if since is None:
        lines = [words.text("incidents.now", region=where, moment=moment)]
    else:
        day = format_day(since, words.locale)
        lines = [words.text("incidents.since", day=day, region=where, moment=moment)]
    if not picture.looking:
        lines.append(words.text("incidents.blind"))
    if not rows:
        return [*lines, words.text("incidents.none" if since is None else "incidents.none_since")]
    for kind, title in _TITLES.items():
        some = [row for row in rows if row["kind"] is kind]
        if some:
            lines += ["", words.text(title, count=words.count(len(some)))]
            lines += as_lines(incident_table(some), words)
    return lines
