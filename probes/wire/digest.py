"""Digest and Basic authentication as RTSP uses them (RFC 2069, RFC 7616, RFC 7617; RFC 2326 §D).

Challenges in, an Authorization value out. Randomness (the cnonce) is passed in. `verify` is the
server's side of the same arithmetic.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_STRENGTH = ("SHA-256", "SHA-256-SESS", "MD5", "MD5-SESS")
_PARAMETER = re.compile(
    r"""\s*,*\s*(?P<name>[A-Za-z0-9_-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<bare>[^\s,"]*))""",
    re.DOTALL,
)
_SCHEME = re.compile(r"\s*,*\s*(?P<scheme>[A-Za-z][A-Za-z0-9_-]*)(?=\s|,|$)(?!\s*=)")
MOST_CHALLENGES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a server asks for in one WWW-Authenticate challenge."""

    scheme: str  # "digest" or "basic"
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str = "MD5"  # upper case, as sent: MD5, MD5-SESS, SHA-256, SHA-256-SESS
    named_algorithm: str | None = None  # the server's own spelling, to be repeated
    qop: tuple[str, ...] = ()  # empty: the RFC 2069 form
    stale: bool = False


def parse_challenges(values: Iterable[str]) -> list[Challenge]:
    """Read WWW-Authenticate headers; one may hold several challenges, unknown schemes are left out."""
    found: list[Challenge] = []
    for value in values:
        for scheme, parameters in _split(value):
            challenge = _challenge(scheme.lower(), parameters)
            if challenge is not None and len(found) < MOST_CHALLENGES:
                found.append(challenge)
    return found


def _split(value: str) -> list[tuple[str, dict[str, str]]]:
    """Cut a header into (scheme, parameters): a word that no "=" follows begins a challenge."""
    challenges: list[tuple[str, dict[str, str]]] = []
    at = 0
    while at < len(value):
        if scheme := _SCHEME.match(value, at):
            challenges.append((scheme["scheme"], {}))
            at = scheme.end()
        elif (parameter := _PARAMETER.match(value, at)) and parameter.end() > at:
            quoted = parameter["quoted"]
            text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else parameter["bare"]
            if challenges:
                challenges[-1][1].setdefault(parameter["name"].lower(), text)
            at = parameter.end()
        else:
            at += 1
    return challenges


def _challenge(scheme: str, parameters: dict[str, str]) -> Challenge | None:
    if scheme == "basic":
        return Challenge(scheme="basic", realm=parameters.get("realm", ""))
    if scheme != "digest" or not parameters.get("nonce"):
        return None
    named = parameters.get("algorithm")
    algorithm = (named or "MD5").upper().replace("SHA256", "SHA-256")
    if algorithm not in _STRENGTH:
        return None
    return Challenge(
        scheme="digest",
        realm=parameters.get("realm", ""),
        nonce=parameters["nonce"],
        opaque=parameters.get("opaque"),
        algorithm=algorithm,
        named_algorithm=named,
        qop=tuple(word.strip().lower() for word in parameters.get("qop", "").split(",") if word.strip()),
        stale=parameters.get("stale", "").lower() == "true",
    )


def choose(challenges: Sequence[Challenge], *, basic_allowed: bool) -> Challenge | None:
    """Take the strongest challenge that can be answered: SHA-256, then MD5, then Basic where allowed."""
    digests = [
        c for c in challenges if c.scheme == "digest" and (not c.qop or {"auth", "auth-int"} & {*c.qop})
    ]
    if digests:
        return min(digests, key=lambda challenge: _STRENGTH.index(challenge.algorithm))
    return next((c for c in challenges if c.scheme == "basic" and basic_allowed), None)


class Authorizer:
    """Answers one challenge, request after request, with a nonce count that grows."""

    __slots__ = ("_challenge", "_cnonce", "_count", "_ha1", "_hash", "_password", "_username")

    def __init__(
        self, username: str, password: str, challenge: Challenge, cnonce_source: Callable[[], str]
    ) -> None:
        self._username = username
        self._password = password
        self._challenge = challenge
        self._count = 0
        self._cnonce = ""
        self._ha1 = ""
        if challenge.scheme == "digest":
            self._hash = _hash_of(challenge.algorithm)
            self._cnonce = cnonce_source() if challenge.qop or challenge.algorithm.endswith("SESS") else ""
            self._ha1 = _ha1(self._hash, challenge, username, password, self._cnonce)

    def header(self, method: str, uri: str, body: bytes = b"") -> str:
        """Give the Authorization value for one request."""
        challenge = self._challenge
        if challenge.scheme == "basic":
            return "Basic " + b64encode(f"{self._username}:{self._password}".encode()).decode()
        self._count += 1
        qop = _qop_of(challenge)
        count = f"{self._count:08x}"
        response = _response(
            self._hash,
            self._ha1,
            challenge.nonce,
            method,
            uri,
            qop=qop,
            count=count,
            cnonce=self._cnonce,
            body=body,
        )
        parts = [
            f'username="{_quote(self._username)}"',
            f'realm="{_quote(challenge.realm)}"',
            f'nonce="{_quote(challenge.nonce)}"',
            f'uri="{_quote(uri)}"',
            f'response="{response}"',
        ]
        if challenge.named_algorithm is not None:
            parts.append(f"algorithm={challenge.named_algorithm}")
        if challenge.opaque is not None:
            parts.append(f'opaque="{_quote(challenge.opaque)}"')
        if qop is not None:
            parts.append(f'qop={qop}, nc={count}, cnonce="{self._cnonce}"')
        elif self._cnonce:
            parts.append(f'cnonce="{self._cnonce}"')
        return "Digest " + ", ".join(parts)


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _hash_of(algorithm: str) -> Callable[[bytes], str]:
    name = _HASHES[algorithm.removesuffix("-SESS")]
    return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _ha1(
    hash_: Callable[[bytes], str], challenge: Challenge, username: str, password: str, cnonce: str
) -> str:
    """RFC 7616 §3.4.2."""
    ha1 = hash_(f"{username}:{challenge.realm}:{password}".encode())
    return (
        hash_(f"{ha1}:{challenge.nonce}:{cnonce}".encode()) if challenge.algorithm.endswith("SESS") else ha1
    )


def _qop_of(challenge: Challenge) -> str | None:
    if not challenge.qop:
        return None
    return "auth" if "auth" in challenge.qop else "auth-int"


def _response(
    hash_: Callable[[bytes], str],
    ha1: str,
    nonce: str,
    method: str,
    uri: str,
    *,
    qop: str | None,
    count: str,
    cnonce: str,
    body: bytes,
) -> str:
    """RFC 7616 §3.4.1 and §3.4.3; without qop the form of RFC 2069 §2.1.2."""
    a2 = f"{method}:{uri}" + (f":{hash_(body)}" if qop == "auth-int" else "")
    middle = f"{nonce}:{count}:{cnonce}:{qop}" if qop is not None else nonce
    return hash_(f"{ha1}:{middle}:{hash_(a2.encode())}".encode())


def verify(
    authorization: str, *, method: str, username: str, password: str, challenge: Challenge, body: bytes = b""
) -> bool:
    """Say, as a server, whether an Authorization value answers `challenge` for this request."""
    schemes = _split(authorization)
    if not schemes:
        return False
    scheme, given = schemes[0][0].lower(), schemes[0][1]
    if challenge.scheme == "basic":
        expected = "Basic " + b64encode(f"{username}:{password}".encode()).decode()
        return hmac.compare_digest(authorization.strip(), expected)
    if scheme != "digest" or given.get("username") != username or given.get("nonce") != challenge.nonce:
        return False
    hash_ = _hash_of(challenge.algorithm)
    cnonce, qop = given.get("cnonce", ""), given.get("qop")
    expected = _response(
        hash_,
        _ha1(hash_, challenge, username, password, cnonce),
        challenge.nonce,
        method,
        given.get("uri", ""),
        qop=qop if challenge.qop else None,
        count=given.get("nc", ""),
        cnonce=cnonce,
        body=body,
    )
    return hmac.compare_digest(given.get("response", "").lower(), expected)
