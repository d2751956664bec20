"""What cannot be seen now, and why a camera or a school is not received."""

from collections.abc import Sequence
from datetime import date

from exporters.http.api.contracts import REGION, REGION_TOLD, region_of
from exporters.http.api.explained import WHY
from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import (
    AS_OF,
    Asked,
    BadRequest,
    NothingThere,
    Operation,
    Parameter,
    a_day,
    a_truth,
)
from exporters.http.api.register import IDENT
from exporters.locale.texts import translations
from exporters.tables.incidents import ALL, incident_counts, incident_rows, incident_table
from exporters.tables.table import Record, as_records
from exporters.terminal.words import Words
from exporters.why.belonging import flapping_now
from exporters.why.explain import Ground, UnknownId
from exporters.why.past import BEGINNING, last_states
from exporters.why.steps import SiteContracts
from exporters.why.told import as_dict
from monitor.law.rules import NoRule
from monitor.law.terms import ContractRules
from monitor.model.incident import Incident, Kind
from monitor.run.moments import beginning_of

OPEN = Parameter(
    name="open",
    text="Only those that are open now; without since it is so anyway.",
    schema={"type": "boolean", "default": True},
    read=a_truth,
)
SINCE = Parameter(
    name="since",
    text="All that touched this local day or a later one, closed or not.",
    schema=AS_OF.schema,
    read=a_day,
)
_COUNT = {"type": "integer", "minimum": 0}
_SUMMARY = {
    "type": "object",
    "properties": dict.fromkeys((kind.value for kind in Kind), _COUNT),
    "required": [kind.value for kind in Kind],
}


async def _incidents(library: Library, asked: Asked) -> object:
    since, only_open = asked["since"], asked["open"]
    if since is None and only_open is False:
        raise BadRequest("open: what was closed is listed from a day on; give since as well")
    if since is not None and since > library.today():
        raise BadRequest("since: is still to come; nothing happened then")
    index, rules = library.board.index, _rules(library)
    region = region_of(index.estate, asked)
    found = await _found(library, since, only_open=bool(only_open))
    now, day, words = library.now(), library.today(), _words(library)

    def work() -> list[Record]:
        flapping = flapping_now(list(library.board.incidents.values()), library.board, day)
        return incident_rows(found, index, now, day, rules, words, region, flapping)

    rows = await library.apart(work)
    return {
        "as_of": day,
        "since": since,
        "region": region,
        "looking": library.looking(),
        "summary": incident_counts(rows),
        "rows": as_records(incident_table(rows, whole=True)),
    }


async def _found(library: Library, since: date | None, *, only_open: bool) -> Sequence[Incident]:
    if since is None:
        return list(library.board.incidents.values())
    found = await library.shelf.incidents(beginning_of(since, library.zone), library.now())
    return [each for each in found if each.closed_at is None or not only_open]


async def _why(library: Library, asked: Asked) -> object:
    picture, rules, subject = await library.picture(None), _rules(library), asked["id"]
    ground = Ground(picture=picture, open=list(library.board.incidents.values()), rules=rules)
    histories = {}
    for stream_id in ground.streams_of(subject):
        found = await library.shelf.intervals(stream_id, BEGINNING, library.now())
        histories[stream_id] = last_states(found)

    def work() -> object:
        contracts = SiteContracts(picture.board.index, picture.day, rules)
        return as_dict(ground.explain(subject, histories), contracts, _words(library))

    try:
        return await library.apart(work)
    except UnknownId as error:
        raise NothingThere(str(error)) from None


def _rules(library: Library) -> ContractRules:
    try:
        return ContractRules.of(library.rules, library.today())
    except NoRule as error:
        raise NothingThere(f"today: {error}") from None


def _words(library: Library) -> Words:
    return Words(translations(library.locale), library.zone)


OPERATIONS = (
    Operation(
        path="/api/incidents",
        name="incidents",
        text="What cannot be seen now, the heaviest first: cause, since when, who acts, and the next step.",
        answer=_incidents,
        schema=rows_of(
            ALL,
            since={"type": ["string", "null"], "format": "date"},
            region=REGION_TOLD,
            looking={"type": "boolean"},
            summary=_SUMMARY,
        ),
        parameters=(OPEN, SINCE, REGION),
    ),
    Operation(
        path="/api/why/{id}",
        name="why",
        text="Why a camera is not received, link by link; of an institution, each camera that is not.",
        answer=_why,
        schema=WHY,
        parameters=(IDENT,),
    ),
)
