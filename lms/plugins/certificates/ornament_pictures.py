"""Ornaments for the designer's canvas."""

from __future__ import annotations

from collections.abc import Mapping

from lms.plugins.certificates.design import ornaments
from lms.plugins.certificates.design.model import Drawing

_MICRO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w:g}mm" height="{h:g}mm" viewBox="0 0 {w:g} {h:g}">'
    '<path stroke="{colour}" stroke-width=".35" stroke-dasharray="1.4 .25 .7 .25 2.1 .5" d="M0 {middle:g}h{w:g}"/>'
    "</svg>"
)


def drawn(kind: str, wanted: Mapping[str, str]) -> bytes:
    """The SVG of an ornament; `wanted` has w and h (mm), warna and aksen (six hex digits). Raises ValidationError."""
    drawing = Drawing.model_validate(
        {
            "id": "x",
            "x": 0,
            "y": 0,
            "w": wanted.get("w", 100),
            "h": wanted.get("h", 10),
            "ornament": kind,
            "colour": f"#{wanted.get('warna', '0a4352')}",
            "accent": f"#{wanted.get('aksen', 'c8932b')}",
        }
    )
    if kind == "microtext":  # letters of a third of a millimetre: nobody could read them here
        line = _MICRO.format(w=drawing.w, h=drawing.h, colour=drawing.colour, middle=drawing.h / 2)
        return line.encode()
    return ornaments.svg(drawing)
