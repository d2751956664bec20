"""SOAP 1.2 as ONVIF devices speak it, with faults (SOAP 1.2 part 1 §5.4) and log-ins (WS-Security).

Replies are read through the bounded tree of `probes.wire.xml`; nothing else ever sees a device's bytes.
SOAP 1.1, in which some devices tell their faults, is understood and never spoken.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr  # writes only: what is read goes through the bounded tree

import msgspec

from probes.wire.error import LimitExceeded, WireError
from probes.wire.xml import MAX_BYTES, Node, parse_xml

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
CONTENT_TYPE = "application/soap+xml; charset=utf-8"  # RFC 3902

_UNAUTHORIZED = {"NotAuthorized", "FailedAuthentication", "InvalidSecurityToken", "InvalidSecurity"}
_UNSUPPORTED = {"ActionNotSupported", "OptionalActionNotImplemented", "UnknownAction", "NoSuchService"}
_REASON = re.compile(r"authori[sz]|authenticat|password|locked", re.IGNORECASE)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a device does not answer a question. Codes are local names: ter:NotAuthorized is NotAuthorized."""

    codes: tuple[str, ...]  # the code, then its subcodes, outermost first
    reason: str

    @property
    def unauthorized(self) -> bool:
        """The log-in is missing or refused.

        By its codes, or by its words alone: a refusal taken for something else would be asked for again.
        """
        codes = _UNAUTHORIZED.intersection(self.codes)
        return bool(codes) or (not self.unsupported and _REASON.search(self.reason) is not None)

    @property
    def unsupported(self) -> bool:
        """The device does not offer the operation (ONVIF Core spec §5.8.2): no trouble at all."""
        return bool(_UNSUPPORTED.intersection(self.codes))


class UsernameToken(msgspec.Struct, frozen=True, kw_only=True):
    """The log-in in a request (WS-Security UsernameToken Profile 1.1 §3.1), as a server reads it."""

    username: str
    digest: str  # Base64
    nonce: str  # Base64
    created: str  # by the device's clock

    def proves(self, password: str) -> bool:
        """Tell whether whoever wrote this knows the password."""
        try:
            nonce = base64.b64decode(self.nonce, validate=True)
        except binascii.Error:
            return False
        known = hashlib.sha1(nonce + self.created.encode() + password.encode()).digest()  # noqa: S324, the profile's
        return hmac.compare_digest(base64.b64encode(known), self.digest.encode())


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A question, as a server reads it."""

    body: Node  # the operation's element
    token: UsernameToken | None


def read_reply(data: bytes) -> Node | Fault:
    """Read the element that answers, or the fault. Raises WireError for what is neither."""
    answer = _body(parse_xml(data))
    return _fault(answer) if answer.name == "Fault" else answer


def read_request(data: bytes) -> Request:
    """Read a question. Raises WireError for what is none."""
    root = parse_xml(data)
    token = root.find("Header", "Security", "UsernameToken")
    return Request(
        body=_body(root),
        token=None
        if token is None
        else UsernameToken(
            username=token.text_of("Username"),
            digest=token.text_of("Password"),
            nonce=token.text_of("Nonce"),
            created=token.text_of("Created"),
        ),
    )


def envelope(body: str) -> bytes:
    """Make a message of SOAP 1.2 around an element."""
    return f'<s:Envelope xmlns:s="{SOAP_12}"><s:Header/><s:Body>{body}</s:Body></s:Envelope>'.encode()


def element(namespace: str, name: str, values: Mapping[str, object]) -> str:
    """Write an element that holds texts, in the order given, all of one namespace."""
    inner = "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in values.items())
    return f"<{name} xmlns={quoteattr(namespace)}>{inner}</{name}>"


def write_again(answer: Node) -> bytes:
    """Make a message of an element that was read.

    What another parser is given is then what this one understood, whatever character set, comments or
    instructions were in the bytes that came.
    """
    writer = _Writer()
    writer.write(answer, "")
    return envelope("".join(writer.pieces))


class _Writer:
    """Writes elements, in bounds: a short prefix can stand for a namespace of any length."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._left = 2 * MAX_BYTES

    def write(self, node: Node, outer: str) -> None:
        """Write an element; the tree bounds its depth. `outer`: the namespace that holds around it."""
        declared = "" if node.namespace == outer else f" xmlns={quoteattr(node.namespace)}"
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
        self._add(f"<{node.name}{declared}{attributes}>{escape(node.text)}")
        for child in node.children:
            self.write(child, node.namespace)
        self._add(f"</{node.name}>")

    def _add(self, piece: str) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise LimitExceeded("a message that grows when its namespaces are written out")
        self.pieces.append(piece)


def _body(root: Node) -> Node:
    """Find the one element in the body of a message."""
    if root.name != "Envelope" or root.namespace not in {SOAP_12, SOAP_11}:
        raise WireError("not a SOAP message")
    body = root.find("Body")
    if body is None or not body.children:
        raise WireError("a SOAP message with nothing in it")
    return body.children[0]


def _fault(node: Node) -> Fault:
    written = [*node.texts("Value"), *node.texts("faultcode")]
    codes = tuple(text.rpartition(":")[2] for text in written)
    return Fault(codes=codes, reason=" ".join([*node.texts("Text"), *node.texts("faultstring")]))
