"""Who we are: WWW-Authenticate and Authorization, Digest (RFC 2069, RFC 7616) and Basic (RFC 7617).

Challenges are read as cameras write them. Randomness is handed in. Whether a password may be sent at
all, and how often, is not decided here.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

MAX_CHALLENGES = 16  # more than any device offers; the rest is not looked at

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_SCHEMES = {"digest", "basic"}
_QOPS = {"auth", "auth-int"}
# One word with or without a value: `Digest`, `realm="a \" b"`, `stale = FALSE`.
_ITEM = re.compile(r'(?P<gap>[\s,]*)(?P<name>[^\s,="]+)(?:\s*=\s*(?P<value>"(?:[^"\\]|\\.)*"?|[^\s,"]*))?')
_QUOTED = re.compile(r'\s*([A-Za-z]+)="([^"]*)"\s*(?:,|$)')
_ESCAPE = re.compile(r"\\(.)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a server asks of us (RFC 7616 §3.3)."""

    scheme: str  # "digest" or "basic"
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str | None = None  # as written; None means MD5
    qop: tuple[str, ...] = ()  # of "auth" and "auth-int"; empty: the form of RFC 2069
    stale: bool = False

    @property
    def hash_name(self) -> str:
        """The hash: "MD5", "SHA-256", or what else was named."""
        return "MD5" if self.algorithm is None else self.algorithm.upper().removesuffix("-SESS")

    def encode(self) -> str:
        """Give the value of a WWW-Authenticate field."""
        if self.scheme == "basic":
            return f"Basic realm={_quote(self.realm)}"
        parts = [f"realm={_quote(self.realm)}", f"nonce={_quote(self.nonce)}"]
        if self.opaque is not None:
            parts.append(f"opaque={_quote(self.opaque)}")
        if self.algorithm is not None:
            parts.append(f"algorithm={self.algorithm}")
        if self.qop:
            parts.append(f'qop="{", ".join(self.qop)}"')
        if self.stale:
            parts.append("stale=true")
        return "Digest " + ", ".join(parts)


def parse_challenges(values: Sequence[str]) -> list[Challenge]:
    """Parse WWW-Authenticate fields into the Digest and Basic challenges in them, in order.

    Passed over: other schemes, Digest without a nonce, and whatever holds control characters.
    """
    challenges: list[Challenge] = []
    for value in values:
        plain = value.isprintable()
        for scheme, fields in _split_plain(value) or _split(value):
            if len(challenges) == MAX_CHALLENGES:
                return challenges
            if scheme not in _SCHEMES or (not plain and _CONTROL.search("".join(fields.values()))):
                continue
            if scheme == "basic":
                challenges.append(Challenge(scheme=scheme, realm=fields.get("realm", "")))
            elif fields.get("nonce"):
                challenges.append(_parse_digest(fields))
    return challenges


def _parse_digest(fields: dict[str, str]) -> Challenge:
    offered = [word.strip().lower() for word in fields["qop"].split(",")] if "qop" in fields else ()
    return Challenge(
        scheme="digest",
        realm=fields.get("realm", ""),
        nonce=fields["nonce"],
        opaque=fields.get("opaque"),
        algorithm=fields.get("algorithm") or None,
        qop=tuple([word for word in offered if word in _QOPS]),
        stale=fields.get("stale", "").lower() == "true",
    )


def _split_plain(value: str) -> list[tuple[str, dict[str, str]]]:
    """Cut the one challenge that most cameras send: every value quoted, nothing escaped; else nothing."""
    scheme, _, rest = value.partition(" ")
    pairs = _QUOTED.findall(rest)
    if not pairs or "\\" in value or _QUOTED.sub("", rest):
        return []
    fields: dict[str, str] = {}
    for name, text in pairs:
        fields.setdefault(name.lower(), text)
    return [(scheme.lower(), fields)]


def _split(value: str) -> list[tuple[str, dict[str, str]]]:
    """Cut a field value into schemes with their parameters; of a repeated parameter the first holds."""
    schemes: list[tuple[str, dict[str, str]]] = []
    last = ""  # the parameter whose unquoted value the next bare word may belong to
    for item in _ITEM.finditer(value):
        name, raw = item["name"].lower(), item["value"]
        if raw is not None:
            if schemes:
                fields = schemes[-1][1]
                last = "" if name in fields or raw.startswith('"') else name
                fields.setdefault(name, _unquote(raw))
        elif last == "qop" and name in _QOPS:  # qop=auth,auth-int without quotes
            schemes[-1][1]["qop"] += f",{name}"
        elif last and "," not in item["gap"] and name not in _SCHEMES:  # realm=IP Camera without quotes
            schemes[-1][1][last] += f" {item['name']}"
        else:
            schemes.append((name, {}))
            last = ""
    return schemes


def _unquote(text: str) -> str:
    if not text.startswith('"'):
        return text
    closed = len(text) > 1 and text.endswith('"')
    return _ESCAPE.sub(r"\1", text[1:-1] if closed else text[1:])


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def choose(challenges: Iterable[Challenge], *, basic_allowed: bool) -> Challenge | None:
    """Give the strongest challenge that we can answer: SHA-256, then MD5, then Basic if allowed."""
    able = [each for each in challenges if each.scheme == "digest" and each.hash_name in _HASHES]
    if len(able) == 1:
        return able[0]
    if able:
        return max(able, key=lambda each: each.hash_name == "SHA-256")  # the first of equals
    if not basic_allowed:
        return None
    return next((each for each in challenges if each.scheme == "basic"), None)


def authorization_basic(username: str, password: str) -> str:
    """Give the Authorization value of Basic (RFC 7617): as good as the password in clear."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


class Authorizer:
    """Answers one challenge, request after request.

    `cnonce_source` is asked at most once. Raises ValueError for a challenge that `choose` would not choose.
    """

    __slots__ = (
        "_challenge",
        "_cnonce",
        "_cnonce_source",
        "_count",
        "_hash",
        "_head",
        "_password",
        "_secret",
        "_tail",
        "_username",
    )

    def __init__(
        self, username: str, password: str, challenge: Challenge, cnonce_source: Callable[[], str]
    ) -> None:
        if challenge.scheme == "digest" and challenge.hash_name not in _HASHES:
            raise ValueError("a challenge that cannot be answered")
        self._username = username
        self._password = password
        self._challenge = challenge
        self._cnonce_source = cnonce_source
        self._cnonce = ""
        self._secret = ""  # H(A1), the same for all requests of one nonce
        self._head = self._tail = ""  # what is the same in every value
        self._count = 0
        self._hash = challenge.hash_name

    def __repr__(self) -> str:
        """The scheme only."""
        return f"Authorizer({self._challenge.scheme})"

    @property
    def challenge(self) -> Challenge:
        """What is being answered."""
        return self._challenge

    def header(self, method: str, uri: str, body: bytes = b"") -> str:
        """Give the value of the Authorization field for one request; counts it (nc)."""
        challenge = self._challenge
        if challenge.scheme == "basic":
            return authorization_basic(self._username, self._password)
        if not self._secret:
            self._prepare()
        self._count += 1
        qop, count = "", ""
        if challenge.qop:
            qop, count = _choose_qop(challenge.qop), f"{self._count:08x}"
        response = _respond(
            self._hash, self._secret, challenge.nonce, method, uri, qop, count, self._cnonce, body
        )
        text = f'{self._head}, uri="{uri}", response="{response}"{self._tail}'
        if qop:
            return f'{text}, qop={qop}, nc={count}, cnonce="{self._cnonce}"'
        return f'{text}, cnonce="{self._cnonce}"' if self._cnonce else text

    def _prepare(self) -> None:
        challenge = self._challenge
        session = _is_session(challenge.algorithm)
        if challenge.qop or session:
            self._cnonce = self._cnonce_source()
        self._secret = _hash_a1(
            self._hash,
            self._username,
            challenge.realm,
            self._password,
            f"{challenge.nonce}:{self._cnonce}" if session else None,
        )
        self._head = (
            f"Digest username={_quote(self._username)}, realm={_quote(challenge.realm)}, "
            f"nonce={_quote(challenge.nonce)}"
        )
        if challenge.algorithm is not None:
            self._tail += f", algorithm={challenge.algorithm}"
        if challenge.opaque is not None:
            self._tail += f", opaque={_quote(challenge.opaque)}"


def _is_session(algorithm: str | None) -> bool:
    return algorithm is not None and algorithm.upper().endswith("-SESS")


def _choose_qop(offered: tuple[str, ...]) -> str:
    return "auth" if "auth" in offered else offered[0]


def _digest(name: str, text: str) -> str:
    return _HASHES[name](text.encode()).hexdigest()


def _hash_a1(name: str, username: str, realm: str, password: str, session: str | None) -> str:
    """H(A1) of RFC 7616 §3.4.2; `session` is nonce:cnonce of the -sess algorithms."""
    first = _digest(name, f"{username}:{realm}:{password}")
    return first if session is None else _digest(name, f"{first}:{session}")


def _respond(
    name: str, secret: str, nonce: str, method: str, uri: str, qop: str, count: str, cnonce: str, body: bytes
) -> str:
    """The response of RFC 7616 §3.4.1, or of RFC 2069 §2.1.2 without qop."""
    new = _HASHES[name]
    a2 = f"{method}:{uri}"
    if qop == "auth-int":
        a2 += f":{new(body).hexdigest()}"
    middle = f"{count}:{cnonce}:{qop}:" if qop else ""
    return new(f"{secret}:{nonce}:{middle}{new(a2.encode()).hexdigest()}".encode()).hexdigest()


def verify(
    authorization: str, *, method: str, username: str, password: str, challenge: Challenge, body: bytes = b""
) -> bool:
    """Judge, as a server, an Authorization value that answers `challenge`; what is malformed is wrong.

    The uri is believed as it stands in the value, and nc may be any: a replay is not noticed.
    """
    scheme, _, given = authorization.strip().partition(" ")
    if scheme.lower() != challenge.scheme:
        return False
    if challenge.scheme == "basic":
        return _same(given.strip(), authorization_basic(username, password).removeprefix("Basic "))
    fields = next((fields for _, fields in _split(authorization)), {})
    wanted = {"username": username, "realm": challenge.realm, "nonce": challenge.nonce}
    if challenge.opaque is not None:
        wanted["opaque"] = challenge.opaque
    qop, cnonce = fields.get("qop", ""), fields.get("cnonce", "")
    if any(fields.get(name) != value for name, value in wanted.items()):
        return False
    if qop not in (challenge.qop or ("",)):
        return False
    session = f"{challenge.nonce}:{cnonce}" if _is_session(challenge.algorithm) else None
    expected = _respond(
        challenge.hash_name,
        _hash_a1(challenge.hash_name, username, challenge.realm, password, session),
        challenge.nonce,
        method,
        fields.get("uri", ""),
        qop,
        fields.get("nc", ""),
        cnonce,
        body,
    )
    return _same(fields.get("response", ""), expected)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
