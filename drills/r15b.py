"""R15b: workers and then the server are killed while a hall of 300 people answers a quiz."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from benchmarks.browser import Answer, Browser, loop
from benchmarks.figures import percentile
from benchmarks.hall import EXAM_QUESTIONS
from drills import database
from drills.callers import Ledger, fine, persist
from drills.r1 import Reaper
from drills.site import Site
from drills.trial import Control, Drill, Trial

PEOPLE, RATE = (40, 300), (40, 75)  # who answer, and answers a second, in short and in full
SECONDS = (10.0, 60.0)
LONGEST = 60.0  # seconds from an answer to its acknowledgement
_LOST = "acknowledged answers lost"


@dataclass
class Taker:
    """One participant's phone: it repeats an answer with the same counter until it is acknowledged."""

    site: Site
    number: int

    def __post_init__(self) -> None:
        self.path = f"/tiket/kuis/{self.site.scene.hall.exam_id}"
        cookies = self.site.scene.hall.ticket_cookie(self.number)
        self.browser = Browser(self.site.port, cookies)

    def begin(self) -> Answer:
        """Open the page and press the button; both may be repeated."""
        shown = fine(self.browser.get(self.path))
        if 'name="csrf_token"' in shown.text:
            self.browser.headers["X-CSRFToken"] = shown.field("csrf_token")
        return fine(self.browser.post(self.path, {}))

    def save(self, question: int) -> Answer:
        """One answer, whose counter is the number of the question: a repeated sending is the same one."""
        choice = (self.number + question) % 4 + 1
        answer = {"n": question, "v": {"": [str(choice)]}, "seq": question, "age": 0}
        reply = fine(self.browser.send(f"{self.path}/jawaban", {"answers": [answer]}))
        if f'"accepted":[{question}]' not in reply.text.replace(" ", ""):
            raise ValueError(f"not accepted: {reply.text[:100]}")
        return reply


def run(trial: Trial) -> None:
    """Everybody has begun; answers come one by one, and each is sent again until it is acknowledged."""
    people, seconds = trial.pick(*PEOPLE), trial.pick(*SECONDS)
    count = min(people * EXAM_QUESTIONS, int(trial.pick(*RATE) * seconds))
    ledger = Ledger(trial.folder / f"quiz-{trial.seed}.txt")
    work = [(place % people, place // people + 1) for place in range(count)]
    waits: list[float] = []
    with trial.server() as (site, _server):
        site.settle()
        takers = [Taker(site, number + 1) for number in range(people)]
        loop(people, lambda number, _hand: [persist(takers[number].begin, trial.random).ms], threads=16, seconds=60)
        reaper = Reaper(trial=trial, site=site, workers=trial.pick(2, 8), servers=trial.pick(1, 2))
        killer = threading.Thread(target=reaper.work, daemon=True)
        killer.start()

        def one(place: int, _hand: int) -> list[float]:
            number, question = work[place]
            key = f"{takers[number].number}-{question}"

            def send() -> Answer:
                ledger.sending(key)
                return takers[number].save(question)

            reply = persist(send, trial.random)
            ledger.answered(key)
            waits.append(reply.ms / 1000)
            return []

        due = [place * seconds / count for place in range(count)]
        outcome = loop(count, one, threads=trial.pick(16, 48), seconds=seconds + LONGEST, due=due)
        reaper.is_over = True
        killer.join(30)
        for taker in takers:
            taker.browser.close()
        site.end()
        _judge(trial, site, ledger, count)
    trial.tell("answers, retries", f"{count}, {ledger.retries}")
    trial.tell(
        "workers killed, servers killed, servers that gave up", f"{reaper.killed}, {reaper.servers}, {reaper.ended}"
    )
    trial.tell("answer, p50 and p95", f"{percentile(waits, 50):.3f} s, {percentile(waits, 95):.3f} s")
    if outcome.refused:
        trial.tell("first failure", outcome.refused[0])


def _judge(trial: Trial, site: Site, ledger: Ledger, count: int) -> None:
    logged = (
        "SELECT a.enrolment_id, l.client_seq FROM quiz_answer_log l JOIN quiz_attempt a ON a.id = l.attempt_id "
        "WHERE a.quiz_id = ?"
    )
    place = {enrolment_id: number for number, enrolment_id in enumerate(site.scene.hall.big.people)}
    found = database.rows(site, logged, site.scene.hall.exam_id)
    stored = {f"{place[enrolment_id]}-{seq}" for enrolment_id, seq in found}
    acknowledged = ledger.in_file()
    trial.equal("acknowledged", len(acknowledged), count)
    trial.equal(_LOST, len(acknowledged - stored), 0)
    trial.equal("stored and never sent", len(stored - ledger.sent), 0)
    trial.equal("answers in the log twice", database.twice(site, "quiz_answer_log", "attempt_id", "client_seq"), 0)
    trial.equal("answers in force twice", database.twice(site, "quiz_answer", "attempt_id", "question_id"), 0)
    trial.equal("attempts of one person", database.twice(site, "quiz_attempt", "quiz_id", "enrolment_id"), 0)
    unlike = database.one(
        site,
        "SELECT count(*) FROM quiz_answer_log l LEFT JOIN quiz_answer v ON v.attempt_id = l.attempt_id AND "
        "v.question_id = l.question_id WHERE l.is_late = 0 AND (v.id IS NULL OR v.client_seq <> l.client_seq)",
    )
    trial.equal("answers in the log and not in force", unlike, 0)
    trial.equal("faults in the server's log", len(site.faults()), 0)


DRILL = Drill(
    key="R15b",
    title="kill -9 while 300 people answer a quiz",
    how="300 people have begun; 75 answers a second come one by one, and every phone repeats an answer with the same "
    "counter until it is acknowledged. A random worker is killed every 1.5 s, then twice the server with all its "
    "workers.",
    run=run,
    controls=(
        Control(
            sabotage=("answer_first",),
            says="a server that answers before it has committed",
            breaks=_LOST,
        ),
    ),
    people=2300,
)
