"""`cctv-monitor config check FILE`: whether a configuration can be used, or all that is wrong with it.

What it names is checked with it: the web configuration, certificates and all, and the addresses of receivers.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.notifying import bad_addresses
from monitor.cli.place import line_of, refuse
from monitor.cli.web_config import mistakes_in
from monitor.settings import Mistake, SettingsError
from monitor.settings.load import load_document

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
    found = _mistakes(file)
    if as_json:
        told = [{"file": str(at), "line": m.line, "key": m.key, "text": m.text} for at, m in found]
        typer.echo(json.dumps({"good": not told, "mistakes": told}, ensure_ascii=False))
    else:
        typer.echo("\n".join(line_of(at, m) for at, m in found) or f"{file}: good")
    if found:
        raise typer.Exit(1)


def _mistakes(file: Path) -> list[tuple[Path, Mistake]]:
    """Find what is wrong in the file, and then in what it would be served with: which file, what."""
    try:
        document = load_document(file)
    except OSError as error:
        refuse(f"{file}: cannot be read: {error.strerror}")
    except SettingsError as error:
        return [(file, mistake) for mistake in error.mistakes]
    settings = document.value.at(file.parent)
    served = [(at or file, mistake) for at, mistake in mistakes_in(settings, document)]
    return served + [
        (file, document.mistake(("notify", "receivers", place, "urls_file"), str(error)))
        for place, error in bad_addresses(settings)
    ]
