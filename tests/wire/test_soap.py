"""SOAP messages: what a device's reply is taken for, and what is written."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.soap import (
    SOAP_11,
    SOAP_12,
    Fault,
    UsernameToken,
    element,
    envelope,
    read_reply,
    read_request,
    write_again,
)
from probes.wire.xml import Node, parse_xml

ONVIF = "http://www.onvif.org/ver10/error"


def message(body: str, namespace: str = SOAP_12) -> bytes:
    return (
        f'<e:Envelope xmlns:e="{namespace}" xmlns:ter="{ONVIF}"><e:Body>{body}</e:Body></e:Envelope>'.encode()
    )


def fault(subcode: str, reason: str = "no") -> bytes:
    return message(
        f"<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>{subcode}</e:Value></e:Subcode></e:Code>"
        f"<e:Reason><e:Text>{reason}</e:Text></e:Reason></e:Fault>"
    )


FAULTS = [
    (fault("ter:NotAuthorized"), True, False),
    (fault("NotAuthorized"), True, False),
    (fault("wsse:FailedAuthentication"), True, False),
    (fault("ter:ActionNotSupported"), False, True),
    (fault("ter:ActionNotSupported", "You are not authorized, or it is not implemented"), False, True),
    (fault("ter:OptionalActionNotImplemented"), False, True),
    (fault("ter:InvalidArgVal"), False, False),
    (fault("", "The sender is not authorized"), True, False),
    (fault("", "Account LOCKED for 30 minutes"), True, False),
    (message("<e:Fault/>"), False, False),
    (
        message(
            "<e:Fault><faultcode>ter:NotAuthorized</faultcode><faultstring>no</faultstring></e:Fault>",
            SOAP_11,
        ),
        True,
        False,
    ),
    (
        message(
            "<e:Fault><e:Code><e:Value>e:Receiver</e:Value><e:Subcode><e:Value>ter:Action</e:Value><e:Subcode>"
            "<e:Value>ter:ActionNotSupported</e:Value></e:Subcode></e:Subcode></e:Code></e:Fault>"
        ),
        False,
        True,
    ),
]


@pytest.mark.parametrize(("data", "unauthorized", "unsupported"), FAULTS)
def test_faults(data: bytes, unauthorized: bool, unsupported: bool) -> None:
    """A fault says, by codes or by words, that the log-in is refused or that the operation is not offered."""
    read = read_reply(data)
    assert isinstance(read, Fault)
    assert (read.unauthorized, read.unsupported) == (unauthorized, unsupported)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>401</body></html>",
        message("<a/>", "http://example.org/other"),
        message(""),
        f'<e:Envelope xmlns:e="{SOAP_12}"/>'.encode(),
        b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + message("<a>&x;</a>"),
    ],
)
def test_no_reply(data: bytes) -> None:
    """What is no SOAP message with something in it is refused."""
    with pytest.raises(WireError):
        read_reply(data)


def test_token_is_judged() -> None:
    """A server's side of the log-in: the digest is Base64(SHA-1(nonce + created + password))."""
    digest = base64.b64encode(hashlib.sha1(b"nonce" + b"2026-11-24T00:00:00Z" + "пароль".encode()).digest())  # noqa: S324
    token = UsernameToken(
        username="u",
        digest=digest.decode(),
        nonce=base64.b64encode(b"nonce").decode(),
        created="2026-11-24T00:00:00Z",
    )
    assert token.proves("пароль")
    assert not token.proves("other")


@pytest.mark.parametrize(("nonce", "digest"), [("%", "x"), ("", ""), ("bm8=", "ё")])
def test_broken_tokens(nonce: str, digest: str) -> None:
    """A log-in that is malformed proves nothing."""
    assert not UsernameToken(username="", digest=digest, nonce=nonce, created="").proves("p")


def test_writes() -> None:
    """A template holds its values in their order, escaped, and is read as what was meant."""
    data = envelope(element("urn:x", "GetStreamUri", {"Protocol": "RTSP", "ProfileToken": 'a<&"b'}))
    request = read_request(data)
    assert (request.body.name, request.body.namespace, request.token) == ("GetStreamUri", "urn:x", None)
    assert [(child.name, child.text) for child in request.body.children] == [
        ("Protocol", "RTSP"),
        ("ProfileToken", 'a<&"b'),
    ]


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,5}", fullmatch=True)
TEXTS = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cn", "Zs", "Zl", "Zp")), max_size=8
)
SPACES = st.sampled_from(["", "urn:a", "urn:b&c", 'urn:"d"'])


ATTRIBUTES = st.dictionaries(NAMES.filter(lambda name: not name.lower().startswith("xml")), TEXTS, max_size=2)
LEAVES = st.builds(Node, NAMES, SPACES, TEXTS.map(str.strip), ATTRIBUTES, st.just(()))


def nodes(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    held = st.lists(children, max_size=3).map(tuple)
    return st.builds(Node, NAMES, SPACES, TEXTS.map(str.strip), ATTRIBUTES, held)


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, nodes, max_leaves=12))
def test_written_again(node: Node) -> None:
    """What was read and is written again is read as the same."""
    assert parse_xml(write_again(node)).find("Body") is not None
    assert read_request(write_again(node)).body == node


def test_no_growth() -> None:
    """A short prefix for a long namespace does not become megabytes when it is written out."""
    body = (
        f'<x:r xmlns:x="{"n" * 100_000}" xmlns="urn:o">' + "<x:a/>" * 10 + "<b><x:a/></b>" * 5_000 + "</x:r>"
    )
    answer = read_reply(message(body))
    assert isinstance(answer, Node)
    with pytest.raises(LimitExceeded):
        write_again(answer)
