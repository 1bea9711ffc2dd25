"""Texts of a design: they copy out as they went in, fit their boxes and are never markup."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import typst
from pdf_tools import fonts_of, needs_poppler, text_of, words_of
from PIL import Image

from lms.kernel.typesetting import FONTS
from lms.plugins.certificates.design import engine, press
from lms.plugins.certificates.design.layout import filled
from tests.plugins.certificates.designs import MM, design, facts, name, no_assets, qr, text

FONT_NAMES = ("sans", "serif", "display")
NAMES = ("Dr. Hj. Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd, S.Sos., M.Si.", "Rafi", "Affifi Fflinders", "林美玲", "سيتي نور")
LONG = "Prof. Dr. Hj. Raden Ajeng Siti Nurhalizah Kusumaningrum binti Abdurrahman, S.Sos., M.Si."
ENDLESS = "Wolfeschlegelsteinhausenbergerdorff" * 4
HOSTILE = ('#read("/etc/passwd")', "*tebal* _miring_ $x$", "<b>tebal</b> & co", "= Judul", "{nama}", "\\ // /* */")
HEIGHT = 1.26  # of the box that poppler reports, in sizes of Plus Jakarta Sans


@pytest.fixture(scope="module")
def our_fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@pytest.fixture
def only_our_fonts(our_fonts: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    press.forget()
    monkeypatch.setattr(press, "fonts", lambda: our_fonts)
    yield
    press.forget()


@needs_poppler
@pytest.mark.parametrize("font", FONT_NAMES)
@pytest.mark.parametrize("holder", NAMES)
@pytest.mark.usefixtures("only_our_fonts")
def test_c13_a_name_copies_out_as_it_went_in_without_fonts_of_the_machine(holder: str, font: str) -> None:
    pdf = engine.render(design(name(font=font)), facts(nama_gelar=holder), read_asset=no_assets)
    assert unicodedata.normalize("NFC", holder) in text_of(pdf)


@needs_poppler
def test_every_font_of_a_design_is_ours() -> None:
    boxes = [
        text(f"box-{n}", 10, 10 + 6 * n, 200, 6, "Aku", font=font, weight=weight, is_italic=is_italic)
        for n, (font, weight, is_italic) in enumerate(
            (font, weight, is_italic)
            for font in FONT_NAMES
            for weight in (400, 600, 800)
            for is_italic in (False, True)
        )
    ]
    found = fonts_of(engine.render(design(*boxes), facts(), read_asset=no_assets))
    families = {font.split("+")[1].split("-")[0] for font, _embedded, _subset in found}
    assert families == {"PlusJakartaSans", "LokakaryaSerif", "LokakaryaDisplay"}
    assert all(embedded and subset for _name, embedded, subset in found)


@needs_poppler
def test_c14_a_long_name_wraps_to_two_lines_within_its_box_and_not_below_its_least_size() -> None:
    assert 85 <= len(LONG) <= 95
    box = name(x=60, w=160, h=24)
    pdf = engine.render(design(box), facts(nama_gelar=LONG), read_asset=no_assets)
    words = [word for word in words_of(pdf) if word.text in LONG.split()]
    assert [word.text for word in words] == LONG.split()
    assert len({round(word.top) for word in words}) == 2
    assert min(word.bottom - word.top for word in words) >= 14 * HEIGHT - 0.1
    assert min(word.left for word in words) >= 60 * MM
    assert max(word.right for word in words) <= 220 * MM


@needs_poppler
def test_c14_a_name_that_is_a_little_long_shrinks_on_one_line() -> None:
    pdf = engine.render(
        design(name(w=150)), facts(nama_gelar="Raden Ajeng Siti Nurhalizah, S.Pd."), read_asset=no_assets
    )
    words = [word for word in words_of(pdf) if word.text in ("Raden", "S.Pd.")]
    assert len({round(word.top) for word in words}) == 1
    assert 14 * HEIGHT < words[0].bottom - words[0].top < 34 * HEIGHT


def ink(pdf_picture: bytes) -> tuple[float, float, float, float]:
    """The box of everything that is not white, in mm."""
    picture = Image.open(io.BytesIO(pdf_picture)).convert("L")
    rows, columns = np.nonzero(np.asarray(picture) < 200)
    mm = 297 / picture.width
    return columns.min() * mm, rows.min() * mm, (columns.max() + 1) * mm, (rows.max() + 1) * mm


@pytest.mark.parametrize(
    ("font", "align", "valign"),
    [("sans", "center", "middle"), ("serif", "left", "top"), ("display", "right", "bottom")],
)
@pytest.mark.parametrize(
    ("words", "w", "h"),
    [
        (LONG, 100, 12),
        (LONG, 30, 20),
        (ENDLESS, 60, 9),
        (ENDLESS, 12, 6),
        ("Ab-cd " * 90, 80, 25),
        ("Gjpqy Ẓ", 40, 6),
        ("林美玲" * 30, 40, 15),
    ],
)
def test_c14_a_text_never_leaves_its_box(words: str, w: float, h: float, font: str, align: str, valign: str) -> None:
    box = name(x=100, y=60, w=w, h=h, align=align, font=font, valign=valign)
    made = design(box, qr(x=-49, y=0, side=20))
    left, top, right, bottom = ink(engine.picture(made, facts(nama_gelar=words), read_asset=no_assets))
    assert left >= 100 - 0.3
    assert top >= 60 - 0.3
    assert right <= 100 + w + 0.3
    assert bottom <= 60 + h + 0.3


@needs_poppler
def test_a_name_does_not_break_inside_of_al_ghazali() -> None:
    boxes = [name(x=30, y=20, w=w, h=40, size=20, min_size=20) for w in (58, 62, 66, 70, 74)]
    for box in boxes:
        pdf = engine.render(design(box), facts(nama_gelar="Muhammad Ahmad al-Ghazali, M.Pd."), read_asset=no_assets)
        assert "al-Ghazali," in [word.text for word in words_of(pdf)]


@needs_poppler
@pytest.mark.parametrize("words", HOSTILE)
def test_text_of_people_is_never_markup(words: str) -> None:
    pdf = engine.render(design(name()), facts(nama_gelar=words, nomor=words), read_asset=no_assets)
    assert words in text_of(pdf)


@needs_poppler
def test_control_characters_are_left_out() -> None:
    pdf = engine.render(design(name()), facts(nama_gelar="Si\x00ti\ue000 Nur\ufeff"), read_asset=no_assets)
    assert "Siti Nur" in text_of(pdf)


def test_a_letter_that_no_font_has_is_refused(only_our_fonts: None) -> None:
    with pytest.raises(RuntimeError, match="could not be displayed"):
        engine.render(design(name()), facts(nama_gelar="ᚠᚢᚦ"), read_asset=no_assets)


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        ("{tanggal} · {tempat} · {jp}", "3 Desember · 8 JP"),
        ("Berlaku sampai {berlaku}", ""),
        ("Nomor {nomor}\n{berlaku}\nselesai", "Nomor 1\nselesai"),
        ("tanpa isian · {berlaku}", "tanpa isian"),
        ("{entah}", "{entah}"),
        ("a\n\nb", "a\n\nb"),
        ("{jp}{berlaku}", "8 JP"),
    ],
)
def test_what_has_nothing_to_say_is_left_out(content: str, printed: str) -> None:
    texts = {"tanggal": "3 Desember", "tempat": "", "jp": "8 JP", "berlaku": "", "nomor": "1"}
    assert filled(content, texts) == printed


@needs_poppler
def test_the_same_facts_give_the_same_bytes_also_from_a_new_compiler() -> None:
    first = engine.render(design(), facts(), read_asset=no_assets)
    engine.render(design(), facts(nama_gelar="Lain"), read_asset=no_assets)
    assert engine.render(design(), facts(), read_asset=no_assets) == first
    press.forget()
    assert engine.render(design(), facts(), read_asset=no_assets) == first
