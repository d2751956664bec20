"""A macroblock that says which camera a picture is from: bits that any H.264 decoder draws exactly.

The clips' pictures have two slices, the second being the last macroblock alone. Here is that second
slice anew: the header of the original, then one I_PCM macroblock (ITU-T H.264 §7.3.5) whose luma shows
the camera's number and the frame's as black and white cells. So every coded picture of every camera is
its own, bit by bit, for the price of 400 bytes and no encoding.

Absent on purpose: everything that the clips do not need (CABAC, B slices, fields, slice groups).
"""

import re
from dataclasses import dataclass

CELLS = 8  # cells per row and rows per macroblock, each cell 2 by 2 samples
BLACK, WHITE = 16, 235  # never 0: a run of zeros would need emulation prevention
_GREY_CHROMA = bytes([128]) * 128
_STOP = b"\x80"  # rbsp_trailing_bits, byte aligned behind the samples
_ZEROS = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_I_PCM, _INTRA_IN_P = 25, 5  # mb_type of tables 7-11 and 7-13
_P, _I = 0, 2  # slice_type modulo 5
IDR = 5  # nal_unit_type


def _draw_row(byte: int) -> bytes:
    """Two rows of 16 samples that show the eight bits of a byte, most significant first."""
    row = b"".join(bytes([WHITE if byte >> (7 - bit) & 1 else BLACK]) * 2 for bit in range(CELLS))
    return row * 2


_ROWS = tuple(_draw_row(byte) for byte in range(256))


def draw(camera: int, frame: int) -> bytes:
    """The 256 luma samples of a stamp: 32 bits of the camera's number above 32 bits of the frame's."""
    text = (camera & 0xFFFFFFFF).to_bytes(4) + (frame & 0xFFFFFFFF).to_bytes(4)
    return b"".join([_ROWS[byte] for byte in text])


def read_stamp(luma: bytes, width: int) -> int:
    """Read the camera's number back from the lower right corner of a decoded picture.

    `luma` ends with the stamp's upper eight rows at least (a height that is no multiple of 16 hides the
    rest), `width` is in samples; only the camera's number is read.
    """
    height = len(luma) // width
    top = (height - 1) // 16 * 16
    number = 0
    for row in range(4):
        start = (top + 2 * row) * width + width - 16
        for cell in range(CELLS):
            number = number << 1 | (luma[start + 2 * cell] > (BLACK + WHITE) // 2)
    return number


class _Reader:
    """Reads fields of a raw byte sequence payload and remembers how far it came (§7.2, §9.1)."""

    def __init__(self, nal: bytes) -> None:
        plain = nal[1:].replace(b"\x00\x00\x03", b"\x00\x00")
        self._text = f"{int.from_bytes(plain):0{8 * len(plain)}b}"
        self._at = 0

    def fixed(self, count: int) -> int:
        self._at += count
        return int(self._text[self._at - count : self._at] or "0", 2)

    def unsigned(self) -> int:
        """One ue(v), or the code of an se(v)."""
        zeros = self._text.index("1", self._at) - self._at
        self._at += zeros
        return self.fixed(zeros + 1) - 1

    @property
    def passed(self) -> str:
        """The bits read so far."""
        return self._text[: self._at]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceSyntax:
    """What of the parameter sets decides how a slice header is read (§7.3.2.1.1, §7.3.2.2)."""

    frame_num_bits: int
    poc_lsb_bits: int  # 0: pic_order_cnt_type 2, nothing is written
    deblocking_control: bool

    @classmethod
    def of(cls, sps: bytes, pps: bytes) -> "SliceSyntax":
        """Read both parameter sets. ValueError when the clip uses what is absent here."""
        reader = _Reader(sps)
        if reader.fixed(8) not in {66, 77}:
            raise ValueError("a clip of another profile than Baseline or Main")
        reader.fixed(16)
        reader.unsigned()
        frame_num_bits = reader.unsigned() + 4
        poc_type = reader.unsigned()
        if poc_type == 1:
            raise ValueError("a clip with pic_order_cnt_type 1")
        poc_lsb_bits = reader.unsigned() + 4 if poc_type == 0 else 0
        return cls(
            frame_num_bits=frame_num_bits,
            poc_lsb_bits=poc_lsb_bits,
            deblocking_control=_read_deblocking_control(pps),
        )


def _read_deblocking_control(pps: bytes) -> bool:
    reader = _Reader(pps)
    reader.unsigned()
    reader.unsigned()
    if reader.fixed(2) or reader.unsigned():
        raise ValueError("a clip with CABAC, field order or slice groups")
    reader.unsigned()
    reader.unsigned()
    if reader.fixed(3):
        raise ValueError("a clip with weighted prediction")
    for _ in range(3):
        reader.unsigned()
    control = reader.fixed(1)
    reader.fixed(1)
    if reader.fixed(1):
        raise ValueError("a clip with redundant pictures")
    return bool(control)


def stamp_head(nal: bytes, syntax: SliceSyntax) -> bytes:
    """Everything of a stamp's NAL unit before its samples, from the slice that it takes the place of.

    It is the slice header as it was (§7.3.3), then the macroblock's type. ValueError when the header
    holds what is absent here.
    """
    reader = _Reader(nal)
    reader.unsigned()  # first_mb_in_slice
    kind = reader.unsigned() % 5
    if kind not in {_P, _I}:
        raise ValueError("a slice that is neither I nor P")
    reader.unsigned()
    reader.fixed(syntax.frame_num_bits)
    idr = nal[0] & 0x1F == IDR
    if idr:
        reader.unsigned()
    reader.fixed(syntax.poc_lsb_bits)
    if kind == _P:
        _pass_references(reader)
    if nal[0] & 0x60 and reader.fixed(2 if idr else 1) and not idr:
        raise ValueError("a slice with memory management")
    reader.unsigned()  # slice_qp_delta
    if not syntax.deblocking_control or reader.unsigned() != 1:
        raise ValueError("a slice with deblocking: the stamp would bleed")
    text = reader.passed
    if kind == _P:
        text += "1" + _code(_I_PCM + _INTRA_IN_P)  # mb_skip_run 0
    else:
        text += _code(_I_PCM)
    text += "0" * (-len(text) % 8)  # pcm_alignment_zero_bit
    return nal[:1] + _ZEROS.sub(b"\x00\x00\x03", int(text, 2).to_bytes(len(text) // 8))


def _pass_references(reader: _Reader) -> None:
    if reader.fixed(1):
        reader.unsigned()  # num_ref_idx_l0_active_minus1
    if reader.fixed(1):
        raise ValueError("a slice that reorders its references")


def _code(value: int) -> str:
    """A ue(v)."""
    code = f"{value + 1:b}"
    return "0" * (len(code) - 1) + code


def stamped(head: bytes, camera: int, frame: int) -> bytes:
    """The whole NAL unit."""
    return head + draw(camera, frame) + _GREY_CHROMA + _STOP
