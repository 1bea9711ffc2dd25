"""The same certificate made as others make theirs, so that all are measured in one run.

Indico hands an HTML page to WeasyPrint for each person; pretix draws the texts with ReportLab and merges them over the
page of the template with pypdf. Both get the ornaments as one picture, which costs them less than vectors; for pretix
the signatures are in it too, since they are part of a template there.
Needs `pip install -r benchmarks/requirements.txt`.
"""

from __future__ import annotations

import base64
import html
import importlib.util
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import qrcode

from lms.kernel.typesetting import FONTS
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.model import HEIGHT, WIDTH, Design, Element, QrCode, Signature, Text

_FACES = {400: "PlusJakartaSans-400.ttf", 600: "PlusJakartaSans-600.ttf", 800: "PlusJakartaSans-800.ttf"}
_NAME = "PlusJakartaSans-{}"
_MM = 72 / 25.4


def are_installed() -> bool:
    """Whether the packages of benchmarks/requirements.txt are there."""
    return all(importlib.util.find_spec(name) for name in ("weasyprint", "reportlab", "pypdf"))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What both are given: the design's texts, and a JPEG of everything that is the same for all."""

    design: Design
    ground: bytes


def weasyprint_way(sheet: Sheet, facts: Facts) -> bytes:
    """One page of HTML and its style sheet, parsed and laid out for this person."""
    from weasyprint import CSS, HTML

    boxes = [
        f'<img class="ground" src="{_data(sheet.ground, "jpeg")}">',
        *(_box(element, facts) for element in sheet.design.front.elements),
    ]
    made: bytes = HTML(string=f"<html lang=id><title>{facts.texts['nomor']}</title>{''.join(boxes)}</html>").write_pdf(
        stylesheets=[CSS(string=_style())]
    )
    return made


def _style() -> str:
    faces = "".join(
        f"@font-face{{font-family:Jakarta;font-weight:{weight};src:url({(FONTS / name).as_uri()})}}"
        for weight, name in _FACES.items()
    )
    return (
        f"{faces}@page{{size:{WIDTH}mm {HEIGHT}mm;margin:0}}body{{margin:0;font-family:Jakarta}}"
        ".ground{position:absolute;left:0;top:0;width:297mm;height:210mm}div,.sign,.qr{position:absolute}"
    )


def _box(element: Element, facts: Facts) -> str:
    place = f"left:{element.x}mm;top:{element.y}mm;width:{element.w}mm;height:{element.h}mm"
    match element:
        case Text():
            look = f"font-size:{_size(element, facts)}pt;font-weight:{element.weight};color:{element.colour};"
            return f'<div style="{place};{look}text-align:{element.align}">{html.escape(_filled(element, facts))}</div>'
        case QrCode():
            return f'<img class="qr" alt="QR" style="{place}" src="{_data(_qr_png(facts.qr_text), "png")}">'
        case Signature() if element.place in facts.signatures:
            return f'<img class="sign" alt="" style="{place}" src="{_data(facts.signatures[element.place], "png")}">'
    return ""


def pretix_way(sheet: Sheet, facts: Facts) -> bytes:
    """The texts as a page of their own, merged over the template's page, which is read for this person."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    _register()
    upper = io.BytesIO()
    canvas = Canvas(upper, pagesize=(WIDTH * _MM, HEIGHT * _MM))
    for element in sheet.design.front.elements:
        match element:
            case Text():
                _draw(canvas, element, facts)
            case QrCode():
                _draw_qr(canvas, element, facts.qr_text)
    canvas.save()
    writer, made = PdfWriter(), io.BytesIO()
    page = writer.add_page(PdfReader(io.BytesIO(_ground_pdf(sheet.ground))).pages[0])
    page.merge_page(PdfReader(upper).pages[0])
    writer.write(made)
    return made.getvalue()


@cache
def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for weight, name in _FACES.items():
        pdfmetrics.registerFont(TTFont(_NAME.format(weight), str(Path(FONTS) / name)))


@cache
def _ground_pdf(ground: bytes) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(WIDTH * _MM, HEIGHT * _MM))
    canvas.drawImage(ImageReader(io.BytesIO(ground)), 0, 0, WIDTH * _MM, HEIGHT * _MM)
    canvas.save()
    return made.getvalue()


def _draw(canvas: Any, element: Text, facts: Facts) -> None:
    from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    size = _size(element, facts)
    style = ParagraphStyle(
        element.id,
        fontName=_NAME.format(element.weight),
        fontSize=size,
        leading=size * 1.2,
        textColor=element.colour,
        alignment={"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}[element.align],
    )
    paragraph = Paragraph(html.escape(_filled(element, facts)), style)
    _width, height = paragraph.wrap(element.w * _MM, element.h * _MM)
    paragraph.drawOn(canvas, element.x * _MM, (HEIGHT - element.y) * _MM - height)


def _draw_qr(canvas: Any, element: Element, text: str) -> None:
    """ReportLab's own widget at level H, as pretix draws its codes."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    side = min(element.w, element.h) * _MM
    drawing = Drawing(side, side)
    drawing.add(QrCodeWidget(text, barLevel="H", barHeight=side, barWidth=side))
    renderPDF.draw(drawing, canvas, element.x * _MM, (HEIGHT - element.y - element.h) * _MM)


def _filled(element: Text, facts: Facts) -> str:
    text = element.content
    for token, value in facts.texts.items():
        text = text.replace("{" + token + "}", value)
    return text


def _size(element: Text, facts: Facts) -> float:
    """Small enough for one line by a rule of thumb: neither of the two measures it."""
    widest = element.w * _MM / max(1, len(_filled(element, facts))) / 0.55
    return max(element.min_size, min(element.size, widest))


def _qr_png(text: str) -> bytes:
    made = io.BytesIO()
    qrcode.make(text).save(made)
    return made.getvalue()


def _data(picture: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
