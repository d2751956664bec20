"""What a question over HTTP comes to: a Reply, or a Trouble in our own words.

One copy for gateways and for devices. Nothing here holds a password or anything that the peer wrote: the
library's own texts may repeat both.
"""

import ssl
from dataclasses import dataclass
from typing import NoReturn

import aiohttp

from probes.base import Trust
from probes.failure import Failure, Stage, classify


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a question has no answer."""

    failure: Failure
    stage: Stage  # DESCRIBE stands for the exchange itself
    detail: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered, whatever the status says of it."""

    status: int
    body: bytes


CANNOT_TRUST = Trouble(
    failure=Failure.TLS_FAILED,
    stage=Stage.TLS,
    detail="its CA file or certificate fingerprint, as configured, cannot be read",
)


class TooMuch(Exception):
    """More bytes than may be; `size` of them were read."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


async def read_body(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """Read a body whole. Raises TooMuch as soon as it is announced, or is, longer than `most_bytes`."""
    if (response.content_length or 0) > most_bytes:
        _drop(response, 0)
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            _drop(response, size)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _drop(response: aiohttp.ClientResponse, size: int) -> NoReturn:
    response.close()
    raise TooMuch(size)


def make_tls(trust: Trust) -> ssl.SSLContext | aiohttp.Fingerprint | bool:
    """Say how the peer is recognised. Raises OSError or ValueError when that cannot be read."""
    if trust.fingerprint is not None:
        return aiohttp.Fingerprint(bytes.fromhex(trust.fingerprint.replace(":", "")))
    if trust.ca_file is not None:
        return ssl.create_default_context(cafile=trust.ca_file)
    return True


def name_trouble(error: aiohttp.ClientError | OSError | TooMuch | ValueError) -> Trouble:
    """Name what ended a question. Connecting has its own exceptions; all others happened in the exchange."""
    if isinstance(error, TooMuch):
        return exchange_trouble(Failure.OVER_LIMIT, "its answer has more bytes than may be")
    if isinstance(error, aiohttp.ServerFingerprintMismatch | aiohttp.ClientConnectorCertificateError):
        return _tls_failed("its certificate is not the one we trust")
    if isinstance(error, aiohttp.ClientSSLError):
        return _tls_failed("it does not speak TLS as we do")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _connecting(error.os_error)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return _connecting(TimeoutError())
    if isinstance(error, TimeoutError):
        return exchange_trouble(Failure.TIMED_OUT, "it did not answer in full within the time")
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | OSError):
        return exchange_trouble(
            Failure.CLOSED_EARLY, "it closed the connection before its answer was complete"
        )
    return exchange_trouble(Failure.PROTOCOL_ERROR, "it does not speak HTTP")


def exchange_trouble(failure: Failure, detail: str) -> Trouble:
    """Say what went wrong once there was a connection."""
    return Trouble(failure=failure, stage=Stage.DESCRIBE, detail=detail)


def _connecting(error: OSError) -> Trouble:
    failure = classify(error, Stage.CONNECT)
    stage = Stage.RESOLVE if failure is Failure.DNS_FAILED else Stage.CONNECT
    return Trouble(failure=failure, stage=stage, detail="it could not be connected to")


def _tls_failed(detail: str) -> Trouble:
    return Trouble(failure=Failure.TLS_FAILED, stage=Stage.TLS, detail=detail)
