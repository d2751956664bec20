"""URLs of a register: they carry no name and no password, and are never repeated in what is said of them."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from monitor.register.complaint import CellError
from monitor.register.said import Value, either, said

MOST_URL = 1000  # characters
HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63})*\.?")
PASSWORD_IN_PATH = re.compile(r"(pass|passwd|password|pwd)=", re.IGNORECASE)
_USERINFO = re.compile(r"://[^/\s]*@")


def may_hold_password(text: str) -> bool:
    """Say whether a text looks like a URL with a name before its host, or with a password in its path."""
    return _USERINFO.search(text) is not None or PASSWORD_IN_PATH.search(text) is not None


def url(*schemes: str) -> Callable[[str], str]:
    """Make a reader of URLs that carry no credentials. A URL is never repeated in what is said of it."""
    wanted = either([f"{scheme}://" for scheme in schemes])

    def read(cell: str) -> str:
        if len(cell) > MOST_URL:
            raise CellError(said("the URL is longer than {most} characters; shorten it", most=MOST_URL))
        parts = _split(cell, wanted)
        if parts.username is not None or parts.password is not None:
            raise CellError(
                said(
                    "the URL holds a name or password before the host; take it out and import it with "
                    "{command}",
                    command="`cctv-monitor credentials import`",
                )
            )
        if PASSWORD_IN_PATH.search(f"{parts.path}?{parts.query}"):
            raise CellError(said("the URL holds a password in its path, where it would be seen; take it out"))
        if parts.scheme not in schemes:
            raise CellError(said("the URL must begin with {schemes}", schemes=wanted))
        _check_host(parts)
        return cell

    return read


def _split(cell: str, wanted: Value) -> SplitResult:
    if not (cell.isascii() and cell.isprintable()) or " " in cell:
        raise CellError(said("the URL has spaces or letters that a URL cannot have; write them as %XX"))
    try:
        parts = urlsplit(cell)
        port = parts.port
    except ValueError:
        raise CellError(
            said(
                "is not a URL; begin it with {schemes}, then HOST:PORT/PATH with a port of 1 to 65535",
                schemes=wanted,
            )
        ) from None
    if port == 0 or parts.netloc.endswith(":"):
        raise CellError(said("the URL has a colon but no port; write a port of 1 to 65535, or no colon"))
    if parts.fragment:
        raise CellError(said("the URL has a # in it; write it as %23"))
    return parts


def _check_host(parts: SplitResult) -> None:
    host = parts.hostname or ""
    if not host:
        raise CellError(said("the URL names no host; write it behind the two slashes"))
    if "[" in parts.netloc or re.fullmatch(r"[\d.]+", host):
        try:
            ip_address(host)
        except ValueError:
            raise CellError(said("the host of the URL is not an address; correct it")) from None
    elif not HOST.fullmatch(host):
        raise CellError(said("the host of the URL has letters that a host name cannot have; correct it"))
