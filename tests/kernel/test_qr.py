"""QR codes: small, fast to draw, readable by what phones use."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image
from qrcode import QRCode
from qrcode.exceptions import DataOverflowError

from lms.kernel.qr import qr_drawing, qr_drawing_for, qr_matrix, qr_path, qr_svg, strongest_level
from lms.kernel.qr_modules import MASK

ADDRESS = "https://lokakarya.example.org/v/R4TM9K2D7QXY"


def read(matrix: list[list[bool]], scale: int = 3) -> list[str]:
    side = len(matrix) + 8
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + 4, y + 4), 0)
    return [found.text for found in zxingcpp.read_barcodes(picture.resize((side * scale, side * scale), 0))]


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
def test_every_level_reads_back(error: str) -> None:
    assert read(qr_matrix(ADDRESS, error)) == [ADDRESS]


def test_the_fixed_mask_reads_back_for_many_tokens() -> None:
    tokens = [f"https://lokakarya.example.org/t/{number * 7919:012X}" for number in range(120)]
    assert [read(qr_matrix(token)) for token in tokens] == [[token] for token in tokens]


@pytest.mark.parametrize("text", ["a", "Å ب 林", "x" * 400])
def test_short_foreign_and_long_texts_read_back(text: str) -> None:
    assert read(qr_matrix(text)) == [text]


def test_the_path_draws_exactly_the_dark_modules() -> None:
    side, path = qr_path(ADDRESS)
    drawn = set()
    for part in path.split("M")[1:]:
        x, rest = part.split(" ")
        y, width = rest.split("h")[0], rest.split("h")[1].split("v")[0]
        drawn |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = qr_matrix(ADDRESS)
    assert side == len(matrix)
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


def test_the_svg_is_dark_on_white_with_a_quiet_zone_and_a_label() -> None:
    side, path = qr_path(ADDRESS)
    svg = str(qr_svg(ADDRESS, label='Tiket "Rafi" & <b>', cls="qr big"))
    assert f'viewBox="-4 -4 {side + 8} {side + 8}"' in svg
    assert 'role="img"' in svg and 'shape-rendering="crispEdges"' in svg and 'class="qr big"' in svg
    assert 'fill="#fff"' in svg and f'fill="#000" d="{path}"' in svg
    assert "<b>" not in svg and "&lt;b&gt;" in svg
    assert len(svg) < 8_000


def test_the_quiet_zone_can_be_left_to_the_page() -> None:
    side, _path = qr_path(ADDRESS)
    assert f'viewBox="0 0 {side} {side}"' in str(qr_svg(ADDRESS, label="x", quiet=0))


def test_a_stronger_level_is_taken_only_where_it_costs_no_size() -> None:
    for length in range(10, 120, 7):
        text = "https://" + "x" * length
        level = strongest_level(text)
        assert len(qr_matrix(text, level)) == len(qr_matrix(text, "M"))
        assert qr_drawing(text)["side"] == len(qr_matrix(text, "M"))
    assert strongest_level(ADDRESS) == "Q"


def test_a_repeated_token_is_drawn_once() -> None:
    qr_path.cache_clear()
    for _ in range(3):
        qr_svg("https://lokakarya.example.org/t/SAMA", label="x")
    assert qr_path.cache_info().misses == 1


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
def test_codes_are_those_of_the_library_module_for_module(error: str) -> None:
    levels = {"L": 1, "M": 0, "Q": 3, "H": 2}
    texts = ["7", "A1", ADDRESS, ADDRESS.upper(), "5" * 61, "HTTPS://X.ID/" + "2B7" * 97, "é" * 90, "q" * 700]
    for text in texts:
        code = QRCode(error_correction=levels[error], mask_pattern=MASK, border=0)
        code.add_data(text)
        code.make(fit=True)
        assert qr_matrix(text, error) == [[bool(module) for module in row] for row in code.modules]


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises(DataOverflowError):
        qr_matrix("x" * 3000)


def test_a_long_address_gets_larger_modules_where_its_place_is_small() -> None:
    address = "HTTPS://LOKAKARYA.EXAMPLE.ORG/V/R4TM9K2D7QXY/" + "A7" * 160
    wide, narrow = (int(qr_drawing_for(address, side=side)["side"]) for side in (40, 25))
    assert wide > narrow
    assert int(qr_drawing_for(ADDRESS.upper(), side=28)["side"]) == 29
