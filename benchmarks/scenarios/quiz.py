"""A test that a whole hall takes at once: everybody begins, every answer is sent by itself, everybody hands in."""

from __future__ import annotations

import random
from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any

import sqlalchemy as sa

from benchmarks.browser import Answer as Reply
from benchmarks.browser import Browser, accepted, loop
from benchmarks.figures import percentile
from benchmarks.hall import EXAM_QUESTIONS
from benchmarks.run import Run, told
from benchmarks.statements import client, counted
from lms.kernel.db import db
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt

CPU, P95, STATEMENTS = 6.0, 300, 9
_STARTS, _HAND_IN = 10.0, 20.0  # seconds
_THREADS = 24


class _Phone:
    """One participant's phone: its connection, the token of its pages, and the counter of its answers."""

    def __init__(self, run: Run, number: int) -> None:
        self.path = f"/tiket/kuis/{run.hall.exam_id}"
        self.browser = Browser(run.server.port, run.hall.ticket_cookie(number), headers={})
        self.seq = 0

    def open(self) -> list[float]:
        shown = accepted(self.browser.get(self.path))
        self.browser.headers["X-CSRFToken"] = shown.field("csrf_token")
        return [shown.ms]

    def press(self, what: str = "") -> list[float]:
        return [accepted(self._again(lambda: self.browser.post(self.path + what, {})), 303).ms]

    @staticmethod
    def _again(ask: Callable[[], Reply]) -> Reply:
        """As browsers do: a kept connection that the server has closed meanwhile is opened anew."""
        try:
            return ask()
        except RemoteDisconnected:
            return ask()

    def save(self, question: int, choice: int) -> list[float]:
        self.seq += 1
        answer = {"n": question, "v": {"": [str(choice)]}, "seq": self.seq, "age": 12}
        reply = accepted(self.browser.send(f"{self.path}/jawaban", {"answers": [answer]}))
        if f'"accepted":[{self.seq}]' not in reply.text.replace(" ", "") or '"late":[]' not in reply.text:
            raise ValueError(f"not saved: {reply.text[:120]}")
        return [reply.ms]


def measure(run: Run) -> None:
    """Starts, saved answers and results of a full hall; what the database holds afterwards is compared with it."""
    people, rate = (60, 60) if run.quick else (300, 100)  # answers a second in all
    phones = [_Phone(run, number) for number in range(1, people + 1)]
    opened = loop(people, lambda number, _t: phones[number].open(), threads=_THREADS, seconds=60)
    add = run.report.add
    due = [number * _STARTS / people for number in range(people)]
    begun = loop(people, lambda number, _t: phones[number].press(), threads=_THREADS, seconds=30, due=due)
    add("quiz", f"{people} starts in {_STARTS:.0f} s: refused", len(opened.refused + begun.refused), "", 0, told(begun))
    add("quiz", "start: p95", percentile(begun.ms, 95), "ms", P95)
    _answers(run, phones, rate)
    due = [number * _HAND_IN / people for number in range(people)]
    ended = loop(people, lambda number, _t: phones[number].press("/kumpulkan"), threads=_THREADS, seconds=60, due=due)
    add(
        "quiz",
        f"{people} handed in in {_HAND_IN:.0f} s: refused",
        len(ended.refused) + ended.unsent,
        "",
        0,
        told(ended),
    )
    add("quiz", "handing in: p95", percentile(ended.ms, 95), "ms", P95)
    _compare(run, people)
    add("quiz", "saving an answer: statements", _statements(run, people + 2), "", STATEMENTS)
    for phone in phones:
        phone.browser.close()


def _answers(run: Run, phones: list[_Phone], rate: int) -> None:
    """Every question of every phone, in an order of chance as people are of different speed."""
    turns = [number for number in range(len(phones)) for _question in range(EXAM_QUESTIONS)]
    random.Random(4).shuffle(turns)
    told_of = dict.fromkeys(range(len(phones)), 0)
    work: list[tuple[int, int]] = []
    for number in turns:
        told_of[number] += 1
        work.append((number, told_of[number]))

    def save(place: int, _thread: int) -> list[float]:
        number, question = work[place]
        return phones[number].save(question, (number + question) % 4 + 1)

    # A closed loop of a few for the cost, then the hall's pace for the waiting.
    share = len(work) // 10
    alone, cpu = run.metered(share, save, threads=1)
    due = [place / rate for place in range(len(work) - share)]
    outcome = loop(
        len(due), lambda place, thread: save(place + share, thread), threads=_THREADS, seconds=due[-1] + 30, due=due
    )
    add = run.report.add
    add("quiz", "saving an answer: CPU", cpu, "ms", CPU, told(alone))
    add("quiz", f"saving an answer, {rate} a second: p95", percentile(outcome.ms, 95), "ms", P95)
    add("quiz", f"saving an answer, {rate} a second: p99", percentile(outcome.ms, 99), "ms")
    add("quiz", "answers refused", len(alone.refused + outcome.refused) + outcome.unsent, "", 0, told(outcome))


def _compare(run: Run, people: int) -> None:
    with run.hall.app.app_context():
        of_exam = sa.select(Attempt.id).where(Attempt.quiz_id == run.hall.exam_id)
        attempts = db.session.scalar(sa.select(sa.func.count()).select_from(of_exam.subquery())) or 0
        counts: dict[Any, int] = {
            table: db.session.scalar(sa.select(sa.func.count()).where(table.attempt_id.in_(of_exam))) or 0
            for table in (Answer, AnswerLog)
        }
        db.session.remove()
    wanted = people * EXAM_QUESTIONS
    run.report.add("quiz", "attempts too many or too few", abs(attempts - people), "", 0)
    run.report.add("quiz", "answers lost", wanted - counts[Answer], "", 0)
    run.report.add("quiz", "answers stored twice", counts[AnswerLog] - wanted, "", 0)


def _statements(run: Run, number: int) -> int:
    """Of the second answer of one more phone."""
    visitor, path = client(run.hall, run.hall.ticket_cookie(number)), f"/tiket/kuis/{run.hall.exam_id}"
    shown = visitor.get(path, base_url="http://127.0.0.1")
    token = shown.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    visitor.post(path, data={"csrf_token": token}, base_url="http://127.0.0.1")
    for seq in (1, 2):
        body = {"answers": [{"n": seq, "v": {"": ["1"]}, "seq": seq}]}
        with counted() as seen:
            answer = visitor.post(
                f"{path}/jawaban", json=body, headers={"X-CSRFToken": token}, base_url="http://127.0.0.1"
            )
        if answer.status_code != 200:
            raise RuntimeError(f"saving answered {answer.status_code}: {answer.text[:200]}")
    return len(seen)
