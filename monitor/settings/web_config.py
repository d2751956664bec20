"""The web configuration file: who may ask the monitor over HTTP, and by which certificate it is known.

The format is that of Prometheus and its exporters (exporter-toolkit, docs/web-configuration.md), so that one
file serves them all. What Python's TLS cannot do as Go's does is refused in words, never passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from monitor.settings.ciphers import CIPHER_SUITES
from monitor.settings.document import Document, Section, read_bytes, read_document
from monitor.settings.measures import Text

MOST_COST = 16  # of a bcrypt hash: about four seconds for one log-in
_HASH = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_MADE_BY = 'make one with `htpasswd -nBC 10 "" | tr -d ":"`'
_HEADERS: Mapping[str, tuple[str, ...]] = {  # the values that are accepted; none: any
    "Content-Security-Policy": (),
    "Strict-Transport-Security": (),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
    "X-XSS-Protection": (),
}
_ANY_CERTIFICATE = ("RequestClientCert", "RequireAnyClientCert", "RequireClientCert")


def _not_here(instead: str) -> PlainValidator:
    """Refuse a key of exporter-toolkit's with what to do instead."""

    def refuse(_value: object) -> None:
        raise ValueError(f"is not supported by this program; {instead}")

    return PlainValidator(refuse)


def _client_auth(value: str) -> str:
    if value in _ANY_CERTIFICATE:
        raise ValueError("would let in whoever has any certificate; write RequireAndVerifyClientCert")
    if value not in {"NoClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"}:
        raise ValueError("must be NoClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert")
    return value


def _version(value: str) -> str:
    if value in {"TLS10", "TLS11"}:
        raise ValueError("is not safe any more (RFC 8996); write TLS12 or TLS13")
    if value not in {"TLS12", "TLS13"}:
        raise ValueError("must be TLS12 or TLS13")
    return value


def _cipher(name: str) -> str:
    if name not in CIPHER_SUITES:
        near = get_close_matches(name, CIPHER_SUITES, n=1, cutoff=0) or [""]
        raise ValueError(f"is not a cipher suite that is served; one that is: {near[0]}")
    return name


def _hash(value: str) -> str:
    found = _HASH.fullmatch(value)
    if found is None:
        raise ValueError(f"is not a bcrypt hash of a password; {_MADE_BY}")
    if not 4 <= int(found[1]) <= MOST_COST:
        raise ValueError(f"has a cost that is not 4 to {MOST_COST}; {_MADE_BY}")
    return value


def _users(users: dict[str, str]) -> dict[str, str]:
    for name in users:
        if not name or ":" in name or not name.isprintable():
            raise ValueError("has a user whose name is empty, or has a colon or a control character in it")
    return users


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        accepted = _HEADERS.get(name)
        if accepted is None:
            raise ValueError(f"{name[:40]!r} cannot be set; headers are {', '.join(_HEADERS)}")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"{name} has a character that no header can have")
        if accepted and value and value not in accepted:
            raise ValueError(f"{name} must be {' or '.join(accepted)}")
    return headers


FileKey = Literal["cert_file", "key_file", "client_ca_file"]
Version = Annotated[str, AfterValidator(_version)]


class TlsServer(Section):
    """The certificate of the server, and what is asked of its clients."""

    cert_file: Text | None = None
    key_file: Text | None = None
    client_auth_type: Annotated[str, AfterValidator(_client_auth)] = "NoClientCert"
    client_ca_file: Text | None = None
    client_allowed_sans: list[Text] | None = Field(default=None, min_length=1)
    min_version: Version = "TLS12"
    max_version: Version = "TLS13"
    cipher_suites: list[Annotated[str, AfterValidator(_cipher)]] = Field(default_factory=list)
    prefer_server_cipher_suites: bool = True
    curve_preferences: Annotated[None, _not_here("leave it out: OpenSSL chooses the curve")] = None
    cert: Annotated[None, _not_here("put the certificate in a file and name it in cert_file")] = None
    key: Annotated[None, _not_here("put the key in a file and name it in key_file")] = None
    client_ca: Annotated[None, _not_here("put it in a file and name it in client_ca_file")] = None

    @model_validator(mode="after")
    def _whole(self) -> "TlsServer":
        if self.cert_file is None or self.key_file is None:
            raise ValueError("must name both cert_file and key_file")
        if self.min_version > self.max_version:
            raise ValueError("min_version must not be higher than max_version")
        if self.asks_clients != (self.client_ca_file is not None):
            raise ValueError("client_ca_file and client_auth_type: RequireAndVerifyClientCert go together")
        if self.client_allowed_sans is not None and not self.demands_clients:
            raise ValueError("client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert")
        return self

    @property
    def asks_clients(self) -> bool:
        """Whether a client is asked for a certificate at all."""
        return self.client_auth_type != "NoClientCert"

    @property
    def demands_clients(self) -> bool:
        """Whether a client without a good certificate is refused."""
        return self.client_auth_type == "RequireAndVerifyClientCert"


class HttpServer(Section):
    """What is set on every answer."""

    http2: bool | None = None  # accepted and without effect: HTTP/1.1 is served
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(default_factory=dict)


class WebConfig(Section):
    """The whole file."""

    tls_server_config: TlsServer | None = None
    http_server_config: HttpServer = HttpServer()
    basic_auth_users: Annotated[dict[str, Annotated[str, AfterValidator(_hash)]], AfterValidator(_users)] = (
        Field(default_factory=dict)
    )
    rate_limit: Annotated[None, _not_here("leave it out: what is under way at once is bounded")] = None

    @property
    def asks_everybody(self) -> bool:
        """Whether nobody is answered without a password or a certificate of their own."""
        tls = self.tls_server_config
        return bool(self.basic_auth_users) or (tls is not None and tls.demands_clients)


@dataclass(frozen=True, slots=True)
class WebDocument:
    """A web configuration and where it was read; paths in it count from that folder."""

    document: Document[WebConfig]
    folder: Path

    @property
    def config(self) -> WebConfig:
        """What the file says."""
        return self.document.value

    def path(self, key: FileKey) -> Path | None:
        """Return the file that a key of tls_server_config names."""
        tls = self.config.tls_server_config
        name: str | None = getattr(tls, key) if tls is not None else None
        return self.folder / name if name is not None else None


def read_web_config(file: Path) -> WebDocument:
    """Read a web configuration. Raises DocumentError with every mistake, or OSError."""
    return WebDocument(read_document(read_bytes(file), WebConfig), file.absolute().parent)
