"""Passwords that stand in a camera's URL, or come back from the camera: never in what is told."""

import pytest

from probes.address import masked, passwords_in
from probes.base import Credentials, Secret, Target
from probes.rtsp import scrub


@pytest.mark.parametrize(
    ("url", "shown", "passwords"),
    [
        ("rtsp://h/live", "rtsp://h/live", []),
        ("rtsp://h/a?channel=1&subtype=0", "rtsp://h/a?channel=1&subtype=0", []),
        ("rtsp://h/bypass=1", "rtsp://h/bypass=1", []),
        (
            "rtsp://h/user=admin&password=X&channel=1&stream=0.sdp?real_stream",
            "rtsp://h/user=admin&password=***&channel=1&stream=0.sdp?real_stream",
            ["X"],
        ),
        (
            "rtsp://h/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp",
            "rtsp://h/user=admin_password=***_channel=1_stream=0.sdp",
            ["tlJwpbo6"],
        ),
        ("rtsp://h/user=admin&password=&channel=1", "rtsp://h/user=admin&password=***&channel=1", []),
        (
            "rtsp://h/live?user=admin&password=X%2By",
            "rtsp://h/live?user=admin&password=***",
            ["X%2By", "X+y"],
        ),
        ("rtsp://h/live?PWD=a/b?c&ch=1", "rtsp://h/live?PWD=***&ch=1", ["a/b?c"]),
        ("rtsp://h/11?loginuse=admin&loginpas=X", "rtsp://h/11?loginuse=admin&loginpas=***", ["X"]),
        ("rtsp://h/live?u=admin&p=X&q=1", "rtsp://h/live?u=admin&p=***&q=1", ["X"]),
        ("rtsp://h/live?p=1&q=1", "rtsp://h/live?p=1&q=1", []),
        ("rtsp://h/ch0?authbasic=YTpi", "rtsp://h/ch0?authbasic=***", ["YTpi"]),
    ],
)
def test_passwords_in_a_url(url: str, shown: str, passwords: list[str]) -> None:
    """A password in the path or query is found, whatever its brand calls it, and masked when shown."""
    assert masked(url) == shown
    assert passwords_in(url) == passwords


@pytest.mark.parametrize(
    ("detail", "password", "told"),
    [
        (
            "answered with CSeq 'Zh4zyq-tar', asked with 1",
            "Zh4zyq-tar",
            "answered with CSeq '***', asked with 1",
        ),
        (
            "answered with CSeq 'x Zh4zyq', asked with 1",
            "Zh4zyq-tar",
            "answered with CSeq '***', asked with 1",
        ),
        ("answered with CSeq '12', asked with 1", "Zh4zyq-tar", "answered with CSeq '12', asked with 1"),
        ("answered with CSeq 'bad', asked with 1", "a", "answered with CSeq '***', asked with 1"),
        ("media stopped after 2.0 s", "a", "media stopped after 2.0 s"),
        ("media stopped after 2.0 s", "media", "media stopped after 2.0 s"),
        ('a transport without a protocol: "it\'s"', "it's", "a transport without a protocol: '***'"),
        ("a transport without a protocol: 'b\\\\c'", "b\\c", "a transport without a protocol: '***'"),
        ("a transport without a protocol: 'YTpwdw=='", "pw", "a transport without a protocol: '***'"),
        ("it says 'rtsp://a:pw2@h/' there", "zz", "it says 'rtsp://***@h/' there"),
        ("it says 'h/?password=pw2&c=1' there", "zz", "it says 'h/?password=***&c=1' there"),
        ("it says 'in-the-query' there", "zz", "it says '***' there"),
    ],
)
def test_details(detail: str, password: str, told: str) -> None:
    """What a camera repeats of a password is left out whole; our own words stay, whatever the password is."""
    credentials = Credentials(host="h", port=554, username="a", password=Secret(password))
    url = "rtsp://h/live?password=in-the-query"
    assert scrub(detail, Target(id="c", url=url, credentials=credentials)) == told
