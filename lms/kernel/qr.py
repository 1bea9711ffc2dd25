"""QR codes as one path, dark on white in every theme."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

from lms.kernel.qr_modules import Chunk, chunks_of, rows_of, version_of

_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_DARK = re.compile("1+")


def qr_matrix(text: str, error: str = "M") -> list[list[bool]]:
    """The modules of the smallest code that holds `text`, without the quiet zone; True is dark."""
    return [[module == "1" for module in row] for row in rows_of(chunks_of(text), _LEVELS[error])]


def strongest_level(text: str, floor: str = "M") -> str:
    """The strongest error correction that makes the code no larger than `floor` does: stains cost nothing then."""
    return _strongest(chunks_of(text), floor)[0]


@lru_cache(maxsize=2048)
def qr_path(text: str, error: str = "M") -> tuple[int, str]:
    """`(modules a side, SVG path data)`; runs of dark modules are one rectangle."""
    rows = rows_of(chunks_of(text), _LEVELS[error])
    runs = [(y, run.start(), run.end() - run.start()) for y, row in enumerate(rows) for run in _DARK.finditer(row)]
    return len(rows), "".join([f"M{x} {y}h{length}v1h-{length}z" for y, x, length in runs])


def qr_svg(text: str, *, label: str, cls: str = "qr", quiet: int = 4, error: str = "M") -> Markup:
    """An inline SVG with its quiet zone (in modules) and a label for screen readers."""
    size, path = qr_path(text, error)
    side = size + 2 * quiet
    return Markup(
        f'<svg class="{escape(cls)}" viewBox="{-quiet} {-quiet} {side} {side}" role="img" aria-label="{escape(label)}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M{-quiet} {-quiet}h{side}v{side}h-{side}z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def qr_drawing(text: str) -> dict[str, int | str]:
    """What the `qr` function of the Typst library draws: the code of `text` at its strongest level."""
    side, path = qr_path(text, strongest_level(text))
    return {"side": side, "path": path}


def qr_drawing_for(text: str, *, side: float) -> dict[str, int | str]:
    """Like `qr_drawing`, for a code `side` mm wide with its quiet zone: weaker where that makes it read from afar.

    Modules of 0.75 mm survive a copy at 80 dpi; below 0.4 mm phones begin to miss them on paper.
    """
    chunks = chunks_of(text)
    for least, floor in ((0.75, "M"), (0.75, "L"), (0.4, "M"), (0, "L")):
        level, version = _strongest(chunks, floor)
        if side / (version * 4 + 17 + 8) >= least:
            break
    size, path = qr_path(text, level)
    return {"side": size, "path": path}


def _strongest(chunks: list[Chunk], floor: str) -> tuple[str, int]:
    levels = list(_LEVELS)
    least = version_of(chunks, _LEVELS[floor])
    return [level for level in levels[levels.index(floor) :] if _fits(chunks, level, least)][-1], least


def _fits(chunks: list[Chunk], level: str, version: int) -> bool:
    try:
        return version_of(chunks, _LEVELS[level]) == version
    except DataOverflowError:
        return False
