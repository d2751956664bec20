"""The TLS of the server, as a web configuration sets it."""

import ssl

from monitor.settings.ciphers import CIPHER_SUITES
from monitor.settings.document import DocumentError, Mistake
from monitor.settings.web_config import TlsServer, WebDocument

_VERSIONS = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_CLIENTS = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}


class CertificateError(DocumentError):
    """The server's own certificate or its key cannot be used; everything else can."""


def make_context(web: WebDocument) -> ssl.SSLContext | None:
    """Make the context of new connections; None: they are in the clear.

    Raises CertificateError for the certificate and its key, DocumentError for anything else.
    """
    tls = web.config.tls_server_config
    if tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = _VERSIONS[tls.min_version], _VERSIONS[tls.max_version]
    context.set_alpn_protocols(["http/1.1"])
    _choose_ciphers(context, tls)
    _ask_clients(context, web)
    _show_certificate(context, web)
    return context


def _choose_ciphers(context: ssl.SSLContext, tls: TlsServer) -> None:
    named = [suite for name in tls.cipher_suites if (suite := CIPHER_SUITES[name]) is not None]
    if named:
        context.set_ciphers(":".join(named))
    if not tls.prefer_server_cipher_suites:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE


def _ask_clients(context: ssl.SSLContext, web: WebDocument) -> None:
    authority = web.path("client_ca_file")
    if web.config.tls_server_config is None or authority is None:
        return
    context.verify_mode = _CLIENTS[web.config.tls_server_config.client_auth_type]
    try:
        context.load_verify_locations(authority)
    except (OSError, ValueError) as error:
        raise DocumentError([_mistake(web, "client_ca_file", error)]) from None


def _show_certificate(context: ssl.SSLContext, web: WebDocument) -> None:
    certificate, key = web.path("cert_file"), web.path("key_file")
    if certificate is None or key is None:  # the keys were checked where they were read
        raise AssertionError
    for name, path in (("cert_file", certificate), ("key_file", key)):
        try:
            path.open("rb").close()
        except OSError as error:
            raise CertificateError([_mistake(web, name, error)]) from None
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise CertificateError([_mistake(web, "key_file", error)]) from None


def _no_password() -> bytes:
    """Answer instead of the terminal: nobody sits there to type the password of a key."""
    raise ValueError("the key is encrypted; give one without a password")


def _mistake(web: WebDocument, key: str, error: Exception) -> Mistake:
    """Say what is wrong with a file in the words of the library, which name no contents."""
    if isinstance(error, ssl.SSLError):
        why = f"is no certificate or key that can be used: {error.reason or 'no PEM'}"
    elif isinstance(error, OSError):
        why = f"cannot be read: {error.strerror}"
    else:
        why = str(error)
    return web.document.mistake(("tls_server_config", key), why)
