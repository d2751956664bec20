"""From a configuration file to settings, or to the list of everything that is wrong with it."""

from pathlib import Path

from monitor.settings.document import DocumentError, Mistake, read_bytes, read_document
from monitor.settings.keys import Settings

__all__ = ["Mistake", "SettingsError", "load", "parse"]

ABOUT_SECRETS = "is not a key: secrets are never in this file; see key_file and database.password_file"


class SettingsError(DocumentError):
    """The configuration cannot be used; `mistakes` says everything that is wrong with it."""


def load(path: Path) -> Settings:
    """Read a file; paths in it count from the file's folder. Raises SettingsError, or OSError."""
    try:
        data = read_bytes(path)
    except DocumentError as error:
        raise SettingsError(error.mistakes) from None
    return parse(data).at(path.parent)


def parse(data: bytes) -> Settings:
    """Turn the text of a file into settings. Raises SettingsError."""
    try:
        return read_document(data, Settings, about_secrets=ABOUT_SECRETS).value
    except DocumentError as error:
        raise SettingsError(error.mistakes) from None
