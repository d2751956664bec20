"""From the schema before: every row is kept, once, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event

from monitor.model.channels import ContractForm, Stage
from monitor.store import schema
from monitor.store.database import Database
from monitor.store.schema import ensure_schema
from monitor.store.store import Store
from tests import older
from tests.databases import Databases
from tests.older import LATER, NOW, OTHER, REGION, ROWS

UNKNOWN_BIN = "000000000000"
NEW_NAMES = {"removed": "ended"}
DERIVED = {"contracts", "channels", "providers", "regions"}  # made anew or moved


@pytest.fixture
async def old_url(databases: Databases) -> AsyncIterator[str]:
    async with databases.fresh(empty=True) as url:
        await older.make(url)
        yield url


def renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {NEW_NAMES.get(name, name): value for name, value in row.items()}


async def test_every_row_is_kept(old_url: str) -> None:
    """Each old row is there afterwards with all its values, and nothing else is in its table."""
    before = await older.dump(old_url)
    async with Store.open(old_url):
        pass
    after = await older.dump(old_url)
    assert after["alembic_version"] == [{"version_num": schema.VERSIONS[-1]}]
    for name in before.keys() - DERIVED - {"alembic_version"}:
        kept = [
            {key: row[key] for key in renamed(old)}
            for old, row in zip(before[name], after[name], strict=True)
        ]
        assert kept == [renamed(old) for old in before[name]], name


async def test_contracts_become_contracts_of_channels(old_url: str) -> None:
    """A site's contracts are of its channel; the customer is its institution, where that has a BIN."""
    async with Store.open(old_url):
        pass
    after = await older.dump(old_url)
    customers = {"s1": "020240000555", "s3": "990140000000"}
    wanted = [
        (
            customers.get(row["site_id"], UNKNOWN_BIN),
            row["contract_number"],
            row["starts_on"],
            row["site_id"],
            row["provider"],
            row["starts_on"],
            row["ends_on"],
            row["valid_from"],
            row["valid_to"],
        )
        for row in ROWS["contracts"]
    ]
    names = "customer_bin contract_number contract_date channel_id provider starts_on ends_on"
    columns = (*names.split(), "valid_from", "valid_to")
    assert [tuple(row[name] for name in columns) for row in after["contracts"]] == wanted
    channels = {
        row["channel_id"]: (row["site_id"], row["valid_from"], row["valid_to"]) for row in after["channels"]
    }
    assert channels == {
        "s1": ("s1", NOW, None),
        "s2": ("s2", NOW, None),
        "s3": ("s3", NOW, LATER),
        "nowhere": ("nowhere", NOW, LATER),
    }
    providers = {row["provider"]: (row["valid_from"], row["valid_to"]) for row in after["providers"]}
    assert providers == {"Байланыс": (NOW, None), "Жаңа Байланыс": (LATER, None), "Ескі": (NOW, LATER)}


async def test_the_register_reads_as_before(old_url: str) -> None:
    """What was registered is read by today's program, then and now."""
    async with Store.open(old_url) as store:
        now, then = await store.load_estate(LATER), await store.load_estate(NOW)
        assert (now.institutions["i1"].region, then.institutions["i1"].region) == (REGION, OTHER)
        assert then.cameras.keys() == {"c1", "c2", "c3"}
        assert now.cameras.keys() == {"c1", "c2"}
        agreed = {(c.contract_number, c.channel_id, c.provider) for c in now.contracts}
        assert agreed == {
            ("№ 1", "s1", "Жаңа Байланыс"),
            ("№ 2", "s1", "Байланыс"),
            ("№ 1", "s2", "Байланыс"),
        }
        assert {(c.form, c.stage, c.contract_date) for c in now.contracts} == {
            (ContractForm.TENDER, Stage.SIGNED, date(2026, 1, 1))
        }
        assert len(now.regions) == 20


async def test_history_belongs_to_the_region_of_its_camera(old_url: str) -> None:
    """Intervals go to the last region of their camera; the rest of the history to the one part there was."""
    async with Store.open(old_url) as store:
        assert [incident.incident_id for incident in await store.open_incidents()] == ["gateway:g:2"]
        assert len(await store.unmatched()) == 2
    after = await older.dump(old_url)
    assert {row["stream_id"]: row["region"] for row in after["intervals"]} == {
        "c1@g": REGION,
        "c2@g": OTHER,
        "c3@g": OTHER,
        "never-registered@g": "",
    }
    for name in ("coverage", "incidents", "unmatched", "locks"):
        assert {row["part"] for row in after[name]} == {"all"}


async def test_programs_that_start_at_once_upgrade_once(
    old_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several programs that open an old database one takes the steps; the others find them taken."""
    taken: list[str] = []

    def counted(connection: Connection, step: str) -> None:
        taken.append(step)
        upgrade(connection, step)

    upgrade = schema.upgrade
    monkeypatch.setattr(schema, "upgrade", counted)

    async def start() -> None:
        async with Store.open(old_url) as store:
            assert await store.revision() == 2

    await asyncio.gather(*(start() for _ in range(4)))
    assert taken == ["head"]


class PulledPlugError(Exception):
    """The fault of these tests."""


async def _upgrade_until(url: str, last: int) -> int:
    """Bring a schema up, with a fault before the statement of that number; returns how many there were."""
    database, count = Database(url), 0

    def fail(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == last:
            raise PulledPlugError

    event.listen(database._engine.sync_engine, "before_cursor_execute", fail)
    try:
        await ensure_schema(database)
    finally:
        await database.close()
    return count


async def test_a_fault_at_any_statement_leaves_the_old_schema(old_url: str) -> None:
    """Whichever statement fails, all is as it was; without a fault all is new."""
    before = await older.dump(old_url)
    for statement in range(1, 1000):
        try:
            await _upgrade_until(old_url, statement)
        except PulledPlugError:
            assert await older.dump(old_url) == before, statement
        else:
            break
    assert statement > len(before)
    assert (await older.dump(old_url))["alembic_version"] == [{"version_num": schema.VERSIONS[-1]}]
