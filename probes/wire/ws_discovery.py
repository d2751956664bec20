"""WS-Discovery as ONVIF devices speak it (WS-Discovery, April 2005; ONVIF Core Specification §7).

A Probe as bytes, and answers as values. Prefixes and namespaces of answers are not looked at: firmwares that
write wrong ones are found all the same. Everything in an answer is the device's word.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from probes.wire.error import LimitExceeded, WireError
from probes.wire.xml import Node, parse_xml

MAX_DATAGRAM = 65_535  # bytes, what UDP can carry
MAX_MATCHES = 16  # of one answer: a device is one endpoint, some recorders tell a few
MAX_WORDS = 128  # types, scopes or service addresses of one match
MAX_URI = 512  # characters of one of them

_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_UUID = re.compile(r"(?:urn:)?(?:uuid:)?\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
_XADDR = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.%]+\]|[^\s/?#@:\[\]]+)(?::\d{1,5})?(?:[/?]\S*)?", re.IGNORECASE
)


class DeviceType(StrEnum):
    """What is asked for. Devices know one or both, and some answer only a Probe of one alone."""

    TRANSMITTER = "NetworkVideoTransmitter"  # ONVIF 1.x
    DEVICE = "Device"  # since ONVIF 2.0


_NAMESPACES = {
    DeviceType.TRANSMITTER: "http://www.onvif.org/ver10/network/wsdl",
    DeviceType.DEVICE: "http://www.onvif.org/ver10/device/wsdl",
}


class Action(StrEnum):
    """What an answer is."""

    PROBE_MATCHES = "ProbeMatches"  # to a Probe
    HELLO = "Hello"  # to nobody: a device has come to the network


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One device as it describes itself."""

    endpoint: str  # "urn:uuid:…", the same for life; or whatever else it calls itself
    types: tuple[str, ...] = ()  # local names, as "NetworkVideoTransmitter"
    scopes: tuple[str, ...] = ()
    xaddrs: tuple[str, ...] = ()  # http(s) URLs of its device service, none with a log-in
    metadata_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One datagram with devices in it."""

    action: Action
    matches: tuple[Match, ...]


def encode_probe(message_id: str, wanted: DeviceType) -> bytes:
    """Encode a Probe for one type. `message_id` is a UUID.

    In the very form that the widely used ONVIF tools send, where the declarations stand on Types itself: some
    cameras compare texts and answer to nothing else (openhab/openhab-addons#9022).
    """
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="{_ADDRESSING}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{_DISCOVERY}/Probe</a:Action>'
        f"<a:MessageID>uuid:{message_id}</a:MessageID>"
        f"<a:ReplyTo><a:Address>{_ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>"
        '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
        f'</s:Header><s:Body><Probe xmlns="{_DISCOVERY}">'
        f'<d:Types xmlns:d="{_DISCOVERY}" xmlns:dp0="{_NAMESPACES[wanted]}">dp0:{wanted}</d:Types>'
        "</Probe></s:Body></s:Envelope>"
    ).encode()


def parse_answer(data: bytes, asked: Collection[str]) -> Answer | None:
    """Parse what came to a socket of ours; `asked` are the UUIDs of our Probes.

    None: a message of another kind, as another's Probe on the group. Raises WireError for what is no message
    of WS-Discovery, and for ProbeMatches that answer no question of ours.
    """
    if len(data) > MAX_DATAGRAM:
        raise LimitExceeded(f"a datagram of more than {MAX_DATAGRAM} bytes")
    root = parse_xml(data)
    body = root.find("Body")
    if root.name != "Envelope" or body is None:
        raise WireError("not a SOAP envelope")
    if (hello := body.find(Action.HELLO)) is not None:
        return Answer(action=Action.HELLO, matches=(_match(hello),))
    if (found := body.find(Action.PROBE_MATCHES)) is None:
        if body.find("Fault") is not None:
            raise WireError("the device refuses the question")
        return None
    if uuid_of(root.text_of("Header", "RelatesTo")) not in asked:
        raise WireError("answers no question of ours")
    nodes = found.find_all("ProbeMatch")
    if len(nodes) > MAX_MATCHES:
        raise LimitExceeded(f"more than {MAX_MATCHES} matches in one answer")
    return Answer(action=Action.PROBE_MATCHES, matches=tuple(map(_match, nodes)))


def uuid_of(text: str) -> str:
    """Return the UUID of a URI in lower case, however it is written; "" when it holds none."""
    found = _UUID.fullmatch(text)
    return found[1].lower() if found is not None else ""


def _match(node: Node) -> Match:
    endpoint = node.text_of("EndpointReference", "Address")
    if not endpoint or len(endpoint) > MAX_URI or not endpoint.isprintable():
        raise WireError("a device without an endpoint")
    uuid = uuid_of(endpoint)
    version = node.text_of("MetadataVersion")
    return Match(
        endpoint=f"urn:uuid:{uuid}" if uuid else endpoint,
        types=tuple(word.rpartition(":")[2] for word in _words(node, "Types")),
        scopes=_words(node, "Scopes"),
        xaddrs=tuple(word for word in _words(node, "XAddrs") if _XADDR.fullmatch(word)),
        metadata_version=int(version)
        if version.isascii() and version.isdigit() and len(version) < 11
        else None,
    )


def _words(node: Node, name: str) -> tuple[str, ...]:
    words = node.text_of(name).split()
    if len(words) > MAX_WORDS:
        raise LimitExceeded(f"more than {MAX_WORDS} words in {name}")
    return tuple(word for word in dict.fromkeys(words) if len(word) <= MAX_URI and word.isprintable())
