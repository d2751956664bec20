"""Why a camera or a school is not received: who acts, whom to call, and the same in three languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.tables.incidents import incident_counts, incident_rows
from exporters.tables.table import Record
from exporters.terminal.why import WhyLines
from exporters.terminal.words import Words
from exporters.why.calls import Call, Callers
from exporters.why.explain import Ground, StreamWhy, UnknownId
from exporters.why.steps import SiteContracts
from exporters.why.subjects import Whereabouts, place_of
from monitor.model.incident import Incident, Severity
from monitor.model.parties import Role
from monitor.model.verdict import Cause, Owner, State
from monitor.run.board import Board, Present
from monitor.run.picture import Picture
from monitor.run.streams import Index
from monitor.store.rows import Interval
from tests import troubled
from tests.agreements import RULES

NOW, DAY = datetime(2026, 1, 15, 7, tzinfo=UTC), date(2026, 1, 15)
INDEX = Index.of(troubled.estate(DAY))
OPEN = troubled.incidents(INDEX, NOW, DAY)
ALMATY = ZoneInfo("Asia/Almaty")
ENGLISH = Words(translations("en"), ALMATY)


def ground(*, looking: bool = True) -> Ground:
    """Stand on what is decided now."""
    board = Board()
    board.load(INDEX, {k: Present(v, since) for k, (v, since) in troubled.verdicts(NOW, DAY).items()})
    seen = NOW - timedelta(hours=1)
    picture = Picture(board=board, moment=NOW, day=DAY, looking=looking, seen_at=seen)
    return Ground(picture=picture, open=OPEN, rules=RULES)


def why(camera_id: str) -> StreamWhy:
    (told,) = ground().explain(camera_id).streams
    return told


@pytest.mark.parametrize(
    ("camera_id", "cause", "owner", "call", "incident"),
    [
        pytest.param(
            "c1",
            Cause.CAMERA_OFF,
            Owner.SCHOOL,
            Call(name="№ 1 мектеп", role=Role.DUTY, phone="+77010000002"),
            "camera:c1:camera_off",
            id="the school, by its duty phone and not its head's",
        ),
        pytest.param(
            "c3",
            Cause.CONTRACT_LAPSED,
            Owner.EDUCATION_DEPARTMENT,
            Call(name="Управление", role=Role.PROCUREMENT, phone="+77010000003"),
            "site:s2:contract_lapsed",
            id="the payer of the contract that ended",
        ),
        pytest.param(
            "c5",
            Cause.GATEWAY_DOWN,
            Owner.POLICE_IT,
            Call(name="ЦОУ Тараз", role=Role.DUTY, phone="+77010000004"),
            "gateway:g2:down",
            id="the centre of the gateway, though the stream is unknown",
        ),
        pytest.param(
            "c6",
            Cause.NOT_ENROLLED,
            Owner.POLICE_IT,
            Call(name="ЦОУ Тараз", role=Role.DUTY, phone="+77010000004"),
            "site:s3:not_enrolled",
            id="the centre of the region, where there is no gateway",
        ),
    ],
)
def test_who_acts(camera_id: str, cause: Cause, owner: Owner, call: Call, incident: str) -> None:
    """Each lost stream names its cause, its owner, whom to call, and the open incident that it is of."""
    told = why(camera_id)
    assert (told.verdict.cause, told.owner, told.call) == (cause, owner, call)
    assert told.incident is not None
    assert told.incident.incident_id.startswith(incident)


@pytest.mark.parametrize(
    ("owner", "at", "name"),
    [
        pytest.param(Owner.PROVIDER, Whereabouts(site_id="s1"), "Дала", id="of the site's contract"),
        pytest.param(Owner.PROVIDER, Whereabouts(provider="X"), "X", id="named by the incident"),
        pytest.param(Owner.PROVIDER, Whereabouts(site_id="s3"), None, id="of no contract"),
        pytest.param(Owner.EDUCATION_DEPARTMENT, Whereabouts(institution_id="i2"), "=Колледж", id="no payer"),
        pytest.param(Owner.POLICE_IT, Whereabouts(gateway_id="gone"), None, id="a gateway that left"),
        pytest.param(Owner.MONITOR_OPERATOR, Whereabouts(site_id="s1"), None, id="ourselves"),
        pytest.param(Owner.UNDECIDED, Whereabouts(site_id="s1"), None, id="nobody"),
    ],
)
def test_whom_to_call(owner: Owner, at: Whereabouts, name: str | None) -> None:
    """A party is named even without a phone; where the register knows none, nobody is."""
    call = Callers(INDEX, DAY).of(owner, at)
    assert (call.name if call is not None else None) == name


def test_while_nobody_looks_nothing_is_known() -> None:
    """Without a monitor every stream is unknown since the last heartbeat, and no link is in order."""
    (told,) = ground(looking=False).explain("c2").streams
    assert (told.verdict.state, told.verdict.cause) == (State.UNKNOWN, Cause.MONITOR_BLIND)
    assert told.since == NOW - timedelta(hours=1)
    assert {each.state.value for each in told.chain} == {"unknown"}


def test_a_school_is_told_by_its_incidents() -> None:
    """Of an institution each camera that is not received is told, together with those of its incident."""
    told = ground().explain("i1")
    groups = {incident.subject: len(some) for incident, some in told.groups() if incident is not None}
    assert (told.cameras, told.lost(), groups) == (4, 3, {"c1": 1, "s2": 2})


def test_an_unknown_id_has_near_ones() -> None:
    """What the register does not know is an error that offers what may have been meant."""
    with pytest.raises(UnknownId, match=r"'c11'; did you mean c1\?"):
        ground().explain("c11")
    with pytest.raises(UnknownId, match=r"neither a camera nor an institution 'xyz'$"):
        ground().explain("xyz")


GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_answer_in_three_languages(locale: str) -> None:
    """A lapsed contract is told link by link, with what is left of the window and never as a right."""
    began = NOW - timedelta(days=16)
    received = Interval(
        stream_id="c3@g1",
        verdict=troubled.verdicts(NOW, DAY)["c2@g1"][0],
        began_at=began,
        ended_at=NOW - timedelta(days=14),
    )
    told = ground().explain("c3", {"c3@g1": [received]})
    lines = WhyLines(SiteContracts(INDEX, DAY, RULES), Words(translations(locale), ALMATY), NOW)
    wanted = (GOLDEN / f"why.{locale}.txt").read_text(encoding="utf-8")
    assert "\n".join(lines.of(told)) + "\n" == wanted


def rows(incidents: list[Incident], region: str | None = None) -> list[Record]:
    return incident_rows(incidents, INDEX, NOW, DAY, RULES, ENGLISH, region)


def test_the_heaviest_stands_first() -> None:
    """Outages by severity, then by pupils and age; what was never connected stands behind them all."""
    told = rows(OPEN)
    assert [row["name"] for row in told] == [
        "ЦОУ Тараз, g2",
        "№ 1 мектеп, Annex",
        "№ 1 мектеп, Main, c1",
        "=Колледж",
    ]
    assert incident_counts(told) == {"outage": 3, "never_connected": 1}
    assert [row["severity"] for row in told[:2]] == [Severity.CRITICAL, Severity.MAJOR]
    assert told[1]["age_seconds"] == 14 * 86_400


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("Annex", "№ 1 мектеп, Annex", id="of its own"),
        pytest.param("№ 1 мектеп: B", "№ 1 мектеп: B", id="that begins with the school's"),
        pytest.param("", "№ 1 мектеп", id="none"),
    ],
)
def test_a_site_is_called_by_its_school(name: str, told: str) -> None:
    """The school's name stands in front of a site's, once."""
    estate = troubled.estate(DAY)
    sites = estate.sites | {"s2": replace(estate.sites["s2"], name=name)}
    assert place_of("s2", Index.of(replace(estate, sites=sites))) == told


def test_one_region() -> None:
    """A region has its own incidents, and those of gateways that take its streams."""
    assert [row["scope"] for row in rows(OPEN, troubled.OTHER)] == ["gateway", "site"]
    assert len(rows(OPEN, troubled.REGION)) == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(0, "A bridging contract until 28 Feb 2026 (days left: 44): may be", id="open"),
        pytest.param(60, "The bridging window ended on 28 Feb 2026.", id="over"),
    ],
)
def test_the_bridging_window(days: int, said: str) -> None:
    """A lapsed contract's next step tells what is left of the window, or that it closed."""
    later = DAY + timedelta(days=days)
    told = incident_rows(OPEN, INDEX, NOW, later, RULES, ENGLISH)
    (step,) = (str(row["next_step"]) for row in told if row["cause"] is Cause.CONTRACT_LAPSED)
    assert said in step
