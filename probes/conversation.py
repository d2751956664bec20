"""One RTSP check as a state machine (RFC 2326): OPTIONS, DESCRIBE, SETUP, PLAY, media, TEARDOWN.

Whoever drives it (connection.py) owns the socket and the timer: it hands over what arrived and calls
`tick` when time has passed. No loop and no socket here; the clock is passed in.

What a camera names (Location, Content-Base, control URLs) is never dialled: requests keep the host and
port of the target. After the first failure nothing is asked but TEARDOWN.
"""

from collections.abc import Callable
from typing import ClassVar, Protocol

from probes.base import CheckOptions, Depth, StageTime
from probes.exchange import Exchange
from probes.failure import Failure, Stage, classify, classify_status
from probes.log_in import LogIn
from probes.media import MediaWatch, Track, choose_track
from probes.wire import headers
from probes.wire.error import WireError
from probes.wire.rtsp import Interleaved, Request, Response

MAX_BYTES = 2 * 1024 * 1024  # of one check; a key frame of 4K at high quality has half of it
MEDIA_SECONDS = 5.0  # to wait for a packet, and from it for a key frame, unless more media is asked for
MEDIA_SLACK = 1.0  # seconds: a stream of one frame per second still flows
TEARDOWN_SECONDS = 2.0  # a camera that has not answered by then is left
GRACE_SECONDS = 0.5  # at most, kept from the deadline to leave a session in order

_ACCEPT = ("Accept: application/sdp",)
_RANGE = ("Range: npt=0.000-",)
_INTERLEAVED = ("Transport: RTP/AVP/TCP;unicast;interleaved=0-1",)


class Driver(Protocol):
    """The socket's side of a conversation."""

    def send(self, data: bytes) -> None:
        """Send to the camera."""
        ...

    def open_datagrams(self) -> tuple[int, int] | None:
        """Open a pair of UDP ports, for RTP and RTCP; None when there is none."""
        ...

    def reconnect(self) -> None:
        """Connect to the same address once more, then call `Conversation.resume`."""
        ...

    def finish(self) -> None:
        """Close: nothing more will be asked."""
        ...


class Conversation:
    """One attempt, from the first request to the last answer.

    The public attributes are the results; they are final once the driver's `finish` was called.
    """

    __slots__ = (
        "_aggregate",
        "_clock",
        "_deadline",
        "_driver",
        "_has_session",
        "_now",
        "_on_stage",
        "_options",
        "_reconnected",
        "_rtp_channel",
        "_since",
        "_until",
        "_url",
        "_work_until",
        "detail",
        "exchange",
        "failed_at",
        "failure",
        "finished",
        "log_in",
        "reached",
        "stage",
        "stages",
        "track",
        "transport",
        "watch",
    )

    def __init__(
        self,
        driver: Driver,
        url: str,
        log_in: LogIn,
        options: CheckOptions,
        *,
        clock: Callable[[], float],
        on_stage: Callable[[Stage, float], None] | None = None,
    ) -> None:
        self._driver = driver
        self._url = url
        self._aggregate = url
        self._options = options
        self._clock = clock
        self._on_stage = on_stage
        self._now = self._since = clock()
        self._deadline = self._now + options.timeout
        self._work_until = self._deadline - min(GRACE_SECONDS, options.timeout / 10)
        self._until = self._work_until
        self._has_session = False
        self._rtp_channel = 0
        self._reconnected = False
        self.exchange = Exchange(log_in, driver.send)
        self.log_in = log_in
        self.stage = Stage.CONNECT
        self.reached: Stage | None = None
        self.stages: list[StageTime] = []
        self.failure: Failure | None = None
        self.failed_at: Stage | None = None
        self.detail = ""
        self.transport: str | None = None
        self.track: Track | None = None
        self.watch: MediaWatch | None = None
        self.finished = False

    # What the driver tells

    @property
    def seconds_left(self) -> float:
        """How long until `tick` has something to do, at the latest."""
        return max(0.0, self._until - self._clock())

    def completed(self, stage: Stage) -> None:
        """Note that a stage is complete: resolve, connect and TLS are the driver's."""
        since, self._since = self._since, self._clock()
        seconds = self._since - since
        self.reached = stage
        self.stages.append(StageTime(name=stage, seconds=seconds))
        if self._on_stage is not None:
            self._on_stage(stage, seconds)

    def begin(self) -> None:
        """Ask the first question: the driver is connected."""
        self.stage = Stage.OPTIONS
        self.exchange.ask("OPTIONS", self._url)

    def resume(self) -> None:
        """Ask the last question again, on a new connection."""
        self.exchange.start_over()
        self.exchange.ask_again()

    def received(self, data: bytes) -> None:
        """Take what came over the connection."""
        if self.finished:
            return
        self._now = self._clock()
        try:
            for message in self.exchange.feed(data):
                if isinstance(message, Interleaved):
                    if message.channel == self._rtp_channel:
                        self._packet(message.payload)
                else:
                    self._hear(message)
                if self.finished:
                    return
            if self.exchange.error is not None:
                raise self.exchange.error
        except WireError as error:
            self._note(classify(error, self.stage), str(error))
            self._leave(wait=False)
        if self.exchange.bytes_received > MAX_BYTES:
            self._stop_at_bound()

    def _hear(self, message: Request | Response) -> None:
        if isinstance(message, Request):
            self.exchange.decline(message)
        elif self.exchange.is_answer(message):
            status = message.status
            if status == 401:
                self._unauthorized(message)
            elif status < 300:
                self.log_in.accept()
                self._ANSWERED[self.stage](self, message)
            else:
                self._refused(status)

    def datagram(self, data: bytes) -> None:
        """Take one RTP packet that came over UDP."""
        if self.finished:
            return
        self._now = self._clock()
        self.exchange.bytes_received += len(data)
        self._packet(data)
        if self.exchange.bytes_received > MAX_BYTES:
            self._stop_at_bound()

    def lost(self, error: BaseException | None) -> None:
        """Note that the connection is gone; `error` is None when the camera closed it."""
        if self.finished:
            return
        if self.stage is Stage.DESCRIBE and not self._reconnected and self.exchange.unanswered:
            self._reconnected = True  # some cameras hang up after OPTIONS, or after a 401
            self._driver.reconnect()
            return
        if self.exchange.skipped and not self.exchange.heard:
            self._note(Failure.PROTOCOL_ERROR, "what answers there does not speak RTSP")
        else:
            failure = Failure.CLOSED_EARLY if error is None else classify(error, self.stage)
            self._note(failure, f"the connection ended during {self.stage.value}")
        self._finish()

    def failed(self, error: OSError) -> None:
        """Note that the driver could not resolve, connect or agree on TLS."""
        self._note(classify(error, self.stage), error.strerror or str(error) or type(error).__name__)
        self._finish()

    def abandon(self) -> None:
        """Leave at once, without waiting for an answer; nothing happens when all is over."""
        self._leave(wait=False)

    def tick(self) -> bool:
        """Act on the time; False when all is over."""
        self._now = self._clock()
        if not self.finished and self._now >= self._until:
            self._time_is_up()
        return not self.finished

    # Answers

    def _unauthorized(self, response: Response) -> None:
        may = self.log_in.take(response.headers.get_all("www-authenticate"))
        if self.stage is Stage.OPTIONS:  # some cameras answer nothing without a log-in
            self._describe(response)
        elif may:
            self.exchange.ask_again()
        else:
            self._fail(Failure.UNAUTHORIZED, self.log_in.refusal)

    def _refused(self, status: int) -> None:
        """Act on a status of 300 and more."""
        failure = classify_status(status) or Failure.PROTOCOL_ERROR
        if failure is Failure.REDIRECT_REFUSED:
            self._fail(failure, f"answered {status}: it sends us elsewhere, and we do not follow")
        elif self.stage is Stage.OPTIONS:  # a courtesy: some answer 404, 405 or 501 and yet play
            self._describe(None)
        elif status == 461 and self.stage is Stage.SETUP and self.transport == "tcp":
            self._set_up_datagrams()
        else:
            self._fail(failure, f"answered {status} to {self.exchange.method}")

    def _describe(self, response: Response | None) -> None:
        del response  # Public is a wish list: cameras leave out what they do
        self.completed(Stage.OPTIONS)
        self.stage = Stage.DESCRIBE
        self.exchange.ask("DESCRIBE", self._url, _ACCEPT)

    def _described(self, response: Response) -> None:
        if not response.body:
            raise WireError("200 to DESCRIBE, and no description")
        self.track = choose_track(response.body)
        if self.track is None:
            self._fail(Failure.UNSUPPORTED_MEDIA, "offers no H.264 or H.265 video")
            return
        self.completed(Stage.DESCRIBE)
        if self._options.depth is Depth.DESCRIBE:
            self._finish()
            return
        fields = response.headers
        base = headers.ControlBase(self._url, fields.get("content-base"), fields.get("content-location"))
        self._aggregate = base.resolve(self.track.session_control)
        self.stage = Stage.SETUP
        self.transport = "tcp"
        self.exchange.ask("SETUP", base.resolve(self.track.control), _INTERLEAVED)

    def _set_up_datagrams(self) -> None:
        ports = self._driver.open_datagrams()
        if ports is None:
            self._fail(Failure.TRANSPORT_REFUSED, "refuses RTP over TCP, and no UDP port is free here")
            return
        self.transport = "udp"
        transport = f"Transport: RTP/AVP;unicast;client_port={ports[0]}-{ports[1]}"
        self.exchange.ask("SETUP", self.exchange.url, (transport,))

    def _set_up(self, response: Response) -> None:
        self._has_session = True
        session = response.headers.get("session")
        if session is not None:
            self.exchange.session = headers.parse_session(session).id
        granted = response.headers.get("transport")
        if granted is not None:  # some cameras leave it out and do as they were asked
            transport = headers.parse_transport(granted)
            over = "tcp" if transport.interleaved or transport.protocol.endswith("/TCP") else "udp"
            if over != self.transport:
                self._fail(
                    Failure.TRANSPORT_REFUSED, f"grants RTP over {over.upper()}, which was not asked for"
                )
                return
            if transport.interleaved is not None:
                self._rtp_channel = transport.interleaved[0]
        self.completed(Stage.SETUP)
        self.stage = Stage.PLAY
        if self.track is not None:
            self.watch = MediaWatch(self.track, fingerprints=self._options.fingerprints)
        self.exchange.ask("PLAY", self._aggregate, _RANGE)

    def _played(self, response: Response) -> None:
        del response  # Range and RTP-Info promise; the packets tell
        self.completed(Stage.PLAY)
        self.stage = Stage.MEDIA
        self._until = min(self._work_until, self._since + MEDIA_SECONDS)
        if self.watch is not None:  # some cameras send packets before they answer
            self._leave_if_enough(self.watch)

    def _torn_down(self, response: Response) -> None:
        del response
        if self.failure is None:
            self.completed(Stage.TEARDOWN)
        self._finish()

    # Media

    def _packet(self, payload: bytes) -> None:
        watch = self.watch
        if watch is not None and self.stage is not Stage.TEARDOWN:
            watch.packet(payload, self._now)
            if watch.key_frame and self.stage is Stage.MEDIA:
                self._leave_if_enough(watch)

    def _leave_if_enough(self, watch: MediaWatch) -> None:
        if watch.key_frame and watch.seconds >= self._options.media_seconds:
            self.completed(Stage.MEDIA)
            self._leave()

    def _stop_at_bound(self) -> None:
        """Stop at the bound of bytes: with a complete key frame it is enough, without one too much."""
        if self.stage is Stage.MEDIA and self.watch is not None and self.watch.key_frame:
            self.completed(Stage.MEDIA)
        else:
            self._note(Failure.OVER_LIMIT, f"more than {MAX_BYTES} bytes and no complete key frame")
        self._leave(wait=False)

    def _media_end(self, watch: MediaWatch) -> float:
        """Give when to wait for media no longer."""
        if not watch.packets:
            return min(self._work_until, self._since + MEDIA_SECONDS)
        wanted = max(MEDIA_SECONDS, self._options.media_seconds + MEDIA_SLACK)
        return min(self._work_until, watch.first_at + wanted)

    def _media_is_over(self, watch: MediaWatch) -> None:
        """Name what the media lacks, now that its time is up."""
        if not watch.packets:
            self._fail(Failure.NO_MEDIA, "PLAY was accepted, and no packet came")
        elif not watch.key_frame:
            self._fail(Failure.NO_KEY_FRAME, f"{watch.packets} packets came, and no complete key frame")
        elif watch.goes_on(self._now, slack=MEDIA_SLACK):  # few frames, or little time, and yet a picture
            self.completed(Stage.MEDIA)
            self._leave()
        elif self._now - watch.last_at > MEDIA_SLACK:
            self._fail(Failure.TIMED_OUT, f"media stopped after {watch.seconds:.1f} s")
        else:
            self._fail(Failure.TIMED_OUT, f"only {watch.seconds:.1f} s of media within the deadline")

    # Endings

    def _time_is_up(self) -> None:
        watch = self.watch
        if self.stage is Stage.TEARDOWN:
            self._finish()
        elif self.stage is Stage.MEDIA and watch is not None:
            self._until = self._media_end(watch)
            if self._now >= self._until:
                self._media_is_over(watch)
        elif self.exchange.skipped and not self.exchange.heard:
            self._fail(Failure.PROTOCOL_ERROR, "what answers there does not speak RTSP")
        else:
            self._fail(Failure.TIMED_OUT, f"no whole answer to {self.exchange.method} in time")

    def _note(self, failure: Failure, detail: str) -> None:
        """Keep the first failure; what goes wrong while leaving tells nothing about the picture."""
        if self.failure is None and self.stage is not Stage.TEARDOWN:
            self.failure = failure
            self.failed_at = self.stage
            self.detail = detail
            self.stages.append(StageTime(name=self.stage, seconds=self._clock() - self._since))

    def _fail(self, failure: Failure, detail: str) -> None:
        self._note(failure, detail)
        self._leave()

    def _leave(self, *, wait: bool = True) -> None:
        """Send TEARDOWN when there is a session, then finish."""
        if self.finished:
            return
        if not self._has_session or self.stage is Stage.TEARDOWN:
            self._finish()
            return
        self.stage = Stage.TEARDOWN
        self._since = self._clock()
        self._until = min(self._deadline, self._since + TEARDOWN_SECONDS)
        self.exchange.ask("TEARDOWN", self._aggregate)
        if not wait:
            self._finish()

    def _finish(self) -> None:
        if not self.finished:
            self.finished = True
            self._driver.finish()

    _ANSWERED: ClassVar[dict[Stage, Callable[["Conversation", Response], None]]] = {
        Stage.OPTIONS: _describe,
        Stage.DESCRIBE: _described,
        Stage.SETUP: _set_up,
        Stage.PLAY: _played,
        Stage.TEARDOWN: _torn_down,
    }
