"""Real small slides and papers for the demo's speakers; the same words give the same bytes."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu, Pt

from lms.kernel.typesetting import typeset

_PETROL: RGBColor = RGBColor.from_string("0A4352")  # type: ignore[no-untyped-call]
_GOLD: RGBColor = RGBColor.from_string("EAB042")  # type: ignore[no-untyped-call]
_INK: RGBColor = RGBColor.from_string("16262B")  # type: ignore[no-untyped-call]
_MADE = datetime(2026, 1, 1)
_PAPER = """#import "lib.typ": *
#let d = json("data.json")
#set document(title: d.title, author: d.speaker)
#show: house.with(size: 11pt)
#set page(paper: "a4", margin: (x: 24mm, top: 20mm, bottom: 22mm),
  footer: page-foot(d.speaker, "dari", demo: "Data contoh"))
#set par(leading: 0.8em, spacing: 1.4em)
#layout(area => corak(area.width))
#v(8mm)
#heading(level: 1, text(22pt, d.title))
#v(3mm)
#text(12pt, fill: ink-soft, d.speaker)
#v(7mm)
#for p in d.paragraphs { par(p) }
"""


def sample_pptx(title: str, speaker: str, slides: list[tuple[str, list[str]]]) -> bytes:
    """A small deck: a title slide and one slide for each `(heading, points)`."""
    deck = Presentation()
    front = deck.slides.add_slide(deck.slide_layouts[0])
    _cloth(deck, front)
    _coloured(front.shapes.title, title, _PETROL)
    front.placeholders[1].text = f"{speaker}\nData contoh"
    for heading, points in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        _cloth(deck, slide)
        _coloured(slide.shapes.title, heading, _PETROL)
        frame = slide.placeholders[1].text_frame
        for number, point in enumerate(points):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text = point
            paragraph.font.size, paragraph.font.color.rgb = Pt(24), _INK
    deck.core_properties.title, deck.core_properties.author = title, speaker
    deck.core_properties.created = deck.core_properties.modified = _MADE
    stream = io.BytesIO()
    deck.save(stream)
    return _dated(stream.getvalue())


def sample_pdf(title: str, speaker: str, paragraphs: list[str]) -> bytes:
    """A short paper of one or two pages."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "paper.typ"
        template.write_text(_PAPER, encoding="utf-8")
        return typeset(template, data={"title": title, "speaker": speaker, "paragraphs": paragraphs})


def _coloured(shape: Any, text: str, colour: RGBColor) -> None:
    shape.text = text
    shape.text_frame.paragraphs[0].font.color.rgb = colour
    shape.text_frame.paragraphs[0].font.bold = True


def _cloth(deck: Any, slide: Any) -> None:
    """The dark edge with its golden thread, along the top of a slide."""
    for colour, top, height in ((_PETROL, 0, 230_000), (_GOLD, 230_000, 36_000)):
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Emu(0), Emu(top), deck.slide_width, Emu(height))
        band.fill.solid()
        band.fill.fore_color.rgb = colour
        band.line.fill.background()


def _dated(package: bytes) -> bytes:
    """The same package with one fixed date on every part: the zip would carry the moment of saving."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=_MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part.filename))
    return stream.getvalue()
