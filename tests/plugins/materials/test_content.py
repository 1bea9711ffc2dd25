"""Files are what their bytes are: good ones are stored under their own kind, the others refused with a reason."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from typing import Any

import pytest

from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.plugins.materials import intake
from lms.plugins.materials.enums import FileKind
from tests.plugins.materials.conftest import (
    linking,
    materials,
    pdf,
    picture,
    pptx,
    repacked,
    stored,
    versions,
    with_parts,
)

EXE = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 400
HTML = b"<!doctype html><script>alert(1)</script>"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def office(main: str, **more: bytes) -> bytes:
    types = b'<?xml version="1.0"?><Types xmlns="x"><Default Extension="xml" ContentType="application/xml"/></Types>'
    parts = {"[Content_Types].xml": types, main: b"<root/>", **more}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "mime", "kind", "pages"),
    [
        (pptx(), "Materi.pptx", "text/html", FileKind.PPTX, None),
        (pptx(), "Materi.pdf", "application/pdf", FileKind.PPTX, None),
        (pdf(3), "Materi.pdf", "application/pdf", FileKind.PDF, 3),
        (pdf(1), "Materi.exe", "application/x-msdownload", FileKind.PDF, 1),
        (office("word/document.xml"), "a.docx", "", FileKind.DOCX, None),
        (office("xl/workbook.xml"), "a", "", FileKind.XLSX, None),
        (picture("PNG"), "a.png", "image/png", FileKind.PNG, None),
        (picture("JPEG"), "a.jpeg", "image/png", FileKind.JPEG, None),
    ],
    ids=["pptx", "pptx named pdf", "pdf", "pdf named exe", "docx", "xlsx", "png", "jpeg"],
)
def test_good_files_are_stored_under_what_they_are(
    app: Any, send: Any, data: bytes, name: str, mime: str, kind: FileKind, pages: int | None
) -> None:
    assert send(data, name, mime=mime, title="Modul").status_code == 303
    (row,) = versions()
    assert (row.kind, row.pages, row.size, row.number) == (kind, pages, len(data), 1)
    assert row.filename.endswith(f".{kind.value}")
    assert row.storage_key.endswith(f".{kind.value}")
    assert "Materi" not in row.storage_key
    with app.test_request_context():
        assert storage().read(row.storage_key) == data


def tall_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return PNG_HEAD + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def huge_jpeg() -> bytes:
    small = picture("JPEG")
    place = small.index(b"\xff\xc0")
    return small[: place + 5] + struct.pack(">HH", 40_000, 40_000) + small[place + 9 :]


def bomb(size: int, count: int = 1) -> bytes:
    file = io.BytesIO(pptx())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            with archive.open(f"ppt/media/image{number}.png", "w", force_zip64=True) as part:
                for _megabyte in range(size // 1_000_000):
                    part.write(b"\x00" * 1_000_000)
    return file.getvalue()


def overlapping() -> bytes:
    """Many entries of the directory that all point to the same bytes."""
    file = io.BytesIO(pptx())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/a.bin", zlib.compress(bytes(range(256)) * 4_000, 0))
        seen = archive.getinfo("ppt/media/a.bin")
        for number in range(20):
            twin = zipfile.ZipInfo(f"ppt/media/b{number}.bin")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, field, getattr(seen, field))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive._didModify = True  # type: ignore[attr-defined]
    return file.getvalue()


def many_members() -> bytes:
    file = io.BytesIO(pptx())
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"ppt/media/{number}", b"")
    return file.getvalue()


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
LAUGHS = (
    b'<!DOCTYPE r [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><r>&j;</r>"
)


def macro_types(name: str) -> bytes:
    """Macros under another name: only the declared type tells."""

    def change(parts: dict[str, bytes]) -> None:
        known = parts["[Content_Types].xml"]
        extra = f'<Override PartName="/ppt/{name}" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        parts["[Content_Types].xml"] = known.replace(b"</Types>", extra.encode())
        parts[f"ppt/{name}"] = b"\xd0\xcf\x11\xe0"

    return repacked(pptx(), change)


def macro_enabled() -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        known = parts["[Content_Types].xml"]
        plain = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
        assert plain in known
        enabled = b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
        parts["[Content_Types].xml"] = known.replace(plain, enabled)

    return repacked(pptx(), change)


def renamed_entry(old: str, new: str) -> bytes:
    return repacked(pptx(), lambda parts: parts.update({new: parts.pop(old)}))


REFUSED = {
    "an empty file": (b"", "kosong"),
    "a program": (EXE, "bukan berkas PDF"),
    "a web page": (HTML, "bukan berkas PDF"),
    "a drawing that can hold scripts": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "bukan berkas PDF",
    ),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "bukan berkas PDF"),
    "a GIF with an archive behind": (b"GIF89a" + pptx(), "bukan berkas PDF"),
    "a program with an archive behind": (EXE + pptx(), "bukan berkas PDF"),
    "a page that begins like a PDF": (b"%PDF-1.7\n" + HTML, "PDF ini rusak"),
    "a cut PDF": (pdf(5)[:40], "PDF ini rusak"),
    "a PDF of thousands of pages": (pdf(3_001), "3001 halaman"),
    "an archive of something else": (office("index.html"), "bukan berkas PPTX"),
    "two kinds in one": (office("word/document.xml", **{"xl/workbook.xml": b"<r/>"}), "bukan berkas PPTX"),
    "an archive without content types": (renamed_entry("[Content_Types].xml", "types.xml"), "bukan berkas PPTX"),
    "a cut archive": (pptx()[:-200], "rusak"),
    "an archive of nothing": (b"PK\x03\x04" + b"\x00" * 100, "rusak"),
    "macros": (with_parts(ppt__vbaProject_dot_bin=b"\xd0\xcf"), "makro"),
    "macros in capitals elsewhere": (with_parts(x__VBAPROJECT_dot_BIN=b"\xd0\xcf"), "makro"),
    "macros under another name": (macro_types("theme9.bin"), "makro"),
    "a macro-enabled file renamed": (macro_enabled(), "makro"),
    "an OLE object": (with_parts(ppt__embeddings__oleObject1_dot_bin=b"\xd0\xcf"), "objek program"),
    "an embedded program": (with_parts(ppt__embeddings__setup_dot_exe=EXE), "objek program"),
    "an ActiveX control": (with_parts(ppt__activeX__activeX1_dot_bin=b"\x00"), "objek program"),
    "an embedded file with macros": (
        with_parts(ppt__embeddings__Book_dot_xlsx=office("xl/workbook.xml", **{"xl/vbaProject.bin": b"\xd0"})),
        "makro",
    ),
    "a remote template": (linking("attachedTemplate", "https://evil.test/t.dotm"), "alamat lain"),
    "a template whose address looks like a link": (
        linking("attachedTemplate", "https://evil.test/hyperlink/t.dotm"),
        "alamat lain",
    ),
    "a template in another encoding": (
        linking("attachedTemplate", "https://evil.test/t", encoding="utf-16"),
        "alamat lain",
    ),
    "a template written with entities": (
        linking("attachedTemplate", "https://evil.test/t", mode='TargetMode="&#69;xternal"'),
        "alamat lain",
    ),
    "a remote picture": (linking("image", "http://evil.test/pixel.png"), "alamat lain"),
    "a script link": (linking("relationships/hyperlink", "javascript:alert(1)"), "bukan halaman web"),
    "a link to a file": (linking("relationships/hyperlink", "file:///C:/Windows/x.exe"), "bukan halaman web"),
    "a link to a share": (linking("relationships/hyperlink", "\\\\evil.test\\share"), "bukan halaman web"),
    "a link that hides before a space": (linking("relationships/hyperlink", " data:text/html,x"), "bukan halaman web"),
    "relationships longer than anybody needs": (
        with_parts(x___rels__y_dot_rels=b"<r>" + b" " * 2_000_001 + b"</r>"),
        "rusak",
    ),
    "a workbook that reads others": (
        office("xl/workbook.xml", **{"xl/externalLinks/externalLink1.xml": b"<r/>"}),
        "alamat lain",
    ),
    "an entity that reads a file": (with_parts(ppt__slides__slide9_dot_xml=DOCTYPE), "rusak"),
    "an entity in UTF-16": (
        with_parts(
            ppt__slides__s9_dot_xml=DOCTYPE.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
        ),
        "rusak",
    ),
    "a billion laughs": (with_parts(ppt__slides__slide9_dot_xml=LAUGHS), "rusak"),
    "names that leave the folder": (with_parts(**{"..__..__evil_dot_xml": b"<r/>"}), "rusak"),
    "names that leave by backslashes": (with_parts(**{"..\\..\\evil_dot_xml": b"<r/>"}), "rusak"),
    "an archive of too many parts": (many_members(), "terlalu banyak"),
    "parts that overlap": (overlapping(), "rusak"),
    "a picture of nothing": (PNG_HEAD + HTML, "Gambar ini rusak"),
    "a picture without its end": (picture("PNG")[:-12], "Gambar ini rusak"),
    "a picture of 40000 pixels": (tall_png(40_000, 40_000), "40000"),
    "a picture too wide": (tall_png(30_000, 10), "30000"),
    "a picture too large in all": (tall_png(15_000, 15_000), "15000"),
    "a page that begins like a photograph": (b"\xff\xd8\xff\xe0" + HTML, "Gambar ini rusak"),
    "a photograph of 40000 pixels": (huge_jpeg(), "40000"),
    "a cut photograph": (picture("JPEG")[:30], "Gambar ini rusak"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_is_not_acceptable_is_refused_with_a_reason_and_not_stored(app: Any, send: Any, what: str) -> None:
    data, reason = REFUSED[what]
    before = stored(app)
    began = time.monotonic()
    page = send(data, "materi.pdf", mime="application/pdf", title="Judul yang diketik")
    assert time.monotonic() - began < 5
    assert page.status_code == 422
    assert reason in page.text, page.text[page.text.find('class="error"') :][:400]
    assert 'id="file-error"' in page.text
    assert "Judul yang diketik" in page.text
    assert materials() == versions() == []
    assert stored(app) == before


@pytest.mark.parametrize("data", [bomb(601_000_000), bomb(60_000_000, 5)], ids=["one part", "five parts"])
def test_a_bomb_is_refused_without_being_unpacked(send: Any, data: bytes) -> None:
    assert len(data) < 1_000_000
    began = time.monotonic()
    page = send(data, "ringan.pptx")
    assert page.status_code == 422
    assert "jauh melebihi ukurannya" in page.text
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "target", ["https://contoh.id", "http://contoh.id/a?b=c", "HTTPS://CONTOH.ID", "mailto:a@contoh.id", "tel:+62811"]
)
def test_links_to_the_web_may_stay(send: Any, target: str) -> None:
    assert send(linking("relationships/hyperlink", target.replace("&", "&amp;")), "a.pptx").status_code == 303


def test_an_embedded_table_may_stay(send: Any) -> None:
    table = office("xl/workbook.xml")
    assert send(with_parts(ppt__embeddings__Sheet1_dot_xlsx=table), "a.pptx").status_code == 303


def test_a_polyglot_is_handed_out_as_its_declared_kind_and_never_runs(
    app: Any, send: Any, as_user: Any, workshop: Any
) -> None:
    both = pdf() + pptx()
    assert send(both, "dua.pdf", opens="at_once").status_code == 303
    (row,) = versions()
    answer = as_user.committee(workshop).get(f"/materi/{row.material_id}/dua.html")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_above_the_limit_of_the_workshop_is_refused_with_both_sizes(send: Any, workshop: Any) -> None:
    set_setting("materials.max_megabytes", 1, scope="workshop", scope_id=workshop.id)
    page = send(pdf(1, note="x" * 1_000_001), "besar.pdf")
    assert page.status_code == 422
    assert page.text.count("1 MB") >= 1
    assert versions() == []
    assert send(pdf(1, note="x" * 900_000), "pas.pdf").status_code == 303


def test_no_setting_lifts_the_limit_of_the_house(app: Any, workshop: Any) -> None:
    set_setting("materials.max_megabytes", 100_000, scope="workshop", scope_id=workshop.id)

    class Endless(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return 201_000_000 if whence == 2 else super().seek(offset, whence)

    with app.test_request_context(), pytest.raises(intake.FileTooLarge):
        intake.receive(workshop_id=workshop.id, file=Endless(b"%PDF-"))


def test_a_body_above_the_limit_of_the_server_is_cut_off(send: Any, as_user: Any, speaker: Any, session: Any) -> None:
    answer = as_user.ticket(speaker).post(
        f"/tiket/materi/{session.id}/unggah",
        data=b"--x--",
        environ_overrides={"CONTENT_LENGTH": "210000001"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_a_large_pdf_is_read_from_its_file(send: Any) -> None:
    assert send(pdf(2, note="y" * 3_000_000), "besar.pdf").status_code == 303
    assert versions()[0].pages == 2
