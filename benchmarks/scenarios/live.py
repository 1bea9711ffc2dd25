"""A live round: two hundred phones that ask every two seconds, all answer within five, and a screen that follows."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field

import sqlalchemy as sa

from benchmarks.browser import Answer, Browser, Outcome, accepted, loop
from benchmarks.figures import percentile
from benchmarks.run import Run, page, told
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, live
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.live_models import LiveAnswer
from lms.plugins.quiz.quizzes import add_quiz

PHONES, PAUSE, RUSH = 200, 1.8, 5.0  # phones, seconds between two questions of one (as follow.js), seconds of the rush
P95 = 300  # milliseconds
_HANDS = 48
_PLAY = "/tiket/kuis/langsung"
_TAG = re.compile(r'data-tag="(\w+)"')


@dataclass
class Phone:
    """One phone: its connection, the tag of what it shows, and the token of the form that it has been given."""

    browser: Browser
    tag: str = ""
    csrf: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, path: str) -> Answer:
        answer = self.browser.get(path, {"If-None-Match": f'"{self.tag}"'})
        if answer.status not in {200, 304}:
            raise ValueError(f"status {answer.status}")
        self.tag = answer.headers.get("etag", "").strip('W/"') or self.tag
        if "csrf_token" in answer.text:
            self.csrf = answer.field("csrf_token")
        return answer


@dataclass
class Hall:
    """All phones, the facilitator's screen, and what they saw."""

    run: Run
    live_id: int
    phones: list[Phone]
    screen: Phone
    polls: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    unchanged: set[int] = field(default_factory=set)  # bytes
    acknowledged: int = 0

    @property
    def host(self) -> str:
        return f"/kelola/lokakarya/{self.run.hall.big.workshop_id}/kuis/langsung/{self.live_id}"

    def press(self, step: str, position: int) -> None:
        """The facilitator's button."""
        form = {"langkah": step, "posisi": str(position), "csrf_token": self.screen.csrf}
        accepted(self.screen.browser.post(f"{self.host}/langkah", form), 303)

    def play(self, seconds: float, position: int = 0) -> tuple[Outcome, float]:
        """Everybody asks for so long; with `position` everybody answers it in the rush. The CPU share in percent."""
        every = PAUSE / len(self.phones)
        due = [(n * every, n % len(self.phones), 0) for n in range(int(seconds / every))]
        due += [(n * PAUSE, -1, 0) for n in range(int(seconds / PAUSE))]
        due += [(PAUSE + n * RUSH / len(self.phones), n, position) for n in range(len(self.phones)) if position]
        due.sort()

        def step(number: int, _hand: int) -> list[float]:
            _moment, phone, answered = due[number]
            return self._answer(phone, answered) if answered else self._poll(phone)

        before, begun = self.run.server.cpu_ms(), time.perf_counter()
        moments = [moment for moment, _phone, _position in due]
        outcome = loop(len(due), step, threads=_HANDS, seconds=seconds + 20, due=moments)
        return outcome, (self.run.server.cpu_ms() - before) / 10 / (time.perf_counter() - begun)

    def _poll(self, number: int) -> list[float]:
        phone = self.screen if number < 0 else self.phones[number]
        with phone.lock:
            answer = phone.ask(f"{self.host}/isi" if number < 0 else f"{_PLAY}/isi")
        (self.screens if number < 0 else self.polls).append(answer.ms)
        if answer.status == 304:
            self.unchanged.add(answer.sent)
        return [answer.ms]

    def _answer(self, number: int, position: int) -> list[float]:
        phone = self.phones[number]
        form = {f"q{position}": str(number % 3 + 1)}
        with phone.lock:
            if not phone.csrf:
                phone.ask(f"{_PLAY}/isi")
            path = f"{_PLAY}/{self.live_id}/{position}"
            phone.browser.headers["Lms-Part"] = "1"
            answer = accepted(phone.browser.post(path, {**form, "csrf_token": phone.csrf}))
            phone.tag = answer.headers["etag"].strip('W/"')
        if "Jawaban diterima" not in answer.text:
            raise ValueError(f"not accepted: {answer.text[:120]!r}")
        self.answers.append(answer.ms)
        self.acknowledged += 1
        return [answer.ms]


def measure(run: Run) -> None:
    """Phones wait, then all answer within five seconds, once in a quick run and three times in a full one."""
    hall = _open(run)
    idle, waiting = hall.play(6.0 if run.quick else 20.0)
    asked, outcomes, shares = (1 if run.quick else 3), [idle], []
    for position in range(1, asked + 1):
        hall.press("maju", position - 1)
        outcome, share = hall.play(PAUSE + RUSH + 1, position)
        hall.press("hasil", position)
        shown, _share = hall.play(4.0)
        outcomes += [outcome, shown]
        shares.append(share)
    hall.press("selesai", asked)
    rows = _stored(run, hall.live_id)
    for phone in (*hall.phones, hall.screen):
        phone.browser.close()
    add, expected = run.report.add, PHONES * asked
    refused = [reason for outcome in outcomes for reason in outcome.refused]
    add("live", f"{PHONES} phones wait: CPU of all processes", round(waiting, 1), "%", None, told(idle))
    add("live", f"{PHONES} answers in {RUSH:.0f} s: CPU of all processes", round(max(shares), 1), "%")
    add("live", "an answer: p95", percentile(hall.answers, 95), "ms", P95)
    add("live", "a phone asks: p95", percentile(hall.polls, 95), "ms", None, f"{len(hall.polls)} questions")
    add("live", "the screen asks: p95", percentile(hall.screens, 95), "ms")
    add("live", "an unchanged answer to a phone", max(hall.unchanged, default=0), "B", 0)
    add("live", "refused or failed", len(refused), "", 0, refused[0] if refused else "")
    add("live", "answers lost", expected - len(set(rows)), "", 0, f"{hall.acknowledged} acknowledged")
    add("live", "answers stored twice", len(rows) - len(set(rows)), "", 0)


def _open(run: Run) -> Hall:
    """A round of a session quiz, its screen, and the phones in its lobby."""
    with run.hall.app.app_context(), run.hall.app.test_request_context():
        with unit_of_work():
            workshop_id = run.hall.big.workshop_id
            asked = bank.collection("session")[:3]
            quiz = add_quiz(workshop_id=workshop_id, kind=QuizKind.SESSION, title="Kuis langsung", questions=asked)
            quiz.shuffles_questions = False
            played = live.make(quiz_id=quiz.id, seconds=0, has_scores=False, actor=SYSTEM)
        db.session.remove()
    host = f"/kelola/lokakarya/{workshop_id}/kuis/langsung/{played.id}"
    browser, shown = page(run, host, run.hall.staff_cookie())
    screen = Phone(browser, tag=_tag(shown), csrf=shown.field("csrf_token"))
    phones = [Phone(Browser(run.server.port, run.hall.ticket_cookie(number))) for number in range(PHONES)]

    def enter(number: int, _hand: int) -> list[float]:
        answer = accepted(phones[number].browser.get(_PLAY))
        phones[number].tag = _tag(answer)
        return [answer.ms]

    outcome = loop(PHONES, enter, threads=_HANDS, seconds=30.0)
    run.report.add("live", "a phone comes in: p95", percentile(outcome.ms, 95), "ms", None, told(outcome))
    return Hall(run, played.id, phones, screen)


def _tag(answer: Answer) -> str:
    found = _TAG.search(answer.text)
    if found is None:
        raise ValueError("this page does not follow")
    return found[1]


def _stored(run: Run, live_id: int) -> list[tuple[int, int]]:
    """`(person, position)` of every answer, read from the database."""
    with run.hall.app.app_context():
        query = sa.select(LiveAnswer.enrolment_id, LiveAnswer.position)
        rows = db.session.execute(query.where(LiveAnswer.live_id == live_id, LiveAnswer.position > 0)).all()
        db.session.remove()
    return [(person, position) for person, position in rows]
