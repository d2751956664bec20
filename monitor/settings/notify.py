"""The keys by which people are told of incidents directly. Addresses hold secrets: they lie in files."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from monitor.model.incident import Severity
from monitor.model.verdict import Owner
from monitor.settings.document import Section
from monitor.settings.measures import Kato, Text

MOST_RECEIVERS = 200
Word = Annotated[Owner, Field(strict=False)]  # YAML has words, no enums


def _file(value: str) -> str:
    if "://" in value:
        raise ValueError(
            "must name a file: an address may hold a secret; write it into a file of its own, one a line, "
            "run chmod 600 on it, and name that file here"
        )
    return value


def _name(value: str) -> str:
    if not value.isprintable() or "#" in value or value != value.strip():
        raise ValueError("must be letters without a # and without blanks around them")
    return value


def _alertmanager(url: str) -> str:
    try:
        parts = urlsplit(url)
        secret, host = parts.username is not None or parts.password is not None, parts.hostname
    except ValueError:
        secret, host = False, None
    if secret:
        raise ValueError("holds a name or a password; let a proxy beside Alertmanager ask for it")
    if host is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise ValueError("must be the address of an Alertmanager, for example http://127.0.0.1:9093")
    return url.rstrip("/")


class Receiver(Section):
    """Who is told of which incidents, where, and in which language."""

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_name)]
    urls_file: Annotated[Text, AfterValidator(_file)]
    owners: Annotated[list[Word], Field(min_length=1)] = Field(default_factory=lambda: list(Owner))
    regions: list[Kato] = Field(default_factory=list)
    least_severity: Annotated[Severity, Field(strict=False)] = Severity.MINOR
    locale: Literal["en", "ru", "kk"] | None = None
    group_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 60.0
    repeat_hours: Annotated[float, Field(ge=0, le=24 * 31, allow_inf_nan=False)] = 0.0
    resolved: bool = True

    def at(self, folder: Path) -> "Receiver":
        """Return the same with its file counted from a folder."""
        return self.model_copy(update={"urls_file": str((folder / self.urls_file).absolute())})


class Notify(Section):
    """Whom the monitor tells itself, where there is no Alertmanager; and where there is one, to test it."""

    alertmanager: Annotated[str, AfterValidator(_alertmanager)] | None = None
    receivers: Annotated[list[Receiver], Field(max_length=MOST_RECEIVERS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _told_apart(self) -> "Notify":
        names = [receiver.name for receiver in self.receivers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two receivers are called {twice[0]}")
        return self

    def at(self, folder: Path) -> "Notify":
        """Return the same with every file counted from a folder."""
        return self.model_copy(update={"receivers": [receiver.at(folder) for receiver in self.receivers]})
