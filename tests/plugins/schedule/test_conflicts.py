"""A speaker or a room in two overlapping slots; slots that touch are fine (A50)."""

from __future__ import annotations

from typing import Any

from lms.core.workshops.services import set_status
from lms.kernel.permissions import SYSTEM, Scope
from lms.plugins.schedule.conflicts import conflicts_of
from lms.plugins.schedule.enums import ConflictKind


def test_a50_a_speaker_in_two_overlapping_sessions_is_a_conflict(workshop, add_session, add_speaker) -> None:
    speaker = add_speaker("Ratna Wulandari")
    first = add_session("08:30", "10:00", speakers=[speaker])
    second = add_session("09:30", "11:00", speakers=[speaker])
    (conflict,) = conflicts_of(workshop.id)
    assert conflict.kind is ConflictKind.SPEAKER
    assert (conflict.first.id, conflict.second.id) == (first.id, second.id)
    assert (conflict.starts_at, conflict.ends_at) == (second.starts_at, first.ends_at)
    assert conflict.name == "Ratna Wulandari"


def test_a50_a_room_used_twice_at_once_is_a_conflict(workshop, add_session, add_room) -> None:
    room = add_room("Aula")
    add_session("08:30", "10:00", room=room)
    add_session("09:59", "11:00", room=room)
    (conflict,) = conflicts_of(workshop.id)
    assert (conflict.kind, conflict.name) == (ConflictKind.ROOM, "Aula")


def test_a50_touching_slots_are_no_conflict(workshop, add_session, add_speaker, add_room) -> None:
    speaker, room = add_speaker(), add_room()
    add_session("08:30", "10:00", speakers=[speaker], room=room)
    add_session("10:00", "11:00", speakers=[speaker], room=room)
    assert conflicts_of(workshop.id) == []


def test_a_short_session_inside_a_long_one_conflicts_even_when_another_lies_between(
    workshop, add_session, add_room
) -> None:
    room = add_room()
    for starts, ends in (("08:00", "12:00"), ("08:30", "09:00"), ("11:00", "11:30")):
        add_session(starts, ends, room=room)
    assert len(conflicts_of(workshop.id)) == 2


def test_another_day_or_room_or_a_cancelled_speaker_is_no_conflict(
    workshop, add_session, add_speaker, add_room, factories, db_session
) -> None:
    from lms.core.enrolments.enums import EnrolmentStatus

    speaker = add_speaker()
    gone = add_speaker("Hendra Kusnadi")
    add_session("08:30", "10:00", speakers=[speaker, gone], room=add_room("A"))
    add_session("08:30", "10:00", speakers=[gone], room=add_room("B"))
    add_session("08:30", "10:00", day=2, speakers=[speaker])
    gone.status = EnrolmentStatus.CANCELLED
    db_session.flush()
    assert conflicts_of(workshop.id) == []


def test_a50_publishing_with_a_conflict_warns_and_publishes(
    workshop, add_session, add_room, as_user: Any, db_session
) -> None:
    from lms.core.workshops.enums import WorkshopStatus

    set_status(workshop_id=workshop.id, status=WorkshopStatus.DRAFT, actor=SYSTEM)
    room = add_room()
    add_session("08:30", "10:00", room=room)
    add_session("09:00", "10:00", room=room)
    browser = as_user.organiser(workshop)
    answer = browser.post(f"/kelola/lokakarya/{workshop.id}/terbitkan")
    assert answer.status_code == 303
    with browser.session_transaction() as cookie:
        assert "warning" in [category for category, _text in cookie["_flashes"]]
    assert workshop.status is WorkshopStatus.PUBLISHED


def test_the_agenda_page_and_the_todo_list_name_the_conflict(workshop, add_session, add_speaker, as_user: Any) -> None:
    speaker = add_speaker("Ratna Wulandari")
    add_session("08:30", "10:00", speakers=[speaker])
    add_session("09:00", "10:00", speakers=[speaker])
    browser = as_user.organiser(workshop)
    page = browser.get(f"/kelola/lokakarya/{workshop.id}/agenda").text
    assert "block-clash" in page
    assert "1 bentrok" in page
    assert "Ratna Wulandari ada di dua sesi sekaligus" in browser.get(f"/kelola/lokakarya/{workshop.id}").text


def test_the_todo_list_hides_planning_from_who_cannot_plan(workshop, add_session, as_user: Any) -> None:
    from lms.kernel.permissions import Role

    add_session()
    observer = as_user.with_role(Role.PENGAMAT, Scope.REGION, "61")
    page = observer.get(f"/kelola/lokakarya/{workshop.id}").text
    assert "sesi belum memiliki narasumber" not in page
    assert "sesi belum memiliki narasumber" in as_user.organiser(workshop).get(f"/kelola/lokakarya/{workshop.id}").text
