"""What holds for every test: its docstring is the sentence that it proves, and it leaves nothing behind."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from tests.databases import DIALECTS, Databases, PostgresServer, SqliteFiles, postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that does not say what it proves."""
    silent = [
        item.nodeid for item in items if isinstance(item, pytest.Function) and not item.function.__doc__
    ]
    if silent:
        raise pytest.UsageError("these tests have no docstring: " + ", ".join(silent))


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo what a command set up for its log: the stderr that it wrote to goes with its test."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of a session that ask for it."""
    with postgres() as started:
        yield started


@pytest.fixture(scope="session", params=DIALECTS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Everything that is said of the store is said of both databases."""
    if request.param == SqliteFiles.dialect:
        return SqliteFiles()
    found: PostgresServer = request.getfixturevalue("server")
    return found


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """Name a fresh database with the tables in it; a file of SQLite is made by whoever opens it first."""
    async with databases.fresh() as fresh:
        yield fresh
