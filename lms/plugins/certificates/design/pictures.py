"""Pictures for designs, from files that people send: checked, cleaned and made small."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from lms.kernel.pdfium import pdfium
from lms.plugins.certificates.errors import CertificateRefused

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 10 * 1000 * 1000
MAX_SIDE = 3_600  # pixels: 300 dpi across a page
MAX_PIXELS = 25_000_000  # decoded at once, 100 MB; phones take pictures of 12 million
GOOD_SIZE = 200_000  # bytes a full page may cost; every certificate carries them
PDF_DPI = 200
PNG, JPEG, SVG = "image/png", "image/jpeg", "image/svg+xml"
EXTENSIONS = {PNG: "png", JPEG: "jpg", SVG: "svg"}
# Longest side and quality, from what nobody can tell from the original down to what still prints well (150 dpi).
_JPEG_STEPS = ((3_600, 88), (3_600, 78), (2_480, 80), (2_480, 70), (1_754, 76), (1_754, 66))
_PNG_STEPS = (3_600, 2_480, 1_754)


@dataclass(frozen=True, kw_only=True)
class CleanPicture:
    """A picture as it is stored: PNG, JPEG or SVG; `width` and `height` in pixels, or in user units of an SVG."""

    media_type: str
    data: bytes
    width: int
    height: int


def clean(data: bytes, filename: str) -> CleanPicture:
    """The picture in a PNG, JPG, SVG or PDF file (page one), by its content; metadata are left behind.

    Raises CertificateRefused on field `file` with what to do. The same bytes give the same picture.
    """
    from lms.plugins.certificates.design.drawings import clean_svg  # noqa: PLC0415 -- it cleans pictures inside too

    if not data:
        raise refused(_("The file is empty. Choose another one."))
    if len(data) > MAX_BYTES:
        raise refused(_("The file is larger than 10 MB. Save it smaller: 2,480 pixels across are enough for a page."))
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return clean_pixels(data)
    if b"%PDF-" in data[:1024]:
        return _clean_pdf(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return clean_svg(data)
    suffix = filename.rpartition(".")[2].upper()[:8] if "." in filename else ""
    raise refused(
        _("%(kind)s files cannot be used. Save the picture as PNG, JPG, SVG or PDF.", kind=suffix)
        if suffix.isalnum() and suffix not in {"PNG", "JPG", "JPEG", "SVG", "PDF"}
        else _("This is not a PNG, JPG, SVG or PDF file. Save the picture anew in one of these formats.")
    )


def refused(message: str) -> CertificateRefused:
    """A refusal on the field of the file."""
    return CertificateRefused(message, "file")


def clean_pixels(data: bytes) -> CleanPicture:
    """A PNG or JPEG decoded and encoded again, at most MAX_SIDE pixels a side."""
    image = _safely(lambda: _decoded(data))
    return _encoded(image, is_photo=data.startswith(b"\xff\xd8\xff"))


def _safely(work: Callable[[], Image]) -> Image:
    """The decoders are old and many; each has its own way to say that a file is broken."""
    import struct  # noqa: PLC0415 -- only its error is needed here
    import zlib  # noqa: PLC0415 -- as above

    from PIL import Image as Pictures  # noqa: PLC0415 -- slow import

    bombs = (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning)
    broken = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError)
    try:
        return work()
    except bombs:
        raise _too_many_pixels() from None
    except (*broken, struct.error, zlib.error):
        raise refused(_("This picture is damaged. Open it in a picture program and save it anew.")) from None


def _too_many_pixels() -> CertificateRefused:
    return refused(_("The picture has more than 25 million pixels. Make it smaller: 3,508 by 2,480 fill a whole page."))


def _decoded(data: bytes) -> Image:
    from PIL import Image as Pictures  # noqa: PLC0415 -- slow import
    from PIL import ImageOps  # noqa: PLC0415 -- slow import

    with Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels()
        if image.format == "JPEG":
            image.draft(None, (MAX_SIDE, MAX_SIDE))  # a photograph is decoded no larger than is kept
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
    made: Image = image
    if made.mode.startswith(("I", "F")):  # 16 bits a pixel
        made = made.convert("I").point(lambda value: value / 257).convert("L")
    is_clear = made.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in made.info
    made = made if made.mode == ("RGBA" if is_clear else "RGB") else made.convert("RGBA" if is_clear else "RGB")
    if is_clear and made.getchannel("A").getextrema() == (255, 255):
        made = made.convert("RGB")
    made.info.clear()
    return made


def _clean_pdf(data: bytes) -> CleanPicture:
    """Page one as pixels: a PDF cannot be part of an archive PDF."""
    return _encoded(_safely(lambda: _page_one(data)), is_photo=False)


def _page_one(data: bytes) -> Image:
    with pdfium() as library:
        try:
            document = library.PdfDocument(data)
        except library.PdfiumError:
            raise refused(_("This PDF cannot be opened. Save it anew without a password.")) from None
        try:
            if len(document) == 0:
                raise refused(_("This PDF has no page. Save it anew."))
            return _drawn(document[0])
        except library.PdfiumError:
            raise refused(_("The first page of this PDF cannot be drawn. Save it as PNG instead.")) from None
        finally:
            document.close()


def _drawn(page: Any) -> Image:
    width, height = page.get_size()
    longest = max(width, height)
    if not (min(width, height) >= 1 and longest <= 20_000):
        raise refused(_("The first page of this PDF has no usable size. Save it as PNG instead."))
    bitmap = page.render(scale=min(PDF_DPI / 72, MAX_SIDE / longest), rev_byteorder=True)
    made: Image = bitmap.to_pil().convert("RGB")  # a copy: the bitmap's memory goes with the document
    return made


def _encoded(image: Image, *, is_photo: bool) -> CleanPicture:
    """The best-looking of the tries that is small enough; else the smallest."""
    best: CleanPicture | None = None
    for made in _tries(image, is_photo=is_photo):
        if best is None or len(made.data) < len(best.data):
            best = made
        if len(made.data) <= GOOD_SIZE:
            break
    assert best is not None
    return best


def _tries(image: Image, *, is_photo: bool) -> Iterator[CleanPicture]:
    if image.mode == "RGBA":
        for side in _PNG_STEPS:
            yield _as_png(_fitted(image, side))
            if max(image.size) <= side:
                return
        return
    if not is_photo:  # drawings stay exact where that is cheap
        yield _as_png(_fitted(image, MAX_SIDE))
        flat = _flattened(_fitted(image, MAX_SIDE))
        if flat is not None:
            yield _as_png(flat)
    for side, quality in _JPEG_STEPS:
        yield _as_jpeg(_fitted(image, side), quality, is_photo=is_photo)


def _flattened(image: Image) -> Image | None:
    """The picture in 256 colours, unless that would show: drawings have few, and shrink to a quarter."""
    from PIL import Image as Pictures  # noqa: PLC0415 -- slow import
    from PIL import ImageChops, ImageStat  # noqa: PLC0415 -- slow import

    flat = image.quantize(256, method=Pictures.Quantize.FASTOCTREE, dither=Pictures.Dither.NONE)
    return flat if max(ImageStat.Stat(ImageChops.difference(image, flat.convert("RGB"))).rms) <= 4 else None


def _fitted(image: Image, side: int) -> Image:
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    return image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), 1)  # Lanczos


def _as_png(image: Image) -> CleanPicture:
    made = io.BytesIO()
    image.save(made, "PNG", compress_level=6)
    return CleanPicture(media_type=PNG, data=made.getvalue(), width=image.width, height=image.height)


def _as_jpeg(image: Image, quality: int, *, is_photo: bool) -> CleanPicture:
    made = io.BytesIO()
    # Coloured lines of drawings bleed when colour is kept at half the size.
    image.save(made, "JPEG", quality=quality, optimize=True, subsampling="4:2:0" if is_photo else "4:4:4")
    return CleanPicture(media_type=JPEG, data=made.getvalue(), width=image.width, height=image.height)
