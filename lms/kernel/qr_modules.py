"""The modules of QR codes: the tables of the library `qrcode`, with whole numbers in place of its lists of bits.

A code costs a tenth of what the library takes, which matters where a thousand papers carry one each.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from qrcode import QRCode, base, util
from qrcode.exceptions import DataOverflowError

# A fixed mask costs a tenth of trying all eight, and readers take any of them.
MASK = 3
_PAIRS = {
    bytes((a, b)): format(n * 45 + m, "011b")
    for n, a in enumerate(util.ALPHA_NUM)
    for m, b in enumerate(util.ALPHA_NUM)
}
_SINGLES = {bytes((a,)): format(n, "06b") for n, a in enumerate(util.ALPHA_NUM)}
_BYTES = [format(byte, "08b") for byte in range(256)]
_PADS = (format(util.PAD0, "08b") + format(util.PAD1, "08b")) * 1500
Chunk = tuple[int, int, str]  # mode, letters, bits


def chunks_of(text: str) -> list[Chunk]:
    """`text` in the modes of the standard that take the least room."""
    return [
        (data.mode, len(data.data), _bits(data.mode, data.data)) for data in util.optimal_data_chunks(text, minimum=20)
    ]


def version_of(chunks: list[Chunk], level: int) -> int:
    """The smallest version, 1 to 40, that holds the chunks. Raises DataOverflowError where none does."""
    version = 1
    for last in (9, 26, 40):
        sizes = util.mode_sizes_for_version(last)
        needed = sum(4 + sizes[mode] + len(bits) for mode, _letters, bits in chunks)
        version = bisect_left(util.BIT_LIMIT_TABLE[level], needed, version)
        if version <= last:
            return version
    raise DataOverflowError


def rows_of(chunks: list[Chunk], level: int) -> list[str]:
    """The rows of the smallest code, "1" for dark, without the quiet zone."""
    version = version_of(chunks, level)
    template, places, mask = _template(version, level)
    codewords = _codewords(chunks, version, level)
    length = len(places)
    bits = int.from_bytes(codewords, "big") << (length - 8 * len(codewords))
    modules = list(template)
    for place, module in zip(places, format(bits ^ mask, f"0{length}b"), strict=True):
        modules[place] = module
    side = version * 4 + 17
    drawn = "".join(modules)
    return [drawn[start : start + side] for start in range(0, side * side, side)]


def _bits(mode: int, data: bytes) -> str:
    if mode == util.MODE_NUMBER:
        parts = [data[n : n + 3] for n in range(0, len(data), 3)]
        return "".join(format(int(part), f"0{util.NUMBER_LENGTH[len(part)]}b") for part in parts)
    if mode == util.MODE_ALPHA_NUM:
        pairs = "".join([_PAIRS[data[n : n + 2]] for n in range(0, len(data) - 1, 2)])
        return pairs + (_SINGLES[data[-1:]] if len(data) % 2 else "")
    return "".join([_BYTES[byte] for byte in data])


def _codewords(chunks: list[Chunk], version: int, level: int) -> bytes:
    """Data and error correction, interleaved as the standard wants it."""
    sizes = util.mode_sizes_for_version(version)
    room = util.BIT_LIMIT_TABLE[level][version]
    stream = "".join(f"{mode:04b}{letters:0{sizes[mode]}b}{bits}" for mode, letters, bits in chunks)
    stream += "0" * min(4, room - len(stream))
    stream += "0" * (-len(stream) % 8)
    stream += _PADS[: room - len(stream)]
    data = int(stream, 2).to_bytes(room // 8, "big")
    blocks, checks, start = [], [], 0
    for block in base.rs_blocks(version, level):
        part = data[start : start + block.data_count]
        start += block.data_count
        blocks.append(part)
        checks.append(_check(part, block.total_count - block.data_count))
    return _interleaved(blocks) + _interleaved(checks)


def _interleaved(parts: list[bytes]) -> bytes:
    return bytes(part[n] for n in range(max(map(len, parts))) for part in parts if n < len(part))


def _check(data: bytes, count: int) -> bytes:
    """The Reed-Solomon remainder of `data`, `count` bytes long."""
    rows = _rows(count)
    remainder, top, keep = 0, 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    for byte in data:
        remainder = ((remainder & keep) << 8) ^ rows[byte ^ (remainder >> top)]
    return remainder.to_bytes(count, "big")


@lru_cache(maxsize=64)
def _rows(count: int) -> list[int]:
    """The generator polynomial times every byte, as whole numbers."""
    polynomial = [1]
    for n in range(count):
        shifted = [*polynomial, 0]
        for place, factor in enumerate(polynomial):
            shifted[place + 1] ^= _times(factor, base.gexp(n))
        polynomial = shifted
    return [int.from_bytes(bytes(_times(factor, byte) for factor in polynomial[1:]), "big") for byte in range(256)]


def _times(one: int, other: int) -> int:
    return int(base.gexp((base.glog(one) + base.glog(other)) % 255)) if one and other else 0


@lru_cache(maxsize=64)
def _template(version: int, level: int) -> tuple[str, list[int], int]:
    """The fixed modules of a code, the places of all others in the order of the data, and their mask as a number."""
    code: QRCode = QRCode(version=version, error_correction=level, mask_pattern=MASK)
    side = code.modules_count = version * 4 + 17
    code.modules = [[None] * side for _ in range(side)]
    for row, column in ((0, 0), (side - 7, 0), (0, side - 7)):
        code.setup_position_probe_pattern(row, column)
    code.setup_position_adjust_pattern()
    code.setup_timing_pattern()
    code.setup_type_info(False, MASK)
    if version >= 7:
        code.setup_type_number(False)
    is_masked, places, mask = util.mask_func(MASK), [], 0
    for pair, right in enumerate([*range(side - 1, 6, -2), *range(5, 0, -2)]):
        for row in range(side) if pair % 2 else range(side - 1, -1, -1):
            for column in (right, right - 1):
                if code.modules[row][column] is None:
                    places.append(row * side + column)
                    mask = mask << 1 | is_masked(row, column)
    fixed = "".join("1" if module else "0" for row in code.modules for module in row)
    return fixed, places, mask
