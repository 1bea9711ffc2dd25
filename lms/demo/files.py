"""Real small slides and papers for the demo's speakers."""

from __future__ import annotations

import io
import tempfile
from datetime import datetime
from pathlib import Path

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Pt

from lms.kernel.typesetting import typeset

_PETROL: RGBColor = RGBColor.from_string("0A4352")  # type: ignore[no-untyped-call]
_INK: RGBColor = RGBColor.from_string("16262B")  # type: ignore[no-untyped-call]
_PAPER = """#import "lib.typ": *
#let d = json("data.json")
#set document(title: d.title, author: d.speaker)
#set page(paper: "a4", margin: 22mm, footer: page-foot("Data contoh", "dari"))
#set text(font: ("Plus Jakarta Sans", "Noto Sans"), size: 11pt, lang: "id", fill: ink)
#set par(justify: true, leading: 0.8em)
#heading(level: 1, text(22pt, weight: 800, fill: petrol, d.title))
#text(fill: ink-soft, d.speaker)
#v(6mm)
#for p in d.paragraphs { par(p); v(3mm) }
"""


def sample_pptx(title: str, speaker: str, slides: list[tuple[str, list[str]]]) -> bytes:
    """A small deck: a title slide and one slide for each `(heading, points)`."""
    deck = Presentation()
    front = deck.slides.add_slide(deck.slide_layouts[0])
    front.shapes.title.text = title
    front.placeholders[1].text = f"{speaker}\nData contoh"
    for heading, points in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.shapes.title.text_frame.paragraphs[0].font.color.rgb = _PETROL
        frame = slide.placeholders[1].text_frame
        for number, point in enumerate(points):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text = point
            paragraph.font.size, paragraph.font.color.rgb = Pt(22), _INK
    deck.core_properties.title, deck.core_properties.author = title, speaker
    deck.core_properties.created = deck.core_properties.modified = datetime(2026, 1, 1)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def sample_pdf(title: str, speaker: str, paragraphs: list[str]) -> bytes:
    """A short paper of one or two pages."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "paper.typ"
        template.write_text(_PAPER)
        return typeset(template, data={"title": title, "speaker": speaker, "paragraphs": paragraphs})
