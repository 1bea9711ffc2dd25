"""Designs and facts for tests of the engine, which knows no database."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image, ImageDraw

from lms.plugins.certificates.design.facts import TOKENS, Facts, MaterialLine
from lms.plugins.certificates.design.model import Design

MM = 72 / 25.4
ADDRESS = "HTTPS://LOKAKARYA.EXAMPLE.ORG/V/R4TM9K2D7QXY"
TEXTS = dict.fromkeys(TOKENS, "") | {
    "nama_gelar": "Yohana Lestari, S.Pd.",
    "nama": "Yohana Lestari",
    "lembaga": "LKSA Tunas Enggang",
    "nomor": "048/SERT/BK3S-KB/XII/2026",
    "kalimat": "atas keikutsertaannya sebagai peserta dalam lokakarya",
    "lokakarya": "Penguatan Manajemen Lembaga Kesejahteraan Sosial",
    "penerbit": "BK3S Kalimantan Barat",
    "penanda_1": "Drs. Petrus Lungkang, M.Si.",
    "kode": "R4TM-9K2D-7QXY",
    "periksa": "https://lokakarya.example.org/v/R4TM9K2D7QXY",
}
Box = dict[str, Any]


def text(id: str, x: float, y: float, w: float, h: float, content: str, **more: Any) -> Box:
    return {"kind": "text", "id": id, "x": x, "y": y, "w": w, "h": h, "content": content} | more


def name(x: float = 36, y: float = 80, w: float = 225, h: float = 24, **more: Any) -> Box:
    return text("name", x, y, w, h, "{nama_gelar}", kind="name", size=34, min_size=14, weight=800) | more


def qr(x: float = 134, y: float = 150, side: float = 28) -> Box:
    return {"kind": "qr", "id": "qr", "x": x, "y": y, "w": side, "h": side}


def ornament(id: str, kind: str, x: float, y: float, w: float, h: float, **more: Any) -> Box:
    return {"kind": "ornament", "id": id, "ornament": kind, "x": x, "y": y, "w": w, "h": h} | more


def materials_box(**more: Any) -> Box:
    return {"kind": "materials", "id": "table", "x": 33, "y": 50, "w": 231, "h": 130} | more


def design(*elements: Box, back: tuple[Box, ...] = (), **more: Any) -> Design:
    """The elements on the front, with the name and the code that every design needs where they are not given."""
    kinds = {element["kind"] for element in elements}
    needed = [box for box in (name(), qr()) if box["kind"] not in kinds]
    pages = {"front": {"elements": [*elements, *needed]}}
    return Design.model_validate(pages | ({"back": {"elements": list(back)}} if back else {}) | more)


def facts(materials: int = 0, **more: Any) -> Facts:
    """The facts of a paper; texts by name of their token, other fields as they are called."""
    fields = {key: more.pop(key) for key in ("signatures", "qr_text", "is_preview", "is_demo") if key in more}
    lines = tuple(
        MaterialLine(no=no, title=f"Materi ke-{no}", speaker="Dr. Maria Goreti, M.Si.", jp=1 + no % 2)
        for no in range(1, materials + 1)
    )
    moment = datetime(2026, 12, 5, 3, tzinfo=UTC)
    return Facts(**{"texts": TEXTS | more, "qr_text": ADDRESS, "materials": lines, "moment": moment} | fields)


def no_assets(sha256: str) -> tuple[str, bytes]:
    raise KeyError(sha256)


def png(width: int = 240, height: int = 80, *, is_clear: bool = True) -> bytes:
    """A picture of a signature."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0) if is_clear else (255, 255, 255, 255))
    points = [(width * 0.05, height * 0.8), (width * 0.4, height * 0.1), (width * 0.9, height * 0.6)]
    ImageDraw.Draw(picture).line(points, fill=(29, 58, 138, 255), width=5)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
