"""The board while it is open: cheap to ask, quick to follow, and the same figures for whoever may not see names."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.services import cancel
from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import absences, board, calls, live, rules, services
from lms.plugins.checkin.absences import Told
from lms.plugins.checkin.board import Sight
from lms.plugins.checkin.enums import AbsenceKind, Direction, Method
from lms.plugins.checkin.models import WalkIn
from lms.plugins.checkin.rules import Rule
from lms.plugins.checkin.services import Circumstances
from tests.plugins.checkin.conftest import wib

SICK = Told(kind=AbsenceKind.SICK)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: Any) -> None:
    """Every question goes to the database: tests change things faster than a second."""
    monkeypatch.setattr(live, "KEPT_SECONDS", 0)


@pytest.fixture
def budi(workshop: Any, factories: Any, wati: Any) -> Any:
    """Budi of the same organisation, with a number."""
    person = factories.person(full_name="Budi Santoso", phone_e164="+6281234567891")
    named = {"affiliation": "LKSA Tunas Enggang", "affiliation_key": "name:tunas", "region_code": None}
    return factories.enrolment(workshop=workshop, person=person, **named)


class Screen:
    """A browser that shows the board and asks whether it changed."""

    def __init__(self, client: Any, session: Any, only: str = "belum") -> None:
        self.client = client
        self.page = f"/kelola/lokakarya/{session.workshop_id}/kehadiran?sesi={session.id}&hanya={only}"
        self.url = self.page.replace("/kehadiran?", "/kehadiran/langsung?")
        self.tag = ""

    def open(self) -> str:
        page = str(self.client.get(self.page).text)
        self.tag = re.search(r'data-tag="(\w+)"', page)[1]  # type: ignore[index]
        return page

    def ask(self) -> int:
        """The status; 200 means that something changed since it was asked last."""
        answer = self.client.get(self.url, headers={"If-None-Match": f'"{self.tag}"'})
        self.part = answer.text
        self.time = answer.headers["Board-Time"]
        self.tag = answer.get_etag()[0]
        status: int = answer.status_code
        return status


@pytest.fixture
def screen(as_user: Any, workshop: Any, session: Any, wati: Any) -> Screen:
    shown = Screen(as_user.committee(workshop), session)
    shown.open()
    return shown


def test_an_unchanged_board_answers_304_without_a_body(screen: Screen) -> None:
    assert [screen.ask() for _ in range(3)] == [304, 304, 304]
    assert screen.part == ""
    with clock.freeze(wib("08:21")):
        assert (screen.ask(), screen.time) == (304, "08.21.00")


def test_asking_costs_few_statements_and_renders_nothing(
    screen: Screen, count_statements: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(live, "_render", None)
    screen.ask()
    count_statements()
    assert screen.ask() == 304
    assert count_statements() == 4  # who asks, the workshop and session, the newest change, the counts


def test_a_scan_shows_at_the_next_question(screen: Screen, door: Any, wati: Any) -> None:
    door.scan(wati)
    assert screen.ask() == 200
    assert re.search(r'<dt>Hadir</dt><dd class="text-ok">1</dd>', screen.part)
    assert "<html" not in screen.part
    assert screen.ask() == 304


def changes(app: Any, session: Any, wati: Any, budi: Any) -> dict[str, Any]:
    """What the board must follow."""
    told = {"sessions": [session], "enrolment": wati, "actor": SYSTEM}

    def leave() -> None:
        services.check_in(
            session=session, enrolment=wati, method=Method.BADGE, device="d", client_id="out", actor=SYSTEM,
            direction=Direction.OUT,
        )  # fmt: skip

    return {
        "scan": lambda: services.correct(session=session, enrolment=budi, at=wib("08:30"), reason="x", actor=SYSTEM),
        "leaving": leave,
        "absence": lambda: absences.record(told=SICK, **told),
        "absence taken back": lambda: absences.take_back(**told),
        "undo": lambda: services.undo(session=session, enrolment=budi, reason="x", actor=SYSTEM),
        "cancelled": lambda: cancel(enrolment_id=budi.id, actor=SYSTEM),
        "rule": lambda: rules.save(session=session, rule=Rule(question="Ukuran?"), actor=SYSTEM),
    }


def test_every_change_of_attendance_absence_enrolment_and_rule_is_followed(
    app: Any, screen: Screen, session: Any, wati: Any, budi: Any
) -> None:
    screen.ask()
    for name, change in changes(app, session, wati, budi).items():
        with app.test_request_context():
            change()
            db.session.flush()
        assert screen.ask() == 200, name
        assert screen.ask() == 304, name


def test_signs_of_other_plugins_show_within_five_minutes(screen: Screen) -> None:
    with clock.freeze(wib("08:26")):
        assert screen.ask() == 200


def test_each_kind_of_visitor_and_each_page_has_a_tag_of_its_own(
    as_user: Any, workshop: Any, session: Any, wati: Any, screen: Screen
) -> None:
    observer = Screen(as_user.observer("61.71"), session)
    observer.tag = screen.tag
    assert observer.ask() == 200
    assert "Wati" not in observer.part
    complete = Screen(screen.client, session, only="lengkap")
    complete.tag = screen.tag
    assert complete.ask() == 200
    english = Screen(screen.client, session)
    english.tag = screen.tag
    with screen.client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert english.ask() == 200


def test_a_change_is_rendered_once_for_all_boards_that_look_alike(
    as_user: Any, workshop: Any, session: Any, wati: Any, door: Any, monkeypatch: Any
) -> None:
    rendered = []
    render = live._render
    monkeypatch.setattr(live, "_render", lambda view: rendered.append(view.page) or render(view))  # type: ignore[func-returns-value]
    screens = [Screen(as_user.committee(workshop), session) for _ in range(3)]
    for shown in screens:
        shown.open()
    door.scan(wati)
    assert [shown.ask() for shown in screens] == [200, 200, 200]
    assert len({shown.part for shown in screens}) == 1
    assert rendered == [1]


def test_the_state_is_asked_of_the_database_once_a_second_and_a_new_page_always_asks(
    app: Any, db_session: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(live, "KEPT_SECONDS", 1.0)
    moment = [100.0]
    asked: list[float] = []

    def read() -> str:
        asked.append(moment[0])
        return str(moment[0])

    monkeypatch.setattr("lms.kernel.memory.monotonic", lambda: moment[0])
    with app.app_context():
        assert [live.pulse((1, 1), read, fresh=False) for _ in range(2)] == ["100.0", "100.0"]
        moment[0] = 100.9
        assert live.pulse((1, 1), read, fresh=False) == "100.0"
        assert live.pulse((1, 2), read, fresh=False) == "100.9"
        assert live.pulse((1, 1), read, fresh=True) == "100.9"
        moment[0] = 101.5
        assert live.pulse((1, 1), read, fresh=False) == "100.9"
        moment[0] = 101.9
        assert live.pulse((1, 1), read, fresh=False) == "101.9"
    assert asked == [100.0, 100.9, 100.9, 101.9]


def test_whoever_opens_the_address_of_the_part_gets_the_page(screen: Screen) -> None:
    answer = screen.client.get(screen.url)
    assert (answer.status_code, answer.headers["Location"]) == (303, screen.page)


def test_without_an_agenda_there_is_nothing_to_ask(as_user: Any, workshop: Any) -> None:
    client = as_user.committee(workshop)
    assert client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran/langsung").status_code == 404
    assert "Belum ada agenda" in client.get(f"/kelola/lokakarya/{workshop.id}/kehadiran").text


def test_observers_see_figures_and_organisations_but_no_names(
    as_user: Any, session: Any, wati: Any, budi: Any, door: Any
) -> None:
    door.scan(wati)
    page = Screen(as_user.observer("61.71"), session, only="semua").open()
    assert "LKSA Tunas Enggang" in page
    assert "1 dari 2 hadir" in page
    assert "1 belum datang, 0 izin" in page
    for name in ("Wati", "Budi"):
        assert name not in page
    assert "Kekuatan bukti" not in page


def test_who_cannot_see_participants_gets_no_way_to_call_or_excuse(door: Any, wati: Any, session: Any) -> None:
    page = Screen(door.client, session).open()
    assert "Wati Lestari" in page
    for link in ("/izin", "/hubungi", "/peserta/"):
        assert link not in page, link


def test_every_present_person_shows_how_well_that_is_evidenced(app: Any, screen: Screen, wati: Any, budi: Any) -> None:
    with app.test_request_context():
        for number, person in enumerate((wati, budi)):
            services.check_in(
                session=screen_session(app, wati), enrolment=person, method=Method.VENUE_CODE, device="claim",
                client_id=f"n{number}", actor=SYSTEM, around=Circumstances(code_age=5, phone="same"),
            )  # fmt: skip
    page = Screen(screen.client, screen_session(app, wati), only="lengkap").open()
    assert page.count("satu ponsel untuk 2 orang") == 2
    assert len(re.findall(r"#circle-dashed\"/></svg> Lemah</span>", page)) == 2


def screen_session(app: Any, wati: Any) -> Any:
    return board.choices(wati.workshop_id)[0]


def test_what_waits_for_a_decision_is_counted_with_the_way_to_it(
    as_user: Any, screen: Screen, session: Any, workshop: Any
) -> None:
    told = "1 catatan dari pintu menunggu keputusan."
    assert told not in screen.open()
    seen = {"at": wib("08:10"), "received_at": wib("08:20"), "device": "d", "client_id": "guest"}
    ids = {"workshop_id": workshop.id, "session_id": session.id}
    db.session.add(WalkIn(full_name="Joko", phone_e164="+6281299990001", **ids, **seen))
    db.session.flush()
    assert screen.ask() == 200
    assert told in screen.part
    assert f"/kelola/lokakarya/{workshop.id}/presensi/tinjauan" in screen.part
    assert told not in Screen(as_user.observer("61.71"), session).open()


def test_a_region_that_nobody_knows_has_a_word(screen: Screen, budi: Any) -> None:
    assert "Wilayah belum diketahui" in screen.open()


def test_people_without_an_organisation_stand_together(app: Any, session: Any, workshop: Any, factories: Any) -> None:
    for _ in range(2):
        factories.enrolment(workshop=workshop, affiliation="", affiliation_key="")
    with app.test_request_context():
        shown = board.board_of(session, sight=Sight(names=True))
        assert [(group.name, group.total, len(group.people)) for group in shown.organisations] == [
            ("Tanpa lembaga", 2, 2)
        ]


def test_long_boards_are_paged_without_tearing_an_organisation(
    app: Any, session: Any, workshop: Any, factories: Any, monkeypatch: Any, as_user: Any
) -> None:
    monkeypatch.setattr(board, "PEOPLE_ON_A_PAGE", 4)
    for number in range(5):
        for _ in range(2):
            factories.enrolment(workshop=workshop, affiliation=f"LKSA {number}", affiliation_key=f"name:{number}")
    with app.test_request_context():
        pages = [board.board_of(session, sight=Sight(names=True), page=number) for number in (0, 1, 2, 3, 99)]
    assert [[group.name for group in page.organisations] for page in pages] == [
        ["LKSA 0", "LKSA 1"], ["LKSA 0", "LKSA 1"], ["LKSA 2", "LKSA 3"], ["LKSA 4"], ["LKSA 4"],
    ]  # fmt: skip
    assert {(page.total, page.pages, page.counts["belum"]) for page in pages} == {(10, 3, 5)}
    text = as_user.committee(workshop).get(f"/kelola/lokakarya/{workshop.id}/kehadiran?sesi={session.id}&page=2").text
    assert "Halaman 2 dari 3" in text
    assert 'rel="prev"' in text
    assert 'rel="next"' in text


def test_of_a_huge_organisation_the_missing_come_first_and_the_rest_is_counted(
    app: Any, door: Any, session: Any, workshop: Any, factories: Any, monkeypatch: Any, as_user: Any
) -> None:
    monkeypatch.setattr(board, "MOST_PEOPLE", 2)
    named = {"workshop": workshop, "affiliation": "LKSA Besar", "affiliation_key": "name:besar"}
    people = [
        factories.enrolment(person=factories.person(full_name=name), **named) for name in ("Ani", "Beni", "Citra")
    ]
    door.scan(people[0])
    page = Screen(as_user.committee(workshop), session).open()
    assert re.findall(r"<span>(Ani|Beni|Citra)", page) == ["Beni", "Citra"]
    assert "dan 1 orang lagi" in page


def test_the_page_costs_the_same_statements_for_ten_and_for_thirty(
    screen: Screen, door: Any, workshop: Any, factories: Any, count_statements: Any
) -> None:
    costs = []
    for _ in range(2):
        for number in range(10):
            person = factories.enrolment(workshop=workshop, affiliation_key=f"name:{number}")
            if number % 2:
                door.scan(person)
        count_statements()
        screen.client.get(screen.page.replace("belum", "semua"))
        costs.append(count_statements())
    assert costs[0] == costs[1]


def call_page(client: Any, session: Any) -> str:
    return str(client.get(f"/kelola/lokakarya/{session.workshop_id}/kehadiran/hubungi?sesi={session.id}").text)


def test_the_call_list_names_who_is_missing_with_a_polite_message(
    app: Any, screen: Screen, session: Any, wati: Any, budi: Any, workshop: Any, factories: Any, door: Any
) -> None:
    door.scan(factories.enrolment(workshop=workshop, person=factories.person(full_name="Hadir Sudah")))
    excused = factories.enrolment(workshop=workshop, person=factories.person(full_name="Izin Sudah"))
    waiting = EnrolmentStatus.WAITLISTED
    factories.enrolment(workshop=workshop, person=factories.person(full_name="Daftar Tunggu"), status=waiting)
    with app.test_request_context():
        absences.record(sessions=[session], enrolment=excused, told=SICK, actor=SYSTEM)
    page = call_page(screen.client, session)
    assert re.findall(r"<b>([\w ]+)</b>", page) == ["Budi Santoso", "Wati Lestari"]
    assert "2 orang belum datang dan belum izin." in page
    link = unescape(re.search(r'href="(https://wa.me/6281234567891\?text=[^"]+)"', page)[1])  # type: ignore[index]
    text = unquote(link.partition("text=")[2])
    assert text.startswith("Yth. Bapak/Ibu Budi Santoso, kami dari panitia")
    for words in ("Kepemimpinan", "Tata kelola LKSA", "08.30 WIB", "mohon balas pesan ini"):
        assert words in text, words


def test_after_the_session_the_message_asks_what_happened(app: Any, session: Any) -> None:
    with app.test_request_context():
        before = calls.message("Wati", session)
        with clock.freeze(session.ends_at):
            after = calls.message("Wati", session)
    assert "sedang dalam perjalanan" in before
    assert "belum tercatat" in after
    assert "dalam perjalanan" not in after


def test_who_has_no_number_is_listed_without_a_link(screen: Screen, session: Any, wati: Any) -> None:
    wati.person.phone_e164 = None
    db.session.flush()
    page = call_page(screen.client, session)
    assert "tanpa nomor" in page
    assert "wa.me" not in page


def test_the_call_list_is_paged_by_organisation(
    app: Any, session: Any, workshop: Any, factories: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(calls, "PEOPLE_ON_A_PAGE", 3)
    for number in range(3):
        for _ in range(2):
            factories.enrolment(workshop=workshop, affiliation=f"LKSA {number}", affiliation_key=f"name:{number}")
    with app.test_request_context():
        pages = [calls.call_list(session, page=number) for number in (1, 2, 3, 9)]
    assert [[name for name, _calls in page.groups] for page in pages] == [
        ["LKSA 0"],
        ["LKSA 1"],
        ["LKSA 2"],
        ["LKSA 2"],
    ]
    assert {(page.total, page.pages) for page in pages} == {(6, 3)}
