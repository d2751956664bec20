"""Brings a database to this program's schema when it is opened, in one transaction, or refuses it."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from monitor.store.database import Database
from monitor.store.error import StoreBrokenError, StoreNewerError

VERSIONS = ("0001", "0002", "0003", "0004")  # every step in migrations/versions, oldest first
_FOLDER = Path(__file__).parent / "migrations"


async def ensure_schema(database: Database) -> None:
    """Make or bring up the tables. Raises StoreNewerError or StoreBrokenError and changes nothing then."""
    async with database.read() as connection:
        version = await connection.run_sync(_version)
    if version == VERSIONS[-1]:
        return
    async with database.write_alone() as connection:
        if await connection.run_sync(_version) != VERSIONS[-1]:  # somebody else may have been faster
            await connection.run_sync(upgrade, "head")


def _version(connection: Connection) -> str | None:
    """Return the step that the database stands at; None: it is empty."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise StoreBrokenError("the database holds the tables of another program; name another one")
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in VERSIONS:
        raise StoreNewerError(
            f"the database has schema {version}, this program knows {VERSIONS[-1]} at most; use the newer "
            "version of the program that wrote it"
        )
    return version


def upgrade(connection: Connection, step: str) -> None:
    """Take the steps up to one of them, in the transaction of the connection."""
    from alembic import command  # noqa: PLC0415, only a new or old database pays for the import
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, step)
