"""Challenges and log-ins: the published vectors, every spelling of cameras, and both ends agreeing."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.digest import (
    MAX_CHALLENGES,
    Authorizer,
    Challenge,
    authorization_basic,
    choose,
    parse_challenges,
    verify,
)
from probes.wire.rtsp import encode_request

NONCE_7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE_7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
NONCE_2617 = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
REALM_7616 = "http-auth@example.org"


def digest_challenge(
    nonce: str = "n",
    realm: str = "r",
    algorithm: str | None = None,
    qop: tuple[str, ...] = (),
    opaque: str | None = None,
) -> Challenge:
    """Make a Digest challenge."""
    return Challenge(scheme="digest", realm=realm, nonce=nonce, algorithm=algorithm, qop=qop, opaque=opaque)


@pytest.mark.parametrize(
    ("challenge", "password", "cnonce", "response"),
    [
        pytest.param(
            digest_challenge(NONCE_2617, "testrealm@host.com"),
            "CircleOfLife",
            "",
            "1949323746fe6a43ef61f9606e7febea",
            id="RFC 2069 §2.4, as corrected by erratum 749",
        ),
        pytest.param(
            digest_challenge(NONCE_2617, "testrealm@host.com", qop=("auth", "auth-int")),
            "Circle Of Life",
            "0a4f113b",
            "6629fae49393a05397450978507c4ef1",
            id="RFC 2617 §3.5",
        ),
        pytest.param(
            digest_challenge(NONCE_7616, REALM_7616, "MD5", ("auth", "auth-int")),
            "Circle of Life",
            CNONCE_7616,
            "8ca523f5e9506fed4657c9700eebdbec",
            id="RFC 7616 §3.9.1, MD5",
        ),
        pytest.param(
            digest_challenge(NONCE_7616, REALM_7616, "SHA-256", ("auth", "auth-int")),
            "Circle of Life",
            CNONCE_7616,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            id="RFC 7616 §3.9.1, SHA-256",
        ),
    ],
)
def test_the_published_vectors_hold(challenge: Challenge, password: str, cnonce: str, response: str) -> None:
    """Our answer to the challenges of the RFCs is the one that they print."""
    header = Authorizer("Mufasa", password, challenge, lambda: cnonce).header("GET", "/dir/index.html")
    assert f'response="{response}"' in header
    assert ("nc=00000001" in header) == bool(challenge.qop)
    assert ("algorithm" in header) == (challenge.algorithm is not None)


def test_basic_is_as_published() -> None:
    """RFC 7617 §2 and §2.1."""
    assert authorization_basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert authorization_basic("test", "123£") == "Basic dGVzdDoxMjPCow=="


def test_session_keys_and_bodies_are_hashed_as_written() -> None:
    """MD5-sess with auth-int, step by step (RFC 7616 §3.4.2, §3.4.3)."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  # the algorithm under test

    secret = md5(md5("u:r:p") + ":n:c")
    expected = md5(f"{secret}:n:00000001:c:auth-int:" + md5("SETUP:rtsp://h/:" + md5("body")))
    challenge = digest_challenge(algorithm="MD5-sess", qop=("auth-int",))
    header = Authorizer("u", "p", challenge, lambda: "c").header("SETUP", "rtsp://h/", b"body")
    assert f'response="{expected}"' in header


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(['Digest realm="r", nonce="n"'], [digest_challenge()], id="plain"),
        pytest.param(['digest REALM="r",NONCE="n"'], [digest_challenge()], id="cases, no blank"),
        pytest.param(["Digest realm = r , nonce =n"], [digest_challenge()], id="unquoted, odd blanks"),
        pytest.param(['Digest  ,realm="r",,nonce="n",'], [digest_challenge()], id="commas too many"),
        pytest.param(['Digest realm="r" nonce="n"'], [digest_challenge()], id="a comma too few"),
        pytest.param(['Digest realm="r", nonce="n'], [digest_challenge()], id="the last quote is missing"),
        pytest.param(
            ["Digest realm=IP Camera(C1), nonce=n"], [digest_challenge(realm="IP Camera(C1)")], id="two words"
        ),
        pytest.param(
            [r'Digest realm="a \"b\" \\", nonce="n"'], [digest_challenge(realm='a "b" \\')], id="escapes"
        ),
        pytest.param(
            ['Digest realm="a, Basic b=c", nonce="n"'],
            [digest_challenge(realm="a, Basic b=c")],
            id="a challenge inside quotes",
        ),
        pytest.param(
            ['Digest realm="r", nonce="n", nonce="m"'], [digest_challenge()], id="a repeated parameter"
        ),
        pytest.param(
            ["Digest qop=auth,auth-int, realm=r, nonce=n"],
            [digest_challenge(qop=("auth", "auth-int"))],
            id="qop unquoted",
        ),
        pytest.param(
            ['Digest realm="r", nonce="n", qop="auth-conf, AUTH"'],
            [digest_challenge(qop=("auth",))],
            id="qop unknown",
        ),
        pytest.param(['Digest realm="r", nonce="n", qop=""'], [digest_challenge()], id="qop empty"),
        pytest.param(
            ['Basic realm="b", Digest realm="r", nonce="n"'],
            [Challenge(scheme="basic", realm="b"), digest_challenge()],
            id="two in one field",
        ),
        pytest.param(
            ['Digest realm="r", nonce="n"', "Basic"],
            [digest_challenge(), Challenge(scheme="basic")],
            id="two fields, no realm",
        ),
        pytest.param(
            ['Negotiate, NTLM TlRMTVNTUAAB==, Bearer realm="x", Digest realm="r", nonce="n"'],
            [digest_challenge()],
            id="other schemes",
        ),
        pytest.param(['Digest realm="r"'], [], id="no nonce"),
        pytest.param(['Digest realm="r", nonce="n\rX"'], [], id="a control character"),
        pytest.param(['realm="r", nonce="n"'], [], id="no scheme"),
        pytest.param(["", " ,,", '"""', "=", 'Digest "n"'], [], id="nonsense"),
    ],
)
def test_challenges_are_read_as_cameras_write_them(values: list[str], expected: list[Challenge]) -> None:
    """Every challenge of Digest and Basic is found, and nothing else."""
    assert parse_challenges(values) == expected


@pytest.mark.parametrize(("word", "stale"), [("true", True), ('"TRUE"', True), ("false", False), ("", False)])
def test_stale_is_told(word: str, stale: bool) -> None:
    """A nonce that is only too old is not a wrong password."""
    (challenge,) = parse_challenges([f'Digest nonce="n", stale={word}'])
    assert challenge.stale is stale


def test_challenges_without_end_are_not_all_looked_at() -> None:
    """A header full of challenges costs no more than a few."""
    assert len(parse_challenges([", ".join(["Basic"] * 100)])) == MAX_CHALLENGES


BASIC = Challenge(scheme="basic", realm="b")
MD5, MD5_SESS = digest_challenge("1", algorithm="MD5"), digest_challenge("2", algorithm="md5-sess")
SHA, OLD = digest_challenge("3", algorithm="sha-256"), digest_challenge("4")
UNKNOWN = digest_challenge("5", algorithm="SHA-512-256")


@pytest.mark.parametrize(
    ("offered", "basic_allowed", "chosen"),
    [
        pytest.param([BASIC, MD5, SHA], True, SHA, id="SHA-256 first"),
        pytest.param([BASIC, OLD, MD5], True, OLD, id="the first of equals"),
        pytest.param([MD5_SESS, UNKNOWN], True, MD5_SESS, id="an unknown hash is no answer"),
        pytest.param([UNKNOWN, BASIC], True, BASIC, id="basic last"),
        pytest.param([UNKNOWN, BASIC], False, None, id="basic not allowed"),
        pytest.param([], True, None, id="nothing offered"),
    ],
)
def test_the_strongest_challenge_is_chosen(
    offered: list[Challenge], basic_allowed: bool, chosen: Challenge | None
) -> None:
    """SHA-256, then MD5, then Basic where it is allowed."""
    assert choose(offered, basic_allowed=basic_allowed) is chosen


def test_a_hash_that_is_unknown_cannot_be_answered() -> None:
    """To answer what `choose` would not choose is our own mistake."""
    with pytest.raises(ValueError, match="answered"):
        Authorizer("u", "p", UNKNOWN, lambda: "c")


def test_a_nonce_is_counted_and_the_cnonce_kept() -> None:
    """Each request has the next count; randomness is asked for once, and not at all without need."""
    asked: list[str] = []

    def cnonce() -> str:
        asked.append("c")
        return "c"

    authorizer = Authorizer("u", "p", digest_challenge(qop=("auth",)), cnonce)
    headers = [authorizer.header("OPTIONS", "rtsp://h/") for _ in range(3)]
    assert [f"nc=0000000{number}" in header for number, header in enumerate(headers, 1)] == [True] * 3
    assert asked == ["c"]
    Authorizer("u", "p", digest_challenge(), cnonce).header("OPTIONS", "rtsp://h/")
    assert asked == ["c"]


def test_an_authorizer_does_not_print_its_secrets() -> None:
    """Neither the name nor the password stands in its representation."""
    assert repr(Authorizer("somebody", "hunter2", OLD, lambda: "c")) == "Authorizer(digest)"


QOPS = [(), ("auth",), ("auth-int",), ("auth", "auth-int")]
ALGORITHMS = [None, "MD5", "MD5-sess", "SHA-256", "sha-256-SESS"]
TEXT = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=12
)


@settings(deadline=None, max_examples=150)
@given(
    username=TEXT,
    password=TEXT,
    realm=TEXT,
    nonce=TEXT.filter(bool),
    opaque=st.none() | TEXT,
    qop=st.sampled_from(QOPS),
    algorithm=st.sampled_from(ALGORITHMS),
    body=st.binary(max_size=8),
)
def test_both_ends_agree(
    username: str,
    password: str,
    realm: str,
    nonce: str,
    opaque: str | None,
    qop: tuple[str, ...],
    algorithm: str | None,
    body: bytes,
) -> None:
    """A challenge sent, parsed and answered is verified; with anything changed it is not."""
    sent = digest_challenge(nonce, realm, algorithm, qop, opaque)
    (received,) = parse_challenges([sent.encode()])
    assert received == sent
    value = Authorizer(username, password, received, lambda: "0a4f").header("SETUP", "rtsp://h/a", body)

    def judge(
        method: str = "SETUP", name: str = username, secret: str = password, of: Challenge = sent
    ) -> bool:
        return verify(value, method=method, username=name, password=secret, challenge=of, body=body)

    assert judge()
    assert not judge(method="PLAY")
    assert not judge(name=username + "x")
    assert not judge(secret=password + "x")
    assert not judge(of=digest_challenge(nonce + "x", realm, algorithm, qop, opaque))
    assert not judge(of=Challenge(scheme="basic", realm=realm))


def test_basic_is_verified() -> None:
    """A server that asks for Basic takes the right pair alone."""
    value = Authorizer("u", "p", BASIC, lambda: "").header("OPTIONS", "rtsp://h/")
    assert verify(value, method="OPTIONS", username="u", password="p", challenge=BASIC)
    assert not verify(value, method="OPTIONS", username="u", password="q", challenge=BASIC)
    assert not verify(value, method="OPTIONS", username="u", password="p", challenge=MD5)


def test_a_downgraded_answer_is_not_verified() -> None:
    """Who was asked for qop cannot answer without it."""
    asked = digest_challenge(qop=("auth",))
    value = Authorizer("u", "p", digest_challenge(), lambda: "c").header("PLAY", "rtsp://h/")
    assert not verify(value, method="PLAY", username="u", password="p", challenge=asked)


@pytest.mark.parametrize(
    "value", ["", "Digest", "Digest =", "digest x=y", "Basic", "Digest username=u, nonce=1"]
)
def test_a_malformed_answer_is_wrong(value: str) -> None:
    """A server says no to what it cannot read."""
    assert not verify(value, method="PLAY", username="u", password="p", challenge=MD5)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=80) | st.text('digestbac nonrlm=", \\\r\n\t', max_size=80))
def test_any_text_is_survived(text: str) -> None:
    """Any challenge can be parsed, whatever is chosen can be sent, and no nonsense is verified."""
    challenge = choose(parse_challenges([text, f"Digest {text}"]), basic_allowed=True)
    if challenge is not None:
        value = Authorizer("u", "p", challenge, lambda: "c").header("PLAY", "rtsp://h/")
        encode_request("PLAY", "rtsp://h/", [("Authorization", value)])
    assert not verify(text, method="PLAY", username="u", password="p", challenge=MD5)
    assert not verify(text, method="PLAY", username="u", password="p", challenge=BASIC)
