"""/sd/cameras: which cameras Prometheus is to scrape one by one, as it wants to be told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from exporters.http import discovery
from exporters.http.app import make_app
from exporters.http.serve import serve
from monitor.run.board import Board
from monitor.run.streams import Index
from tests.scrapes import estate, loaded
from tests.serving import no_metrics

ALMATY_CITY, REGION = "750000000", "110000000"


@asynccontextmanager
async def asking(board: Board | None = None) -> AsyncIterator[ClientSession]:
    """Serve /sd of a board: three institutions of two cameras, and one of none."""
    known = board if board is not None else loaded(Index.of(estate(4)))
    app = make_app(metrics=no_metrics, not_ready=list, version="1", board=known)
    async with serve(app, "127.0.0.1", 0) as address, ClientSession(address.url) as session:
        yield session


async def get(session: ClientSession, query: str, **headers: str) -> tuple[int, str]:
    async with session.get(f"/sd/cameras{query}", headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_camera_is_a_scrape_of_its_probe() -> None:
    """Each camera is a group: the address that we were asked by, and labels that make it a /probe of it."""
    async with asking() as session, session.get("/sd/cameras?institution=i0") as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        groups = await answer.json()
        asked_by = answer.request_info.headers["Host"]
    labels = {"institution": "i0", "site": "s0", "region": REGION, "__metrics_path__": "/probe"}
    assert groups == [
        {"targets": [asked_by], "labels": {**labels, "camera": key, "__param_camera": key}}
        for key in ("c0-0", "c0-1")
    ]


@pytest.mark.parametrize(
    ("query", "cameras"),
    [
        pytest.param("?institution=i1", ["c1-0", "c1-1"], id="institution"),
        pytest.param("?institution=i3", [], id="an institution without cameras"),
        pytest.param(f"?region={REGION}", ["c0-0", "c0-1", "c2-0", "c2-1"], id="region"),
        pytest.param(f"?region={ALMATY_CITY}", [], id="a region without institutions"),
    ],
)
async def test_what_is_listed(query: str, cameras: list[str]) -> None:
    """The cameras of the institution, or of all institutions of the region; [] where there is none."""
    async with asking() as session:
        status, told = await get(session, query)
    assert (status, [group["labels"]["camera"] for group in json.loads(told)]) == (200, cameras)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        pytest.param("", 400, "write either /sd/cameras?institution=ID or", id="everything"),
        pytest.param("?institution=", 400, "write either", id="empty"),
        pytest.param("?institution=i0&region=110000000", 400, "write either", id="both"),
        pytest.param("?institution=i0&institution=i1", 400, "write either", id="two"),
        pytest.param("?camera=c0-0", 400, "write either", id="another parameter"),
        pytest.param(
            "?institution=i9", 404, "no such institution in the register; `register show", id="none"
        ),
        pytest.param("?region=i0", 404, "no such region in the register", id="no region"),
    ],
)
async def test_what_is_refused(query: str, status: int, said: str) -> None:
    """Anything else is refused in one plain line; Prometheus keeps the list that it has."""
    async with asking() as session:
        answer = await get(session, query)
    assert (answer[0], said in answer[1], answer[1].count("\n")) == (status, True, 1)


async def test_a_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More cameras than can be checked one by one are refused, with how many there are and what to do."""
    monkeypatch.setattr(discovery, "MOST_CAMERAS", 3)
    async with asking() as session:
        assert await get(session, f"?region={REGION}") == (
            400,
            "there are 4 cameras, at most 3 are listed; ask by institution\n",
        )


async def test_no_list_before_the_register_is_there() -> None:
    """Before the register is loaded nothing is listed: an empty list would end every scrape."""
    async with asking(Board()) as session:
        assert await get(session, "?institution=i0") == (503, "the register is not loaded; ask again\n")
