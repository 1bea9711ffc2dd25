"""A quiz on a phone with a bad signal: no tap is lost, nothing is handed in by itself, and phones change hands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.app import create_app
from lms.config import Settings
from lms.core.enrolments.services import link_token
from lms.demo import workshops
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, quizzes
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import AttemptState, QuizKind
from lms.plugins.quiz.models import Allowance, Answer, AnswerLog, Attempt, Quiz
from tests.browser.checks import wait_until
from tests.browser.server import Installation
from tests.plugins.quiz.samples import ESSAY, SAMPLES

pytestmark = pytest.mark.browser
CHOICES = 12  # questions 1..12 with radio buttons, 13 is an essay
ESSAY_NUMBER = CHOICES + 1


@dataclass(frozen=True, kw_only=True)
class Guest:
    id: int
    link: str
    code: str


@dataclass
class Room:
    """The demo with a quiz that is open, and people who have not begun it."""

    installation: Installation
    app: Flask
    start: datetime
    quiz_id: int
    guests: list[Guest]
    used: int = 0
    pages: list[Page] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.installation.url}/tiket/kuis/{self.quiz_id}"

    def guest(self) -> Guest:
        """Somebody whom no other test has used."""
        self.used += 1
        return self.guests[self.used - 1]

    def attempt(self, guest: Guest) -> Attempt:
        return self._rows(sa.select(Attempt).filter_by(enrolment_id=guest.id, quiz_id=self.quiz_id))[0]

    def log(self, guest: Guest) -> list[AnswerLog]:
        """Every answer as it arrived, by the phone's counter."""
        mine = AnswerLog.attempt_id == self.attempt(guest).id
        return self._rows(sa.select(AnswerLog).where(mine).order_by(AnswerLog.client_seq))

    def numbers(self, guest: Guest) -> list[int]:
        """The numbers of the questions that were answered, in the order of the phone's counter."""
        order = [slot["q"] for slot in self.attempt(guest).layout]
        return [order.index(row.question_id) + 1 for row in self.log(guest)]

    def answered(self, guest: Guest) -> int:
        rows = self._rows(sa.select(Answer).filter_by(attempt_id=self.attempt(guest).id))
        return len([row for row in rows if row.value is not None])

    def _rows(self, query: Any) -> list[Any]:
        with self.app.app_context():
            db.session.rollback()
            rows = list(db.session.scalars(query))
            db.session.expunge_all()
        return rows


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("room")
    start = datetime.now(ZoneInfo("Asia/Pontianak")).replace(hour=10, minute=0, second=0, microsecond=0)
    installation = Installation(folder, {"LMS_ENV": "demo"})
    installation.set_clock(start)
    installation.run("demo", "--data", str(folder), "--load-only")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context(), app.test_request_context(), freeze(start):
        workshop = workshops.find(workshops.RUNNING_TITLE)
        contents = [SAMPLES["choice"]] * CHOICES + [ESSAY]
        with unit_of_work():
            questions = [
                bank.add(Draft(content=content), organiser_id=None, actor=SYSTEM, code=f"P-{number}")
                for number, content in enumerate(contents)
            ]
            quiz = quizzes.add_quiz(
                workshop_id=workshop.id, kind=QuizKind.PRACTICE, title="Latihan", questions=questions
            )
            quiz.shuffles_questions = False
            quizzes.open_quiz(quiz_id=quiz.id, actor=SYSTEM)
        people = [row for row in workshops.participants_of(workshop) if row.is_confirmed]
        guests = [Guest(id=row.id, link=f"/t/{link_token(row)}", code=row.ticket_code) for row in people[:12]]
        quiz_id = quiz.id
    installation.set_clock(start)
    installation.start()
    yield Room(installation, app, start, quiz_id, guests)
    installation.stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def begin(window: Callable[..., BrowserContext], room: Room) -> Callable[[Guest], Page]:
    """The phone of a guest who has begun; the page is kept for the time without signal."""
    room.installation.set_clock(room.start)

    def make(guest: Guest) -> Page:
        page = window(width=360).new_page()
        page.goto(room.installation.url + guest.link)
        page.goto(room.url)
        if page.url.endswith(f"/{room.quiz_id}"):
            page.click("main form button.btn-primary")
        page.wait_for_url(re.compile(r"/kuis/\d+/1$"))
        wait_until(
            page,
            """async () => Boolean(
            await (await caches.open("lms-kept")).match(location.pathname, { ignoreVary: true }))""",
        )
        return page

    return make


def question(page: Page, number: int) -> Any:
    return page.locator(f"[data-question='{number}']")


def go(page: Page, number: int) -> None:
    if page.locator("details.fold").get_attribute("open") is None:
        page.locator("details.fold summary").click()
    page.locator(f"[data-go='{number}']").click()
    expect(page.locator(f"#soal-{number}")).to_be_focused()


def choose(page: Page, number: int, place: int = 0) -> None:
    go(page, number)
    question(page, number).locator("input").nth(place).check()


def says(page: Page, text: str) -> None:
    expect(page.locator("[data-sync] span")).to_have_text(text)


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_q22_answers_of_ten_minutes_without_signal_and_a_killed_tab_all_arrive_once_and_in_order(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    page = begin(guest)
    choose(page, 1)
    says(page, "1 tersimpan")
    page.context.set_offline(True)
    for number in range(2, 8):
        choose(page, number, number % 3)
    says(page, "1 tersimpan, 6 menunggu sinyal")
    expect(page.locator("[data-note=waiting]:visible")).to_contain_text("6 jawaban disimpan di ponsel ini")
    context, address = page.context, page.url
    page.close()  # the system ends the tab
    page = context.new_page()
    page.goto(address)  # without a network
    says(page, "1 tersimpan, 6 menunggu sinyal")
    for number in range(1, 8):  # also what had arrived after the page was kept
        checked = question(page, number).locator("input:checked")
        assert checked.get_attribute("value") == str(1 if number == 1 else number % 3 + 1)
    for number in range(8, 12):
        choose(page, number)
    expect(page.locator("[data-go='9']")).to_have_attribute("aria-label", "Soal 9, menunggu sinyal")
    room.installation.set_clock(room.start + timedelta(minutes=10))
    context.set_offline(False)
    says(page, "11 tersimpan")
    assert room.numbers(guest) == list(range(1, 12))
    assert room.answered(guest) == 11
    assert '"waiting":{}' in kept(page).replace("\\", "")
    assert room.attempt(guest).state is AttemptState.IN_PROGRESS


def test_q23_hiding_and_closing_hand_nothing_in_and_keep_what_was_typed(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    page = begin(guest)
    go(page, ESSAY_NUMBER)
    page.context.set_offline(True)
    question(page, ESSAY_NUMBER).locator("textarea").press_sequentially("Utamakan anak")
    context, address = page.context, page.url
    page.close(run_before_unload=False)  # within the pause of somebody who types
    page = context.new_page()
    page.goto(address)
    expect(question(page, ESSAY_NUMBER).locator("textarea")).to_have_value("Utamakan anak")
    question(page, ESSAY_NUMBER).locator("textarea").press_sequentially("Ya ")
    says(page, "0 tersimpan, 1 menunggu sinyal")
    context.set_offline(False)
    says(page, "1 tersimpan")
    page.close()
    assert room.attempt(guest).state is AttemptState.IN_PROGRESS
    assert len(room.log(guest)) == 1  # the longer text took the place of the shorter one that waited
    assert "Utamakan anak" in room.log(guest)[0].value


def test_q21_after_signing_in_again_the_answers_arrive_and_never_under_another_ticket(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest, other = room.guest(), room.guest()
    page = begin(guest)
    page.context.clear_cookies()  # the sign-in has ended
    choose(page, 1)
    expect(page.locator("[data-note=login]")).to_be_visible()
    says(page, "0 tersimpan, 1 masih di ponsel")
    page.goto(f"{room.installation.url}/tiket/masuk")
    sign_in(page, other)  # a family's phone: somebody else comes first
    page.wait_for_url("**/tiket")
    page.goto(room.url)
    page.click("main form button.btn-primary")
    says(page, "0 tersimpan")
    assert room.log(guest) == room.log(other) == []
    page.goto(f"{room.installation.url}/tiket/masuk")
    sign_in(page, guest)
    page.wait_for_url("**/tiket")
    expect(page.locator("[data-quiz-desk]:visible")).to_contain_text("1 jawaban kuis dari ponsel ini sudah terkirim")
    assert (room.numbers(guest), room.log(other)) == ([1], [])


def sign_in(page: Page, guest: Guest) -> None:
    page.fill("[name=code]", guest.code)
    page.locator("main form button.btn-primary").click()


def test_q14_q16_another_phone_goes_on_and_its_later_answer_is_the_one_that_is_shown(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    first, second = begin(guest), begin(guest)
    choose(first, 1, 0)
    says(first, "1 tersimpan")
    first.context.set_offline(True)
    choose(first, 2, 0)
    says(first, "1 tersimpan, 1 menunggu sinyal")
    choose(second, 2, 1)
    choose(second, 1, 2)
    says(second, "2 tersimpan")
    first.context.set_offline(False)
    says(first, "2 tersimpan")
    first.reload()
    for number, value in {1: "3", 2: "2"}.items():
        assert question(first, number).locator("input:checked").get_attribute("value") == value
    assert len(room.log(guest)) == 4  # all of them are in the history


def test_q19_answers_that_arrive_too_late_are_explained_and_leave_the_phone(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    page = begin(guest)
    page.context.set_offline(True)
    choose(page, 1)
    says(page, "0 tersimpan, 1 menunggu sinyal")
    with changed(room, closes_at=room.start + timedelta(minutes=1)):
        room.installation.set_clock(room.start + timedelta(minutes=1, seconds=90))
        page.context.set_offline(False)
        expect(page.locator("[data-note=late]:visible")).to_contain_text("Disimpan untuk panitia, belum dihitung.")
    assert '"waiting":{}' in kept(page).replace("\\", "")
    assert [row.is_late for row in room.log(guest)] == [True]


def test_handing_in_waits_for_every_answer_and_the_phone_then_goes_to_the_next_person(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    page = begin(guest)
    page.get_by_label("Tandai, saya ingin melihat soal ini lagi").check()
    choose(page, 2)
    page.get_by_role("button", name="Hapus jawaban").click()
    says(page, "0 tersimpan")
    expect(page.locator("[data-go='1']")).to_have_attribute(
        "aria-label", "Soal 1, belum dijawab, ditandai untuk dilihat lagi"
    )
    choose(page, 3)
    says(page, "1 tersimpan")
    page.context.set_offline(True)
    choose(page, ESSAY_NUMBER - 1)
    go(page, ESSAY_NUMBER)
    page.locator("[data-finish]").click()
    expect(page.locator("[data-note=unsent]:visible")).to_contain_text("1 jawaban masih menunggu di ponsel ini")
    assert room.attempt(guest).state is AttemptState.IN_PROGRESS
    page.context.set_offline(False)
    says(page, "2 tersimpan")
    page.locator("[data-finish]").click()
    page.wait_for_url("**/kumpulkan")
    page.context.set_offline(True)
    page.locator("#kuis button.btn-primary").click()
    page.locator("dialog button").first.click()
    expect(page.locator("[data-note=offline]")).to_be_visible()
    page.locator("[data-handover] button").click()
    expect(page.locator("[data-quiz-desk]:visible")).to_contain_text("Tidak ada sinyal")
    page.context.set_offline(False)
    page.locator("#kuis button.btn-primary").click()
    page.locator("dialog button").first.click()
    page.wait_for_url("**/hasil")
    wait_until(page, "() => localStorage.length === 0")
    page.locator("[data-handover] button").click()
    page.wait_for_url("**/tiket/masuk")
    page.context.set_offline(True)
    for path in ("/tiket", "/tiket/kuis", f"/tiket/kuis/{room.quiz_id}/1"):
        page.goto(room.installation.url + path)
        expect(page.locator("h1")).to_contain_text("tanpa sinyal")


def test_q18_q24_the_time_of_the_server_counts_also_when_somebody_gets_more_of_it(
    room: Room, begin: Callable[[Guest], Page]
) -> None:
    guest = room.guest()
    with changed(room, time_limit=4, review={"during": ["correctness"]}):
        page = begin(guest)
        page.clock.install(time=datetime.now() + timedelta(days=2))  # the phone's clock is wrong
        page.reload()
        expect(page.locator("[data-timer]")).to_have_text(re.compile(r"^0[34]\.\d\d$"))
        expect(page.locator("[data-announce]")).to_have_text(
            "Sisa 5 menit. Jawaban yang sudah dipilih tetap dihitung.", use_inner_text=False
        )
        with room.app.app_context(), freeze(room.start), unit_of_work():
            db.session.add(Allowance(quiz_id=room.quiz_id, enrolment_id=guest.id, extra_minutes=30))
        choose(page, 1)
        expect(page.locator("[data-timer]")).to_have_text(re.compile(r"^3[34]\.\d\d$"))
        page.get_by_role("button", name="Periksa jawaban ini").click()
        expect(question(page, 1).locator("article .badge").first).to_be_visible()
        expect(question(page, 1).locator("input").first).to_be_disabled()
        page.clock.fast_forward("40:00")
        expect(page.locator("[data-ended]:visible")).to_contain_text("Waktu habis")
        assert room.attempt(guest).state is AttemptState.IN_PROGRESS


@contextmanager
def changed(room: Room, **values: Any) -> Iterator[None]:
    """Other settings of the quiz, for a while."""
    with room.app.app_context(), unit_of_work():
        quiz = db.session.get_one(Quiz, room.quiz_id)
        before = {name: getattr(quiz, name) for name in values}
        for name, value in values.items():
            setattr(quiz, name, value)
    yield
    with room.app.app_context(), unit_of_work():
        quiz = db.session.get_one(Quiz, room.quiz_id)
        for name, value in before.items():
            setattr(quiz, name, value)
