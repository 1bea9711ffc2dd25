"""The paper of a design as readers, printers, screen readers and phone cameras see it."""

from __future__ import annotations

import base64
import io
import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pdf_tools import (
    as_jpeg,
    check,
    codes_in,
    fonts_of,
    info_of,
    needs_poppler,
    needs_qpdf,
    opened,
    pages_of,
    picture_of,
    text_of,
    words_of,
)
from PIL import Image

from lms.plugins.certificates.design import engine, press
from lms.plugins.certificates.design.facts import MaterialLine
from lms.plugins.certificates.design.model import Design, Drawing
from lms.plugins.certificates.design.ornaments import svg
from tests.plugins.certificates.designs import (
    ADDRESS,
    MM,
    TEXTS,
    design,
    facts,
    materials_box,
    name,
    no_assets,
    ornament,
    png,
    qr,
    text,
)

BACK = (
    text("judul", 33, 24, 150, 10, "Materi pelatihan", size=18, align="left"),
    text("milik", 33, 36, 231, 6, "{nama_gelar} · {nomor}", align="left"),
    ornament("bingkai", "frame-line", 9, 9, 279, 192),
    materials_box(),
)
FULL = design(
    ornament("bingkai", "guilloche", 8, 8, 281, 194),
    {"kind": "logo", "id": "logo", "x": 140, "y": 20, "w": 16, "h": 16},
    text("judul", 40, 40, 217, 18, "SERTIFIKAT", font="display", size=36),
    name(),
    text("nomor", 60, 60, 177, 7, "Nomor {nomor}"),
    {"kind": "signature", "id": "ttd", "place": 1, "x": 40, "y": 150, "w": 60, "h": 18},
    {"kind": "picture", "id": "foto", "x": 220, "y": 150, "w": 30, "h": 30, "asset": "a" * 64, "alt": "Peta Kalbar"},
    {"kind": "stamp", "id": "cap", "x": 190, "y": 150, "w": 30, "h": 30, "asset": "b" * 64, "opacity": 0.4},
    qr(),
    text("kode", 124, 180, 48, 6, "{kode}"),
    ornament("mikro", "microtext", 40, 190, 217, 1),
    back=BACK,
)


def assets(sha256: str) -> tuple[str, bytes]:
    if sha256 == "b" * 64:
        return "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    return "image/png", png(is_clear=False)


@pytest.fixture(scope="module")
def full() -> bytes:
    return engine.render(FULL, facts(materials=12, signatures={1: png()}), read_asset=assets)


@needs_poppler
def test_c12_front_is_a4_landscape_and_the_back_page_is_there_only_with_materials(full: bytes) -> None:
    assert info_of(full)["Page size"] == "841.89 x 595.276 pts (A4)"
    assert pages_of(full) == 2
    assert pages_of(engine.render(FULL, facts(), read_asset=assets)) == 1


@needs_poppler
def test_c12_sixty_materials_flow_on_with_head_sum_and_foot() -> None:
    pdf = engine.render(FULL, facts(materials=60), read_asset=assets)
    count = pages_of(pdf)
    assert count >= 3
    for page in range(2, count + 1):
        words = text_of(pdf, page, order="layout")
        assert "Material Speaker JP" in words
        assert f"{page}/{count}" in words
        assert all(TEXTS[token] in words for token in ("nomor", "nama_gelar", "periksa"))
    assert "Materi pelatihan" not in text_of(pdf, 3)
    everything = text_of(pdf, order="layout")
    assert [int(no) for no in re.findall(r"Materi ke-(\d+)", everything)] == list(range(1, 61))
    assert re.search(r"Total training hours, one JP is 45 minutes 90", everything)


@needs_poppler
def test_c12_the_table_and_its_foot_stay_in_their_box() -> None:
    pdf = engine.render(FULL, facts(materials=60), read_asset=assets)
    for page in range(2, pages_of(pdf) + 1):
        words = words_of(pdf, page)
        assert max(word.bottom for word in words) <= 180 * MM + 1
        assert min(word.left for word in words) >= 33 * MM - 0.1
        assert max(word.right for word in words) <= 264 * MM + 0.1


@needs_qpdf
@needs_poppler
def test_c15_the_file_is_sound_small_and_holds_its_fonts(full: bytes) -> None:
    check(full)
    front = engine.render(FULL, facts(signatures={1: png()}), read_asset=assets)
    assert len(front) <= 250_000
    assert all(embedded and subset for _name, embedded, subset in fonts_of(full))


@needs_qpdf
@needs_poppler
def test_c16_c17_it_declares_archive_and_access_standards_language_title_and_alternatives(full: bytes) -> None:
    info = info_of(full)
    assert info["Title"] == f"SERTIFIKAT {TEXTS['nomor']} · {TEXTS['nama_gelar']}"
    assert info["Author"] == TEXTS["penerbit"]
    assert info["Tagged"] == "yes"
    inside = opened(full)
    assert "/Lang (id-ID)" in inside
    assert "/DisplayDocTitle true" in inside
    assert "<pdfuaid:part>1</pdfuaid:part>" in inside
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in re.sub(r">\s+<", "><", inside)
    alternatives = re.findall(r"/Alt \((.*?)\)", inside)
    assert alternatives == [
        "Signature of Drs. Petrus Lungkang, M.Si.",
        "Peta Kalbar",
        "QR code of the page that verifies this certificate",
    ]


@needs_poppler
def test_c16_the_name_is_the_heading_and_reading_order_is_that_of_the_elements(full: bytes) -> None:
    words = text_of(full, 1, order="raw")
    order = ["SERTIFIKAT", TEXTS["nama_gelar"], TEXTS["nomor"], TEXTS["kode"]]
    places = [words.replace(" ", "").index(part.replace(" ", "")) for part in order]
    assert places == sorted(places)
    assert re.findall(r"/S /H\d", opened(full)) == ["/S /H1", "/S /H2"]


@needs_poppler
@pytest.mark.parametrize("dpi", [80, 100, 150, 300])
def test_c18_phones_read_the_code_off_grey_compressed_prints(full: bytes, dpi: int) -> None:
    printed = picture_of(full, dpi).convert("L")
    assert codes_in(as_jpeg(printed, 70)) == [ADDRESS]


@needs_poppler
@pytest.mark.parametrize("side", [25, 28, 34])
def test_c18_a_code_with_a_credential_is_read_from_150_dpi(side: int) -> None:
    payload = base64.b32encode(random.Random(5).randbytes(195)).decode().rstrip("=")
    address = f"{ADDRESS}/{payload}"
    assert len(address) >= 350
    pdf = engine.render(design(qr(side=side)), facts(qr_text=address), read_asset=no_assets)
    for dpi in (150, 300):
        assert codes_in(as_jpeg(picture_of(pdf, dpi).convert("L"), 70)) == [address]


@needs_poppler
def test_c18_the_code_is_printed_in_letters_as_well(full: bytes) -> None:
    assert TEXTS["kode"] in text_of(full, 1)


@needs_poppler
def test_c19_a_preview_and_sample_data_are_marked_on_every_page() -> None:
    pdf = engine.render(FULL, facts(materials=40, is_preview=True, is_demo=True), read_asset=assets)
    for page in range(1, pages_of(pdf) + 1):
        assert "PREVIEW" in text_of(pdf, page, order="raw")
        assert "Sample data" in text_of(pdf, page)
    assert "PREVIEW" not in text_of(engine.render(FULL, facts(), read_asset=assets), 1, order="raw")


def test_a_signature_by_hand_leaves_its_room_empty() -> None:
    place = {"kind": "signature", "id": "ttd", "place": 1, "x": 20, "y": 20, "w": 60, "h": 18}
    picture = Image.open(io.BytesIO(engine.picture(design(place), facts(), read_asset=no_assets)))
    scale = picture.width / 297
    room = picture.convert("L").crop(tuple(int(edge * scale) for edge in (20, 20, 80, 38)))
    assert room.getextrema() == (255, 255)


@pytest.mark.parametrize("kind", ["corak", "line", "double-line", "diamond", "frame-woven", "frame-line", "guilloche"])
def test_an_ornament_is_drawn_within_its_box_in_its_colours(kind: str) -> None:
    made = design(ornament("o", kind, 100, 60, 60, 40, colour="#ff0000", accent="#0000ff"), name(x=-49), qr(x=-49))
    picture = Image.open(io.BytesIO(engine.picture(made, facts(nama_gelar=""), read_asset=no_assets)))
    mm = 297 / picture.width
    left, top, right, bottom = Image.eval(picture.convert("L"), lambda value: 255 if value < 250 else 0).getbbox()
    assert left * mm >= 100 - 0.5
    assert top * mm >= 60 - 0.5
    assert right * mm <= 160.5
    assert bottom * mm <= 100.5


def test_a_whole_page_of_guilloche_is_a_small_file() -> None:
    box = ornament("o", "guilloche", 8, 8, 281, 194)
    [drawing] = [element for element in design(box).front.elements if isinstance(element, Drawing)]
    assert len(svg(drawing)) < 100_000


@needs_poppler
def test_microtext_repeats_issuer_and_number_and_screen_readers_pass_it_over(full: bytes) -> None:
    words = [word for word in words_of(full) if word.bottom - word.top < 2]
    line = " ".join(word.text for word in words)
    assert line.count(f"{TEXTS['penerbit']} · {TEXTS['nomor']}") > 5
    assert max(word.right for word in words) <= 257 * MM


@pytest.mark.parametrize("width", [400, 1200])
def test_a_picture_is_as_wide_as_asked(width: int) -> None:
    first = Image.open(io.BytesIO(engine.picture(FULL, facts(), read_asset=assets, width=width)))
    second = Image.open(io.BytesIO(engine.picture(FULL, facts(materials=3), read_asset=assets, page=2, width=width)))
    assert first.size == second.size
    assert abs(first.width - width) <= 1
    assert first.tobytes() != second.tobytes()


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no page 2"):
        engine.picture(FULL, facts(), read_asset=assets, page=2)


@needs_poppler
def test_many_threads_print_their_own_papers() -> None:
    def number_on_paper(number: int) -> bool:
        pdf = engine.render(FULL, facts(nomor=f"{number:03}/SERT"), read_asset=assets)
        return f"Nomor {number:03}/SERT" in text_of(pdf)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(number_on_paper, range(16)))


def test_only_the_designs_in_use_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_home", cache(lambda: tmp_path))
    press.forget()
    designs: list[Design] = [design(title=f"PIAGAM {n}") for n in range(press._KEPT + 2)]
    for made in designs:
        engine.render(made, facts(), read_asset=no_assets)
    assert len(list(tmp_path.iterdir())) == press._KEPT
    press.forget()


def test_a_compiler_is_made_anew_after_many_papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_home", cache(lambda: tmp_path))
    monkeypatch.setattr(press, "_PAPERS", 2)
    press.forget()
    made = [engine.render(design(), facts(), read_asset=no_assets) for _ in range(5)]
    assert len(set(made)) == 1
    assert len(list(tmp_path.iterdir())) == 1
    press.forget()


@needs_poppler
@pytest.mark.parametrize("place", [{"h": 5}, {"y": 180, "h": 30}, {"x": -20, "w": 297}, {"x": 280, "w": 40, "y": -10}])
def test_a_table_in_a_box_that_is_too_small_or_outside_is_printed_all_the_same(place: dict[str, float]) -> None:
    made = design(back=(materials_box(**place),))
    assert "Materi ke-9" in text_of(engine.render(made, facts(materials=9), read_asset=no_assets))


@needs_poppler
def test_a_long_word_of_the_table_breaks_and_keeps_out_of_the_next_column() -> None:
    line = MaterialLine(no=1, title="W" * 90, speaker="Ani", jp=2)
    pdf = engine.render(design(back=(materials_box(),)), replace(facts(), materials=(line,)), read_asset=no_assets)
    words = words_of(pdf, 2)
    [speaker] = [word for word in words if word.text == "Ani"]
    assert max(word.right for word in words if "WW" in word.text) < speaker.left
