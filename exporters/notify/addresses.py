"""The addresses of a receiver: a file that only its owner reads, one address a line."""

import os
from pathlib import Path

from probes.base import Secret

OTHERS = 0o077  # what the mode of a file with secrets must not have
MOST_BYTES = 64 * 1024
MOST_ADDRESSES = 100


class AddressError(Exception):
    """The addresses cannot be used; the text names the file and what to do, and no address."""


def read_addresses(path: Path) -> list[Secret]:
    """Read the addresses of a file. Raises AddressError, nothing else."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise AddressError(f"{path} can be read by others; run: chmod 600 {path}")
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise AddressError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise AddressError(f"{path}: is not UTF-8; save it as UTF-8") from None
    return [Secret(line) for number, line in _numbered(lines, path, len(data)) if _usable(line, number, path)]


def _numbered(lines: list[str], path: Path, size: int) -> list[tuple[int, str]]:
    """Return the lines with something in them, and their numbers."""
    found = [(n, line) for n, line in enumerate(lines, start=1) if line and not line.startswith("#")]
    if not found:
        raise AddressError(f"{path} holds no address; write one a line, as Apprise has them")
    if size > MOST_BYTES or len(found) > MOST_ADDRESSES:
        raise AddressError(f"{path}: more than {MOST_ADDRESSES} addresses, or {MOST_BYTES} bytes")
    return found


def _usable(line: str, number: int, path: Path) -> bool:
    if "://" not in line:
        raise AddressError(f"{path}:{number}: is not an address: SERVICE://…, as Apprise has them")
    return True


def read_address(path: Path, number: int) -> Secret:
    """Read one address, counted from 1. Raises AddressError."""
    addresses = read_addresses(path)
    if number > len(addresses):
        raise AddressError(f"{path} has no address {number} any more")
    return addresses[number - 1]
