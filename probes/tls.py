"""How a TLS peer is recognised: by its pinned certificate, by a CA file, or by the system's CAs."""

import errno
import hashlib
import hmac
import re
import ssl

from probes.base import Trust

TOO_OLD = (
    "it knows only TLS 1.0 or 1.1, which is not secure and not used here, also with a pinned certificate"
)
HUNG_UP = (
    "it hung up while TLS was being agreed on: it may know only TLS 1.0 or 1.1, or the port is another's"
)

# What OpenSSL calls a peer that offers no version that we allow.
_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION"})
_NO_HEX = re.compile(r"[^0-9a-f]")


class TlsContexts:
    """Makes each kind of context once: loading the system's CAs takes tens of milliseconds."""

    __slots__ = ("_contexts",)

    def __init__(self) -> None:
        self._contexts: dict[str | None, ssl.SSLContext] = {}

    def get(self, trust: Trust) -> ssl.SSLContext:
        """Give the context for a peer. Raises OSError when the CA file cannot be read or holds no CA."""
        kind = "" if trust.fingerprint is not None else trust.ca_file
        if kind not in self._contexts:
            context = ssl.create_default_context(cafile=kind or None)
            if trust.fingerprint is not None:  # the certificate itself is compared: see check_pin
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            self._contexts[kind] = context
        return self._contexts[kind]


def check_pin(trust: Trust, peer: ssl.SSLObject | None) -> None:
    """Compare the peer's certificate with the pinned one, if one is pinned.

    Raises ssl.SSLCertVerificationError when it is another.
    """
    if trust.fingerprint is None:
        return
    certificate = peer.getpeercert(binary_form=True) if peer is not None else None
    seen = hashlib.sha256(certificate or b"").hexdigest()
    if not hmac.compare_digest(seen, plain_fingerprint(trust.fingerprint)):
        said = f"its certificate has the SHA-256 {seen}, another one is pinned"
        raise ssl.SSLCertVerificationError(0, said)  # with a number: only so has it a text (strerror)


def explained(error: OSError) -> OSError:
    """Say in words for a technician why TLS was not agreed on, where the library's own do not help."""
    if isinstance(error, ssl.SSLError) and error.reason in _TOO_OLD:
        return ssl.SSLError(error.errno, TOO_OLD)
    if isinstance(error, ConnectionError):
        return type(error)(error.errno or errno.ECONNRESET, HUNG_UP)
    return error


def plain_fingerprint(text: str) -> str:
    """Write a SHA-256 as bare lower-case hex: people copy it with colons, blanks and capitals."""
    return _NO_HEX.sub("", text.lower().removeprefix("sha256").removeprefix("sha-256"))
