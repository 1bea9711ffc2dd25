"""QR codes as one path, dark on white in every theme."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from markupsafe import Markup, escape
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
# A fixed mask costs a tenth of trying all eight, and readers take any of them.
_MASK = 3


def qr_matrix(text: str, error: str = "M") -> list[list[bool]]:
    """The modules of the smallest code that holds `text`, without the quiet zone; True is dark."""
    code = _code(text, error)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.modules]


def strongest_level(text: str, floor: str = "M") -> str:
    """The strongest error correction that makes the code no larger than `floor` does: stains cost nothing then."""
    levels = list(_LEVELS)
    least = _code(text, floor).best_fit()
    return [level for level in levels[levels.index(floor) :] if _code(text, level).best_fit() == least][-1]


@lru_cache(maxsize=2048)
def qr_path(text: str, error: str = "M") -> tuple[int, str]:
    """`(modules a side, SVG path data)`; runs of dark modules are one rectangle."""
    matrix = qr_matrix(text, error)
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return len(matrix), "".join(parts)


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


def _code(text: str, error: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=_LEVELS[error], mask_pattern=_MASK, border=0)
    code.add_data(text)
    return code
