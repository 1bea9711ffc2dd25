"""Cuts the fonts of documents to the letters that names need: `python tools/cut_fonts.py SOURCES lms/typst/fonts`.

Needs fontTools, which is no dependency of the product, and as SOURCES a folder with the files below: those of the
PyPI packages fontpkg-source-serif-4 4.4, fontpkg-playfair-display 1.203 and fontpkg-plus-jakarta-sans 2.71, and of the
Debian packages fonts-noto-core and fonts-noto-cjk. The licences allow this and ask for another name where the name is
reserved; every cut font but Plus Jakarta Sans (nothing reserved) carries one of ours. See `lms/typst/fonts/OFL.txt`.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LATIN = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2B0, 0x2DD), (0x300, 0x331), (0x1E00, 0x1EFF),
    (0x2010, 0x2026), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2122), (0x2212, 0x2212),
)  # fmt: skip
_ARABIC = ((0x20, 0x20), (0x600, 0x6FF), (0x750, 0x77F), (0x200C, 0x200F), (0x25CC, 0x25CC))
_SIGNS = ((0x3000, 0x3003), (0x3005, 0x3005), (0x3007, 0x3011), (0xB7, 0xB7), (0x30FB, 0x30FB), (0xFF08, 0xFF0C))
_FEATURES = "kern mark mkmk ccmp locl liga clig rlig calt init medi fina isol lnum tnum pnum curs"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One file to make; `weight` and `optical` fix the axes of a variable font."""

    source: str
    family: str
    file: str
    weight: int
    letters: frozenset[int]
    is_italic: bool = False
    optical: int | None = None
    number: int = -1


def _ranges(ranges: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(letter for first, last in ranges for letter in range(first, last + 1))


def _hanzi() -> frozenset[int]:
    """GB 2312 whole, and of Big5 the level of the frequent letters: what names in Indonesia are written with."""
    found: set[int] = set()
    for codec, high, low in (
        ("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF)),
        ("big5", range(0xA4, 0xC7), range(0x40, 0xFF)),
    ):
        for first in high:
            for second in low:
                if codec == "big5" and (first, second) > (0xC6, 0x7E):
                    continue
                letter = bytes((first, second)).decode(codec, "ignore")
                found.update(ord(it) for it in letter if "\u4e00" <= it <= "\u9fff")
    return frozenset(found)


def cuts() -> list[Cut]:
    """Every file that this script makes."""
    latin, hanzi, arabic = _ranges(_LATIN), _hanzi() | _ranges(_SIGNS), _ranges(_ARABIC)
    made = [
        Cut(source="SourceSerif4[opsz,wght].ttf", family="Lokakarya Serif", file="LokakaryaSerif", weight=weight,
            letters=latin, optical=18)
        for weight in (400, 600, 800)
    ]  # fmt: skip
    made += [
        Cut(source="SourceSerif4-Italic[opsz,wght].ttf", family="Lokakarya Serif", file="LokakaryaSerif", weight=weight,
            letters=latin, is_italic=True, optical=18)
        for weight in (400, 600)
    ]  # fmt: skip
    for weight in (400, 600, 800):
        made.append(Cut(source="PlayfairDisplay[wght].ttf", family="Lokakarya Display", file="LokakaryaDisplay",
            weight=weight, letters=latin))  # fmt: skip
    made.append(Cut(source="PlayfairDisplay-Italic[wght].ttf", family="Lokakarya Display", file="LokakaryaDisplay",
        weight=400, letters=latin, is_italic=True))  # fmt: skip
    for weight in (400, 800):
        made.append(Cut(source="PlusJakartaSans-Italic[wght].ttf", family="Plus Jakarta Sans", file="PlusJakartaSans",
            weight=weight, letters=latin, is_italic=True))  # fmt: skip
    for weight, style in ((400, "Regular"), (700, "Bold")):
        made.append(Cut(source=f"NotoNaskhArabic-{style}.ttf", family="Lokakarya Naskh", file="LokakaryaNaskh",
            weight=weight, letters=arabic))  # fmt: skip
    made.append(Cut(source="NotoSansCJK-Regular.ttc", family="Lokakarya Hanzi", file="LokakaryaHanzi", weight=400,
        letters=hanzi, number=2))  # fmt: skip
    return made


def cut(made: Cut, sources: Path, target: Path) -> Path:
    """Writes one font without hints, with the features that shaping needs."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]  # noqa: PLC0415 -- optional dependency
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]  # noqa: PLC0415 -- optional dependency
    from fontTools.varLib import instancer  # type: ignore[import-not-found]  # noqa: PLC0415 -- optional dependency

    font: Any = TTFont(sources / made.source, fontNumber=made.number)
    if "fvar" in font:
        axes = {"wght": made.weight} | ({"opsz": made.optical} if made.optical else {})
        font = instancer.instantiateVariableFont(font, axes)
    if "glyf" in font:
        _add_dots_below(font)
    options = Options(hinting=False, layout_features=_FEATURES.split(), name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["DSIG", "MATH", "vhea", "vmtx", "VORG", "STAT", "BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=made.letters)
    subsetter.subset(font)
    _rename(font, made)
    path = target / f"{made.file}-{made.weight}{'i' if made.is_italic else ''}.{'otf' if 'CFF ' in font else 'ttf'}"
    font.save(path)
    return path


def _add_dots_below(font: Any) -> None:
    """Letters such as ẓ and ḥ that a font can only draw from two glyphs become one: they copy out of a PDF whole."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-not-found]  # noqa: PLC0415 -- optional dependency

    letters, glyphs = font.getBestCmap(), font["glyf"]
    for letter in range(0x1E00, 0x1F00):
        base, _gap, mark = unicodedata.normalize("NFD", chr(letter)).partition("\u0323")
        if letter in letters or len(base) != 1 or mark or ord(base) not in letters or 0x323 not in letters:
            continue
        below, dot = letters[ord(base)], letters[0x323]
        middles = [(glyphs[name].xMin + glyphs[name].xMax) // 2 for name in (below, dot)]
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(below, (1, 0, 0, 1, 0, 0))
        pen.addComponent(dot, (1, 0, 0, 1, middles[0] - middles[1], 0))
        name = f"uni{letter:04X}"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        glyphs[name] = pen.glyph()
        glyphs[name].recalcBounds(glyphs)
        font["hmtx"][name] = (font["hmtx"][below][0], glyphs[name].xMin)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[letter] = name


def _rename(font: Any, made: Cut) -> None:
    style = f"{made.weight}{' Italic' if made.is_italic else ''}"
    names = font["name"]
    copyright_of = names.getDebugName(0)
    names.names = []
    for place, value in (
        (0, copyright_of),
        (1, made.family),  # Typst groups by this name
        (2, "Italic" if made.is_italic else "Regular"),
        (3, f"{made.file}-{style}"),
        (4, f"{made.family} {style}"),
        (5, "Version 1.0"),
        (6, f"{made.file}-{style.replace(' ', '')}"),
        (13, "This Font Software is licensed under the SIL Open Font License, Version 1.1."),
        (14, "https://scripts.sil.org/OFL"),
        (16, made.family),
        (17, style),
    ):
        names.setName(value, place, 3, 1, 0x409)
    font["OS/2"].usWeightClass = made.weight
    if "CFF " in font:
        inner = font["CFF "].cff
        inner.fontNames[0] = f"{made.file}-{made.weight}"
        inner.topDictIndex[0].FullName = inner.topDictIndex[0].FamilyName = made.family


def main() -> None:
    """Cuts every font and prints its size."""
    sources, target = Path(sys.argv[1]), Path(sys.argv[2])
    for made in cuts():
        path = cut(made, sources, target)
        print(f"{path.name}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
