"""XML as devices write it: bytes in, a small frozen tree out (XML 1.0, Namespaces in XML 1.0).

For ISAPI and SOAP. Names are local names: the same firmware family answers in different namespaces, and
nobody here needs to tell them apart. Whatever a hostile device could use is refused before it is parsed
(document types, so entities of any kind) or as soon as it is met (depth, number of elements, attributes).
Nothing is ever fetched.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat

import msgspec

from probes.wire.error import LimitExceeded, WireError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 1_000  # of one element
MAX_PREFIXES = 128  # in force at once; a SOAP stack that declares everything it knows has sixty

_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,20})[\"']")
# What is spoken by devices. A closed list: Python knows codecs that are no character sets.
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-5": "iso8859-5",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "koi8-r": "koi8-r",
    "gb2312": "gb18030",  # which it is a part of
    "gbk": "gb18030",
    "gb18030": "gb18030",
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Node(msgspec.Struct, frozen=True, gc=False):
    """One element."""

    name: str  # local
    namespace: str  # "" without one, or where its prefix is not declared
    text: str  # its own character data, joined, without the white space around it
    attributes: dict[str, str]  # by local name; of two with the same the first holds
    children: tuple["Node", ...]

    def walk(self) -> Iterator["Node"]:
        """Give this element and everything below it, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def find(self, *path: str) -> "Node | None":
        """Give the first element that is reached by these names, child by child."""
        return next(iter(self.find_all(*path)), None)

    def find_all(self, *path: str) -> list["Node"]:
        """Give every element that is reached by these names, child by child."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def anywhere(self, name: str) -> list["Node"]:
        """Give every element of this name, this one included, however deep."""
        return [node for node in self.walk() if node.name == name]

    def text_of(self, *path: str) -> str:
        """Give the text of the first element reached by these names; "" when there is none."""
        node = self.find(*path)
        return "" if node is None else node.text

    def texts(self, name: str) -> list[str]:
        """Give the texts of every element of this name, however deep."""
        return [node.text for node in self.anywhere(name)]


def parse_xml(data: bytes) -> Node:
    """Read one document. Raises WireError for whatever is none, and for more than the bounds allow."""
    if len(data) > MAX_BYTES:
        raise LimitExceeded(f"a document of more than {MAX_BYTES} bytes")
    text = _decode(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WireError("a document type, which no device needs")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise WireError(f"not XML: {expat.ErrorString(error.code)}", at=parser.ErrorByteIndex) from None
    return builder.root()


def _decode(data: bytes) -> str:
    """Make text of bytes. A byte that is no text, as in names that others wrote, costs its character only."""
    charset = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not charset:
        declared = _DECLARED.match(data.lstrip()[:200])
        written = "utf-8" if declared is None else declared[1].decode().lower()
        charset = _CHARSETS.get(written, "")
        if not charset:
            raise WireError("a document in a character set that is not known here")
    # Some firmwares put an empty line before the declaration, where XML 1.0 §2.8 allows nothing.
    return data.decode(charset, "replace").lstrip()


class _Builder:
    """Makes the tree from what the parser meets, and stops it at the bounds.

    Prefixes are resolved here: expat would write the whole namespace into every name, and a namespace
    of 200 KB on 20,000 elements is four gigabytes. A prefix that nobody declared is no reason to refuse.
    """

    __slots__ = ("_count", "_done", "_open", "_scope")

    def __init__(self) -> None:
        # Of each open element its namespaces, name, attributes, its pieces of text and its children.
        self._open: list[tuple[dict[str, str], str, dict[str, str], list[str], list[Node]]] = []
        self._scope: dict[str, str] = {}  # of the element that is open: prefix to namespace
        self._done: Node | None = None
        self._count = 0

    def start(self, name: str, written: list[str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise LimitExceeded(f"more than {MAX_ELEMENTS} elements")
        if len(self._open) >= MAX_DEPTH:
            raise LimitExceeded(f"elements deeper than {MAX_DEPTH}")
        outside = self._scope
        self._open.append((outside, name, self._read(written) if written else {}, [], []))

    def end(self, name: str) -> None:
        scope = self._scope
        self._scope, name, attributes, pieces, children = self._open.pop()
        prefix, _, local = name.rpartition(":")
        text = "".join(pieces).strip() if pieces else ""
        node = Node(local, scope.get(prefix, ""), text, attributes, tuple(children))
        if self._open:
            self._open[-1][4].append(node)
        else:
            self._done = node

    def characters(self, text: str) -> None:
        self._open[-1][3].append(text)

    def root(self) -> Node:
        if self._done is None:
            raise WireError("not XML: no element")
        return self._done

    def _read(self, written: list[str]) -> dict[str, str]:
        """Tell attributes from namespaces; both come as names and values in turn."""
        if len(written) > 2 * MAX_ATTRIBUTES:
            raise LimitExceeded(f"more than {MAX_ATTRIBUTES} attributes of one element")
        attributes: dict[str, str] = {}
        declared: dict[str, str] = {}
        for at in range(0, len(written), 2):
            prefix, _, local = written[at].rpartition(":")
            if prefix == "xmlns":
                declared[local] = written[at + 1]
            elif local == "xmlns" and not prefix:
                declared[""] = written[at + 1]
            else:
                attributes.setdefault(local, written[at + 1])
        if declared:
            self._scope = self._scope | declared
            if len(self._scope) > MAX_PREFIXES:
                raise LimitExceeded(f"more than {MAX_PREFIXES} namespaces at once")
        return attributes
