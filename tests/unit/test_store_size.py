"""How big the database is, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.store.error import StoreUnavailableError
from monitor.store.store import Store


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with Store.open(url) as opened:
        yield opened


async def test_the_size_of_a_database(store: Store) -> None:
    """An empty register takes more than a page and less than a hundred megabytes."""
    assert 4096 < await store.size() < 100_000_000


async def test_a_file_is_measured_with_its_log(tmp_path: Path) -> None:
    """The write-ahead log beside the file counts: most of what was just written is in it."""
    async with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        size = await store.size()
        beside = [tmp_path / f"m.db{end}" for end in ("", "-wal", "-shm")]
        assert size == sum(file.stat().st_size for file in beside if file.exists())
        assert (tmp_path / "m.db-wal").stat().st_size > 0


async def test_a_file_that_is_gone_cannot_be_measured(tmp_path: Path) -> None:
    """It is the store's trouble, in its own words."""
    async with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        (tmp_path / "m.db").unlink()
        with pytest.raises(StoreUnavailableError):
            await store.size()
