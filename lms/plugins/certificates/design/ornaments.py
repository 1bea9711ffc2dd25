"""The ornaments of the house as SVG: woven bands, lines, frames and guilloches, each as large as its box."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from lms.plugins.certificates.design.model import Drawing

_Point = tuple[float, float]
_FRAME = Path(__file__).parents[1] / "typst" / "frame.svg"
_FRAME_COLOURS = ("#0a4352", "#eab042", "#c8932b")  # ground, thread and hairline of frame.svg as it is drawn


@lru_cache(maxsize=64)
def svg(drawing: Drawing) -> bytes:
    """The ornament, one unit a millimetre. Every kind but `microtext`, which is text."""
    if drawing.ornament == "frame-woven":
        return _frame_woven(drawing)
    body = _DRAWN[drawing.ornament](drawing)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.w:g}mm" height="{drawing.h:g}mm" '
        f'viewBox="0 0 {drawing.w:g} {drawing.h:g}"><g opacity="{drawing.opacity:g}">{body}</g></svg>'
    ).encode()


def _corak(drawing: Drawing) -> str:
    """Corak insang, abstracted: diamonds between gill chevrons, as in `lib.typ`; upright where the box is."""
    is_upright = drawing.h > drawing.w
    length, depth = (drawing.h, drawing.w) if is_upright else (drawing.w, drawing.h)
    scale = depth / 14
    count = max(1, round(length / scale / 56))
    stretch = length / (count * 56 * scale)
    chevrons = "M21 0l-7 7 7 7M35 0l7 7-7 7M14 0L7 7l7 7M42 0l7 7-7 7M7 0L0 7l7 7M49 0l7 7-7 7"
    tiles = "".join(
        f'<g transform="translate({56 * n})"><path d="M28 3l4 4-4 4-4-4z" fill="{drawing.accent}" stroke="none"/>'
        f'<path d="{chevrons}"/></g>'
        for n in range(count)
    )
    turn = f"matrix(0 1 -1 0 {drawing.w:g} 0) " if is_upright else ""
    return (
        f'<g transform="{turn}scale({scale * stretch:.5f} {scale:.5f})">'
        f'<path fill="{drawing.colour}" d="M0 0h{count * 56}v14H0z"/>'
        f'<g fill="none" stroke="{drawing.accent}" stroke-width="1.5">{tiles}</g></g>'
    )


def _line(drawing: Drawing) -> str:
    """One line in the middle of the box, as thick as the box is low, at most 1 mm."""
    thick = min(1.0, drawing.w, drawing.h)
    return _rule(drawing, 0.5, thick if thick < 1 else 0.3, drawing.colour)


def _double_line(drawing: Drawing) -> str:
    deep = min(drawing.w, drawing.h)
    gap = min(deep, 1.4)
    above, below = 0.5 - gap / deep * 0.32, 0.5 + gap / deep * 0.32
    return _rule(drawing, above, gap * 0.36, drawing.colour) + _rule(drawing, below, gap * 0.14, drawing.accent)


def _rule(drawing: Drawing, at: float, thick: float, colour: str) -> str:
    if drawing.h > drawing.w:
        return f'<path stroke="{colour}" stroke-width="{thick:.3f}" d="M{drawing.w * at:.3f} 0v{drawing.h:g}"/>'
    return f'<path stroke="{colour}" stroke-width="{thick:.3f}" d="M0 {drawing.h * at:.3f}h{drawing.w:g}"/>'


def _diamond(drawing: Drawing) -> str:
    """A diamond within a gill, with hairlines to both sides where the box is wider than high."""
    side, mid_x, mid_y = min(drawing.w, drawing.h), drawing.w / 2, drawing.h / 2
    room = mid_x - side * 0.8
    lines = ""
    if room > side * 0.5:
        thick = max(0.15, side * 0.05)
        path = f"M0 {mid_y:.3f}h{room:.3f}M{drawing.w:g} {mid_y:.3f}h{-room:.3f}"
        lines = f'<path stroke="{drawing.accent}" stroke-width="{thick:.3f}" d="{path}"/>'
    return (
        f'{lines}<g transform="translate({mid_x - side / 2:.3f} {mid_y - side / 2:.3f})">'
        f"{_heart(drawing, side / 2, side)}</g>"
    )


def _heart(drawing: Drawing, middle: float, side: float) -> str:
    """The mark of the house, `side` mm wide around (`middle`, `middle`)."""
    return (
        f'<g transform="translate({middle - side / 2:.3f} {middle - side / 2:.3f}) scale({side / 48:.5f})">'
        f'<path d="M24 1l23 23-23 23L1 24z" fill="{drawing.colour}"/>'
        f'<path d="M24 10L10 24l14 14 14-14z" fill="none" stroke="{drawing.accent}" stroke-width="2.5"/>'
        f'<path d="M24 18l6 6-6 6-6-6z" fill="#fff"/></g>'
    )


def _frame_line(drawing: Drawing) -> str:
    """A thick and a thin line with notched corners."""
    w, h = drawing.w, drawing.h
    outer, inner = 0.45, 2.1

    def notched(at: float, cut: float) -> str:
        a, r, b = at, w - at, h - at
        return (
            f"M{a + cut:.2f} {a:.2f}H{r - cut:.2f}v{cut:.2f}h{cut:.2f}V{b - cut:.2f}h{-cut:.2f}v{cut:.2f}"
            f"H{a + cut:.2f}v{-cut:.2f}h{-cut:.2f}V{a + cut:.2f}h{cut:.2f}z"
        )

    cut = min(6.0, w / 8, h / 8)
    return (
        f'<g fill="none"><path stroke="{drawing.colour}" stroke-width=".9" d="{notched(outer, cut)}"/>'
        f'<path stroke="{drawing.accent}" stroke-width=".3" d="{notched(inner, cut)}"/></g>'
    )


def _frame_woven(drawing: Drawing) -> bytes:
    drawn = _FRAME.read_text(encoding="utf-8")
    ground, thread, hairline = _FRAME_COLOURS
    drawn = drawn.replace(ground, drawing.colour).replace(hairline, drawing.accent)
    if drawing.accent != hairline:
        drawn = drawn.replace(thread, drawing.accent)
    opening = drawn.index(">") + 1
    shell = f'{drawn[:opening]}<g opacity="{drawing.opacity:g}">'
    return (shell + drawn[opening:].replace("</svg>", "</g></svg>")).encode()


def _guilloche(drawing: Drawing) -> str:
    """A rosette in a square box, a band in a long one, a border where the box is most of a page."""
    w, h = drawing.w, drawing.h
    if w > 150 and h > 100:
        return _border(drawing)
    return _band(drawing) if max(w, h) > 2.2 * min(w, h) else _rosette(drawing)


# Rings of a rosette from the outside: middle and swing as part of the radius, waves around, lines.
_RINGS = ((0.77, 0.22, 12, 8), (0.49, 0.19, 9, 6), (0.22, 0.15, 6, 4))


def _rosette(drawing: Drawing, rings: int = 3) -> str:
    """Rings of sines whose phases walk: their crossings make the moiré that copiers lose."""
    mid_x, mid_y, radius = drawing.w / 2, drawing.h / 2, min(drawing.w, drawing.h) / 2
    parts = []
    for place, (middle, swing, waves, count) in enumerate(_RINGS[:rings]):

        def point(t: float, phase: float, middle: float = middle, swing: float = swing, waves: int = waves) -> _Point:
            angle = 2 * math.pi * t
            r = radius * (middle + swing * math.sin(waves * angle + phase))
            return mid_x + r * math.cos(angle), mid_y + r * math.sin(angle)

        colour = drawing.accent if place == 1 else drawing.colour
        parts.append(_hair(point, count=count, steps=waves * 5, colour=colour))
    return "".join(parts)


def _band(drawing: Drawing) -> str:
    """Sine lines between two edges, their phases walking along the band."""
    is_upright = drawing.h > drawing.w
    length, depth = (drawing.h, drawing.w) if is_upright else (drawing.w, drawing.h)
    waves = max(2, round(length / (depth * 1.6)))
    parts = []
    for swing, turns, count, colour in ((0.49, 1, 9, drawing.colour), (0.28, 2, 5, drawing.accent)):

        def point(t: float, phase: float, swing: float = swing, turns: int = turns) -> _Point:
            envelope = 0.64 - 0.36 * math.cos(2 * math.pi * waves * t)
            across = depth * (0.5 + swing * envelope * math.sin(2 * math.pi * turns * waves * t + phase))
            return (across, t * length) if is_upright else (t * length, across)

        parts.append(_hair(point, count=count, steps=waves * (2 + 3 * turns), colour=colour))
    return "".join(parts)


def _border(drawing: Drawing) -> str:
    """A guilloche band along the four sides and a rosette in each corner."""
    w, h = drawing.w, drawing.h
    deep = min(11.0, w / 20)
    corner, inset = deep * 1.9, deep * 0.3
    across = drawing.model_copy(update={"w": w - 2 * corner, "h": deep})
    along = drawing.model_copy(update={"w": deep, "h": h - 2 * corner})
    rosette = drawing.model_copy(update={"w": corner, "h": corner})
    placed = [
        ("a", _band(across), [(corner, inset), (corner, h - deep - inset)]),
        ("b", _band(along), [(inset, corner), (w - deep - inset, corner)]),
        (
            "c",
            _rosette(rosette, rings=2) + _heart(drawing, corner / 2, corner * 0.3),
            [(x, y) for x in (0, w - corner) for y in (0, h - corner)],
        ),
    ]
    parts = [f'<g id="{name}">{body}</g>' for name, body, _places in placed]
    uses = [f'<use href="#{name}" x="{x:.2f}" y="{y:.2f}"/>' for name, _body, places in placed for x, y in places]
    return f"<defs>{''.join(parts)}</defs>{''.join(uses)}"


def _hair(curve: Callable[[float, float], _Point], *, count: int, steps: int, colour: str) -> str:
    """`count` fine lines, each with the next phase. Whole hundredths of a millimetre keep the file small."""
    curves = []
    for n in range(count):

        def one(t: float, phase: float = 2 * math.pi * n / count) -> _Point:
            return curve(t, phase)

        curves.append(_smooth(one, steps))
    return f'<path transform="scale(.01)" fill="none" stroke="{colour}" stroke-width="13" d="{"".join(curves)}"/>'


def _smooth(point: Callable[[float], _Point], steps: int) -> str:
    """Cubic curves through `steps` + 1 points of `point(0…1)`, smooth at each of them."""
    tiny = 1e-4
    path, last, handle = "", (0.0, 0.0), (0.0, 0.0)
    for n in range(steps + 1):
        t = n / steps
        (x, y), (ax, ay), (bx, by) = point(t), point(t - tiny), point(t + tiny)
        slope = ((bx - ax) / (6 * tiny * steps), (by - ay) / (6 * tiny * steps))
        if n:
            numbers = (*_sum(last, handle), x - slope[0], y - slope[1], x, y)
            path += "C" + " ".join(f"{number * 100:.0f}" for number in numbers)
        else:
            path = f"M{x * 100:.0f} {y * 100:.0f}"
        last, handle = (x, y), slope
    return path


def _sum(one: _Point, other: _Point) -> _Point:
    return one[0] + other[0], one[1] + other[1]


_DRAWN: dict[str, Callable[[Drawing], str]] = {
    "corak": _corak,
    "line": _line,
    "double-line": _double_line,
    "diamond": _diamond,
    "frame-line": _frame_line,
    "guilloche": _guilloche,
}
