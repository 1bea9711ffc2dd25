"""The typesetter: literal text, same bytes for the same data, a closed folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pdf_tools import check, fonts_of, info_of, needs_poppler, needs_qpdf, opened, text_of

import lms
from lms.kernel.typesetting import FONTS, typeset

PLAIN = """#import "lib.typ": *
#let d = json("data.json")
#set document(title: d.title)
#show: house
#heading(level: 1, d.title)
#d.body
"""
HOSTILE = ['#read("/etc/passwd")', r"\input{/etc/passwd}", "{{7*7}}", "<b>tebal</b>", "*a* _b_ $x$ @c `d`", "= Judul"]
TEMPLATES = sorted(Path(lms.__file__).parent.rglob("*.typ"))


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "plain.typ"
    path.write_text(PLAIN, encoding="utf-8")
    return path


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Jayapura")
        time.tzset()
        yield
    time.tzset()


@needs_poppler
@pytest.mark.parametrize("words", HOSTILE)
def test_text_of_people_prints_as_it_was_typed(template: Path, words: str) -> None:
    assert words in text_of(typeset(template, data={"title": "Judul", "body": words}))


def test_the_same_data_give_the_same_bytes(template: Path) -> None:
    data = {"title": "Judul", "body": "Isi"}
    first = typeset(template, data=data)
    assert typeset(template, data=data) == first
    assert typeset(template, data={**data, "body": "Lain"}) != first


def test_the_zone_of_the_server_does_not_change_the_bytes(template: Path, request: pytest.FixtureRequest) -> None:
    here = typeset(template, data={"title": "Judul", "body": "Isi"})
    request.getfixturevalue("far_east")
    assert typeset(template, data={"title": "Judul", "body": "Isi"}) == here


@needs_poppler
def test_the_moment_is_the_date_of_the_file(template: Path) -> None:
    moment = datetime(2026, 12, 5, 3, 4, tzinfo=UTC)
    made = typeset(template, data={"title": "Judul", "body": "Isi"}, moment=moment)
    assert "Dec 5 03:04" in " ".join(info_of(made)["CreationDate"].split())


def test_a_template_cannot_read_outside_of_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia", encoding="utf-8")
    for address in (str(secret), "../secret.txt", "/etc/passwd"):
        template = tmp_path / "thief.typ"
        template.write_text(f'#set document(title: "x")\n#read("{address}")', encoding="utf-8")
        with pytest.raises(RuntimeError):
            typeset(template, data={})


def test_files_land_in_the_folder_by_their_bare_name(tmp_path: Path) -> None:
    template = tmp_path / "reader.typ"
    template.write_text('#set document(title: "x")\n#read("note.txt")', encoding="utf-8")
    assert typeset(template, data={}, files={"../../note.txt": b"ada"}).startswith(b"%PDF")
    assert not (tmp_path.parent / "note.txt").exists()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_fetches_a_package(template: Path) -> None:
    assert "@preview" not in template.read_text(encoding="utf-8")
    assert "@local" not in template.read_text(encoding="utf-8")


@needs_poppler
def test_control_characters_are_left_out(template: Path) -> None:
    made = typeset(template, data={"title": "Judul", "body": "a\x00b\x07c\ufeffd\ue000e\ud800f"})
    assert "abcdef" in text_of(made)


def test_a_letter_without_a_font_is_refused_or_boxed(template: Path) -> None:
    data = {"title": "Judul", "body": "huruf \U0001fbff tanpa fon"}
    with pytest.raises(RuntimeError, match="could not be displayed"):
        typeset(template, data=data)
    assert typeset(template, data=data, lenient=True).startswith(b"%PDF")


def test_lenient_forgives_no_other_mistake(tmp_path: Path) -> None:
    template = tmp_path / "wrong.typ"
    template.write_text('#set document(title: "x")\n#nothing', encoding="utf-8")
    with pytest.raises(RuntimeError, match="unknown variable"):
        typeset(template, data={}, lenient=True)


@needs_qpdf
def test_a_document_declares_archive_and_access_standards(template: Path) -> None:
    made = typeset(template, data={"title": "Judul", "body": "Isi"})
    check(made)
    spelled = opened(made)
    for mark in (
        "pdfaid:part>2<",
        "pdfaid:conformance>A<",
        "pdfuaid:part>1<",
        "/Lang (id-ID)",
        "/DisplayDocTitle true",
    ):
        assert mark in spelled, mark


@needs_poppler
def test_all_latin_diacritics_print_in_our_own_fonts(template: Path) -> None:
    names = "Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd Nguyễn Łukasz Ğül Þór ʾIbrāhīm"
    made = typeset(template, data={"title": "Judul", "body": names})
    assert names in text_of(made)
    assert {name.split("+")[1].split("-")[0] for name, *_ in fonts_of(made)} <= {"PlusJakartaSans", "LokakaryaLatin"}


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 5_500_000  # nearly all of it Hanzi
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for path in FONTS.glob("*.?tf"):
        assert f"{path.stem.partition('-')[0]}-" in licence.replace(" ", "-") or path.stem.startswith("PlusJakartaSans")
    assert "Plus Jakarta Sans" in licence
