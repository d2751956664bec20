"""The whole product on PostgreSQL: monitors side by side, one refused, a backup while they run."""

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.acceptance.programs import answer, events, import_all, monitor, running, simulating, wait_for
from tests.databases import PostgresServer

NOWHERE = "999999999"  # a region without institutions here


@pytest.fixture
def folder(server: PostgresServer, tmp_path: Path) -> Iterator[Path]:
    """A configured folder with everything imported into a server's database, and devices at work."""
    name = "acceptance"
    asyncio.run(server.tell(f"CREATE DATABASE {name}"))
    with simulating(tmp_path, "--institutions", "3", "--cameras", "6", "--seed", "7"):
        configure(tmp_path, url=server.url(name))
        import_all(tmp_path)
        yield tmp_path
    asyncio.run(server.tell(f"DROP DATABASE {name} WITH (FORCE)"))


def configure(folder: Path, *, url: str, regions: tuple[str, ...] = (), where: str = ".") -> Path:
    """Write the simulator's configuration for a database and regions into a folder below; returns that."""
    settings = yaml.safe_load((folder / "monitor.yaml").read_text())
    settings |= {"database": {"url": url}, "key_file": str(folder / "monitor.key"), "regions": list(regions)}
    below = folder / where
    below.mkdir(exist_ok=True)
    (below / "monitor.yaml").write_text(yaml.safe_dump(settings))
    return below


def regions_of(folder: Path) -> tuple[str, ...]:
    """Read the regions of the institutions in the simulator's sheet."""
    with (folder / "institutions.csv").open(encoding="utf-8", newline="") as sheet:
        return tuple(sorted({row["region"] for row in csv.DictReader(sheet)}))


def test_monitors_of_different_regions_work_side_by_side(server: PostgresServer, folder: Path) -> None:
    """Each monitor has its regions, a third that overlaps is refused by name, a backup is made meanwhile."""
    url, regions = server.url("acceptance"), regions_of(folder)
    one = configure(folder, url=url, regions=regions, where="one")
    two = configure(folder, url=url, regions=(NOWHERE,), where="two")

    def receiving() -> int:
        told = answer("status", "--config", "monitor.yaml", folder=folder)
        count: int = told["cameras"]["receiving"]
        return count

    with running(one), running(two):
        wait_for(receiving, lambda count: count == 6)
        wait_for(lambda: len(events(two, "register_loaded")), lambda count: count == 1)
        refused = monitor("run", "--config", "monitor.yaml", folder=folder)
        assert refused.returncode == 1
        assert "another monitor holds region" in refused.stderr
        saved = monitor("backup", "m.backup", "--config", "monitor.yaml", folder=folder)
        assert saved.returncode == 0, saved.stderr
        (loaded,) = events(one, "register_loaded")
        (empty,) = events(two, "register_loaded")
        assert (loaded["cameras"], empty["cameras"]) == (6, 0)
    assert receiving() == 0
    done = monitor("restore", "m.backup", "--database", "sqlite:///copy.db", folder=folder)
    assert done.returncode == 0, done.stderr
    copied = answer("status", "--database", "sqlite:///copy.db", folder=folder)
    assert copied["cameras"]["registered"] == 6
