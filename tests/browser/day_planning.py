"""The organiser's part before the day: centre, workshop from a template, agenda, speakers, publishing, registration."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import icalendar
from playwright.sync_api import BrowserContext, Page

from tests.browser.day import FIRST_DAY, TITLE, WIB, Day, Person, decode, press

PEOPLE = (
    ("Siti Nurhaliza Kusuma", "S.Sos.", "0812 0000 0301", "LKSA Tunas Enggang"),
    ("O'Brien", "", "0812-0000-0302", "Panti Kasih Siantan"),
    ("林美玲", "M.Si.", "+62 812 0000 0303", "LKSA Tunas Enggang"),
    ("Budi Santoso", "", "0812 0000 0304", "Yayasan Mitra Bahari"),
)


def plan(day: Day) -> str:
    """From an empty site to a published workshop; returns the speaker's personal link."""
    day.sign_in("rani@contoh.id")
    _create_organiser(day)
    _add_organisation(day, "LKSA Tunas Enggang", "61.71")
    _add_organisation(day, "Panti Kasih Siantan", "61.12")
    _create_workshop(day)
    link = _add_speaker(day, "Ratna Wulandari", "0812 0000 0401")
    _add_committee(day)
    _read_sessions(day)
    assert len(day.sessions) >= 10
    _see_a_conflict(day)
    page = day.go(day.base)
    press(page, page.locator("form[action$='/terbitkan'] button").first)
    page.click("a[href*='/lokakarya/']:has-text('halaman publik')")
    page.wait_for_load_state()
    day.slug = page.url.rpartition("/")[2]
    day.shoot(page, "halaman-publik")
    assert "Kebijakan, peran" in page.content() and "09.30" in page.content() and "WIB" in page.content()
    return link


def _create_organiser(day: Day) -> None:
    page = day.go("/kelola/penyelenggara/baru")
    values = {"name": "BK3S Kalimantan Barat", "short_name": "BK3S", "number_code": "BK3S-KB", "city": "Pontianak",
              "leader_name": "Ketua Contoh", "leader_position": "Ketua Umum"}  # fmt: skip
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=region_code]", "61")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/kelola/penyelenggara")


def _add_organisation(day: Day, name: str, region_code: str) -> None:
    """Into the directory, so that the report knows where its people come from."""
    page = day.go("/kelola/lembaga/baru")
    page.fill("[name=name]", name)
    page.select_option("[name=region_code]", region_code)
    press(page, page.locator("main form button.btn-primary").first)
    assert page.locator(".error").count() == 0


def _create_workshop(day: Day) -> None:
    page = day.go("/kelola/lokakarya/baru")
    assert page.locator("main form .field").count() < 10
    page.select_option("[name=start]", "template:two_days_15jp")
    page.fill("[name=title]", TITLE)
    page.fill("[name=starts_on]", FIRST_DAY.isoformat())
    page.select_option("[name=region_code]", "61.71")
    page.fill("[name=venue_name]", "Aula BK3S")
    page.fill("[name=capacity]", "2")
    day.shoot(page, "lokakarya-baru")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/kelola/lokakarya/\d+$"))
    day.workshop_id = int(page.url.rpartition("/")[2])
    day.shoot(page, "ringkasan-draf")


def _add_speaker(day: Day, name: str, phone: str) -> str:
    page = day.go(f"{day.base}/narasumber")
    page.fill("[name=full_name]", name)
    page.fill("[name=title_back]", "M.Si.")
    page.fill("[name=phone]", phone)
    press(page, page.locator("main form.card button.btn-primary"))
    day.shoot(page, "narasumber")
    link = re.search(r"https?://[^\"'\s<]+/t/[a-z2-7]{26}", page.content())
    assert link is not None
    return link.group(0)


def _add_committee(day: Day) -> None:
    page = day.go(f"{day.base}/tim")
    form = page.locator("form:has([name=task])")
    form.locator("[name=full_name]").fill("Dewi Lestari")
    form.locator("[name=phone]").fill("0812 0000 0402")
    form.locator("[name=task]").fill("Sekretaris panitia")
    press(page, form.locator("button.btn-primary"))
    assert "Dewi Lestari" in page.locator("#members ~ ul").inner_text()


def _read_sessions(day: Day) -> None:
    links: list[str] = []
    for number in (1, 2):
        page = day.go(f"{day.base}/agenda?hari={number}")
        day.shoot(page, f"agenda-hari-{number}")
        links += re.findall(rf"/kelola/lokakarya/{day.workshop_id}/agenda/(\d+)", page.content())
    for number in sorted({int(link) for link in links}):
        form = day.go(f"{day.base}/agenda/{number}")
        title = form.locator("[name=title]").first.input_value()
        if title:
            day.sessions[title] = number


def _see_a_conflict(day: Day) -> None:
    first, second = day.session("Kebijakan, peran"), day.session("Kepemimpinan dalam")
    for number in (first, second):
        page = day.go(f"{day.base}/agenda/{number}")
        page.locator("[name=speaker_ids]").first.check()
        press(page, page.locator(f"form[action$='/agenda/{number}'] button.btn-primary").first)
    _move(day, second, "10:00")
    page = day.go(f"{day.base}/agenda")
    day.shoot(page, "agenda-bentrok")
    assert page.locator(".is-late, .block-clash, .note-warn, .note-bad, .badge-warn, .badge-bad").count() >= 1
    assert "Ratna Wulandari" in page.locator("main").inner_text()
    _move(day, second, "11:00")


def _move(day: Day, session_id: int, starts: str) -> None:
    page = day.go(f"{day.base}/agenda/{session_id}")
    form = page.locator(f"form[action$='/{session_id}/pindah']")
    form.locator("[name=starts]").fill(starts)
    press(page, form.locator("button").first)


def read_calendar(day: Day) -> None:
    """The public feed, read by icalendar: every session once, at its hour in Pontianak."""
    answer = day.staff.request.get(f"{day.url}/lokakarya/{day.slug}/agenda.ics")
    feed = icalendar.Calendar.from_ical(answer.body())
    for event in feed.walk("VEVENT"):
        title = next((title for title in day.sessions if title in str(event.get("SUMMARY"))), None)
        if title is not None:
            assert title not in day.starts, f"{title} is in the calendar twice"
            day.starts[title] = event.decoded("DTSTART")
    assert len(day.starts) >= 10
    start = day.starts[next(title for title in day.starts if title.startswith("Kebijakan, peran"))]
    assert start == datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 9, 30, tzinfo=WIB)
    assert start.utcoffset() == datetime(2026, 1, 1, tzinfo=WIB).utcoffset()


def register_everybody(day: Day, window: Callable[..., BrowserContext]) -> list[Person]:
    """Four people, two seats: two wait, one of those cancels, and a new seat goes to who is first."""
    people = [Person(*row) for row in PEOPLE]
    for number, person in enumerate(people):
        _register(day, window(width=360, java_script_enabled=number != 1), person)
    seated, waiting, leaving = people[0].phone, people[2].phone, people[3].phone
    shot = day.shoot(seated, "tiket")
    badge = decode(shot)
    assert badge == decode(shot, quality=70)
    assert re.fullmatch(rf"{day.url}/b/[a-z2-7]{{26}}", badge)
    assert waiting.locator("svg.qr").count() == 0, "the third of two seats waits"
    day.shoot(waiting, "tiket-daftar-tunggu")
    day.go("/tiket/batal", leaving)
    press(leaving, leaving.locator("main form button.btn-danger"))
    page = day.go(f"{day.base}/ubah")
    page.fill("[name=capacity]", "3")
    press(page, page.locator("main form button.btn-primary").first)
    assert people[2].name in page.locator("body").inner_text(), "the organiser reads who moved up"
    day.go("/tiket", waiting)
    assert waiting.locator("svg.qr").count() == 1
    return people


def _register(day: Day, context: BrowserContext, person: Person) -> Page:
    page = context.new_page()
    day.go(f"/lokakarya/{day.slug}/daftar", page)
    assert page.locator("main form .field:visible").count() <= 6
    page.fill("[name=full_name]", person.name)
    if person.title:
        page.locator("main form summary").first.click()
        page.fill("[name=title_back]", person.title)
    page.fill("[name=affiliation]", person.organisation)
    page.fill("[name=position]", "Pengasuh")
    page.check("[name=gender][value=P]")
    page.fill("[name=phone]", person.number)
    page.check("[name=consent]")
    day.shoot(page, "daftar")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/tiket")
    person.window = page
    person.code = page.locator("p.code").inner_text().replace("-", "").strip()
    return page
