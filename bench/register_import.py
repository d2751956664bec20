"""What an import of the whole country costs: 160,000 cameras, as CSV files and as one workbook.

Each import is the command itself in a process of its own, into an empty SQLite database. The workbook is
what the export makes of the imported CSV files; those are imported once more, when nothing changes.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, at_most, told
from bench.national_register import CAMERAS_EACH, INSTITUTIONS, write_sheets

SECONDS_TARGET, MEMORY_TARGET = 60.0, 500.0  # s, MB

# Runs a command and prints its wall time, its CPU time and its peak resident memory.
CHILD = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost."""

    seconds: float
    cpu: float
    megabytes: float


def figures() -> Iterator[Figure]:
    """Import, export and import again."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        csv = [str(path) for path in write_sheets(folder)]
        book, first, second = str(folder / "country.xlsx"), folder / "csv.db", folder / "xlsx.db"
        yield from _figures("csv", _run(first, "import", *csv))
        again = _run(first, "import", *csv)
        export = _run(first, "export", book)
        yield from _figures("xlsx", _run(second, "import", book))
        yield from _figures("again", again)
        yield _told("register_export_xlsx", export, "the register as one workbook")


def _run(database: Path, *arguments: str) -> Cost:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "register", *arguments]
    made = [sys.executable, "-c", CHILD, *command, "--database", f"sqlite:///{database}"]
    done = subprocess.run(made, check=True, capture_output=True, text=True)
    return Cost(*(float(figure) for figure in done.stdout.split()))


def _figures(form: str, cost: Cost) -> Iterator[Figure]:
    name, whole = f"register_import_{form}", f"{INSTITUTIONS * CAMERAS_EACH:,} cameras and all they hang on"
    wall = f"wall time, {cost.cpu:.1f} s of CPU, {whole}, into SQLite"
    yield at_most(f"{name}_seconds", cost.seconds, "s", SECONDS_TARGET, wall)
    yield at_most(f"{name}_memory", cost.megabytes, "MB", MEMORY_TARGET, "peak resident of the command")


def _told(name: str, cost: Cost, what: str) -> Figure:
    said = f"wall time, {cost.cpu:.1f} s of CPU, {cost.megabytes:.0f} MB peak resident; {what}"
    return told(f"{name}_seconds", cost.seconds, "s", said)
