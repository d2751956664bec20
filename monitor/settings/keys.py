"""Every key of the configuration file, with its type, its bounds and its default.

No secrets: they lie in files, and the keys here name the files. config/monitor.yaml explains each key.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from monitor.settings.document import SECRET_WORDS, Section
from monitor.settings.measures import Count, Kato, Seconds, Text
from monitor.settings.notify import Notify
from monitor.settings.selfcheck import SelfCheck

DATABASES = ("sqlite", "postgresql")
SQLITE = "sqlite:///"


def _database_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        secret = parts.password is not None or any(word in parse_qs(parts.query) for word in SECRET_WORDS)
    except ValueError:
        raise ValueError("is not a URL; write sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    if secret:
        raise ValueError(
            "holds a password; take it out, put it in a file of its own and name that file in "
            "database.password_file"
        )
    if parts.scheme not in DATABASES:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if parts.scheme == "sqlite" and (not url.startswith(SQLITE) or len(url) <= len(SQLITE)):
        raise ValueError("must name a file: sqlite:///FILE, or sqlite:////FOLDER/FILE from the root")
    return url


def _listen(value: str) -> str:
    host, colon, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError("must be HOST:PORT, for example 127.0.0.1:9780")
    return value


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone; write its name of the IANA list, for example Asia/Almaty")
    return name


def _once(regions: list[str]) -> list[str]:
    if len(set(regions)) < len(regions):
        raise ValueError("names a region twice")
    return regions


class Database(Section):
    """Where the register and the history are kept."""

    url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///monitor.db"
    password_file: Text | None = None


class Register(Section):
    """How a changed register is noticed."""

    refresh_seconds: Seconds = 30.0


class Retention(Section):
    """How long what is kept for a while is kept; verdicts are kept for good."""

    samples_days: Annotated[int, Field(ge=1, le=3660)] = 30


class Sweep(Section):
    """How the gateways at the centres are asked."""

    interval_seconds: Seconds = 30.0
    timeout_seconds: Seconds = 20.0

    @model_validator(mode="after")
    def _ends_in_time(self) -> "Sweep":
        if self.timeout_seconds > self.interval_seconds:
            raise ValueError("timeout_seconds must not be longer than interval_seconds")
        return self


class Patience(Section):
    """How many answers make a state."""

    bad_to_lose: Count = 3
    good_to_receive: Count = 2
    blind_after_intervals: Annotated[int, Field(ge=2, le=1000)] = 3
    ask_again_seconds: list[Seconds] = Field(default=[5.0, 15.0, 30.0], min_length=1)

    @model_validator(mode="after")
    def _grows(self) -> "Patience":
        if self.ask_again_seconds != sorted(set(self.ask_again_seconds)):
            raise ValueError("ask_again_seconds must grow: each is counted from the first bad answer")
        return self


class Polls(Section):
    """How the cameras are asked at their schools, and what that may cost a school."""

    light_every_seconds: Seconds = 300.0
    whole_every_seconds: Seconds = 86_400.0
    timeout_seconds: Seconds = 10.0
    media_seconds: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 1.0
    site_kbps: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] = 256.0
    site_concurrency: Count = 4
    concurrency: Count = 500
    most_bad_log_ins: Count = 3


class Heartbeat(Section):
    """How the time in which nobody looked is found."""

    every_seconds: Seconds = 10.0
    blind_gap_seconds: Seconds = 60.0

    @model_validator(mode="after")
    def _fits(self) -> "Heartbeat":
        if self.blind_gap_seconds < 2 * self.every_seconds:
            raise ValueError("blind_gap_seconds must be at least twice every_seconds")
        return self


class Baseline(Section):
    """One official figure of the share that is integrated: part of whole, or as it was quoted."""

    unit: Literal["cameras", "institutions"]
    as_of: date
    ratio: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    part: Annotated[int, Field(ge=0)] | None = None
    whole: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Baseline":
        counted = self.part is not None and self.whole is not None
        if counted == (self.ratio is not None) or (self.part is None) != (self.whole is None):
            raise ValueError("give either ratio, or part and whole")
        if self.part is not None and self.whole is not None and self.part > self.whole:
            raise ValueError("part must not be greater than whole")
        return self

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        if self.part is not None and self.whole is not None:
            return self.part / self.whole
        return self.ratio or 0.0


class Log(Section):
    """What is written to stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"


def _official() -> list[Baseline]:
    """Return the figures that were told on 7 March 2023."""
    day = date(2023, 3, 7)
    return [
        Baseline(unit="cameras", as_of=day, ratio=0.62),
        Baseline(unit="institutions", as_of=day, part=4360, whole=6936),
    ]


class Settings(Section):
    """The whole file."""

    database: Database = Database()
    key_file: Text = "monitor.key"
    regions: Annotated[list[Kato], AfterValidator(_once)] = Field(default_factory=list)
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:9780"
    web_config_file: Text | None = None
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Almaty"
    locale: Literal["en", "ru", "kk"] = "en"
    rules: Text | None = None
    register_: Register = Field(default=Register(), alias="register")
    sweep: Sweep = Sweep()
    patience: Patience = Patience()
    polls: Polls = Polls()
    heartbeat: Heartbeat = Heartbeat()
    selfcheck: SelfCheck = SelfCheck()
    retention: Retention = Retention()
    notify: Notify = Notify()
    baseline: list[Baseline] = Field(default_factory=_official)
    log: Log = Log()

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone in which days begin."""
        return ZoneInfo(self.zone)

    @property
    def database_folder(self) -> Path | None:
        """The folder of the database; None: it is on a server."""
        url = self.database.url
        return Path(url.removeprefix(SQLITE)).absolute().parent if url.startswith(SQLITE) else None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.removeprefix("[").removesuffix("]"), int(port)

    def at(self, folder: Path) -> "Settings":
        """Return the same settings with every relative path made absolute, counted from `folder`."""
        url, password_file = self.database.url, self.database.password_file
        if url.startswith(SQLITE):
            url = f"{SQLITE}{(folder / url.removeprefix(SQLITE)).absolute()}"
        if password_file is not None:
            password_file = str((folder / password_file).absolute())
        rules = str((folder / self.rules).absolute()) if self.rules is not None else None
        web = str((folder / self.web_config_file).absolute()) if self.web_config_file is not None else None
        return self.model_copy(
            update={
                "rules": rules,
                "web_config_file": web,
                "database": Database.model_construct(url=url, password_file=password_file),
                "key_file": str((folder / self.key_file).absolute()),
                "notify": self.notify.at(folder),
            }
        )
