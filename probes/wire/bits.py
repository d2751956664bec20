"""Bits of a raw byte sequence payload: fixed fields and Exp-Golomb codes (ITU-T H.264 §7.2, §9.1)."""

from probes.wire.error import WireError


class Bits:
    """Reads a NAL unit's payload bit by bit, with the emulation prevention bytes taken out."""

    __slots__ = ("_at", "_size", "_value")

    def __init__(self, payload: bytes) -> None:
        plain = payload.replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(plain)
        self._size = len(plain) * 8
        self._at = 0

    def read(self, count: int) -> int:
        """Read an unsigned field of `count` bits. Raises WireError behind the end."""
        self._at += count
        if self._at > self._size:
            raise WireError("a parameter set that ends too early")
        return (self._value >> (self._size - self._at)) & ((1 << count) - 1)

    def flag(self) -> bool:
        """Read one bit."""
        return self.read(1) == 1

    def skip(self, count: int) -> None:
        """Pass over `count` bits."""
        self.read(count)

    def unsigned(self) -> int:
        """Read ue(v). Raises WireError for codes longer than 32 bits."""
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise WireError("an Exp-Golomb code longer than any")
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        """Read se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)
