"""What people learn and leave: materials, the two tests, the evaluation and the follow-up plan."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from playwright.sync_api import Page

from lms.demo.files import sample_pdf, sample_pptx
from tests.browser.day import Day, Person, at, press


def upload(day: Day, page: Page, session_id: int) -> None:
    """The speaker's slides and paper, and a web page that only calls itself PDF."""
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
    day.shoot(page, "materi-narasumber")
    day.go(f"/tiket/materi/{session_id}/unggah", page)
    fake = {"name": "Palsu.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    page.set_input_files("[name=file]", fake)
    page.click("main form button.btn-primary")
    assert page.locator(".error").count() >= 1
    day.shoot(page, "unggah-ditolak")


def addresses(day: Day) -> list[str]:
    """Where the slides and the paper can be asked for."""
    links = day.go(f"{day.base}/materi").locator(
        "a[href*='/materi/'][href$='.pptx'], a[href*='/materi/'][href$='.pdf']"
    )
    return sorted({day.url + (link.get_attribute("href") or "") for link in links.all()})


def materials_stay_closed(day: Day, phone: Page) -> None:
    found = addresses(day)
    assert len(found) == 2
    for address in found:
        for form in (address, f"{address}?versi=1", address.replace(".p", ".x", 1), re.sub(r"[^/]+$", "x", address)):
            assert phone.request.get(form).status == 404, form
            assert phone.request.get(form, headers={"Range": "bytes=0-9"}).status == 404, form
            assert phone.request.head(form).status == 404, form
        assert day.staff.request.get(address).status == 200


def materials_open(day: Day, phone: Page, session_id: int) -> None:
    """The committee opens the session; now, and only now, people can download."""
    page = day.go(f"{day.base}/agenda")
    assert day.post(f"{day.base}/agenda/{session_id}/buka", page).status == 303
    for address in addresses(day):
        answer = phone.request.get(address)
        assert answer.status == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.body()[:4] == (b"%PDF" if address.endswith(".pdf") else b"PK\x03\x04")
    day.go("/tiket/materi", phone)
    day.shoot(phone, "materi")


def quiz_ids(day: Day) -> tuple[int, int, int]:
    """Pre-test, post-test and evaluation."""
    page = day.go(f"{day.base}/kuis")
    day.shoot(page, "kuis")
    found = list(dict.fromkeys(int(number) for number in re.findall(r"/kuis/(\d+)/buka", page.content())))
    return found[0], found[1], found[2]


def take(day: Day, people: list[Person], quiz_id: int, *, choice: int, kill: bool = False) -> None:
    """Open a quiz, let the people answer it, and close it."""
    _staff(day, quiz_id, "buka")
    for number, person in enumerate(people):
        _answer(day, person, quiz_id, choice, kill=kill and number == 0)
    _staff(day, quiz_id, "tutup")


def _staff(day: Day, quiz_id: int, what: str) -> None:
    page = day.go(f"{day.base}/kuis")
    assert day.post(f"{day.base}/kuis/{quiz_id}/{what}", page).status == 303


def _answer(day: Day, person: Person, quiz_id: int, choice: int, *, kill: bool) -> None:
    phone = person.phone
    day.go(f"/tiket/kuis/{quiz_id}", phone)
    phone.click("main form button.btn-primary")
    phone.wait_for_url(re.compile(rf"/tiket/kuis/{quiz_id}/\d+$"))
    total = int(phone.locator("form#kuis").get_attribute("data-total") or 0)
    assert total >= 10
    for number in range(1, total + 1):
        section = phone.locator(f"[data-question='{number}']")
        section.locator("input[type=radio]").nth(choice).check()
        if number == 3:
            day.shoot(phone, "soal")
            no_key_in(phone.content())
        if kill and number == 5:
            phone = _killed(day, person, quiz_id, number)
        phone.locator("nav.dock button:visible").last.click()
        if number < total:
            phone.locator(f"[data-question='{number + 1}']").wait_for()
    phone.wait_for_url("**/kumpulkan")
    press(phone, phone.locator("main form button.btn-primary"))
    phone.wait_for_url(re.compile(r"/hasil|/kuis"))
    day.shoot(phone, "kuis-terkirim")
    for path in (f"/tiket/kuis/{quiz_id}/hasil", f"/tiket/kuis/{quiz_id}/1", "/tiket/kuis"):
        no_key_in(phone.request.get(day.url + path).text())


def _killed(day: Day, person: Person, quiz_id: int, number: int) -> Page:
    """The tab dies right after an answer, and the person comes back."""
    chosen = person.phone.locator(f"[data-question='{number}'] input:checked").get_attribute("value")
    context = person.phone.context
    person.phone.wait_for_timeout(400)  # nobody kills a phone within a blink of the tap
    person.phone.close()
    person.window = context.new_page()
    day.go(f"/tiket/kuis/{quiz_id}/{number}", person.phone)
    kept = person.phone.locator(f"[data-question='{number}'] input:checked")
    kept.wait_for()
    assert kept.get_attribute("value") == chosen, "the answer survives a killed tab"
    return person.phone


def explanations() -> list[str]:
    """A text of every question that only belongs to its solution."""
    bank = json.loads((files("lms.plugins.quiz") / "data" / "bank.json").read_text(encoding="utf-8"))
    return [row["explanation"] for row in bank if row.get("explanation")]


def no_key_in(text: str) -> None:
    assert not [words for words in explanations() if words in text]
    assert not re.search(r"data-(key|correct|right)\b|\"(key|correct)\"\s*:", text)


def solutions_come_later(day: Day, person: Person, quiz_id: int) -> None:
    """After both tests are closed and a while later, people see what was right: the text that was nowhere before."""
    text = day.go(f"/tiket/kuis/{quiz_id}/hasil", person.phone).content()
    assert [words for words in explanations() if words in text]
    day.shoot(person.phone, "hasil-kuis")


def see_gain(day: Day, people: list[Person]) -> None:
    page = day.go(f"{day.base}/kuis/hasil")
    day.shoot(page, "kenaikan")
    text = page.locator("main").inner_text()
    assert all(person.name in text and person.organisation in text for person in people)


def evaluate(day: Day, person: Person, quiz_id: int) -> None:
    _staff(day, quiz_id, "buka")
    phone = day.go(f"/tiket/kuis/{quiz_id}/evaluasi", person.phone)
    for group in phone.locator("main fieldset").all():
        if group.locator("input[type=radio]").count():
            group.locator("input[type=radio]").first.check()
    day.shoot(phone, "evaluasi")
    press(phone, phone.locator("main form button.btn-primary"))
    assert phone.locator(".error").count() == 0


def make_plan(day: Day, person: Person) -> None:
    """Three rows, submitted."""
    phone = day.go("/tiket/rencana", person.phone)
    due = at(40, "00.00").date().isoformat()
    for row in range(3):
        phone.fill(f"[name='rows-{row}-activity']", f"Menata berkas {row + 1}")
        phone.fill(f"[name='rows-{row}-indicator']", "Semua berkas lengkap")
        phone.fill(f"[name='rows-{row}-person']", "Siti")
        phone.fill(f"[name='rows-{row}-due_on']", due)
    day.shoot(phone, "rencana")
    press(phone, phone.locator("[name=submit_plan]"))
    assert phone.locator(".badge-ok").count() >= 1
    page = day.go(f"{day.base}/rencana")
    day.shoot(page, "rencana-lembaga")
    assert person.organisation in page.locator("main").inner_text()
