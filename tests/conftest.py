"""What holds for every test: its docstring is the sentence that it proves, and it leaves nothing behind."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from monitor.store.store import Store
from tests.databases import DIALECTS, Databases, PostgresServer, SqliteFiles, postgres
from tests.keepers import DatabaseKeepers, Keepers, Kept, MemoryKeepers
from tests.side_by_side import NOW
from tests.two_regions import change_to, estate


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


def databases_of(request: pytest.FixtureRequest) -> Databases:
    """Make databases of the dialect that is asked for; only one of them starts a server."""
    if request.param == SqliteFiles.dialect:
        return SqliteFiles()
    found: PostgresServer = request.getfixturevalue("server")
    return found


@pytest.fixture(scope="session", params=DIALECTS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Everything that is said of the store is said of both databases."""
    return databases_of(request)


@pytest.fixture(scope="session", params=(*DIALECTS, "memory"))
def keepers(request: pytest.FixtureRequest) -> Keepers:
    """What needs neither SQL nor a second process is said of both databases and of their twin in memory."""
    return MemoryKeepers() if request.param == "memory" else DatabaseKeepers(databases_of(request))


@pytest.fixture
async def kept(keepers: Keepers) -> AsyncIterator[Kept]:
    """Give a fresh store of each sort."""
    async with keepers.fresh() as fresh:
        yield fresh


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """Name a fresh database with the tables in it; a file of SQLite is made by whoever opens it first."""
    async with databases.fresh() as fresh:
        yield fresh


@pytest.fixture
async def shared(server: PostgresServer) -> AsyncIterator[str]:
    """A server's database with both regions in its register."""
    async with server.fresh() as url, Store.open(url) as store:
        await store.apply_register(change_to(estate()), NOW)
        yield url
