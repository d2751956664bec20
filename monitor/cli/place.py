"""Which configuration and database a command works on, and how a refusal is told."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from monitor.settings import Mistake, Settings, SettingsError, load
from monitor.store.error import StoreNewerError
from probes.base import Secret

VARIABLE = "CCTV_MONITOR_CONFIG"
USUAL = (Path("monitor.yaml"), Path("config/monitor.yaml"), Path("/etc/cctv-monitor/monitor.yaml"))
MOST_PASSWORD = 4096  # bytes

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar=VARIABLE,
        metavar="FILE",
        help=f"The configuration. Without it the first there is of: {', '.join(map(str, USUAL))}.",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="The database, instead of the configuration's."),
]


def refuse(said: str) -> NoReturn:
    """End with exit code 2 and say on stderr why."""
    end(said, 2)


def end(said: str, code: int) -> NoReturn:
    """End with an exit code and say on stderr why."""
    typer.echo(said, err=True)
    raise typer.Exit(code)


def code_of(error: BaseException) -> int:
    """Return the exit code for what ended a program: a program too old for its database is wrong use."""
    return 2 if isinstance(error, StoreNewerError) else 1


def settings_for(config: Path | None, database: str | None = None) -> Settings:
    """Read the configuration that holds here; ends the program with code 2 when it cannot be used."""
    file = config or next((usual for usual in USUAL if usual.is_file()), None)
    settings = _read(file) if file is not None else Settings().at(Path.cwd())
    return _on_database(settings, database) if database is not None else settings


def _read(file: Path) -> Settings:
    try:
        return load(file)
    except OSError as error:
        refuse(f"{file}: cannot be read: {error.strerror}")
    except SettingsError as error:
        refuse("\n".join(lines_of(file, error)))


def _on_database(settings: Settings, url: str) -> Settings:
    try:
        other = Settings.model_validate({"database": {"url": url}}).at(Path.cwd())
    except ValidationError as error:
        refuse(f"--database: {error.errors()[0]['ctx']['error']}")
    return settings.model_copy(update={"database": other.database})


def lines_of(file: Path, error: SettingsError) -> list[str]:
    """Write each mistake of a configuration as file:line: key: what to do."""
    return [line_of(file, mistake) for mistake in error.mistakes]


def line_of(file: Path, mistake: Mistake) -> str:
    """Write one mistake as file:line: key: what to do."""
    return f"{file}:{mistake.line}: {mistake}" if mistake.line is not None else f"{file}: {mistake}"


def database_password(settings: Settings) -> Secret | None:
    """Read the database's password; ends the program with code 2 when its file cannot be read."""
    if settings.database.password_file is None:
        return None
    file = Path(settings.database.password_file)
    try:
        with file.open("rb") as opened:
            text = opened.read(MOST_PASSWORD).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        refuse(f"{file}: the database's password cannot be read: {why}")
    return Secret(text.rstrip("\r\n"))


def read_file(file: Path, most: int) -> bytes:
    """Read an input file; ends the program with code 2 when it cannot be read or is too large."""
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        refuse(f"{file}: cannot be read: {error.strerror}")
    if len(data) > most:
        refuse(f"{file}: is larger than {most // 2**20} MiB")
    return data


def has_none(settings: Settings) -> bool:
    """Say whether there is no database yet: no file where it would be."""
    url = settings.database.url
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def shown_url(settings: Settings) -> str:
    """Name the database for people: the file, relative when it is below this folder, or the server's URL."""
    url = settings.database.url
    return os.path.relpath(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else url
