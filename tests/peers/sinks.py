"""Where messages end in tests: a mail server and a webhook on loopback that keep what they are given."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from typing import Any, Generic, TypeVar

from tests.peers.servers import PATIENCE

Kept = TypeVar("Kept")


@dataclass
class Sink(Generic[Kept]):
    """What arrived, in order, and where it listens."""

    port: int = 0
    kept: list[Kept] = field(default_factory=list)

    def wait(self, good: Callable[[list[Kept]], bool]) -> list[Kept]:
        """Wait until what was kept is good; fails with what there is."""
        until = time.monotonic() + PATIENCE
        while not good(list(self.kept)):
            assert time.monotonic() < until, self.kept
            time.sleep(0.05)
        return list(self.kept)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the server took it."""

    recipients: tuple[str, ...]
    raw: bytes
    log_in: tuple[str, str] | None

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        """Its subject, decoded."""
        return str(self.message["Subject"])

    def body(self, kind: str) -> str:
        """Its "plain" or "html" part, decoded."""
        part = self.message.get_body((kind,))
        assert part is not None
        text: str = part.get_content()
        return text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Post:
    """One call of a webhook: at which path, and the JSON."""

    path: str
    told: dict[str, Any]


@contextmanager
def webhook() -> Iterator[Sink[Post]]:
    """Keep what is posted, until the block ends."""
    sink: Sink[Post] = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.kept.append(Post(self.path, json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    with _listening(Handler, sink):
        yield sink


@contextmanager
def mail_server() -> Iterator[Sink[Mail]]:
    """Take mails as a relay does that wants a log-in (RFC 5321, RFC 4954), until the block ends."""
    sink: Sink[Mail] = Sink()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            _Conversation(self.rfile.readline, self.wfile.write, sink.kept.append).run()

    with _listening(Handler, sink):
        yield sink


@contextmanager
def _listening(handler: type[StreamRequestHandler], sink: Sink[Any]) -> Iterator[BaseServer]:
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(PATIENCE)


@dataclass
class _Conversation:
    """One SMTP connection."""

    read: Callable[[], bytes]
    write: Callable[[bytes], object]
    keep: Callable[[Mail], object]
    log_in: tuple[str, str] | None = None
    recipients: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Answer until the other side leaves."""
        self.write(b"220 mail.example\r\n")
        while line := self.read():
            verb, _, rest = line.decode().strip().partition(" ")
            self.write(self._answer(verb.upper(), rest))

    def _answer(self, verb: str, rest: str) -> bytes:
        match verb:
            case "EHLO":
                return b"250-mail.example\r\n250 AUTH PLAIN\r\n"
            case "AUTH":
                _, name, password = b64decode(rest.split()[1]).decode().split("\0")
                self.log_in = name, password
                return b"235 welcome\r\n"
            case "RCPT":
                self.recipients.append(rest.partition("<")[2].partition(">")[0])
            case "DATA":
                self.write(b"354 go on\r\n")
                self.keep(Mail(tuple(self.recipients), self._data(), self.log_in))
            case "QUIT":
                return b"221 bye\r\n"
        return b"250 ok\r\n"

    def _data(self) -> bytes:
        lines = iter(self.read, b".\r\n")
        return b"".join(line.removeprefix(b".") for line in lines)
