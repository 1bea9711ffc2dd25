"""The steps of a workshop day, done in real browsers; each returns what later steps need."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from lms.demo.files import sample_pdf, sample_pptx

PASSWORD = "tiga kata panjang sekali"
TITLE = "Lokakarya Tata Kelola LKS dan LKSA"


@dataclass
class Person:
    """A participant with a phone of their own."""

    name: str
    phone: str
    organisation: str
    page: Page | None = None
    code: str = ""


@dataclass
class Day:
    """Pictures of every step, and what the steps found."""

    url: str
    shots: Path
    staff: Page
    workshop_id: int = 0
    slug: str = ""
    sessions: dict[str, int] = field(default_factory=dict)
    step: int = 0

    def shoot(self, page: Page, name: str) -> Path:
        self.step += 1
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{self.step:02}-{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    def go(self, path: str, page: Page | None = None) -> Page:
        page = page or self.staff
        answer = page.goto(self.url + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        return page

    @property
    def base(self) -> str:
        return f"/kelola/lokakarya/{self.workshop_id}"

    def post(self, path: str, page: Page | None = None, **data: Any) -> Any:
        """A POST of the signed-in browser with its CSRF token, for steps that are repeated many times."""
        page = page or self.staff
        token = page.locator("input[name=csrf_token]").first.get_attribute("value")
        return page.request.post(
            self.url + path, form={"csrf_token": token or "", **data}, headers={"Origin": self.url},
            max_redirects=0, fail_on_status_code=False,
        )  # fmt: skip


def decode(picture: bytes | Path, *, quality: int | None = None) -> str:
    """The QR code in a picture, read by zxing-cpp, after JPEG compression when `quality` is given."""
    image = Image.open(picture if isinstance(picture, Path) else io.BytesIO(picture)).convert("RGB")
    if quality is not None:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
        image = Image.open(stream)
    found = zxingcpp.read_barcodes(image)
    assert found, "no QR code in the picture"
    return found[0].text


def sign_in(day: Day, login: str) -> None:
    page = day.go("/masuk")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.btn-primary")
    page.wait_for_url("**/kelola")


def create_organiser(day: Day) -> None:
    page = day.go("/kelola/penyelenggara/baru")
    values = {"name": "BK3S Kalimantan Barat", "short_name": "BK3S", "number_code": "BK3S-KB", "city": "Pontianak",
              "leader_name": "Ketua Contoh", "leader_position": "Ketua Umum"}  # fmt: skip
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=region_code]", "61")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/kelola/penyelenggara")


def create_workshop(day: Day) -> None:
    page = day.go("/kelola/lokakarya/baru")
    assert page.locator("main form .field").count() < 10
    page.select_option("[name=start]", "template:two_days_15jp")
    page.fill("[name=title]", TITLE)
    page.fill("[name=starts_on]", date.today().isoformat())
    page.select_option("[name=region_code]", "61.71")
    page.fill("[name=venue_name]", "Aula BK3S")
    page.fill("[name=capacity]", "2")
    day.shoot(page, "lokakarya-baru")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/kelola/lokakarya/\d+$"))
    day.workshop_id = int(page.url.rpartition("/")[2])
    day.shoot(page, "ringkasan-draf")


def add_speaker(day: Day, name: str, phone: str) -> str:
    """Returns the personal link."""
    page = day.go(f"{day.base}/narasumber")
    page.fill("[name=full_name]", name)
    page.fill("[name=title_back]", "M.Si.")
    page.fill("[name=phone]", phone)
    page.click("main form.card button.btn-primary")
    page.wait_for_load_state()
    day.shoot(page, "narasumber")
    link = re.search(r"https?://[^\"'\s<]+/t/[a-z2-7]{26}", page.content())
    assert link is not None
    return link.group(0)


def read_sessions(day: Day) -> None:
    page = day.go(f"{day.base}/agenda")
    day.shoot(page, "agenda")
    text = page.content()
    day.sessions = {}
    for number in sorted({int(n) for n in re.findall(rf"/kelola/lokakarya/{day.workshop_id}/agenda/(\d+)", text)}):
        form = day.go(f"{day.base}/agenda/{number}")
        title = form.locator("[name=title]").first.input_value()
        day.sessions[title] = number


def session(day: Day, words: str) -> int:
    return next(number for title, number in day.sessions.items() if words.lower() in title.lower())


def assign_speaker(day: Day, session_id: int) -> None:
    page = day.go(f"{day.base}/agenda/{session_id}")
    page.locator("[name=speaker_ids]").first.check()
    page.locator(f"form[action$='/agenda/{session_id}'] button.btn-primary").first.click()
    page.wait_for_load_state()


def register(day: Day, context: BrowserContext, person: Person) -> Page:
    page = context.new_page()
    day.go(f"/lokakarya/{day.slug}/daftar", page)
    page.fill("[name=full_name]", person.name)
    page.fill("[name=affiliation]", person.organisation)
    page.fill("[name=position]", "Pengasuh")
    page.check("[name=gender][value=P]")
    page.fill("[name=phone]", person.phone)
    page.check("[name=consent]")
    day.shoot(page, "daftar")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/tiket")
    person.page = page
    person.code = page.locator("p.code").inner_text().replace("-", "").strip()
    return page


def upload(day: Day, page: Page, session_id: int) -> None:
    slides = sample_pptx("Kebijakan LKS", "Ratna Wulandari", [("Satu", ["a", "b"]), ("Dua", ["c"])])
    paper = sample_pdf("Naskah kebijakan", "Ratna Wulandari", ["Satu paragraf."])
    for name, kind, content in (
        ("Kebijakan.pptx", "application/octet-stream", slides),
        ("Naskah.pdf", "application/pdf", paper),
    ):
        day.go(f"/tiket/materi/{session_id}/unggah", page)
        page.set_input_files("[name=file]", {"name": name, "mimeType": kind, "buffer": content})
        page.click("main form button.btn-primary")
        page.wait_for_url("**/tiket/materi")
    day.go(f"/tiket/materi/{session_id}/unggah", page)
    fake = {"name": "Palsu.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    page.set_input_files("[name=file]", fake)
    page.click("main form button.btn-primary")
    assert page.locator(".error").count() >= 1
    day.shoot(page, "unggah-ditolak")


def wait_for(check: Any, seconds: float = 30.0) -> None:
    """Poll until `check()` is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")
