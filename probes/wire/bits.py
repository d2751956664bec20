"""Bits of a NAL unit's payload: fixed fields and Exp-Golomb codes (ITU-T H.264 §7.2, §7.4.1, §9.1)."""

from probes.wire.error import WireError

MAX_BYTES = 4096  # what stands behind is not read; parameter sets of cameras have less than 200
MAX_ZEROS = 32  # of an Exp-Golomb code: all values of both codecs fit in 32 bits


class Bits:
    """Reads bit by bit, without the emulation prevention bytes."""

    __slots__ = ("_at", "_size", "_value")

    def __init__(self, payload: bytes) -> None:
        plain = payload[:MAX_BYTES].replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(plain)
        self._size = len(plain) * 8
        self._at = 0

    def read(self, count: int) -> int:
        """Read an unsigned number of `count` bits. Raises WireError behind the end."""
        self._at += count
        if self._at > self._size:
            raise WireError("a parameter set that ends too early", at=self._size // 8)
        return (self._value >> (self._size - self._at)) & ((1 << count) - 1)

    def flag(self) -> bool:
        """Read one bit."""
        return self.read(1) == 1

    def skip(self, count: int) -> None:
        """Pass over `count` bits."""
        self.read(count)

    def unsigned(self) -> int:
        """Read ue(v). Raises WireError for a code of more than MAX_ZEROS zeros."""
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > MAX_ZEROS:
                raise WireError("an Exp-Golomb code longer than any", at=self._at // 8)
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        """Read se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def skip_codes(self, count: int) -> None:
        """Pass over `count` Exp-Golomb codes, ue(v) or se(v) alike."""
        for _ in range(count):
            self.unsigned()
