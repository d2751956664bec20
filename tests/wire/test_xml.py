"""XML of devices: what they write is read, and what could harm is refused before it costs anything."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.xml import MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, Node, parse_xml

MOST_SECONDS = 0.1  # of CPU; the aim is 0.02, and a busy machine is no failure

SOAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns="http://example/default">
  <e:Body>
    <Profiles token="p1" e:fixed="true" fixed="false"><Name>Main &amp; <![CDATA[<first>]]></Name></Profiles>
    <t:Profiles xmlns:t="http://example/t" token="p2"><t:Name>Sub</t:Name></t:Profiles>
    <x:Profiles token="p3"/>
  </e:Body>
</e:Envelope>
"""


def test_a_reply_is_read() -> None:
    """Names are local, namespaces are resolved, text is joined, and the order is the document's."""
    root = parse_xml(SOAP)
    assert (root.name, root.namespace) == ("Envelope", "http://www.w3.org/2003/05/soap-envelope")
    one, two, three = root.find_all("Body", "Profiles")
    assert one.attributes == {"token": "p1", "fixed": "true"}
    assert [each.namespace for each in (one, two, three)] == [
        "http://example/default",
        "http://example/t",
        "",
    ]
    assert one.text_of("Name") == "Main & <first>"
    assert root.texts("Name") == ["Main & <first>", "Sub"]
    assert [node.name for node in root.walk()][:4] == ["Envelope", "Body", "Profiles", "Name"]


def test_what_is_not_there_is_none() -> None:
    """A path that leads nowhere gives None, no elements and no text."""
    root = parse_xml(b"<a><b/></a>")
    assert root.find("b", "c") is None
    assert root.find() is root
    assert (root.find_all("c"), root.text_of("c"), root.texts("c")) == ([], "", [])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("<a>двор</a>".encode(), "двор", id="UTF-8 without a declaration"),
        pytest.param("\ufeff<a>двор</a>".encode(), "двор", id="UTF-8 with a mark"),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-16"?><a>двор</a>'.encode("utf-16"), "двор", id="UTF-16"
        ),
        pytest.param(
            "<?xml version='1.0' encoding='GB2312'?><a>操场</a>".encode("gb2312"), "操场", id="GB2312"
        ),
        pytest.param(
            '<?xml version="1.0" encoding="windows-1251"?><a>двор</a>'.encode("cp1251"), "двор", id="1251"
        ),
        pytest.param("<a>двор</a>".encode("cp1251"), "\ufffd" * 4, id="1251 that calls itself UTF-8"),
        pytest.param(b'\r\n<?xml version="1.0"?>\n<a>x</a>\n', "x", id="an empty line in front"),
    ],
)
def test_character_sets(data: bytes, text: str) -> None:
    """The character sets of devices are read; a byte that is no character costs that character only."""
    assert parse_xml(data).text == text


_ATTRIBUTES = b" ".join(b'a%d=""' % number for number in range(24_000))
_LAUGHS = b'<!DOCTYPE a [<!ENTITY x0 "ha">' + b"".join(
    b'<!ENTITY x%d "%s">' % (number, b"&x%d;" % (number - 1) * 10) for number in range(1, 10)
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(b"<a>" * 87_000, LimitExceeded, id="deep and unclosed"),
        pytest.param(b"<a>" * 30_000 + b"</a>" * 30_000, LimitExceeded, id="deep"),
        pytest.param(b"<a>" * 200_000 + b"</a>" * 200_000, LimitExceeded, id="200,000 deep"),
        pytest.param(b"<a>" + b"<b/>" * 60_000 + b"</a>", LimitExceeded, id="many elements"),
        pytest.param(b"<a " + _ATTRIBUTES + b"/>", LimitExceeded, id="many attributes"),
        pytest.param(b"<a>" + b" " * MAX_BYTES + b"</a>", LimitExceeded, id="long"),
        pytest.param(
            b"<a " + b" ".join(b'xmlns:n%d="u"' % number for number in range(900)) + b"/>",
            LimitExceeded,
            id="many namespaces",
        ),
        pytest.param(_LAUGHS + b"]><a>&x9;</a>", WireError, id="billion laughs"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 50_000 + b'">]><a>' + b"&x;" * 50_000 + b"</a>",
            WireError,
            id="quadratic",
        ),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', WireError, id="a file"
        ),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', WireError, id="an outer type"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"), WireError, id="a type in UTF-16"
        ),
        pytest.param(b"<!DOCTYPE a><a/>", WireError, id="an empty type"),
        pytest.param(b"<a>&x;</a>", WireError, id="an entity that nobody declared"),
        pytest.param(b'<?xml version="1.0" encoding="zlib"?><a/>', WireError, id="no character set"),
        pytest.param(b"<a><b></a></b>", WireError, id="crossed"),
        pytest.param(b"<a/><b/>", WireError, id="two roots"),
        pytest.param(b"<a>\x00</a>", WireError, id="a zero"),
        pytest.param(b"", WireError, id="nothing"),
        pytest.param(b"Error: No Events\r\n", WireError, id="no XML"),
    ],
)
def test_refused_at_once(data: bytes, kind: type[WireError]) -> None:
    """What exceeds a bound, declares anything or is no XML is refused in next to no time."""
    began = time.process_time()
    with pytest.raises(kind):
        parse_xml(data)
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<a>" + b'<b c=""/>' * (MAX_ELEMENTS - 1) + b"</a>", id="elements"),
        pytest.param(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, id="depth"),
        pytest.param(
            b"<a " + b" ".join(b'a%d=""' % number for number in range(MAX_ATTRIBUTES)) + b"/>",
            id="attributes",
        ),
        pytest.param(b"<a>" + b"x\n" * (MAX_BYTES // 2 - 4) + b"</a>", id="lines"),
        pytest.param(b"<a>" + b"&amp;" * 52_000 + b"</a>", id="references"),
        pytest.param(
            b"<a xmlns='" + b"n" * 80_000 + b"'>" + b"<b/>" * 19_000 + b"</a>", id="a long namespace"
        ),
    ],
)
def test_the_most_that_is_allowed_is_quick(data: bytes) -> None:
    """A document at a bound is read, and holds nobody up."""
    began = time.process_time()
    parse_xml(data)
    assert time.process_time() - began < MOST_SECONDS


_PIECES = st.sampled_from(
    [
        *("<a>", "</a>", "<a:b c='d'>", "</a:b>", "<b/>", "&lt;", "&x;", "<!-- -->", "<?p?>", "<![CDATA["),
        *("]]>", '<?xml version="1.0" encoding="gbk"?>', "<!DOCTYPE a>", "xmlns=''", "x", "\n", "\ufeff"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300)
    | st.lists(_PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode())
    | st.lists(_PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode("utf-16"))
)
def test_any_bytes_are_a_tree_or_a_wire_error(data: bytes) -> None:
    """Whatever bytes a device answers with, they are a tree or a WireError, and nothing else escapes."""
    told = ""
    try:
        assert isinstance(parse_xml(data), Node)
    except WireError as error:
        told = str(error)
    assert told.isprintable()


@given(st.integers(min_value=0, max_value=len(SOAP) - 3))
def test_half_a_reply_is_none(at: int) -> None:
    """A reply that was cut off anywhere is a WireError, never half a tree."""
    with pytest.raises(WireError):
        parse_xml(SOAP[:at])
