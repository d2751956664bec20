"""`cctv-monitor why CAMERA|INSTITUTION`: the chain link by link, its evidence and the rule that decided."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from exporters.locale.texts import translations
from exporters.terminal.why import WhyLines
from exporters.terminal.words import Words
from exporters.why.explain import Ground, UnknownId, Why
from exporters.why.past import BEGINNING, last_states
from exporters.why.steps import SiteContracts
from exporters.why.told import as_dict
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import dated_picture_in, opened
from monitor.cli.rules import usable_rules
from monitor.law.rules import NoRule
from monitor.law.terms import ContractRules
from monitor.run.moments import day_of
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.rows import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An explanation, and what its next steps are read from."""

    why: Why
    contracts: SiteContracts
    seen_at: datetime | None


def command(
    asked: Annotated[str, typer.Argument(metavar="CAMERA|INSTITUTION", help="Its id in the register.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Explain link by link why a camera is not received; of a school, each camera that is not.

    Exit 0 when it could be explained, whatever it is; 2 wrong use, or no such id.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    try:
        rules = ContractRules.of(usable_rules(settings), day_of(None, settings.zone_info, now))
        with Progress() as progress:
            progress.now("reading the present")
            told = asyncio.run(_read(settings, asked, rules, now))
    except UnknownId as error:
        refuse(f"{error}; `register show cameras` lists the ids")
    except (NoRule, StoreError) as error:
        refuse(str(error))
    words = Words(translations(settings.locale), settings.zone_info)
    if as_json:
        seen_at = told.seen_at.isoformat() if told.seen_at is not None else None
        answer = as_dict(told.why, told.contracts, words) | {"seen_at": seen_at}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo("\n".join(WhyLines(told.contracts, words, now).of(told.why)))


async def _read(settings: Settings, asked: str, rules: ContractRules, now: datetime) -> Told:
    async with opened(settings) as store:
        picture = await dated_picture_in(store, settings, None, now)
        ground = Ground(picture=picture, open=await store.open_incidents(), rules=rules)
        histories: dict[str, Sequence[Interval]] = {}
        for stream_id in ground.streams_of(asked):
            found = await store.intervals(stream_id, BEGINNING, now)
            histories[stream_id] = last_states(found)
    return Told(
        why=ground.explain(asked, histories),
        contracts=SiteContracts(picture.board.index, picture.day, rules),
        seen_at=picture.seen_at,
    )
