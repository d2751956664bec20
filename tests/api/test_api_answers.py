"""What the API answers about one small register: the present, a past day, one entry, what is wrong."""

import json
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from aiohttp import ClientSession, web

from exporters.http.api.routes import add_routes
from exporters.http.serve import serve
from monitor.model.estate import Estate
from monitor.store.error import StoreUnavailableError
from monitor.store.store import Store
from tests.api.served import filled, library, served

ASKED = quote("Алматы қаласы")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the register."""
    with served(tmp_path_factory.mktemp("api")) as at:
        yield at


def ask(url: str, method: str = "GET") -> tuple[int, bytes]:
    """Make one request."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def get(url: str) -> tuple[int, Any]:
    """Ask, and read the JSON."""
    status, body = ask(url)
    return status, json.loads(body)


def rows(url: str, *columns: str) -> list[tuple[Any, ...]]:
    """Ask for a list, and keep some columns."""
    status, told = get(url)
    assert status == 200, told
    return [tuple(row[column] for column in columns) for row in told["rows"]]


def test_the_present_is_counted(url: str) -> None:
    """An excluded camera is in no count but its own; the others are received or unknown."""
    _, told = get(f"{url}/api/status")
    counts = ("registered", "receiving", "not_receiving", "unknown", "excluded", "rate")
    assert [told["cameras"][name] for name in counts] == [2, 1, 0, 1, 1, 0.5]
    assert told["looking"] is True


def test_a_past_day_knows_nothing_where_nobody_looked(url: str) -> None:
    """The register of a past day is counted, and without coverage every camera of it is unknown."""
    _, told = get(f"{url}/api/status?as_of=2026-06-01")
    assert (told["cameras"]["registered"], told["cameras"]["unknown"], told["looking"]) == (3, 3, False)
    _, told = get(f"{url}/api/status?as_of=2026-02-28")
    assert (told["cameras"]["registered"], told["cameras"]["rate"]) == (0, None)


def test_exclusions_and_work_are_those_of_the_day(url: str) -> None:
    """Exclusions and maintenance are told as they hold on a day; `all` tells the others too."""
    assert rows(f"{url}/api/exclusions", "subject_id", "cameras", "ends_on") == [("c2", 1, "2026-12-31")]
    assert rows(f"{url}/api/exclusions?as_of=2026-10-31", "subject_id") == []
    assert rows(f"{url}/api/exclusions?as_of=2026-10-31&all=true", "subject_id") == [("c2",)]
    assert rows(f"{url}/api/maintenance", "maintenance_id", "phase", "cameras") == [("m1", "open", 2)]


def test_the_law_is_applied(url: str) -> None:
    """Contracts, compliance and categories are answered by the rules of the day."""
    found = dict(rows(f"{url}/api/contracts", "channel", "status"))
    assert found == {"ch1": "at_risk", "ch2": "never_contracted"}
    standings = rows(f"{url}/api/compliance/institutions", "institution_id", "category", "occ")
    assert standings == [("i1", "C3", "met"), ("i2", "UNKNOWN", "unknown")]
    assert rows(f"{url}/api/compliance/institutions?region={ASKED}", "institution_id") == [("i1",)]
    met = rows(f"{url}/api/compliance", "region", "category", "measure", "numerator", "denominator")
    assert ("750000000", "C3", "occ", 1, 1) in met
    _, told = get(f"{url}/api/rules/category?type=school&headcount=700")
    assert (told["category"], told["measures"]) == ("C2", ["cctv", "public_address", "occ", "panic_button"])


def test_the_cliff_is_forecast(url: str) -> None:
    """On 1 January nothing is covered any more, and the rate of the country falls to nothing."""
    found = rows(f"{url}/api/contracts/forecast?days=60", "day", "region", "provider", "covered")
    assert ("2027-01-01", None, None, 0) in found


def test_the_register_is_read_page_by_page(url: str) -> None:
    """Entries come in the order of their keys, with how many there are in all."""
    _, told = get(f"{url}/api/register/cameras?limit=2&offset=1")
    assert (told["total"], [entry["camera_id"] for entry in told["entries"]]) == (3, ["c2", "c3"])
    _, told = get(f"{url}/api/register/contracts/220440000001")
    assert [entry["contract_number"] for entry in told["entries"]] == ["7/2026"]
    _, told = get(f"{url}/api/imports")
    assert [(one["author"]["who"], one["source"]["file"]) for one in told["imports"]] == [
        ("clerk", "all.csv")
    ]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("status?asof=2026-01-01", 400, "there is no parameter 'asof'; did you mean as_of?"),
        ("status?as_of=1.1.2026", 400, "as_of: is not a day; write it as 2026-12-31"),
        ("status?as_of=2026-01-01&as_of=2026-01-02", 400, "as_of is there 2 times; leave one"),
        ("register/camera", 400, "kind: is not known here; did you mean cameras?"),
        ("register/cameras?limit=0", 400, "limit: is not a whole number of 1 to 1000"),
        ("register/cameras/c33", 404, "cameras holds no 'c33'; did you mean c3?"),
        ("rules/category", 400, "type is missing"),
        ("rules/category?type=scool", 400, "type: is not known here; did you mean school?"),
        ("status?as_of=2026-11-26", 400, "as_of: is still to come; nobody knows what is received then"),
        ("contracts?as_of=1989-12-31", 400, "as_of: its year is not between 1990 and 2100"),
        (
            "changes?from=2026-06-01&to=2026-05-01",
            400,
            "to: is before from; look whether the two are swapped",
        ),
        ("changes", 400, "from is missing"),
        ("exclusions?all=yes", 400, "all: is neither true nor false"),
    ],
)
def test_what_is_asked_wrongly_is_told(url: str, path: str, status: int, said: str) -> None:
    """A wrong request names the parameter and what to do."""
    assert get(f"{url}/api/{path}") == (status, {"error": said})


def test_what_changed_is_told(url: str) -> None:
    """Between two days it is told what came, changed and ended; where nothing did, no kind is."""
    _, told = get(f"{url}/api/changes?from=2026-02-28&to=2026-03-01")
    assert [camera["camera_id"] for camera in told["kinds"]["cameras"]["added"]] == ["c1", "c2", "c3"]
    assert told["kinds"]["contracts"]["ended"] == []
    assert get(f"{url}/api/changes?from=2026-03-01")[1]["kinds"] == {}


def test_nothing_can_be_written(url: str) -> None:
    """The API is read only: every other method is refused."""
    methods = ("POST", "PUT", "PATCH", "DELETE")
    assert {ask(f"{url}/api/exclusions", method)[0] for method in methods} == {405}


async def test_a_database_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store refuses, the past cannot be answered: 503 and when to ask again, no traceback."""

    async def refuse(_: datetime) -> Estate:
        raise StoreUnavailableError("database is locked")

    async with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        answers = library(store, await filled(store))
        monkeypatch.setattr(store, "register_at", refuse)
    app = web.Application()
    add_routes(app, answers, version="1")
    async with serve(app, "127.0.0.1", 0) as address, ClientSession(address.url) as session:
        async with session.get("/api/exclusions?as_of=2026-06-01") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert await answer.json() == {"error": "the database cannot be read now; ask again"}
        async with session.get("/api/exclusions") as answer:
            assert answer.status == 200
