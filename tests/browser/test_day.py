"""The whole workshop day, from first draft to verified certificates, in real browsers on a real server."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser import day as steps
from tests.browser.conftest import ARTIFACTS, FLAGS
from tests.browser.day import Day, Person
from tests.browser.server import Installation

pytestmark = pytest.mark.browser
PEOPLE = (
    ("Siti Nurhaliza Kusuma", "0812 0000 0301", "LKSA Tunas Enggang"),
    ("O'Brien", "0812-0000-0302", "Panti Kasih Siantan"),
    ("林美玲", "+62 812 0000 0303", "LKSA Tunas Enggang"),
)


@pytest.fixture(params=["embedded", "grown"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """The product on SQLite and local files, and on PostgreSQL, Redis and an S3-compatible store."""
    extra: dict[str, str] = {}
    if request.param == "grown":
        from lms.testing.services_plugin import fresh_database

        base = request.getfixturevalue("postgres_base")
        extra = {
            "LMS_DATABASE_URL": fresh_database(base, "lms_day"),
            "LMS_REDIS_URL": request.getfixturevalue("redis_url"),
            "LMS_STORAGE_URL": request.getfixturevalue("s3_url"),
        }
    made = Installation(tmp_path, extra)
    made.run("db", "upgrade")
    made.run("regions", "load", "61")
    made.run("admin", "create", "--name", "Rani Oktaviana", "--email", "rani@contoh.id", text=f"{steps.PASSWORD}\n")
    made.start()
    yield made
    made.stop()


@pytest.mark.xdist_group("day")
def test_a_workshop_runs_from_draft_to_verified_certificate(
    installation: Installation,
    window: Callable[..., BrowserContext],
    playwright: Playwright,
    chromium_path: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    kind = "grown" if installation.extra else "embedded"
    day = Day(installation.url, ARTIFACTS / "day" / kind, window(width=1280).new_page())
    speaker_link = _plan(day)
    people, phones = _register(day, window)
    _calendar(day)
    first = steps.session(day, "Kebijakan, peran")
    speaker = window(width=360).new_page()
    speaker.goto(speaker_link)
    speaker.wait_for_url("**/tiket")
    steps.upload(day, speaker, first)
    _materials_wait(day, phones[0], first)
    _check_in(day, people, first, tmp_path, playwright, chromium_path)
    assert phones[0].request.get(_material(day, phones[0])).status == 200
    _tests(day, phones)
    _plan_of_organisation(day, phones[0])
    _attend_everything(day, people[:2])
    _certificates(day, phones[0], people[0], window)
    _paper(day)


def _plan(day: Day) -> str:
    steps.sign_in(day, "rani@contoh.id")
    steps.create_organiser(day)
    steps.create_workshop(day)
    link = steps.add_speaker(day, "Ratna Wulandari", "0812 0000 0401")
    steps.read_sessions(day)
    assert len([title for title in day.sessions if title]) >= 10
    first, second = steps.session(day, "Kebijakan, peran"), steps.session(day, "Kepemimpinan dalam")
    steps.assign_speaker(day, first)
    steps.assign_speaker(day, second)
    page = day.go(f"{day.base}/agenda/{second}")
    page.locator(f"form[action$='/{second}/pindah'] [name=starts]").fill("10:00")
    page.locator(f"form[action$='/{second}/pindah'] button").first.click()
    page.wait_for_load_state()
    page = day.go(f"{day.base}/agenda")
    day.shoot(page, "agenda-bentrok")
    assert page.locator(".is-late, .block-clash, .note-warn, .note-bad, .badge-warn, .badge-bad").count() >= 1
    page = day.go(f"{day.base}/agenda/{second}")
    page.locator(f"form[action$='/{second}/pindah'] [name=starts]").fill("11:00")
    page.locator(f"form[action$='/{second}/pindah'] button").first.click()
    page.wait_for_load_state()
    page = day.go(day.base)
    page.click("form[action$='/terbitkan'] button >> nth=0")
    page.wait_for_load_state()
    page.click("a[href*='/lokakarya/']:has-text('halaman publik')")
    page.wait_for_load_state()
    day.slug = page.url.rpartition("/")[2]
    day.shoot(page, "halaman-publik")
    assert "Kebijakan, peran" in page.content()
    return link


def _calendar(day: Day) -> None:
    answer = day.staff.request.get(f"{day.url}/lokakarya/{day.slug}/agenda.ics")
    feed = icalendar.Calendar.from_ical(answer.body())
    events = [event for event in feed.walk("VEVENT") if "Kebijakan, peran" in str(event.get("SUMMARY"))]
    assert len(events) == 1
    start = events[0].decoded("DTSTART")
    assert (start.hour, start.minute, start.utcoffset().total_seconds()) == (9, 30, 7 * 3600)


def _register(day: Day, window: Callable[..., BrowserContext]) -> tuple[list[Person], list[Page]]:
    people = [Person(*row) for row in PEOPLE]
    phones = []
    for person in people:
        context = window(width=360, java_script_enabled=person is not people[1])
        phones.append(steps.register(day, context, person))
    shot = day.shoot(phones[0], "tiket")
    badge = steps.decode(shot)
    assert badge == steps.decode(shot, quality=70)
    assert re.fullmatch(rf"{day.url}/b/[a-z2-7]{{26}}", badge)
    assert phones[2].locator("svg.qr").count() == 0, "the third of two seats waits"
    day.shoot(phones[2], "tiket-daftar-tunggu")
    return people, phones


def _material(day: Day, phone: Page) -> str:
    staff = day.go(f"{day.base}/materi")
    link = staff.locator("a[href*='/materi/'][href$='.pptx']").first.get_attribute("href")
    assert link is not None
    return day.url + link


def _materials_wait(day: Day, phone: Page, session_id: int) -> None:
    address = _material(day, phone)
    assert phone.request.get(address).status == 404
    assert phone.request.get(address, headers={"Range": "bytes=0-9"}).status == 404
    assert phone.request.get(f"{address}?versi=1").status == 404
    page = day.go(f"{day.base}/agenda")
    assert day.post(f"{day.base}/agenda/{session_id}/buka", page).status == 303


def _check_in(
    day: Day, people: list[Person], session_id: int, folder: Path, playwright: Playwright, chromium_path: str
) -> None:
    _scan_with_camera(day, people[0], session_id, folder, playwright, chromium_path)
    screen = day.go(f"{day.base}/presensi/layar?sesi={session_id}")
    venue = steps.decode(day.shoot(screen, "layar-qr"))
    phone = people[1].page
    assert phone is not None
    day.go(venue.removeprefix(day.url), phone)
    day.shoot(phone, "hadir-konfirmasi")
    phone.click("main form button.btn-primary")
    assert "tercatat hadir" in phone.locator("h1").inner_text()
    day.shoot(phone, "hadir")
    day.go(venue.removeprefix(day.url), phone)
    phone.click("main form button.btn-primary")
    assert "sudah tercatat" in phone.locator("h1").inner_text()
    page = day.go(f"{day.base}/presensi/pemindai?sesi={session_id}")
    refused = page.request.post(
        f"{day.url}{day.base}/presensi/pemindai?sesi={session_id}",
        form={"csrf_token": page.locator("input[name=csrf_token]").first.get_attribute("value") or "",
              "code": people[2].code, "client_id": "refused-1"},
        headers={"Accept": "application/json", "Origin": day.url},
    ).json()  # fmt: skip
    assert (refused["verdict"], refused["reason"]) == ("refused", "waitlisted")
    found = day.go(f"{day.base}/presensi/cari?sesi={session_id}&q=brien")
    assert "O'Brien" in found.locator("main").inner_text()
    board = day.go(f"{day.base}/kehadiran?sesi={session_id}")
    day.shoot(board, "papan-kehadiran")
    assert board.locator(".kpi dd").first.inner_text().strip() == "2"


def _scan_with_camera(
    day: Day, person: Person, session_id: int, folder: Path, playwright: Playwright, chromium_path: str
) -> None:
    """The committee's scanner in a browser whose camera shows a video of the badge."""
    assert person.page is not None
    badge = folder / "badge.png"
    person.page.locator("svg.qr").screenshot(path=badge)
    video = folder / "badge.mjpeg"
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", str(badge), "-vf",
         "scale=360:360,pad=640:480:140:60:white", "-t", "3", "-r", "10", "-q:v", "3", str(video)],
        check=True,
    )  # fmt: skip
    flags = [*FLAGS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
             f"--use-file-for-fake-video-capture={video}"]  # fmt: skip
    chrome = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    try:
        state = day.staff.context.storage_state()
        context = chrome.new_context(
            viewport={"width": 360, "height": 800}, storage_state=state, permissions=["camera"], locale="id-ID"
        )
        page = context.new_page()
        day.go(f"{day.base}/presensi/pemindai?sesi={session_id}", page)
        page.locator("[data-verdict-title]").filter(has_text=person.name).wait_for(timeout=30_000)
        day.shoot(page, "pemindai")
        assert "Hadir" in page.locator("[data-verdict-text]").inner_text()
    finally:
        chrome.close()


def _quiz_ids(day: Day) -> list[int]:
    page = day.go(f"{day.base}/kuis")
    day.shoot(page, "kuis")
    actions = re.findall(r"/kuis/(\d+)/buka", page.content())
    return list(dict.fromkeys(int(number) for number in actions))


def _answer(day: Day, phone: Page, quiz_id: int, choice: int, *, kill: bool = False) -> Page:
    day.go(f"/tiket/kuis/{quiz_id}", phone)
    phone.click("main form button.btn-primary")
    phone.wait_for_url(re.compile(rf"/tiket/kuis/{quiz_id}/\d+$"))
    for number in range(1, 16):
        day.go(f"/tiket/kuis/{quiz_id}/{number}", phone)
        assert "kunci" not in phone.content().lower().replace("kunci jawaban belum", "")
        phone.locator("main input[type=radio]").nth(choice).check()
        if number == 3:
            day.shoot(phone, "soal")
        if kill and number == 5:
            phone.wait_for_timeout(1500)
            context = phone.context
            phone.close()
            phone = context.new_page()
            day.go(f"/tiket/kuis/{quiz_id}/5", phone)
            assert phone.locator("main input[type=radio]:checked").count() == 1, "the answer survives a killed tab"
        phone.locator("main form button.btn-primary, main form .dock button, nav.dock button").last.click()
        phone.wait_for_load_state()
    day.go(f"/tiket/kuis/{quiz_id}/kumpulkan", phone)
    phone.locator("main form button.btn-primary").click()
    phone.wait_for_load_state()
    day.shoot(phone, "kuis-terkirim")
    return phone


def _tests(day: Day, phones: list[Page]) -> None:
    pre, post, evaluation = _quiz_ids(day)[:3]
    for number, quiz_id in enumerate((pre, post)):
        page = day.go(f"{day.base}/kuis")
        assert day.post(f"{day.base}/kuis/{quiz_id}/buka", page).status == 303
        phones[0] = _answer(day, phones[0], quiz_id, number, kill=number == 0)
        phones[1] = _answer(day, phones[1], quiz_id, number)
        page = day.go(f"{day.base}/kuis")
        assert day.post(f"{day.base}/kuis/{quiz_id}/tutup", page).status == 303
    result = day.go(f"{day.base}/kuis/hasil")
    day.shoot(result, "kenaikan")
    assert PEOPLE[0][0] in result.content() and PEOPLE[0][2] in result.content()
    page = day.go(f"{day.base}/kuis")
    assert day.post(f"{day.base}/kuis/{evaluation}/buka", page).status == 303
    phone = phones[0]
    day.go(f"/tiket/kuis/{evaluation}/evaluasi", phone)
    for group in phone.locator("main fieldset").all():
        if group.locator("input[type=radio]").count():
            group.locator("input[type=radio]").first.check()
    day.shoot(phone, "evaluasi")
    phone.locator("main form button.btn-primary").click()
    phone.wait_for_load_state()


def _plan_of_organisation(day: Day, phone: Page) -> None:
    day.go("/tiket/rencana", phone)
    for row in range(3):
        phone.fill(f"[name='rows-{row}-activity']", f"Menata berkas {row + 1}")
        phone.fill(f"[name='rows-{row}-indicator']", "Semua berkas lengkap")
        phone.fill(f"[name='rows-{row}-person']", "Siti")
        phone.fill(f"[name='rows-{row}-due_on']", "2027-01-31")
    day.shoot(phone, "rencana")
    phone.click("[name=submit_plan]")
    phone.wait_for_load_state()
    assert phone.locator(".badge-ok").count() >= 1


def _attend_everything(day: Day, people: list[Person]) -> None:
    page = day.go(f"{day.base}/presensi/pemindai")
    for title, number in day.sessions.items():
        if not title:
            continue
        for person in people:
            answer = day.post(
                f"{day.base}/presensi/pemindai?sesi={number}",
                page,
                code=person.code,
                client_id=f"{number}-{person.code}",
            )
            assert answer.status < 500, (title, answer.status)


def _certificates(day: Day, phone: Page, person: Person, window: Callable[..., BrowserContext]) -> None:
    for role in ("peserta", "narasumber"):
        page = day.go(f"{day.base}/sertifikat?peran={role}")
        day.shoot(page, f"sertifikat-{role}")
        page.locator("main form[action$='/terbitkan'] button").first.click()
        dialog = page.locator("dialog[open] button[value=yes]")
        if dialog.count():
            dialog.click()
        page.wait_for_load_state()
        steps.wait_for(lambda: "/SERT/BK3S-KB/" in day.go(f"{day.base}/sertifikat?peran={role}").content())  # noqa: B023
    day.go("/tiket/sertifikat", phone)
    day.shoot(phone, "sertifikat-saya")
    link = phone.locator("a[href$='.pdf']").first.get_attribute("href")
    body = phone.request.get(day.url + (link or "")).body()
    paper = day.shots / "sertifikat.pdf"
    paper.write_bytes(body)
    text = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True).stdout.decode()
    assert person.name in text and re.search(r"00\d/SERT/BK3S-KB/[IVX]+/20\d\d", text) and "15" in text
    subprocess.run(
        ["pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", str(paper), str(paper.with_suffix(""))], check=True
    )
    picture = next(day.shots.glob("sertifikat-*1.png"))
    address = steps.decode(picture)
    stranger = window(width=360).new_page()
    stranger.goto(address)
    day.shoot(stranger, "periksa-sah")
    assert "SAH" in stranger.locator("h1").inner_text() and person.name in stranger.content()
    _revoke(day, stranger, address, person)


def _revoke(day: Day, stranger: Page, address: str, person: Person) -> None:
    page = day.go(f"{day.base}/sertifikat?peran=peserta")
    row = page.locator("tr", has_text=person.name)
    row.locator("a").last.click()
    page.wait_for_load_state()
    form = page.locator("form[action$='/cabut']")
    form.locator("[name=reason]").fill("Salah tulis nama")
    form.locator("button").first.click()
    dialog = page.locator("dialog[open] button[value=yes]")
    if dialog.count():
        dialog.click()
    page.wait_for_load_state()
    answer = stranger.goto(address)
    assert answer is not None and answer.status == 200
    assert "DICABUT" in stranger.locator("h1").inner_text() and "Salah tulis nama" in stranger.content()
    day.shoot(stranger, "periksa-dicabut")


def _paper(day: Day) -> None:
    sheet = day.staff.request.get(f"{day.url}{day.base}/kehadiran/daftar-hadir.pdf?hari=1&kelompok=peserta")
    assert sheet.status == 200 and sheet.body().startswith(b"%PDF")
    (day.shots / "daftar-hadir.pdf").write_bytes(sheet.body())
    table: Any = day.staff.request.get(f"{day.url}{day.base}/kehadiran/daftar-hadir.xlsx?hari=1&kelompok=peserta")
    assert table.status == 200 and table.body().startswith(b"PK")
    page = day.go("/kelola/laporan/baru")
    page.click("main form button.btn-primary")
    page.wait_for_url(re.compile(r"/kelola/laporan/\d+$"))
    day.shoot(page, "laporan")
    assert page.locator("svg.tilemap a").count() == 14
    report = day.staff.request.get(f"{page.url}.pdf")
    assert report.status == 200 and report.body().startswith(b"%PDF")
