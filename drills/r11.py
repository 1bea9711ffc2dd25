"""R11: everybody presses at once: for the last seats, one certificate, one quiz, one person at four doors."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from benchmarks.browser import Answer, Browser, accepted
from drills import database
from drills.callers import Door, persist
from drills.site import SEATS, Site
from drills.trial import Control, Drill, Trial

PHONES, TABS, PRESSES, DOORS, LEAVING = 60, 10, 20, 4, 5
PEOPLE = (4, 10)  # who come to four doors, in short and in full
_SEATS, _PRESENT = "seats given for 10", "attendances of people scanned at four doors"
_LETTERS = "ABCDEFGHIJ"
T = TypeVar("T")


def run(trial: Trial) -> None:
    """Each race on its own; whoever gets 503 asks again with the same form, as a person does."""
    with trial.site() as site:
        if trial.control is not None and "look_then_insert" in trial.sabotage:
            database.drop_unique(site, "checkin_attendance", ("enrolment_id", "session_id", "direction"))
        site.begin()
        site.settle()
        if trial.wants(_SEATS):
            _leave(trial, site, _register(trial, site))
        if trial.control is None:
            _press_certificate(trial, site)
            _hand_in(trial, site)
        if trial.wants(_PRESENT):
            _come_to_doors(trial, site)
        site.end()
        if trial.control is None:
            database.check_whole(trial, site)


def _at_once(work: Callable[[T], Answer], items: Sequence[T]) -> list[Answer]:
    """What each got; all start together. A fault of one is a status of 0."""
    gate, found = threading.Barrier(len(items)), {}

    def one(place: int, item: T) -> None:
        gate.wait(30)
        try:
            found[place] = work(item)
        except (OSError, ValueError, LookupError) as error:
            found[place] = Answer(status=0, body=repr(error).encode(), sent=0, ms=0)

    hands = [threading.Thread(target=one, args=pair, daemon=True) for pair in enumerate(items)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(90)
    return [found[place] for place in range(len(items)) if place in found]


def _statuses(answers: list[Answer]) -> dict[int, int]:
    return dict(sorted(Counter(answer.status for answer in answers).items()))


def _patient(trial: Trial, send: Callable[[], Answer]) -> Answer:
    def once() -> Answer:
        answer = send()
        if answer.status == 503:
            raise ValueError("busy")
        return answer

    return persist(once, trial.random, tries=12)


def _register(trial: Trial, site: Site) -> dict[str, Browser]:
    """Sixty registrations for ten seats; `{name: browser that holds the ticket}`."""
    path = f"/lokakarya/{site.scene.seats_slug}/daftar"
    phones = {_name(number): Browser(site.port) for number in range(PHONES)}
    forms = {name: _form(browser, path, name, number) for number, (name, browser) in enumerate(phones.items())}
    answers = _at_once(lambda name: _patient(trial, lambda: phones[name].post(path, forms[name])), list(phones))
    trial.equal("registrations for 10 seats at once: answers", _statuses(answers), {303: PHONES})
    trial.equal(_SEATS, _count(site, "confirmed"), SEATS)
    trial.equal("waiting", _count(site, "waitlisted"), PHONES - SEATS)
    return phones


def _name(number: int) -> str:
    return "Orang " + "".join(_LETTERS[int(digit)] for digit in f"{number:03d}")


def _form(browser: Browser, path: str, name: str, number: int) -> dict[str, str]:
    shown = accepted(browser.get(path))
    return {
        "csrf_token": shown.field("csrf_token"),
        "nonce": shown.field("nonce"),
        "full_name": name,
        "affiliation": "LKSA Mutiara",
        "position": "Pengasuh",
        "gender": "P",
        "phone": f"08125550{number:04d}",
        "consent": "y",
    }


def _count(site: Site, status: str) -> int:
    query = "SELECT count(*) FROM core_enrolment WHERE workshop_id = ? AND role = 'peserta' AND status = ?"
    return int(database.one(site, query, site.scene.seats_id, status))


def _names(site: Site, status: str) -> list[str]:
    query = (
        "SELECT p.full_name FROM core_enrolment e JOIN core_person p ON p.id = e.person_id "
        "WHERE e.workshop_id = ? AND e.role = 'peserta' AND e.status = ? ORDER BY e.registered_at, e.id"
    )
    return [row[0] for row in database.rows(site, query, site.scene.seats_id, status)]


def _leave(trial: Trial, site: Site, phones: dict[str, Browser]) -> None:
    """Five give up their seats at once: exactly the first five who wait move up."""
    leaving = [name for name in _names(site, "confirmed") if name in phones][:LEAVING]
    first = _names(site, "waitlisted")[:LEAVING]
    tokens = {name: accepted(phones[name].get("/tiket/batal")).field("csrf_token") for name in leaving}

    def leave(name: str) -> Answer:
        return _patient(trial, lambda: phones[name].post("/tiket/batal", {"csrf_token": tokens[name]}))

    answers = _at_once(leave, leaving)
    trial.equal("five leave at once: answers", _statuses(answers), {303: LEAVING})
    moved = set(_names(site, "confirmed")) & set(first)
    trial.equal("seats after five left", _count(site, "confirmed"), SEATS)
    trial.equal("of the first five who waited, moved up", len(moved), LEAVING)
    for browser in phones.values():
        browser.close()


def _press_certificate(trial: Trial, site: Site) -> None:
    """Twenty presses of one button: one certificate with one number."""
    person, room = site.scene.hall.big.people[0], site.scene.workshop_id
    desks = [Browser(site.port, site.scene.hall.staff_cookie(), timeout=60) for _press in range(PRESSES)]
    shown = accepted(desks[0].get(f"/kelola/lokakarya/{room}/sertifikat"))
    form = {"csrf_token": shown.field("csrf_token")}
    _share_cookies(desks)
    path = f"/kelola/lokakarya/{room}/sertifikat/terbitkan/{person}"
    answers = _at_once(lambda desk: _patient(trial, lambda: desk.post(path, form)), desks)
    made = database.rows(site, "SELECT number FROM certificates_certificate WHERE enrolment_id = ?", person)
    trial.equal("one certificate asked for twenty times at once: answers", _statuses(answers), {303: PRESSES})
    trial.equal("certificates of that person", len(made), 1)
    trial.equal("numbers used", database.one(site, "SELECT max(last_number) FROM certificates_series"), 1)
    for desk in desks:
        desk.close()


def _share_cookies(tabs: list[Browser]) -> None:
    """They are tabs of one browser, and the first has opened the page."""
    for tab in tabs:
        tab.cookies.update(tabs[0].cookies)


def _hand_in(trial: Trial, site: Site) -> None:
    """One person hands in a quiz from ten tabs at once: begun once, graded once."""
    quiz = site.scene.hall.quiz_id
    tabs = [Browser(site.port, site.scene.hall.ticket_cookie(1)) for _tab in range(TABS)]
    path = f"/tiket/kuis/{quiz}"
    token = {"csrf_token": accepted(tabs[0].get(path)).field("csrf_token")}
    _share_cookies(tabs)
    begun = _at_once(lambda tab: _patient(trial, lambda: tab.post(path, token)), tabs)
    handed = _at_once(lambda tab: _patient(trial, lambda: tab.post(f"{path}/kumpulkan", token)), tabs)
    person = site.scene.hall.big.people[1]
    query = "SELECT state FROM quiz_attempt WHERE quiz_id = ? AND enrolment_id = ?"
    trial.equal("quiz begun in ten tabs at once: answers", _statuses(begun), {303: TABS})
    trial.equal("quiz handed in by ten tabs at once: answers", _statuses(handed), {303: TABS})
    trial.equal("attempts, all handed in", [row[0] for row in database.rows(site, query, quiz, person)], ["submitted"])
    for tab in tabs:
        tab.close()


def _come_to_doors(trial: Trial, site: Site) -> None:
    """Each of ten people is scanned at four doors at the same moment."""
    doors = [Door(site, trial.random) for _door in range(DOORS)]
    for door in doors:
        door.open()
    people = range(20, 20 + trial.pick(*PEOPLE))
    words: Counter[str] = Counter()
    for number in people:
        words += Counter(_verdict(answer) for answer in _at_once(_scanner(number), doors))
    for door in doors:
        door.close()
    ids = [site.scene.hall.big.people[number] for number in people]
    marks = ", ".join("?" * len(ids))
    rows = database.one(site, f"SELECT count(*) FROM checkin_attendance WHERE enrolment_id IN ({marks})", *ids)
    logged = database.one(site, f"SELECT count(*) FROM checkin_scan WHERE enrolment_id IN ({marks})", *ids)
    wanted = {"already": (DOORS - 1) * len(ids), "present": len(ids)}
    trial.equal("people at four doors each: verdicts", dict(sorted(words.items())), wanted)
    trial.equal(_PRESENT, rows, len(ids))
    trial.equal("their scans in the log", logged, DOORS * len(ids))


def _scanner(number: int) -> Callable[[Door], Answer]:
    return lambda door: door.scan(number, f"r11-{number}-{id(door)}")


def _verdict(answer: Answer) -> str:
    return str(json.loads(answer.body)["verdict"]) if answer.status == 200 else f"status {answer.status}"


DRILL = Drill(
    key="R11",
    title="everybody presses at once",
    how="60 registrations for 10 seats; 5 give up their seats; 20 presses for one certificate; one quiz begun and "
    "handed in from 10 tabs; 10 people each scanned at 4 doors. All of a group start together. Whoever is told that "
    "the database is busy sends the same form again.",
    run=run,
    controls=(
        Control(sabotage=("no_lock",), says="no lock while seats are counted", breaks=_SEATS),
        Control(
            sabotage=("look_then_insert",),
            says="no lock and no unique key: look whether the attendance is there, then insert it",
            breaks=_PRESENT,
        ),
    ),
)
