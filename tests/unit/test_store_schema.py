"""The schema: made and brought up when a database is opened, once, and refused when it is newer."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from monitor.store import schema
from monitor.store.database import Database
from monitor.store.error import StoreNewerError
from monitor.store.store import Store
from monitor.store.tables import metadata
from tests.databases import Databases


async def test_the_migrations_end_with_the_tables(url: str) -> None:
    """What the steps make and what the program reads and writes is the same schema."""
    database = Database(url)
    await schema.ensure_schema(database)

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_known_versions_are_the_steps() -> None:
    """The list that decides what is newer is the list of steps."""
    steps = ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).walk_revisions()
    assert tuple(step.revision for step in reversed(list(steps))) == schema.VERSIONS


async def test_programs_may_make_the_tables_at_once(databases: Databases) -> None:
    """Whoever comes second finds the tables made."""

    async def make(url: str) -> None:
        async with Store.open(url) as store:
            assert await store.revision() == 0

    async with databases.fresh(empty=True) as url:
        await asyncio.gather(*(make(url) for _ in range(4)))


async def test_a_newer_schema_is_refused(url: str) -> None:
    """A database of a later version is left alone, and both versions are named."""
    async with Store.open(url):
        pass
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreNewerError, match=rf"schema 9999, this program knows {schema.VERSIONS[-1]}"):
        async with Store.open(url):
            pass
