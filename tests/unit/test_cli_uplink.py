"""Uplinks as a person asks for them, and as a program does: the command and the API say the same."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
import pytest
from typer.testing import CliRunner

from exporters.http.api import law
from exporters.http.api.library import Library, Shelf
from exporters.http.api.operation import BadRequest, read_query
from exporters.tables.uplink import ALL
from monitor.cli import contracts as command
from monitor.cli.reading import Reading
from monitor.law.load import load_rules
from monitor.law.rules import Rules
from monitor.model.estate import Estate
from monitor.run.board import Board
from monitor.run.streams import Index
from tests.uplinks import MANY

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
LAW = load_rules()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Let the command read a register of five schools in the place of a database."""

    async def answer(*_: object) -> Reading:
        return Reading(estate=MANY, receiving=None)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    monkeypatch.setattr(command, "read_register", answer)


@pytest.mark.usefixtures("registered")
def test_the_command() -> None:
    """The three forms have the same rows; people also get the counts, and CSV no formula."""
    run = CliRunner().invoke
    told = json.loads(run(command.app, ["uplink", "--as-of", "2026-06-01", "--format", "json"]).stdout)
    assert (told["unit"], told["summary"]["impossible"], len(told["rows"])) == ("sites", 2, 5)
    assert tuple(told["rows"][0]) == ALL
    lines = run(command.app, ["uplink", "--as-of", "2026-06-01"]).stdout.splitlines()
    assert lines[0] == "1 Jun 2026, the whole country: sites with cameras 5"
    assert "  Impossible: 2" in lines
    head, first, *_ = run(command.app, ["uplink", "--format", "csv"]).stdout.splitlines()
    assert head == ",".join(ALL)
    assert ",'=School," in first


@pytest.mark.usefixtures("registered")
def test_one_region_and_wrong_use() -> None:
    """Another region has nothing of ours; a day of no rules, and an unknown region, end with 2."""
    run = CliRunner().invoke
    other = run(command.app, ["uplink", "--region", "Abai Region", "--format", "json"])
    assert json.loads(other.stdout)["rows"] == []
    for args in (["--as-of", "1999-01-01"], ["--region", "Almaty"]):
        refused = run(command.app, ["uplink", *args])
        assert (refused.exit_code, refused.stdout) == (2, "")


def library(estate: Estate, rules: Rules = LAW) -> Library:
    board = Board()
    board.load(Index.of(estate), {})
    return Library(
        board=board,
        shelf=cast("Shelf", None),
        rules=rules,
        baseline=(),
        zone=ZoneInfo("Asia/Almaty"),
        locale="en",
        now=lambda: NOW,
        looking=lambda: True,
        heartbeat_age=timedelta(minutes=1),
    )


async def ask(path: str, of: Library, **query: str) -> dict[str, Any]:
    (operation,) = (each for each in law.OPERATIONS if each.path == path)
    asked = read_query(operation, {}, {name: [value] for name, value in query.items()})
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(await operation.answer(of, asked)))
    assert set(told) == set(operation.schema["required"])
    assert set(told["summary"]) == set(operation.schema["properties"]["summary"]["required"])
    columns = set(operation.schema["properties"]["rows"]["items"]["required"])
    assert all(set(row) == columns for row in told["rows"])
    return told


async def test_the_api_says_the_same() -> None:
    """GET /api/contracts/uplink has the rows of the command, and its counts."""
    told = await ask("/api/contracts/uplink", library(MANY))
    assert told["as_of"] == "2026-06-01"
    assert told["summary"] == {"impossible": 2, "tight": 1, "unknown": 1, "feasible": 1}
    assert told["rows"][0]["site_id"] == "eight out"
    assert (await ask("/api/contracts/uplink", library(MANY), region="Abai Region"))["rows"] == []


async def test_the_api_refuses_what_no_rule_speaks_of() -> None:
    """Without a share in the packs there is no answer, and the reason is told."""
    bare = replace(LAW, thresholds={k: v for k, v in LAW.thresholds.items() if k != "uplink_tight_share"})
    with pytest.raises(BadRequest, match="as_of: no rule says uplink_tight_share"):
        await ask("/api/contracts/uplink", library(MANY, bare))


async def test_the_api_crosses_contract_and_video() -> None:
    """GET /api/contracts has the crossing of each channel and its counts; nothing seen yet is unknown."""
    told = await ask("/api/contracts", library(MANY))
    assert {row["crossing"] for row in told["rows"]} == {"unknown"}
    assert told["summary"]["crossing"]["unknown"] == 5
