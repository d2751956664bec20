"""`cctv-monitor config check FILE`: whether a configuration can be used, or all that is wrong with it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.place import lines_of, refuse
from monitor.settings import SettingsError, load

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def config() -> None:
    """Check a configuration file."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The YAML file.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Say everything that is wrong with a file: exit 0 it can be used, 1 it cannot, 2 it cannot be read."""
    mistakes: list[dict[str, object]] = []
    lines = [f"{file}: good"]
    try:
        load(file)
    except OSError as error:
        refuse(f"{file}: cannot be read: {error.strerror}")
    except SettingsError as error:
        mistakes = [{"line": m.line, "key": m.key, "text": m.text} for m in error.mistakes]
        lines = lines_of(file, error)
    if as_json:
        typer.echo(json.dumps({"good": not mistakes, "mistakes": mistakes}, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines))
    if mistakes:
        raise typer.Exit(1)
