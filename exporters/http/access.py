"""Who may ask, as the web configuration says at this moment.

The file, its certificates and its users are read anew when any of them changed. What cannot be used does not
open the door: nobody is answered until it is mended. Only the server's own certificate, which lets nobody in,
is kept in use while its successor is still half written.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from exporters.http.listen import is_loopback
from exporters.http.tls import CertificateError, make_context
from monitor.settings.document import DocumentError, Mistake
from monitor.settings.web_config import FileKey, WebConfig, WebDocument, read_web_config

log: structlog.stdlib.BoundLogger = structlog.get_logger()

NOBODY_ASKED = "asks nobody for a password or a certificate, and the monitor is open to the network"
TLS_CHANGED = "begins or ends TLS, which takes a restart of the monitor"


@dataclass(frozen=True, slots=True)
class Reading:
    """A web configuration that can be used, and what makes its connections."""

    config: WebConfig
    context: ssl.SSLContext | None
    rules: bytes  # a digest of what lets somebody in: the file, and the authority of client certificates


def read_access(file: Path) -> Reading:
    """Read a web configuration with all that it names. Raises DocumentError, or OSError."""
    web = read_web_config(file)
    rules = _digest([file, *_named(web, "client_ca_file")])
    return Reading(web.config, make_context(web), rules)


class Access:
    """The web configuration in use. `host` is what is listened on.

    Made with a reading that can be used; raises DocumentError, or OSError, when there is none.
    """

    def __init__(self, file: Path, host: str) -> None:
        self._file = file
        self._open = not is_loopback(host)
        self._seen = _seen(file)
        self.reading = read_access(file)
        self.refuses = False  # what is there now cannot be used: nobody is answered
        self._check(self.reading)

    async def refresh(self) -> bool:
        """Read anew what changed; says whether new connections need another context than before."""
        seen = await asyncio.to_thread(_seen, self._file)
        if seen == self._seen:
            return False
        before, self._seen = self.reading.context, seen
        try:
            reading = await asyncio.to_thread(read_access, self._file)
            self._check(reading)
        except (DocumentError, OSError) as error:
            await self._take_mistakes(error)
            return False
        self.reading, self.refuses = reading, False
        log.info("web_config_read", file=str(self._file))
        return reading.context is not before

    async def _take_mistakes(self, error: DocumentError | OSError) -> None:
        only_certificate = isinstance(error, CertificateError) and not self.refuses
        same_rules = only_certificate and await asyncio.to_thread(self._same_rules)
        self.refuses = not same_rules
        told = "certificate_kept" if same_rules else "web_config_refused"
        log.error(told, file=str(self._file), mistakes=mistakes_of(error))

    def _same_rules(self) -> bool:
        """Say whether only the server's certificate is another one than in the reading in use."""
        try:
            web = read_web_config(self._file)
        except (DocumentError, OSError):
            return False
        return _digest([self._file, *_named(web, "client_ca_file")]) == self.reading.rules

    def _check(self, reading: Reading) -> None:
        if self._open and not reading.config.asks_everybody:
            raise DocumentError([Mistake(None, "", NOBODY_ASKED)])
        if (reading.context is None) != (self.reading.context is None):
            raise DocumentError([Mistake(None, "", TLS_CHANGED)])

    def announce(self) -> None:
        """Say in the log what an operator should know of this web configuration."""
        config = self.reading.config
        if config.http_server_config.http2:
            log.info("http2_not_served", served="HTTP/1.1")
        if self._open and config.tls_server_config is None:
            log.warning(
                "passwords_in_clear", remedy="set tls_server_config, or listen behind a proxy with TLS"
            )


def mistakes_of(error: DocumentError | OSError) -> list[str]:
    """Say what is wrong, each mistake with its line."""
    if isinstance(error, OSError):
        return [f"cannot be read: {error.strerror}"]
    return [f"{m.line}: {m}" if m.line is not None else str(m) for m in error.mistakes]


def _named(web: WebDocument, *keys: FileKey) -> Sequence[Path]:
    return [path for key in keys if (path := web.path(key)) is not None]


def _seen(file: Path) -> bytes:
    """Digest everything that is there now: the file, and what it names as far as that can be read."""
    try:
        web = read_web_config(file)
    except (DocumentError, OSError):
        return _digest([file])
    return _digest([file, *_named(web, "cert_file", "key_file", "client_ca_file")])


def _digest(files: Sequence[Path]) -> bytes:
    """Digest what some files hold; one that cannot be read counts as such."""
    whole = hashlib.sha256()
    for file in files:
        try:
            held = hashlib.sha256(file.read_bytes()).digest()
        except OSError:
            held = b"unreadable"
        whole.update(held)
    return whole.digest()
