"""Looks at finished PDFs the way a reader, a printer and a phone camera do."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zxingcpp
from PIL import Image

from lms.kernel import typesetting

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed: apt install poppler-utils"
)
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed: apt install qpdf")

_UNSEEN = re.compile("[\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]")


def needs_font(family: str) -> pytest.MarkDecorator:
    missing = family not in typesetting.fonts().families()
    return pytest.mark.skipif(missing, reason=f"the font {family} is not installed: apt install fonts-noto-cjk")


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def text_of(pdf: bytes, page: int | None = None, *, order: str = "") -> str:
    """What copying the text gives, NFC, with runs of white space as one space and without direction marks.

    `order` is "layout" to read straight across columns, or "raw" for the order of drawing, slanted words whole.
    """
    options = [] if page is None else ["-f", str(page), "-l", str(page)]
    raw = _run("pdftotext", *([f"-{order}"] if order else []), *options, "-", "-", given=pdf).decode()
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", _UNSEEN.sub("", raw)))


def words_of(pdf: bytes, page: int = 1) -> list[Word]:
    """The words of a page with their boxes, in points from the top left."""
    html = _run("pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-", given=pdf).decode()
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', html)
    return [Word(_UNSEEN.sub("", text), float(a), float(b), float(c), float(d)) for a, b, c, d, text in found]


def info_of(pdf: bytes) -> dict[str, str]:
    lines = _run("pdfinfo", "-", given=pdf).decode().splitlines()
    return {key: value.strip() for key, _colon, value in (line.partition(":") for line in lines)}


def pages_of(pdf: bytes) -> int:
    return int(info_of(pdf)["Pages"])


def fonts_of(pdf: bytes) -> list[tuple[str, bool, bool]]:
    """`(name, embedded, subset)` of every font."""
    lines = _run("pdffonts", "-", given=pdf).decode().splitlines()[2:]
    return [(line.split()[0], line.split()[-5] == "yes", line.split()[-4] == "yes") for line in lines]


def picture_of(pdf: bytes, dpi: int, page: int = 1) -> Image.Image:
    options = ["-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-"]
    return Image.open(io.BytesIO(_run("pdftoppm", *options, given=pdf))).convert("RGB")


def codes_in(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue())).convert("RGB")


def opened(pdf: bytes) -> str:
    """The PDF with its objects spelled out."""
    return _qpdf(pdf, "--qdf", "--object-streams=disable")


def check(pdf: bytes) -> None:
    """Fails unless `qpdf --check` finds neither an error nor a warning."""
    _qpdf(pdf, "--check")


def _qpdf(pdf: bytes, *options: str) -> str:
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(pdf)
        output = [] if "--check" in options else [str(target)]
        subprocess.run(["qpdf", *options, str(source), *output], check=True, capture_output=True)
        return target.read_bytes().decode("latin-1") if output else ""


def _run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
