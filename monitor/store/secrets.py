"""Encrypts logins: AES-256-GCM, the key in a file outside the database, each bound to its device.

The device's kind and id go into the seal as associated data, so that a sealed login moved to another
device's row does not open there. Every key has an id, so that keys can be changed one after another.
"""

import json
import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.model.login import Login
from monitor.store.error import StoreKeyError
from probes.base import Secret

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits
MOST_KEY_FILE = 64 * 1024
OTHERS = stat.S_IRWXG | stat.S_IRWXO

HEAD = """\
# The key that camera and gateway passwords are encrypted with, 32 random bytes as base64. Keep a copy
# where the database's backups are not. To change it, put a new key on a line above the others: the first
# encrypts, all of them decrypt; import the passwords again and the old line can go.
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted login: the nonce, then the ciphertext with its tag."""

    key_id: str
    data: bytes


class SecretBox:
    """Seals and opens logins with the keys it was given; the first one seals."""

    def __init__(self, keys: Iterable[bytes], *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._keys = {_key_id(key): AESGCM(key) for key in keys}
        self._current = next(iter(self._keys))
        self._random = random

    @property
    def key_id(self) -> str:
        """The id of the key that seals now."""
        return self._current

    def seal(self, kind: str, device: str, login: Login) -> Sealed:
        """Encrypt one device's login."""
        nonce = self._random(NONCE_BYTES)
        plain = json.dumps([login.username, login.password.value]).encode()
        data = nonce + self._keys[self._current].encrypt(nonce, plain, _bound_to(kind, device))
        return Sealed(self._current, data)

    def open(self, kind: str, device: str, sealed: Sealed) -> Login:
        """Decrypt one device's login. Raises StoreKeyError."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise StoreKeyError(
                f"the login of {kind} {device} was encrypted with key {sealed.key_id}, which the key file "
                "does not hold; name the right key_file, or import the credentials again"
            )
        nonce, data = sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:]
        try:
            username, password = json.loads(key.decrypt(nonce, data, _bound_to(kind, device)))
        except (InvalidTag, ValueError):
            raise StoreKeyError(
                f"the encrypted login of {kind} {device} was damaged or belongs to another device; import "
                "its credentials again"
            ) from None
        return Login(username=username, password=Secret(password))


def create_key_file(path: Path, *, random: Callable[[int], bytes] = os.urandom) -> None:
    """Make a key file that only its owner reads. Raises FileExistsError when there is one, or OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{HEAD}{b64encode(random(KEY_BYTES)).decode()}\n")
        file.flush()
        os.fsync(file.fileno())


def read_key_file(path: Path) -> SecretBox:
    """Read the keys. Raises StoreKeyError when there is none or others may read the file too, or OSError."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & OTHERS:
            raise StoreKeyError(f"{path} can be read by others; run: chmod 600 {path}")
        text = file.read(MOST_KEY_FILE).decode("ascii", errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    keys = [_key(line, path) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise StoreKeyError(f"{path} holds no key")
    return SecretBox(keys)


def read_keys(path: Path) -> SecretBox | None:
    """Read the keys as they are now; None when there is no key file. Raises StoreKeyError, nothing else."""
    try:
        return read_key_file(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreKeyError(f"{path}: the key file cannot be read: {error.strerror}") from error


def _key(line: str, path: Path) -> bytes:
    try:
        key = b64decode(line, validate=True)
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreKeyError(f"{path} has a line that is not a key: {KEY_BYTES} bytes as base64 are wanted")
    return key


def _key_id(key: bytes) -> str:
    return sha256(b"key id" + key).hexdigest()[:12]


def _bound_to(kind: str, device: str) -> bytes:
    return f"{kind}:{device}".encode()
