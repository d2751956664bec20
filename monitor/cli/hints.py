"""What a technician can do about a failure, by what failed and where. Text only; nothing is judged."""

from probes.failure import Failure, Stage

_AT: dict[tuple[Failure, Stage], str] = {
    (Failure.CONNECT_REFUSED, Stage.CONNECT): (
        "The device is on, but nothing listens at this port. Check the RTSP port (usually 554) and that "
        "RTSP is switched on in the device's network settings; look for a port forwarding that is missing."
    ),
    (Failure.TIMED_OUT, Stage.OPTIONS): (
        "The connection was accepted, then silence: a hung device, or another service at this port. "
        "Restart the device; check that the port is the RTSP one."
    ),
    (Failure.TIMED_OUT, Stage.TLS): "Nothing agreed on TLS: the port may be the clear-text one. Try rtsp://.",
    (Failure.TIMED_OUT, Stage.MEDIA): (
        "The picture began and then stopped, or came too slowly. Look at the uplink's load and loss, and at "
        "the stream's bit rate; give a longer --timeout to see whether it goes on."
    ),
    (Failure.CLOSED_EARLY, Stage.OPTIONS): (
        "The device hung up at once: a firewall between, a list of allowed addresses, or no session left. "
        "Check the device's address filter and restart it if nobody else is connected."
    ),
    (Failure.CLOSED_EARLY, Stage.MEDIA): (
        "The device hung up while sending. Usually its own restart, or a limit of sessions or bit rate."
    ),
    (Failure.NOT_FOUND, Stage.DESCRIBE): (
        "The device knows no stream at this path. Compare the path with its manual; on a recorder, check "
        "the channel number."
    ),
    (Failure.PROTOCOL_ERROR, Stage.OPTIONS): (
        "Something else than RTSP answers here. Check the port: a web page or SSH may be listening."
    ),
}

_ANYWHERE: dict[Failure, str] = {
    Failure.DNS_FAILED: (
        "The name could not be resolved. Check its spelling and the DNS server, or use the IP."
    ),
    Failure.CONNECT_REFUSED: "The port is closed. Check the port number and that the service is on.",
    Failure.CONNECT_TIMEOUT: (
        "Nothing answered: power, cable, switch or uplink at the site, or a firewall that drops silently. "
        "Ping the site's router; when it answers, look at the camera's own power and cable."
    ),
    Failure.UNREACHABLE: (
        "There is no route. Check the VPN or channel to the site and this machine's network."
    ),
    Failure.TLS_FAILED: (
        "The encrypted connection could not be trusted. Has the certificate been renewed? Compare its "
        "SHA-256 with the device's own page, then give it with --fingerprint, or the CA with --ca-file. A "
        "device that knows only TLS 1.0 or 1.1 needs newer firmware with TLS 1.2; until then use its rtsp:// "
        "address, over a VPN or a channel that nobody else listens on."
    ),
    Failure.PROTOCOL_ERROR: "What it said breaks RTSP. Update its firmware; report make, model and firmware.",
    Failure.TIMED_OUT: "It stopped answering. Restart the device; check the load and loss of the uplink.",
    Failure.CLOSED_EARLY: "It hung up before the end. Check its limit of sessions, then restart it.",
    Failure.UNAUTHORIZED: (
        "The log-in was refused or is missing. Check user and password on the device's own page. Do not "
        "try many times: after a few failures the account may lock itself for half an hour."
    ),
    Failure.FORBIDDEN: (
        "The log-in works but may not watch this stream. Give the account the right to live view."
    ),
    Failure.NOT_FOUND: "The device knows no such stream. Check the path and the channel number.",
    Failure.SESSION_LIMIT: (
        "The device serves no further viewer. Close other viewers, use the second stream, or raise its limit."
    ),
    Failure.SERVER_ERROR: "The device failed by itself. Restart it; if it stays so, update its firmware.",
    Failure.TRANSPORT_REFUSED: (
        "It sends neither over TCP nor over UDP as we can take it. Allow RTP over TCP (interleaved) in its "
        "settings; look for multicast being the only choice."
    ),
    Failure.REDIRECT_REFUSED: (
        "It points to another host, which is never followed. Register that address itself."
    ),
    Failure.UNSUPPORTED_MEDIA: "The stream has no H.264 or H.265 video. Set the encoder of this stream.",
    Failure.NO_MEDIA: (
        "It agreed to play and sent nothing: a hung encoder, a lost recorder input, or UDP packets held up "
        "on the way. Restart the device; on a recorder, check the camera behind the channel."
    ),
    Failure.NO_KEY_FRAME: (
        "Packets came, but no complete key frame: packet loss on the way, or a key frame interval of more "
        "than some seconds. Set the interval to 1 or 2 s; check the uplink for loss."
    ),
    Failure.OVER_LIMIT: "It sent more than a camera needs. Check what really answers at this address.",
}


def hint(failure: Failure, stage: Stage | None) -> str:
    """Give the advice for a failure at a stage."""
    if stage is not None and (failure, stage) in _AT:
        return _AT[failure, stage]
    return _ANYWHERE[failure]
