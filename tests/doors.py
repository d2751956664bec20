"""A folder with what a web configuration names: certificates of an authority, users, and the file itself."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import bcrypt

from tests.certificate import Authority

USER, PASSWORD = "prometheus", "Жібек-жолы:7"


@cache
def hashed(password: str = PASSWORD, rounds: int = 4) -> str:
    """Hash a password as cheaply as bcrypt lets us."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


def users(password: str = PASSWORD) -> str:
    """Write a web configuration that knows one user."""
    return f"basic_auth_users:\n  {USER}: {hashed(password)}\n"


TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
CLIENTS = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients.crt\n"


@dataclass
class Door:
    """The folder."""

    folder: Path
    authority: Authority = field(default_factory=Authority)
    clients: Authority = field(default_factory=lambda: Authority("clients"))

    def __post_init__(self) -> None:
        self.write("ca.crt", self.authority.pem)
        self.write("clients.crt", self.clients.pem)
        self.renew()

    @property
    def file(self) -> Path:
        """The web configuration."""
        return self.folder / "web.yaml"

    def say(self, text: str) -> Path:
        """Write the web configuration."""
        self.file.write_text(text, encoding="utf-8")
        return self.file

    def write(self, name: str, data: bytes) -> str:
        """Write a file beside it, and give its path."""
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def renew(self) -> None:
        """Make another certificate for the server."""
        pem, key = self.authority.issue("127.0.0.1", "localhost")
        self.write("server.crt", pem)
        self.write("server.key", key)

    def client(self, *names: str, by: Authority | None = None) -> tuple[str, str]:
        """Make a client's certificate and its key."""
        pem, key = (by or self.clients).issue(*names)
        return self.write("client.crt", pem), self.write("client.key", key)
