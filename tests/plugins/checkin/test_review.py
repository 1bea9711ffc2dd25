"""The review: walk-ins whose number raises a question, and scans of phones that were revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.models import Person
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import set_setting
from lms.plugins.checkin import review, walk_in_retention
from lms.plugins.checkin.devices import grant_device, revoke_device
from lms.plugins.checkin.enums import Verdict, WalkInState
from lms.plugins.checkin.models import Device, WalkIn
from tests.plugins.checkin.conftest import attendances, scans, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration


@pytest.fixture
def grant(client: Any, workshop: Any, session: Any) -> Callable[..., tuple[Device, Scanner]]:
    def make(name: str = "Pintu depan") -> tuple[Device, Scanner]:
        device, token = grant_device(workshop=workshop, session=None, name=name, actor=SYSTEM)
        return device, Scanner(client, token, session.id)

    return make


@pytest.fixture
def phone(grant: Any) -> Scanner:
    scanner: Scanner = grant()[1]
    return scanner


class Desk:
    """A member of the committee at the review."""

    def __init__(self, client: Any, workshop: Any) -> None:
        self.client, self.base = client, f"/kelola/lokakarya/{workshop.id}/presensi/tinjauan"

    @property
    def page(self) -> str:
        answer = self.client.get(self.base)
        assert answer.status_code == 200
        text: str = answer.text
        return text

    def decide(self, row: WalkIn, deed: str, **form: Any) -> Any:
        return self.client.post(f"{self.base}/tamu/{row.id}", data={"deed": deed, **form})

    def scans(self, device: Device, deed: str, before: str = "") -> Any:
        return self.client.post(f"{self.base}/perangkat/{device.id}", data={"deed": deed, "before": before})


@pytest.fixture
def desk(as_user: Any, workshop: Any) -> Desk:
    return Desk(as_user.committee(workshop), workshop)


def walk_ins() -> list[WalkIn]:
    query = sa.select(WalkIn).order_by(WalkIn.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def people_called(*names: str) -> list[str]:
    query = sa.select(Person.full_name).where(Person.full_name.in_(names)).order_by(Person.id)
    return list(db.session.scalars(query))


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_walk_in_is_admitted_at_once_and_again_the_same(phone: Scanner) -> None:
    item = phone.walk_in()
    answers = [phone.post("/walk-ins", item).get_json() for _ in range(3)]
    assert [(answer["outcome"], answer["text"]) for answer in answers] == [("new", "Hadir 08.20")] * 3
    assert [row.state for row in walk_ins()] == [WalkInState.ADMITTED]
    assert len(attendances()) == 1
    assert people_called("Joko Susilo") == ["Joko Susilo"]


def test_the_same_form_for_somebody_else_is_a_conflict(phone: Scanner) -> None:
    item = phone.walk_in()
    phone.post("/walk-ins", item)
    answer = phone.post("/walk-ins", {**item, "full_name": "Orang Lain"}).get_json()
    assert answer["outcome"] == "conflict"
    assert people_called("Orang Lain") == []


def test_a_registered_person_keeps_the_registration(phone: Scanner, wati: Enrolment) -> None:
    item = phone.walk_in(full_name="wati  lestari", phone="081234567890", affiliation="Lain")
    answer = phone.post("/walk-ins", item).get_json()
    assert (answer["outcome"], answer["enrolment"]) == ("new", wati.id)
    assert wati.affiliation == "LKSA Tunas Enggang"


def test_a14_a_cancelled_registration_is_not_marked_through_the_walk_in(phone: Scanner, wati: Enrolment) -> None:
    wati.status = EnrolmentStatus.CANCELLED
    answer = phone.post("/walk-ins", phone.walk_in(full_name="Wati Lestari", phone="081234567890")).get_json()
    assert (answer["outcome"], answer["reason"]) == ("refused", "cancelled")
    assert attendances() == []


def test_a36_one_number_from_two_phones_ends_as_one_person_after_review(grant: Any, desk: Desk) -> None:
    front, side = grant("Depan")[1], grant("Samping")[1]
    one = front.walk_in(full_name="Joko Susilo", at=wib("08:05").isoformat())
    two = side.walk_in(full_name="Joko S.", affiliation="LKSA Dua", at=wib("08:01").isoformat())
    first = front.batch([], walk_ins=[one], device_time=wib("08:20"))[0]
    second = side.batch([], walk_ins=[two], device_time=wib("08:20"))[0]
    assert (first["outcome"], second["outcome"]) == ("new", "waiting")
    page = desk.page
    assert "Joko S." in page and "LKSA Dua" in page and "Joko Susilo" in page
    row = walk_ins()[1]
    answer = desk.decide(row, "same", same=str(first["enrolment"]))
    assert answer.status_code == 303
    assert people_called("Joko Susilo", "Joko S.") == ["Joko Susilo"]
    (attendance,) = attendances()
    assert attendance.at == wib("08:01")  # the earlier of the two, whoever noted it
    assert [scan.verdict for scan in scans()] == [Verdict.PRESENT, Verdict.ALREADY]
    assert (walk_ins()[1].state, walk_ins()[1].affiliation) == (WalkInState.MERGED, "LKSA Dua")
    assert side.batch([], walk_ins=[two], device_time=wib("08:20"))[0]["outcome"] == "new"
    assert desk.decide(row, "same", same=str(first["enrolment"])).status_code == 303
    assert len(scans()) == 2


def test_accepting_makes_another_person_of_the_same_number(phone: Scanner, wati: Enrolment, desk: Desk) -> None:
    item = phone.walk_in(full_name="Sari", phone="0812 3456 7890")
    assert phone.post("/walk-ins", item).get_json()["outcome"] == "waiting"
    assert attendances() == []
    (row,) = walk_ins()
    for _ in range(2):
        assert desk.decide(row, "accept", full_name="Sari", phone="081234567890").status_code == 303
    assert people_called("Sari") == ["Sari"]
    assert [one.at for one in attendances()] == [wib("08:20")]
    assert actions().count("checkin.walk_in_accepted") == 1
    assert phone.post("/walk-ins", item).get_json()["outcome"] == "new"


def test_dismissing_marks_nobody_and_the_phone_is_told(phone: Scanner, wati: Enrolment, desk: Desk) -> None:
    item = phone.walk_in(full_name="Sari", phone="0812 3456 7890")
    phone.post("/walk-ins", item)
    (row,) = walk_ins()
    assert desk.decide(row, "dismiss").status_code == 303
    assert desk.decide(row, "accept", full_name="Sari", phone="").status_code == 303
    assert (people_called("Sari"), attendances()) == ([], [])
    assert phone.post("/walk-ins", item).get_json()["outcome"] == "refused"
    assert review.open_count(row.workshop_id) == 0


@pytest.mark.parametrize(
    ("form", "outcome"),
    [
        ({"phone": ""}, "waiting"),
        ({"phone": "belum punya"}, "waiting"),
        ({"full_name": "Joko 😀"}, "waiting"),
        ({"full_name": "  "}, "invalid"),
        ({"session": 999_999}, "invalid"),
    ],
)
def test_what_cannot_be_read_waits_and_is_not_lost(phone: Scanner, form: dict[str, Any], outcome: str) -> None:
    answer = phone.batch([], walk_ins=[phone.walk_in(**form)], device_time=wib("08:20"))[0]
    assert answer["outcome"] == outcome
    assert len(walk_ins()) == (outcome == "waiting")
    assert attendances() == []


def test_a_number_that_was_misread_is_put_right_in_the_review(phone: Scanner, desk: Desk) -> None:
    phone.post("/walk-ins", phone.walk_in(phone="O812 9999 OOO1"))
    (row,) = walk_ins()
    assert desk.decide(row, "accept", full_name="Joko Susilo", phone="x").status_code == 422
    assert walk_ins()[0].state is WalkInState.WAITING
    assert desk.decide(row, "accept", full_name="Joko Susilo", phone="0812 9999 0001").status_code == 303
    assert len(attendances()) == 1


def test_a13_where_walk_ins_are_not_taken_they_wait_for_the_committee(phone: Scanner, workshop: Any) -> None:
    set_setting("checkin.takes_walk_ins", False, scope="workshop", scope_id=workshop.id)
    assert phone.post("/walk-ins", phone.walk_in()).get_json()["outcome"] == "waiting"
    assert attendances() == []


def test_the_ticket_code_says_who_it_is(phone: Scanner, wati: Enrolment, desk: Desk) -> None:
    phone.post("/walk-ins", phone.walk_in(phone=""))
    (row,) = walk_ins()
    assert desk.decide(row, "same", code="ZZZZZZ").status_code == 422
    assert desk.decide(row, "same", code="watab2").status_code == 303
    assert [one.enrolment_id for one in attendances()] == [wati.id]


def test_somebody_without_a_seat_is_not_merged(phone: Scanner, wati: Enrolment, desk: Desk) -> None:
    wati.status = EnrolmentStatus.WAITLISTED
    phone.post("/walk-ins", phone.walk_in(phone=""))
    (row,) = walk_ins()
    assert desk.decide(row, "same", same=str(wati.id)).status_code == 422
    assert (walk_ins()[0].state, attendances()) == (WalkInState.WAITING, [])


def test_a42_a_person_or_walk_in_of_another_workshop_is_out_of_reach(
    phone: Scanner, desk: Desk, factories: Any, as_user: Any
) -> None:
    stranger = factories.enrolment()
    phone.post("/walk-ins", phone.walk_in(phone=""))
    (row,) = walk_ins()
    assert desk.decide(row, "same", same=str(stranger.id)).status_code == 422
    foreign = Desk(as_user.committee(stranger.workshop), stranger.workshop)
    assert foreign.decide(row, "accept", full_name="x").status_code == 404
    assert attendances() == []


def test_a37_a_lost_phone_is_revoked_and_its_scans_wait(
    grant: Any, wati: Enrolment, factories: Any, desk: Desk
) -> None:
    device, phone = grant()
    joko = factories.enrolment(workshop=wati.workshop)
    items = [phone.item(wati, at=wib("07:50").isoformat()), phone.item(joko, at=wib("08:15").isoformat())]
    guest = phone.walk_in()
    revoke_device(device=device, actor=SYSTEM)
    assert phone.post("/scans", phone.item(wati)).get_json()["code"] == "device_revoked"
    for _ in range(2):
        answers = phone.batch(items, walk_ins=[guest], device_time=wib("08:20"))
        assert [answer["outcome"] for answer in answers] == ["quarantined", "quarantined", "waiting"]
    assert [scan.verdict for scan in scans()] == [Verdict.QUARANTINED] * 2
    assert attendances() == []
    assert review.open_count(wati.workshop_id) == 3
    assert "Wati Lestari" in desk.page

    assert desk.scans(device, "accept", "2026-12-02T08:00").status_code == 303
    assert [(row.enrolment_id, row.at) for row in attendances()] == [(wati.id, wib("07:50"))]
    assert desk.scans(device, "dismiss").status_code == 303
    assert {scan.at: (scan.verdict, scan.reason) for scan in scans()} == {
        wib("07:50"): ("present", None),
        wib("08:15"): ("refused", "revoked_device"),
    }
    assert desk.scans(device, "accept").status_code == 303
    assert len(attendances()) == 1
    assert actions().count("checkin.quarantine_accepted") == 1
    assert [answer["outcome"] for answer in phone.batch(items, device_time=wib("08:20"))] == ["new", "refused"]


def test_accepted_scans_obey_the_rules_of_the_door(grant: Any, wati: Enrolment, factories: Any, desk: Desk) -> None:
    device, phone = grant()
    other = grant("Samping")[1]
    gone = factories.enrolment(workshop=wati.workshop, status=EnrolmentStatus.CANCELLED)
    revoke_device(device=device, actor=SYSTEM)
    items = [phone.item(who, at=wib("08:00").isoformat()) for who in (wati, wati, gone, "ZZZZZZ")]
    phone.batch(items, device_time=wib("08:20"))
    other.scan(wati)
    assert desk.scans(device, "accept").status_code == 303
    assert sorted((str(scan.verdict), str(scan.reason)) for scan in scans() if scan.device == device.key) == [
        ("already", "None"),
        ("already", "None"),
        ("refused", "cancelled"),
        ("refused", "unknown"),
    ]
    assert [row.at for row in attendances()] == [wib("08:00")]


def test_a_moment_that_cannot_be_read_settles_nothing(grant: Any, wati: Enrolment, desk: Desk) -> None:
    device, phone = grant()
    revoke_device(device=device, actor=SYSTEM)
    phone.batch([phone.item(wati, at=wib("08:00").isoformat())], device_time=wib("08:20"))
    assert desk.scans(device, "accept", "kemarin").status_code == 422
    assert desk.scans(device, "burn").status_code == 422
    assert scans()[0].verdict is Verdict.QUARANTINED


def test_door_staff_do_not_decide(as_user: Any, workshop: Any, session: Any) -> None:
    assert (
        Desk(as_user.door(workshop), workshop)
        .client.get(f"/kelola/lokakarya/{workshop.id}/presensi/tinjauan")
        .status_code
        == 404
    )


def test_the_review_costs_the_same_for_one_and_for_many(
    grant: Any, wati: Enrolment, desk: Desk, count_statements: Any
) -> None:
    device, phone = grant()
    revoke_device(device=device, actor=SYSTEM)

    def cost(many: int) -> int:
        items = [phone.item(wati, at=wib("08:00").isoformat()) for _ in range(many)]
        guests = [phone.walk_in(phone="", full_name=f"Tamu {'abcdefgh'[n]}") for n in range(many)]
        phone.batch(items, walk_ins=guests, device_time=wib("08:20"))
        db.session.expire_all()
        count_statements()
        assert desk.page
        return int(count_statements())

    assert cost(1) == cost(6)


def test_waiting_and_dismissed_walk_ins_go_thirty_days_after_the_workshop(
    phone: Scanner, wati: Enrolment, desk: Desk
) -> None:
    phone.post("/walk-ins", phone.walk_in())
    phone.post("/walk-ins", phone.walk_in(full_name="Sari", phone="0812 3456 7890"))
    phone.post("/walk-ins", phone.walk_in(full_name="Rina", phone=""))
    desk.decide(walk_ins()[2], "dismiss")
    with clock.freeze(wib("12:00", day=2) + timedelta(days=30)):
        assert walk_in_retention.erase_old() == 0
    with clock.freeze(wib("12:00", day=2) + timedelta(days=31)):
        assert walk_in_retention.erase_old() == 2
        assert walk_in_retention.erase_old() == 0
    assert [row.full_name for row in walk_ins()] == ["Joko Susilo"]
    assert actions()[-1] == "checkin.walk_ins_expired"


def test_erasing_a_person_takes_the_walk_in_along(phone: Scanner) -> None:
    from lms.core.people.services import erase_person
    from lms.plugins.checkin import personal_data

    answer = phone.post("/walk-ins", phone.walk_in(position="Ketua")).get_json()
    person_id = db.session.get_one(Enrolment, answer["enrolment"]).person_id
    (told,) = personal_data.export(person_id)["walk_ins"]  # type: ignore[misc]
    assert (told["full_name"], told["position"], told["phone"]) == ("Joko Susilo", "Ketua", "+6281299990001")
    erase_person(person_id=person_id, actor=SYSTEM)
    (row,) = walk_ins()
    assert (row.full_name, row.phone_e164, row.affiliation, row.position, row.gender) == ("", None, "", "", "")
    assert phone.post("/walk-ins", phone.walk_in(id=row.client_id)).get_json()["outcome"] == "conflict"
