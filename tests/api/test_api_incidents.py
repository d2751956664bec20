"""What the API answers about incidents, and about why a camera is not received."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from jsonschema_rs import validator_for

from exporters.http.api.incidents import OPERATIONS
from exporters.http.api.routes import add_routes
from exporters.http.serve import serve
from monitor.law.inclusion import outside
from monitor.run.board import Board, Present
from monitor.run.streams import Index
from monitor.store.lock import Holder
from monitor.store.store import Store
from tests import troubled
from tests.api.served import NOW, library

DAY = NOW.date()
SCHEMAS = {operation.name: operation.schema for operation in OPERATIONS}


@asynccontextmanager
async def asking(folder: Path, **changed: Any) -> AsyncIterator[ClientSession]:
    """Serve two schools in trouble, and give a session that knows where."""
    async with Store.open(f"sqlite:///{folder}/m.db", holder=Holder.of_this_process(NOW)) as store:
        await troubled.fill(store, NOW, DAY)
        app = web.Application()
        add_routes(app, replace(library(store, board()), **changed), version="1")
        async with serve(app, "127.0.0.1", 0) as address, ClientSession(address.url) as session:
            yield session


def board() -> Board:
    """Show what was decided."""
    made, index = Board(), Index.of(troubled.estate(DAY))
    presents = {key: Present(verdict, since) for key, (verdict, since) in troubled.verdicts(NOW, DAY).items()}
    made.load(index, presents, outside(index.estate, DAY))
    made.apply((), troubled.incidents(index, NOW, DAY))
    return made


async def get(session: ClientSession, path: str, name: str = "incidents") -> Any:
    async with session.get(path) as answer:
        told = await answer.json()
        assert answer.status == 200, told
    validator_for(dict(SCHEMAS[name])).validate(told)
    return told


async def test_open_incidents(tmp_path: Path) -> None:
    """The open incidents, the heaviest first; of a region its own."""
    async with asking(tmp_path) as session:
        told = await get(session, "/api/incidents")
        assert (told["looking"], told["summary"]) == (True, {"outage": 3, "never_connected": 1})
        assert [row["subject"] for row in told["rows"]] == ["g2", "s2", "c1", "s3"]
        assert told["rows"][1]["phone"] == "+77010000003"
        assert {row["flapping"] for row in told["rows"]} == {False}
        assert "may be available: confirm with procurement" in told["rows"][1]["next_step"]
        one = await get(session, f"/api/incidents?open=true&region={troubled.REGION}")
        assert [row["subject"] for row in one["rows"]] == ["s2", "c1"]


async def test_incidents_since_a_day(tmp_path: Path) -> None:
    """With since what touched the days from it on, as the store holds it; a closed one has its end."""
    async with asking(tmp_path) as session:
        day = (DAY - timedelta(days=20)).isoformat()
        told = await get(session, f"/api/incidents?since={day}&open=false")
        assert (told["since"], len(told["rows"])) == (day, 4)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("incidents?open=false", 400, "open: what was closed is listed from a day on; give since as well"),
        ("incidents?since=2027-01-01", 400, "since: is still to come; nothing happened then"),
        ("incidents?opn=true", 400, "there is no parameter 'opn'; did you mean open?"),
        ("why/c11", 404, "the register has neither a camera nor an institution 'c11'; did you mean c1?"),
    ],
)
async def test_what_is_asked_wrongly(path: str, status: int, said: str, tmp_path: Path) -> None:
    """A wrong request names the parameter and what to do."""
    async with asking(tmp_path) as session, session.get(f"/api/{path}") as answer:
        told = await answer.json()
        assert answer.status == status
        assert said in told["error"]


@pytest.mark.parametrize("asked", ["c1", "c2", "c3", "c5", "c6", "i1", "i2"])
async def test_every_explanation_has_its_form(asked: str, tmp_path: Path) -> None:
    """Whatever is explained, received or lost, every key is there and of the form described."""
    async with asking(tmp_path) as session:
        told = await get(session, f"/api/why/{asked}", "why")
        assert told["kind"] == ("camera" if asked.startswith("c") else "institution")


async def test_why_a_camera(tmp_path: Path) -> None:
    """A camera is told with its last states, its chain and its incident."""
    async with asking(tmp_path) as session:
        (stream,) = (await get(session, "/api/why/c1", "why"))["streams"]
    assert [each["state"] for each in stream["history"]] == ["not_receiving", "receiving", "not_receiving"]
    assert [each["link"] for each in stream["chain"] if each["state"] == "fault"] == ["camera"]
    assert stream["incident_id"].startswith("camera:c1:camera_off:")


async def test_nobody_looks(tmp_path: Path) -> None:
    """When nobody looks the answer says so, and knows nothing."""
    async with asking(tmp_path, looking=lambda: False) as session:
        told = await get(session, "/api/why/c2", "why")
        assert (told["looking"], told["streams"][0]["cause"]) == (False, "monitor_blind")
        assert (await get(session, "/api/incidents"))["looking"] is False
