"""From a configuration file to settings, or to the list of everything that is wrong with it."""

from pathlib import Path

from monitor.settings.document import Document, DocumentError, Mistake, read_bytes, read_document
from monitor.settings.keys import Settings

__all__ = ["Mistake", "SettingsError", "load", "load_document", "parse", "parse_document"]

ABOUT_SECRETS = "is not a key: secrets are never in this file; see key_file and database.password_file"


class SettingsError(DocumentError):
    """The configuration cannot be used; `mistakes` says everything that is wrong with it."""


def load(path: Path) -> Settings:
    """Read a file; paths in it count from the file's folder. Raises SettingsError, or OSError."""
    return parse(_read(path)).at(path.parent)


def load_document(path: Path) -> Document[Settings]:
    """Read a file as it stands, with the lines of its keys. Raises SettingsError, or OSError."""
    return parse_document(_read(path))


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except DocumentError as error:
        raise SettingsError(error.mistakes) from None


def parse(data: bytes) -> Settings:
    """Turn the text of a file into settings. Raises SettingsError."""
    return parse_document(data).value


def parse_document(data: bytes) -> Document[Settings]:
    """Turn the text of a file into settings, and remember their lines. Raises SettingsError."""
    try:
        return read_document(data, Settings, about_secrets=ABOUT_SECRETS)
    except DocumentError as error:
        raise SettingsError(error.mistakes) from None
