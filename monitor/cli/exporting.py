"""An export of the register to files that are there whole or not at all."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exporters.terminal.words import Words
from monitor.cli.place import refuse
from monitor.cli.progress import Progress
from monitor.register.book_writer import write_book
from monitor.register.entries import Entries
from monitor.register.export import write_csv
from monitor.register.kinds import Kind
from monitor.register.said import said

BOOK = ".xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How files are written."""

    language: str | None = None  # of the headings; None: the columns' own names
    delimiter: str = ","
    bom: bool = False
    force: bool = False  # overwrite what is there


def export_files(
    target: Path, register: Mapping[Kind, Entries], form: Form, progress: Progress, words: Words
) -> list[Path]:
    """Write one workbook, or a folder of CSV files; returns what was written.

    Ends the program with code 2 when something is there already, or cannot be written.
    """
    files = _files(target, register, form)
    present = [file for file in files if file.exists()]
    if present and not form.force:
        there = said(
            "{file}: is there already; name another one, or say --force to replace it", file=str(present[0])
        )
        refuse(words.say(there))
    try:
        if target.suffix.lower() != BOOK:
            target.mkdir(parents=True, exist_ok=True)
        _write_whole(files, progress)
    except OSError as error:
        file, why = str(error.filename or target), str(error.strerror)
        refuse(words.say(said("{file}: cannot be written: {why}", file=file, why=why)))
    return list(files)


def _files(target: Path, register: Mapping[Kind, Entries], form: Form) -> dict[Path, Callable[[Path], None]]:
    """Return for each file how it is written."""
    if target.suffix.lower() == BOOK:
        return {target: lambda part: write_book(part, register, language=form.language)}

    def writer(kind: Kind) -> Callable[[Path], None]:
        return lambda part: _write_csv(part, kind, register[kind], form)

    return {target / f"{kind}.csv": writer(kind) for kind in register}


def _write_csv(part: Path, kind: Kind, entries: Entries, form: Form) -> None:
    with part.open("w", encoding="utf-8-sig" if form.bom else "utf-8", newline="") as out:
        write_csv(out, kind, entries, language=form.language, delimiter=form.delimiter)


def _write_whole(files: Mapping[Path, Callable[[Path], None]], progress: Progress) -> None:
    """Write every file under a name of its own beside its place, then put all of them there."""
    parts = {file: file.with_name(f".{file.name}.{os.getpid()}.part") for file in files}
    try:
        for file, write in files.items():
            progress.now(f"writing {file}")
            write(parts[file])
        for file, part in parts.items():
            part.replace(file)
    finally:
        for part in parts.values():
            with suppress(FileNotFoundError):
                part.unlink()
