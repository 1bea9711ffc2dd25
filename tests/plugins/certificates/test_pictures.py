"""Pictures for designs: what comes in is checked, what comes out is clean, small and printable."""

from __future__ import annotations

import base64
import io
import random
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from lms.plugins.certificates.design import drawings
from lms.plugins.certificates.design.pictures import GOOD_SIZE, MAX_SIDE, CleanPicture, clean
from lms.plugins.certificates.errors import CertificateRefused

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture(scope="module")
def words() -> Any:
    """A place where texts can be translated; no database."""
    from flask import Flask
    from flask_babel import Babel

    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def made(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **values: Any) -> bytes:
    colour = {"RGBA": (10, 67, 82, 128), "RGB": (10, 67, 82), "CMYK": (200, 60, 40, 90)}.get(mode, 80)
    image, file = Image.new(mode, size, colour), io.BytesIO()  # type: ignore[arg-type]
    image.save(file, kind, **values)
    return file.getvalue()


def svg(body: str = '<path d="M0 0h10v10z"/>', head: str = 'viewBox="0 0 20 10"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {XLINK} {head}>{body}</svg>'.encode()


def photograph(width: int, height: int, quality: int = 95) -> bytes:
    small = Image.frombytes(
        "RGB", (width // 60, height // 60), random.Random(7).randbytes(width // 60 * (height // 60) * 3)
    )
    file = io.BytesIO()
    small.resize((width, height)).save(file, "JPEG", quality=quality)
    return file.getvalue()


def refusal(data: bytes, name: str = "gambar") -> str:
    with pytest.raises(CertificateRefused) as caught:
        clean(data, name)
    assert caught.value.field == "file"
    return str(caught.value)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_a_png_of_any_kind_becomes_a_plain_png(mode: str) -> None:
    picture = clean(made("PNG", mode=mode), "logo.png")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert (picture.media_type, picture.width, picture.height) == ("image/png", 40, 30)
        assert image.mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_of_any_kind_becomes_a_plain_jpeg(mode: str) -> None:
    picture = clean(made("JPEG", mode=mode), "foto.bin")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert (picture.media_type, image.mode, image.size) == ("image/jpeg", "RGB", (40, 30))


def test_the_kind_is_told_by_the_content_and_not_by_the_name() -> None:
    assert clean(made("PNG"), "foto.jpg").media_type == "image/png"


def test_metadata_stay_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "KAMERA RAHASIA"
    picture = clean(made("JPEG", exif=exif, comment=b"KOMENTAR RAHASIA"), "foto.jpg")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert not image.getexif()
    assert (picture.width, picture.height) == (30, 40)
    assert b"RAHASIA" not in picture.data


def test_text_in_a_png_stays_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "NAMA RAHASIA")
    assert b"RAHASIA" not in clean(made("PNG", pnginfo=notes), "a.png").data


def test_a_large_photograph_is_made_smaller_until_it_costs_little() -> None:
    picture = clean(photograph(3840, 2700), "latar.jpg")
    assert max(picture.width, picture.height) <= MAX_SIDE
    assert abs(picture.width / picture.height - 3840 / 2700) < 0.01
    assert len(picture.data) <= GOOD_SIZE


def test_a_drawing_stays_exact_where_that_is_cheap() -> None:
    image, file = Image.new("RGB", (2480, 1754), "white"), io.BytesIO()
    ImageDraw.Draw(image).rectangle((100, 100, 2380, 1654), outline=(10, 67, 82), width=40)
    image.save(file, "PNG")
    picture = clean(file.getvalue(), "bingkai.png")
    assert (picture.media_type, picture.width) == ("image/png", 2480)
    with Image.open(io.BytesIO(picture.data)) as again:
        assert again.getpixel((120, 120)) == (10, 67, 82)


def test_a_drawing_with_few_colours_is_kept_in_a_palette_and_one_with_many_is_not() -> None:
    image = Image.new("RGB", (1600, 1000), "white")
    pen = ImageDraw.Draw(image)
    for at in range(100):  # fine lines, as a guilloche has them: too much for an exact PNG
        pen.line((at * 37 % 1600, 0, at * 911 % 1599, 1000), fill=(10, 67, 82), width=1)
    soft, file = image.resize((1200, 750), 1), io.BytesIO()
    soft.save(file, "PNG", compress_level=1)
    picture = clean(file.getvalue(), "latar.png")
    with Image.open(io.BytesIO(picture.data)) as again:
        assert (again.format, again.mode, again.size) == ("PNG", "P", (1200, 750))
    with Image.open(io.BytesIO(photograph(1200, 720))) as many:
        many.save(file := io.BytesIO(), "PNG", compress_level=1)
    assert clean(file.getvalue(), "foto.png").media_type == "image/jpeg"


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    assert "25 million" in refusal(made("PNG", (6000, 6000), mode="1"))
    lie = bytearray(made("PNG"))
    lie[16:24] = (50_000).to_bytes(4, "big") * 2
    lie[29:33] = zlib.crc32(lie[12:29]).to_bytes(4, "big")
    assert "25 million" in refusal(bytes(lie))


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.png", "empty"),
        (b"x" * 10_000_001, "a.png", "10 MB"),
        (b"GIF89a", "gerak.gif", "GIF files cannot be used"),
        (b"halo", "gambar.png", "not a PNG, JPG, SVG or PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "a.png", "damaged"),
        (b"\xff\xd8\xff\xe0" + b"x" * 40, "a.jpg", "damaged"),
        (b"%PDF-1.7 rusak", "a.pdf", "PDF"),
        (b"<html><body/></html>", "a.svg", "not an SVG"),
        (b"<svg", "a.svg", "damaged"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(data: bytes, name: str, says: str) -> None:
    assert says in refusal(data, name)


def test_a_truncated_picture_is_refused() -> None:
    whole = photograph(400, 300)
    assert "damaged" in refusal(whole[: len(whole) // 2])


def test_the_first_page_of_a_pdf_becomes_a_picture_of_200_dpi() -> None:
    file = io.BytesIO()
    Image.new("RGB", (297 * 4, 210 * 4), (10, 67, 82)).save(file, "PDF", resolution=4 * 25.4)
    picture = clean(file.getvalue(), "latar.pdf")
    assert (picture.width, picture.height) == (2339, 1654)
    with Image.open(io.BytesIO(picture.data)) as image:
        pixel = image.getpixel((1000, 800))
        assert isinstance(pixel, tuple)
        assert all(abs(one - other) <= 2 for one, other in zip(pixel, (10, 67, 82), strict=True))


# SVG


def test_a_drawing_is_taken_over_with_its_shapes() -> None:
    picture = clean(svg('<g fill="#0a4352"><circle cx="5" cy="5" r="4"/></g>', 'width="40mm" height="20mm"'), "a.svg")
    assert picture.media_type == "image/svg+xml"
    assert b'<g fill="#0a4352"><circle cx="5" cy="5" r="4"/></g>' in picture.data
    assert round(picture.width / picture.height, 1) == 2.0


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<rect width="4" height="4" onload="alert(1)"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='alert(1)'/></foreignObject>",
        '<a xlink:href="javascript:alert(1)"><path d="M0 0h1v1z"/></a>',
        '<rect width="4" height="4" fill="url(https://luar.contoh.id/alert)"/>',
        '<rect width="4" height="4" style="fill:url(//luar.contoh.id/alert)"/>',
        r'<rect width="4" height="4" style="fill:u\72l(//luar.contoh.id/alert)"/>',
        '<use xlink:href="https://luar.contoh.id/alert.svg#x"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<metadata>alert</metadata><title>alert</title><!-- alert --><?alert?>",
        '<filter id="f"><feImage xlink:href="https://luar.contoh.id/alert"/></filter>',
    ],
)
def test_nothing_that_acts_or_points_outside_is_taken_over(body: str) -> None:
    data = clean(svg(body + '<path d="M0 0h10v10z"/>'), "a.svg").data
    assert b"alert" not in data and b"luar" not in data
    assert b'd="M0 0h10v10z"' in data


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<image xlink:href="https://luar.contoh.id/a.png" width="5" height="5"/>', "outside"),
        ('<image href="file:///etc/passwd" width="5" height="5"/>', "outside"),
        ('<image xlink:href="data:image/svg+xml;base64,PHN2Zy8+" width="5" height="5"/>', "outside"),
        ('<image xlink:href="data:image/png;base64,AAAA" width="5" height="5"/>', "damaged"),
        ("<style>@import url(https://luar.contoh.id/a.css);</style>", "outside"),
        ("<style>path{fill:url('https://luar.contoh.id/a')}</style>", "outside"),
        ("<text>Halo</text>", "paths"),
        ('<g id="a"><use xlink:href="#a"/></g>', "without end"),
        ('<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>', "without end"),
        ('<mask id="m"><rect mask="url(#m)"/></mask><rect mask="url(#m)"/>', "without end"),
        ("<g>" * 70 + "</g>" * 70, "nested"),
    ],
)
def test_a_drawing_that_cannot_be_made_safe_is_refused(body: str, says: str) -> None:
    assert says in refusal(svg(body))


def test_repetition_that_multiplies_is_refused_at_once() -> None:
    layers = "".join(f'<g id="a{n + 1}">' + f'<use xlink:href="#a{n}"/>' * 10 + "</g>" for n in range(9))
    assert "too many shapes" in refusal(
        svg(f'<defs><path id="a0" d="M0 0h1v1z"/>{layers}</defs><use xlink:href="#a9"/>')
    )


def test_entities_are_refused_and_a_plain_doctype_is_not() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>'
    assert "definitions" in refusal(svg("<g>&l9;</g>", before=bomb))
    assert "definitions" in refusal(svg('<path d="&l9;"/>', before=bomb))
    assert "definitions" in refusal(svg(before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))
    plain = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    assert b"DOCTYPE" not in clean(svg(before=plain), "a.svg").data


def test_other_encodings_hide_nothing() -> None:
    assert "UTF-8" in refusal(svg('<g id="\xe9"/>').decode().encode("latin-1"))
    assert "damaged" in refusal(b"<" + svg(before='<!DOCTYPE svg [<!ENTITY x "y">]>').decode().encode("utf-16")[3:])


def test_a_picture_inside_of_a_drawing_is_cleaned_as_well() -> None:
    inner = base64.b64encode(made("JPEG", comment=b"RAHASIA")).decode()
    data = clean(svg(f'<image xlink:href="data:image/jpeg;base64,{inner}" width="5" height="5"/>'), "a.svg").data
    [kept] = [part for part in data.decode().split('"') if part.startswith("data:image/jpeg;base64,")]
    assert b"RAHASIA" not in base64.b64decode(kept.partition(",")[2])


def test_colours_by_style_sheet_gradients_and_inner_references_stay() -> None:
    body = (
        '<style>.a{fill:url(#g);stroke:#0a4352}</style><defs><linearGradient id="g">'
        '<stop offset="0" stop-color="#fff"/></linearGradient><path id="p" d="M0 0h5v5z"/></defs>'
        '<path class="a" d="M0 0h1v1z"/><use xlink:href="#p" x="2"/>'
    )
    assert body.split("<defs>")[0].encode() in clean(svg(body), "a.svg").data
    assert b'<use x="2" xlink:href="#p"/>' in clean(svg(body), "a.svg").data


def test_effects_are_left_behind_and_their_shapes_stay() -> None:
    body = (
        '<style>.a{fill:red;filter:url(#f)}</style><filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
        '<path style="filter:url(#f);fill:#0a4352;marker-end:url(#m)" d="M0 0h1v1z"/>'
    )
    data = clean(svg(body), "a.svg").data
    assert b".a{fill:red;}" in data and b'style="fill:#0a4352;"' in data
    assert b"url(" not in data and b"<filter" not in data


def test_a_drawing_without_a_size_is_refused() -> None:
    assert "size" in refusal(svg(head=""))


def test_cleaning_twice_changes_nothing() -> None:
    for data in (made("PNG", mode="RGBA"), svg('<g transform="scale(2)"><path d="M0 0h1v1z"/></g>')):
        once = clean(data, "a")
        assert clean(once.data, "a") == once


# Whatever comes in: a picture or a refusal, never anything else.


def tried(data: bytes) -> None:
    try:
        picture = clean(data, "a.png")
    except CertificateRefused:
        return
    assert isinstance(picture, CleanPicture)


FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = [
    made("PNG", mode="RGBA"),
    made("PNG", mode="P"),
    made("JPEG"),
    made("JPEG", progressive=True),
    made("PDF"),
    svg('<style>.a{fill:red}</style><g id="a" class="a"><rect width="3" height="3"/></g><use xlink:href="#a" x="3"/>'),
]


@FUZZ
@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-1.4\n", b"<svg "]), st.binary(max_size=400))
def test_random_bytes_never_break_the_cleaner(start: bytes, rest: bytes) -> None:
    tried(start + rest)


@FUZZ
@given(st.sampled_from(SEEDS), st.data())
def test_a_changed_or_cut_file_never_breaks_the_cleaner(seed: bytes, data: st.DataObject) -> None:
    changed = bytearray(seed)
    for at in data.draw(st.lists(st.integers(0, len(seed) - 1), max_size=6)):
        changed[at] = data.draw(st.integers(0, 255))
    tried(bytes(changed[: data.draw(st.integers(1, len(seed)))]))


ELEMENTS = st.sampled_from(
    ["g", "path", "rect", "use", "mask", "clipPath", "image", "style", "symbol", "svg", "marker"]
)
VALUES = st.sampled_from(
    ["0", "1e9", "-5", "NaN", "#a", "url(#a)", "url(#b)", "M0 0h5", "100%", "a", "b", "scale(0)", ""]
)
KEYS = st.sampled_from(
    [
        "id",
        "xlink:href",
        "d",
        "width",
        "height",
        "mask",
        "clip-path",
        "transform",
        "viewBox",
        "stroke-dasharray",
        "fill",
    ]
)


@FUZZ
@given(st.lists(st.tuples(ELEMENTS, st.dictionaries(KEYS, VALUES, max_size=5), st.booleans()), max_size=14))
def test_any_drawing_is_printed_or_refused(parts: list[tuple[str, dict[str, str], bool]]) -> None:
    opened: list[str] = []
    body = ""
    for name, attributes, closes in parts:
        body += f"<{name} " + " ".join(f'{key}="{value}"' for key, value in attributes.items()) + ">"
        opened.append(name)
        if closes:
            body += f"</{opened.pop()}>"
    tried(svg(body + "".join(f"</{name}>" for name in reversed(opened))))


def test_the_limits_of_drawings_are_those_that_the_messages_speak_of() -> None:
    shapes = '<path d="M0 0h1v1z"/>' * (drawings.MAX_SHAPES + 1)
    assert "too many shapes" in refusal(svg(shapes))
    assert "too detailed" in refusal(svg(f'<path d="{"M0 0h1" * 300_000}"/>'))
