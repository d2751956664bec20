"""How a make-believe device asks who is there, in the ways that real ones do."""

from dataclasses import dataclass, field

from probes.wire.digest import Challenge, verify
from probes.wire.rtsp import Request

# The Digest algorithms of each way, in the order in which their challenges are written.
ALGORITHMS: dict[str, tuple[str | None, ...]] = {
    "rfc2069": (None,),  # neither algorithm nor qop: Longse and many older ones
    "md5": ("MD5",),
    "sha-256": ("SHA-256", "MD5"),  # RFC 7616 §3.7: the strongest first, MD5 for older clients
    "basic": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Name and password of one device, and its way of asking (a key of ALGORITHMS)."""

    way: str
    username: str
    password: str = field(repr=False)
    realm: str = "IP Camera"

    def challenges(self, nonce: str) -> list[Challenge]:
        """What is asked of a client."""
        if self.way == "basic":
            return [Challenge(scheme="basic", realm=self.realm)]
        return [
            Challenge(
                scheme="digest",
                realm=self.realm,
                nonce=nonce,
                algorithm=algorithm,
                qop=("auth",) if algorithm is not None else (),
            )
            for algorithm in ALGORITHMS[self.way]
        ]

    def admits(self, request: Request, nonce: str) -> bool:
        """Judge the Authorization field of a request."""
        given = request.headers.get("authorization")
        return given is not None and any(
            verify(
                given,
                method=request.method,
                username=self.username,
                password=self.password,
                challenge=challenge,
                body=request.body,
            )
            for challenge in self.challenges(nonce)
        )
