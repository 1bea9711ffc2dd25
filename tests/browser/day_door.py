"""The door: the committee's camera, the venue's QR code on people's own phones, search, walk-in, and who is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from tests.browser.conftest import FLAGS
from tests.browser.day import Day, Person, decode, press


def check_in(
    day: Day, people: list[Person], session_id: int, folder: Path, playwright: Playwright, chromium_path: str
) -> None:
    """Everybody comes in by another door, and whoever may not come in is refused at each."""
    _scan_with_camera(day, people[0], session_id, folder, playwright, chromium_path)
    venue = _own_phone(day, people[1], session_id)
    again = scan(day, people[0], session_id)
    assert (again["verdict"], again["title"]) == ("already", people[0].formal_name), again
    assert "09.2" in again["text"], "the first time is told"
    _refuse_the_cancelled(day, people[3], session_id, venue)
    _find(day, people[2], session_id)
    _walk_in(day, session_id)
    _board(day, session_id)


def scan(day: Day, person: Person, session_id: int, client_id: str = "") -> Any:
    """The scanner's request with a typed code."""
    page = day.staff
    if "/presensi/pemindai" not in page.url:
        day.go(f"{day.base}/presensi/pemindai?sesi={session_id}")
    answer = page.request.post(
        f"{day.url}{day.base}/presensi/pemindai?sesi={session_id}",
        form={"csrf_token": page.locator("input[name=csrf_token]").first.get_attribute("value") or "",
              "code": person.code, "client_id": client_id or f"typed-{session_id}-{person.code}"},
        headers={"Accept": "application/json", "Origin": day.url},
    )  # fmt: skip
    assert answer.status < 500
    return answer.json()


def _scan_with_camera(
    day: Day, person: Person, session_id: int, folder: Path, playwright: Playwright, chromium_path: str
) -> None:
    """The scanner page in a browser whose camera shows a video of the badge."""
    badge, video = folder / "badge.png", folder / "badge.y4m"
    day.go("/tiket", person.phone).locator("svg.qr").first.screenshot(path=badge)
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", str(badge), "-vf",
         "scale=360:360,pad=640:480:140:60:white", "-t", "3", "-r", "10", "-pix_fmt", "yuv420p", str(video)],
        check=True,
    )  # fmt: skip
    flags = [*FLAGS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
             f"--use-file-for-fake-video-capture={video}"]  # fmt: skip
    chrome = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    try:
        context = chrome.new_context(
            viewport={"width": 360, "height": 800}, storage_state=day.staff.context.storage_state(),
            permissions=["camera"], locale="id-ID",
        )  # fmt: skip
        page = context.new_page()
        day.go(f"{day.base}/presensi/pemindai?sesi={session_id}", page)
        page.locator("[data-verdict-title]").filter(has_text=person.name).wait_for(timeout=30_000)
        day.shoot(page, "pemindai")
        assert "Hadir" in page.locator("[data-verdict-text]").inner_text()
    finally:
        chrome.close()


def _own_phone(day: Day, person: Person, session_id: int) -> str:
    """The participant opens the code of the projector page; returns its path."""
    screen = day.go(f"{day.base}/presensi/layar?sesi={session_id}")
    venue = decode(day.shoot(screen, "layar-qr")).removeprefix(day.url)
    phone = person.phone
    day.go(venue, phone)
    day.shoot(phone, "hadir-konfirmasi")
    press(phone, phone.locator("main form button.btn-primary"))
    assert "tercatat hadir" in phone.locator("h1").inner_text()
    day.shoot(phone, "hadir")
    day.go(venue, phone)
    press(phone, phone.locator("main form button.btn-primary"))
    assert "sudah tercatat" in phone.locator("h1").inner_text()
    return venue


def _refuse_the_cancelled(day: Day, person: Person, session_id: int, venue: str) -> None:
    refused = scan(day, person, session_id)
    assert (refused["verdict"], refused["reason"]) == ("refused", "cancelled")
    phone = person.phone
    phone.goto(day.url + venue)
    button = phone.locator("main form button.btn-primary")
    if button.count():
        press(phone, button.first)
    assert "tercatat hadir" not in phone.locator("h1").inner_text()
    day.shoot(phone, "batal-ditolak")
    found = day.go(f"{day.base}/presensi/cari?sesi={session_id}&q=Budi")
    for choose in found.locator("main form[action*='/pilih'] button").all():
        press(found, choose)
    board = day.go(f"{day.base}/kehadiran?sesi={session_id}&hanya=semua")
    assert person.name not in board.locator("main").inner_text()


def _find(day: Day, person: Person, session_id: int) -> None:
    page = day.go(f"{day.base}/presensi/cari?sesi={session_id}&q=林美玲")
    day.shoot(page, "cari")
    press(page, page.locator("main form[action*='/pilih'] button").first)
    assert person.name in page.locator("main").inner_text()


def _walk_in(day: Day, session_id: int) -> None:
    page = day.go(f"{day.base}/presensi/tamu?sesi={session_id}")
    page.fill("[name=full_name]", "Yohana Tiwow")
    page.fill("[name=affiliation]", "LKSA Kasih Bunda")
    page.fill("[name=position]", "Pengasuh")
    page.select_option("[name=gender]", "P")
    page.fill("[name=phone]", "0812 0000 0305")
    press(page, page.locator("main form button.btn-primary"))
    day.shoot(page, "tamu-hadir")


def _board(day: Day, session_id: int) -> None:
    board = day.go(f"{day.base}/kehadiran?sesi={session_id}&hanya=semua")
    day.shoot(board, "papan-kehadiran")
    assert board.locator(".kpi dd").first.inner_text().strip() == "4"
    group = board.locator("article.card", has_text="LKSA Tunas Enggang")
    assert "2 dari 2" in group.inner_text()


def attend_the_rest(day: Day, people: list[Person], *, on_day: int) -> None:
    """The people come to every other session of that day, at its beginning."""
    for title, number in day.sessions.items():
        start = day.starts.get(title)
        if start is None or (start.date() - min(day.starts.values()).date()).days != on_day:
            continue
        day.set_clock(start)
        for person in people:
            scan(day, person, number)
