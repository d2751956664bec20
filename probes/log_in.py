"""When credentials are offered, to whom, and how often: the rules that keep accounts unlocked.

- Only to the host and port that they are bound to.
- At most twice in a row without being accepted. The second time only when the first says nothing against
  the password: the server calls the nonce stale, asks for another realm, or had accepted the log-in before.
- Some servers give a nonce for one request only. What follows an accepted request begins a new row, for
  the password was right; eight offers in all are enough for every request of a check, and the end.
- Basic only over TLS, or where the device is configured so, and never after it asked for Digest: whoever
  sits between could ask for the weaker one.
"""

from collections.abc import Callable, Sequence

from probes.address import Address
from probes.base import Credentials
from probes.wire.digest import Authorizer, Challenge, choose, parse_challenges

NONE_KNOWN = "asks for a log-in, and none is known"
MAX_OFFERS = 2  # in a row: a third could lock the account
MAX_IN_ALL = 8


class LogIn:
    """The log-in of one check. `offers` counts the challenges that were answered."""

    __slots__ = (
        "_accepted",
        "_authorizer",
        "_bound",
        "_challenge",
        "_cnonce",
        "_credentials",
        "_digest",
        "_in_a_row",
        "_secure",
        "offers",
        "refusal",
    )

    def __init__(self, credentials: Credentials | None, address: Address, cnonce: Callable[[], str]) -> None:
        self._credentials = credentials
        self._bound = credentials is not None and (
            (credentials.host.lower(), credentials.port) == (address.host.lower(), address.port)
        )
        self._secure = address.secure
        self._cnonce = cnonce
        self._challenge: Challenge | None = None
        self._authorizer: Authorizer | None = None
        self._accepted = False
        self._digest = False  # Digest was asked for
        self._in_a_row = 0  # offers since one was accepted
        self.offers = 0
        self.refusal = ""  # why no log-in is offered, for a technician

    def authorization(self, method: str, url: str, body: bytes = b"") -> str | None:
        """Give the Authorization value of a request; None while nobody asked for one."""
        return None if self._authorizer is None else self._authorizer.header(method, url, body)

    def accept(self) -> None:
        """Note that a request with the present log-in was answered well."""
        self._accepted = self._authorizer is not None
        self._in_a_row = 0

    def take(self, values: Sequence[str]) -> bool:
        """Take the WWW-Authenticate values of a 401; True when a log-in may be offered now."""
        credentials = self._credentials
        if credentials is None:
            self.refusal = NONE_KNOWN
            return False
        if not self._bound:
            self.refusal = "asks for a log-in, and the known one belongs to another host or port"
            return False
        challenges = parse_challenges(values)
        self._digest = self._digest or any(one.scheme == "digest" for one in challenges)
        basic_allowed = not self._digest and (self._secure or credentials.basic_in_clear)
        challenge = choose(challenges, basic_allowed=basic_allowed)
        if challenge is None:
            self.refusal = self._why_none(challenges)
            return False
        if not self._may_offer(challenge):
            self.refusal = "refused the log-in"
            return False
        self._challenge = challenge
        self._accepted = False
        self._authorizer = Authorizer(
            credentials.username, credentials.password.value, challenge, self._cnonce
        )
        self.offers += 1
        self._in_a_row += 1
        return True

    def _why_none(self, challenges: Sequence[Challenge]) -> str:
        if self._challenge is not None:
            return "refused the log-in"
        if not self._digest and challenges:
            return "offers only Basic log-in, which would send the password readably"
        return "asks for a log-in of a kind that is not known here"

    def _may_offer(self, challenge: Challenge) -> bool:
        before = self._challenge
        if before is None:
            return True
        if self._in_a_row >= MAX_OFFERS or self.offers >= MAX_IN_ALL:
            return False
        fresh = challenge.nonce != before.nonce and (challenge.stale or self._accepted)
        return fresh or challenge.realm != before.realm
