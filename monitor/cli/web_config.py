"""The web configuration that a monitor would be served with: whether it can be used, and what it must say."""

from pathlib import Path
from typing import Annotated

import typer

from exporters.http.access import Access
from exporters.http.listen import check_listen
from monitor.settings import Settings
from monitor.settings.document import Document, DocumentError, Mistake

WebConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--web.config.file",
        metavar="FILE",
        help="TLS and passwords, in the format of Prometheus; instead of web_config_file.",
    ),
]


def with_web_config(settings: Settings, given: Path | None) -> Settings:
    """Let the file of the command line go before that of the configuration."""
    if given is None:
        return settings
    return settings.model_copy(update={"web_config_file": str(given.absolute())})


def mistakes_in(
    settings: Settings, document: Document[Settings] | None = None
) -> list[tuple[Path | None, Mistake]]:
    """Find everything that keeps these settings from being served: which file, and what is wrong there.

    No file: it is the configuration itself, whose lines `document` knows.
    """
    file = Path(settings.web_config_file) if settings.web_config_file is not None else None
    host = settings.address[0]
    if file is None:
        try:
            check_listen(host)
        except ValueError as error:
            return [(None, _mistake(document, "listen", str(error)))]
        return []
    try:
        Access(file, host)
    except OSError as error:
        why = f"{file} cannot be read: {error.strerror}"
        return [(None, _mistake(document, "web_config_file", why))]
    except DocumentError as error:
        return [(file, mistake) for mistake in error.mistakes]
    return []


def _mistake(document: Document[Settings] | None, key: str, text: str) -> Mistake:
    return document.mistake((key,), text) if document is not None else Mistake(None, key, text)
