"""One question at a time over one RTSP connection: CSeq, log-in, session, and whose answer it is.

No stage of a check is known here, and no socket: `send` is handed in by whoever owns it.
"""

from collections.abc import Callable

from probes.log_in import LogIn
from probes.wire.error import WireError
from probes.wire.rtsp import Framer, Message, Request, Response, encode_request_lines, encode_response

MAX_SERVER_REQUESTS = 8  # answered with 405; more are passed over

_USER_AGENT = "User-Agent: cctv-monitor"

Fields = tuple[str, ...]  # "Name: value" each


class Exchange:
    """Requests out, messages in. `session` goes along with every request once it is set."""

    __slots__ = (
        "_cseq",
        "_cseq_text",
        "_declined",
        "_framer",
        "_log_in",
        "_open",
        "_request",
        "_send",
        "_skipped",
        "bytes_received",
        "bytes_sent",
        "heard",
        "session",
    )

    def __init__(self, log_in: LogIn, send: Callable[[bytes], None]) -> None:
        self._log_in = log_in
        self._send = send
        self._framer = Framer()
        self._skipped = 0  # on connections before this one
        self._cseq = 0
        self._cseq_text = ""
        self._open = False  # a question waits for its answer
        self._request: tuple[str, str, Fields] = ("", "", ())
        self._declined = 0
        self.session = ""
        self.heard = False  # at least one whole RTSP message came
        self.bytes_sent = 0
        self.bytes_received = 0

    @property
    def method(self) -> str:
        """The method of the last question."""
        return self._request[0]

    @property
    def url(self) -> str:
        """The URL of the last question."""
        return self._request[1]

    @property
    def skipped(self) -> int:
        """How many bytes belonged to no message."""
        return self._skipped + self._framer.skipped

    @property
    def error(self) -> WireError | None:
        """Why nothing more can be read, if so."""
        return self._framer.error

    @property
    def unanswered(self) -> bool:
        """Whether nothing at all of the answer that is waited for has come."""
        return self._open and not self._framer.pending

    def ask(self, method: str, url: str, fields: Fields = ()) -> None:
        """Send a request; the answer to the one before is no longer waited for."""
        self._request = (method, url, fields)
        self._cseq += 1
        self._cseq_text = number = str(self._cseq)
        self._open = True
        lines = [f"CSeq: {number}", _USER_AGENT, *fields]
        if self.session:
            lines.append(f"Session: {self.session}")
        authorization = self._log_in.authorization(method, url)
        if authorization is not None:
            lines.append(f"Authorization: {authorization}")
        data = encode_request_lines(method, url, lines)
        self.bytes_sent += len(data)
        self._send(data)

    def ask_again(self) -> None:
        """Send the last request once more, with the log-in of now."""
        self.ask(*self._request)

    def start_over(self) -> None:
        """Forget what a closed connection left unread."""
        self._skipped += self._framer.skipped
        self._framer = Framer()

    def feed(self, data: bytes) -> list[Message]:
        """Take what came and give the whole messages in it. Raises WireError."""
        self.bytes_received += len(data)
        return self._framer.feed(data)

    def is_answer(self, response: Response) -> bool:
        """Judge whether this answers the last request, and if so wait no longer.

        Provisional answers and repeated old ones are passed over. Cameras that leave CSeq out are
        believed. Raises WireError for the number of a request that was never sent.
        """
        self.heard = True
        if not self._open or response.status < 200:
            return False
        value = response.headers.get("cseq")
        if value is not None and value != self._cseq_text:
            number = int(value) if value.isdecimal() and len(value) < 10 else 0
            if not 0 < number <= self._cseq:
                raise WireError(f"answered with CSeq {value[:20]!r}, asked with {self._cseq}")
            if number < self._cseq:
                return False
        self._open = False
        return True

    def decline(self, request: Request) -> None:
        """Answer a camera's own request: we serve nothing."""
        self.heard = True
        self._declined += 1
        cseq = request.headers.get("cseq")
        if self._declined <= MAX_SERVER_REQUESTS and cseq is not None and cseq.isdecimal():
            data = encode_response(405, [("CSeq", cseq)])
            self.bytes_sent += len(data)
            self._send(data)
