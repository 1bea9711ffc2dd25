"""What remains: certificates that strangers verify, attendance sheets, and the report for the governor."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from python_calamine import CalamineWorkbook

from tests.browser.day import TITLE, Day, Person, decode, press, wait_for

NUMBER = r"(\d{3})/SERT/BK3S-KB/[IVX]+/20\d\d"


def issue_all(day: Day) -> None:
    """Certificates in three roles, numbered without gap or repeat."""
    numbers: list[str] = []
    for role in ("peserta", "narasumber", "panitia"):
        index = f"{day.base}/sertifikat?peran={role}"
        page = day.go(index)
        day.shoot(page, f"sertifikat-{role}")
        press(page, page.locator("main form[action$='/terbitkan'] button").first)
        wait_for(lambda index=index: bool(re.search(NUMBER, day.go(index).content())))  # type: ignore[misc]
        wait_for(lambda index=index: not day.go(index).locator("form[action$='/terbitkan']").count())  # type: ignore[misc]
        text = page.locator("main").inner_text()
        numbers += sorted({found.group(0) for found in re.finditer(NUMBER, text)})
    day.shoot(page, "sertifikat-terbit")
    assert sorted(number[:3] for number in numbers) == [f"{n:03}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) == 5, numbers  # three participants at 80 % with a post-test, one speaker, one committee member


def check_papers(day: Day, people: list[Person]) -> str:
    """Each participant's own PDF says the name as registered; returns the address in the first one's QR code."""
    address = ""
    for number, person in enumerate(people):
        page = day.go("/tiket/sertifikat", person.phone)
        if not number:
            day.shoot(page, "sertifikat-saya")
        link = page.locator("a[href$='.pdf']").first.get_attribute("href")
        paper = day.shots / f"sertifikat-{number}.pdf"
        paper.write_bytes(page.request.get(day.url + (link or "")).body())
        front, back = _text(paper, 1), _text(paper, 2)
        assert person.formal_name in front
        assert re.search(NUMBER, front) and TITLE in re.sub(r"\s+", " ", front)
        assert "Kebijakan, peran" in back and re.search(r"\b15\b", back)
        size = subprocess.run(["pdfinfo", str(paper)], capture_output=True, check=True, text=True).stdout
        assert re.search(r"Page size:\s+841\.\d+ x 595\.\d+", size), size
        address = address or decode(_picture(paper))
    return address


def _text(paper: Path, page: int) -> str:
    words = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(paper), "-"]
    return subprocess.run(words, capture_output=True, check=True).stdout.decode()


def _picture(paper: Path) -> Path:
    """The front page as poppler draws it."""
    stem = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", str(paper), str(stem)], check=True)
    return stem.with_suffix(".png")


def verify_and_revoke(day: Day, address: str, person: Person, window: Callable[..., BrowserContext]) -> None:
    """A stranger reads BERLAKU; after the revocation DICABUT with day and reason, and for ever."""
    stranger = window(width=360).new_page()
    stranger.goto(address)
    day.shoot(stranger, "periksa-sah")
    assert "BERLAKU" in stranger.locator("h1").inner_text() and person.formal_name in stranger.content()
    _revoke(day, person)
    for _ in range(2):
        answer = stranger.goto(address)
        assert answer is not None and answer.status == 200
        assert "DICABUT" in stranger.locator("h1").inner_text() and "Salah tulis nama" in stranger.content()
    day.shoot(stranger, "periksa-dicabut")
    *front, code = address.split("/")[:5]  # what follows the code is the statement for checking without signal
    fake = stranger.goto("/".join([*front, f"{code[:-3]}AAA"]))
    assert fake is not None and fake.status == 404
    day.shoot(stranger, "periksa-tidak-ditemukan")


def _revoke(day: Day, person: Person) -> None:
    page = day.go(f"{day.base}/sertifikat?peran=peserta")
    page.locator("tr", has_text=person.name).locator("a", has_text="/SERT/").first.click()
    page.wait_for_load_state()
    form = page.locator("form[action$='/cabut']")
    for fold in page.locator("details:has(form[action$='/cabut']):not([open]) > summary").all():
        fold.click()
    form.locator("input[type=text], textarea").first.fill("Salah tulis nama")
    press(page, form.locator("button").first)
    day.shoot(page, "sertifikat-dicabut")


def sheets(day: Day, people: list[Person]) -> None:
    """The attendance sheet of day one as PDF with a column to sign, and as a table."""
    where = f"{day.url}{day.base}/kehadiran/daftar-hadir"
    for name, extra in (("daftar-hadir-kosong", "&isi=kosong"), ("daftar-hadir", "")):
        paper = day.shots / f"{name}.pdf"
        paper.write_bytes(day.staff.request.get(f"{where}.pdf?hari=1&kelompok=peserta{extra}").body())
        text = _text(paper, 1)
        assert all(person.name in text for person in people)
        assert "Tanda tangan" in text, "whoever drew no signature signs on the filled one too"
        assert ("09.25" in text) == (not extra), "the one to sign has no times"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(day.staff.request.get(f"{where}.xlsx?hari=1&kelompok=peserta").body())
    )
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert all(any(person.name in cell for cell in cells) for person in people)


def report(day: Day) -> Page:
    """The regional report of the running year, on the page and as PDF."""
    page = day.go(day.base)
    press(page, page.locator("form[action$='/tutup'] button").first)
    page = day.go("/kelola/laporan/baru")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/kelola/laporan/\d+$"))
    day.shoot(page, "laporan")
    assert page.locator("svg.tilemap a").count() == 14
    text = re.sub(r"\s+", " ", page.locator("main").inner_text())
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in page.locator("tbody tr").all()
    }
    pontianak, kubu_raya = rows["Kota Pontianak"], rows["Kubu Raya"]
    registered, _active, reached, coverage, people, workshops, hours = pontianak[:7]
    assert (registered, reached, people, workshops, hours) == ("1", "1", "2", "1", "15"), pontianak
    assert coverage.strip().startswith("100"), "every organisation of the city that is registered came"
    assert (kubu_raya[0], kubu_raya[2], kubu_raya[4]) == ("1", "1", "1"), kubu_raya
    assert "Yang menonjol" in text
    paper = day.shots / "laporan.pdf"
    paper.write_bytes(page.request.get(f"{page.url}.pdf").body())
    assert "Kota Pontianak" in _text(paper, 1) + _text(paper, 2)
    return page
