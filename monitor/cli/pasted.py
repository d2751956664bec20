"""A camera's URL as people paste it: often with a log-in before the host."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from probes.base import Secret

_USERINFO = re.compile(r"(?P<scheme>[A-Za-z]+://)(?P<userinfo>[^/?#]*)@(?P<rest>.*)", re.DOTALL)


class Pasted(NamedTuple):
    """The URL without its log-in, and the log-in apart."""

    url: str
    username: str | None = None
    password: Secret | None = None


def take_apart(text: str) -> Pasted:
    """Take the log-in out of a URL (RFC 3986 §3.2.1, percent-encoded), up to the last "@" before the path."""
    found = _USERINFO.fullmatch(text)
    if found is None:
        return Pasted(text)
    username, colon, password = found["userinfo"].partition(":")
    return Pasted(
        found["scheme"] + found["rest"],
        unquote(username) if username else None,
        Secret(unquote(password)) if colon else None,
    )
