"""Parameter sets written bit by bit: fields, Exp-Golomb codes and emulation prevention bytes."""

import re

_UNSAFE = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class BitWriter:
    """Gathers bits; every method gives the writer back, so that a syntax table reads as a chain."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def u(self, count: int, value: int) -> "BitWriter":
        """A field of `count` bits."""
        self._bits.append(f"{value:0{count}b}" if count else "")
        return self

    def flags(self, *values: int) -> "BitWriter":
        """Fields of one bit each."""
        self._bits += [str(int(value)) for value in values]
        return self

    def ue(self, *values: int) -> "BitWriter":
        """Unsigned Exp-Golomb codes (ITU-T H.264 §9.1)."""
        for value in values:
            code = f"{value + 1:b}"
            self._bits.append("0" * (len(code) - 1) + code)
        return self

    def se(self, *values: int) -> "BitWriter":
        """Signed ones (§9.1.1)."""
        return self.ue(*(2 * value - 1 if value > 0 else -2 * value for value in values))

    def plain(self) -> bytes:
        """All bits, filled up with zeros."""
        bits = "".join(self._bits)
        bits += "0" * (-len(bits) % 8)
        return int(bits or "0", 2).to_bytes(len(bits) // 8)

    def nal(self, header: bytes) -> bytes:
        """A NAL unit: stop bit at the end, and an 03 wherever a start code could be seen (§7.4.1)."""
        body = BitWriter().u(1, 1)
        body._bits[:0] = self._bits
        return header + escape(body.plain())


def escape(payload: bytes) -> bytes:
    """Put the emulation prevention bytes in."""
    return _UNSAFE.sub(b"\x00\x00\x03", payload)
