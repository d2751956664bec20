"""What is no good backup is refused, and what is in the way of one is left alone."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import container
from monitor.store.error import StoreBackupError, StoreError, StoreNewerError
from monitor.store.schema import VERSIONS
from tests.backups import fill, names_in, restored, saved

FLIPS = 200


def read(file: Path) -> bytes:
    return file.read_bytes()


def write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def damage(file: Path, how: str) -> None:
    """Break a backup in one of the ways in which files break."""
    if how == "text":
        file.write_text("institution_id,name\n" * 400)
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        statements = {
            "row": "UPDATE intervals SET cause = 'camera_off'",
            "fewer": "DELETE FROM samples",
            "seal": "DELETE FROM backup",
            "plain": "DROP TABLE backup",
            "newer": "UPDATE backup SET schema = '9999'",
            "later": "UPDATE backup SET format = 2",
            "nonsense": "UPDATE backup SET format = 'x', rows = 'y'",
        }
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(statements[how])
            connection.commit()


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        pytest.param("text", StoreBackupError, "not a backup, or damaged", id="a text"),
        pytest.param("empty", StoreBackupError, "not a database of this program", id="empty"),
        pytest.param("cut", StoreBackupError, "damaged", id="cut short"),
        pytest.param("plain", StoreBackupError, "it is a database", id="a database"),
        pytest.param("row", StoreBackupError, "damaged: what it holds", id="another value"),
        pytest.param("fewer", StoreBackupError, "damaged: what it holds", id="a row less"),
        pytest.param("seal", StoreBackupError, "lost its seal", id="no seal"),
        pytest.param("nonsense", StoreBackupError, "damaged", id="a broken seal"),
        pytest.param(
            "newer", StoreNewerError, f"schema 9999, this program knows {VERSIONS[-1]}", id="newer schema"
        ),
        pytest.param("later", StoreNewerError, "newer version", id="newer format"),
    ],
)
async def test_what_is_no_good_backup_is_refused(
    how: str, error: type[StoreError], words: str, tmp_path: Path
) -> None:
    """A file that is no backup, was damaged or is newer is told as that, and no database is made."""
    source, target, file = tmp_path / "m.db", tmp_path / "other.db", tmp_path / "m.backup"
    await fill(f"sqlite:///{source}")
    await saved(f"sqlite:///{source}", file)
    damage(file, how)
    with pytest.raises(error, match=words):
        await restored(f"sqlite:///{target}", file)
    assert not target.exists()


async def test_a_changed_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """Of a backup with one bit changed anywhere, either it is refused or it reads exactly as it was saved."""
    source, file, chance = f"sqlite:///{tmp_path}/m.db", tmp_path / "m.backup", random.Random(7)
    await fill(source)
    made = await saved(source, file)
    whole, refused = read(file), 0
    for _ in range(FLIPS):
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        write(file, bytes(broken))
        try:
            found = container.unseal(file, lambda _: None)
        except StoreError:
            refused += 1
        else:
            assert found.rows == made.rows
    assert refused > FLIPS / 20


@pytest.mark.parametrize("there", ["database", "text", "folder"])
async def test_a_backup_overwrites_only_a_backup(there: str, tmp_path: Path) -> None:
    """The database itself, a folder or any other file is not replaced by a backup."""
    source = tmp_path / "m.db"
    await fill(f"sqlite:///{source}")
    file = {"database": source, "text": tmp_path / "a.txt", "folder": tmp_path}[there]
    if there == "text":
        file.write_text("mine")
    with pytest.raises(StoreBackupError, match="name a"):
        await saved(f"sqlite:///{source}", file)
    assert (tmp_path / "m.db").exists()
    assert there != "text" or file.read_text() == "mine"


async def test_a_backup_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    """A missing folder is an OSError of the file; nothing else is left."""
    await fill(f"sqlite:///{tmp_path}/m.db")
    with pytest.raises(FileNotFoundError):
        await saved(f"sqlite:///{tmp_path}/m.db", tmp_path / "none" / "m.backup")
    assert names_in(tmp_path) == {"m.db", "m.db.lock"}
