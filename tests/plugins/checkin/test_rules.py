"""The rules of check-in at a session: who may set them, what they hold, and that scans follow."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import Mode, Strength
from lms.plugins.checkin.models import SessionRule
from lms.plugins.schedule.api import SessionKind
from tests.plugins.checkin.conftest import attendances

QUESTION = "Ukuran baju: S, M, L atau XL?"


class Desk:
    """The form of one session's rule."""

    def __init__(self, client: Any, session: Any) -> None:
        self.client, self.session = client, session
        self.base = f"/kelola/lokakarya/{session.workshop_id}/kehadiran/aturan"

    def save(self, **form: str) -> Any:
        values = {"mode": "once", "question": "", "required": "", **form}
        return self.client.post(f"{self.base}/{self.session.id}", data=values)


@pytest.fixture
def desk(as_user: Any, workshop: Any, session: Any) -> Desk:
    return Desk(as_user.committee(workshop), session)


def rule(session: Any) -> tuple[Mode, str, Strength | None, bool]:
    row = queries.rule_of(session.id)
    return row.mode, row.question, row.required, row.has_second_code


def audited() -> list[str]:
    query = sa.select(AuditEntry.fields).filter_by(action="checkin.rule_changed").order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def test_a_session_without_a_choice_has_the_defaults(desk: Desk) -> None:
    assert rule(desk.session) == (Mode.ONCE, "", None, False)
    page = desk.client.get(desk.base).text
    assert "Sekali" in page
    assert "semua kehadiran" in page


def test_a_rule_is_saved_shown_and_audited(desk: Desk) -> None:
    answer = desk.save(mode="entry_exit", question=QUESTION, required="fair", has_second_code="y")
    assert (answer.status_code, answer.headers["Location"]) == (303, desk.base)
    assert rule(desk.session) == (Mode.ENTRY_EXIT, QUESTION, Strength.FAIR, True)
    page = desk.client.get(desk.base).text
    for words in ("Saat datang dan saat pulang", QUESTION, "sekurangnya cukup", "kode kedua di tengah"):
        assert words in page, words
    form = desk.client.get(f"{desk.base}/{desk.session.id}").text
    assert 'checked id="mode-1"' in form
    assert 'checked id="required-1"' in form
    assert audited() == ["mode,question,required,has_second_code"]


def test_saving_the_same_again_leaves_no_trace(desk: Desk) -> None:
    desk.save(question=QUESTION)
    desk.save(question=QUESTION)
    assert audited() == ["question"]
    desk.save()
    assert rule(desk.session) == (Mode.ONCE, "", None, False)
    assert audited() == ["question", "question"]


def test_the_defaults_make_no_row(desk: Desk) -> None:
    assert desk.save().status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SessionRule)) == 0


@pytest.mark.parametrize("form", [{"mode": "often"}, {"required": "very"}, {"question": "x" * 201}])
def test_what_no_rule_can_be_is_refused_with_the_form(desk: Desk, form: dict[str, str]) -> None:
    assert desk.save(**form).status_code == 422
    assert rule(desk.session) == (Mode.ONCE, "", None, False)


def test_breaks_and_sessions_of_other_workshops_have_no_form(desk: Desk, add_session: Any, factories: Any) -> None:
    coffee = add_session("10:00", "10:15", title="Rehat", kind=SessionKind.BREAK, jp=0)
    elsewhere = add_session(workshop=factories.enrolment().workshop)
    for row in (coffee, elsewhere):
        assert desk.client.get(f"{desk.base}/{row.id}").status_code == 404
        assert desk.client.post(f"{desk.base}/{row.id}").status_code == 404
    assert "Rehat" not in desk.client.get(desk.base).text


def test_the_door_asks_the_question_of_the_rule(desk: Desk, door: Any, wati: Any) -> None:
    desk.save(question=QUESTION)
    assert door.scan(wati).json["verdict"] == "incomplete"
    assert attendances() == []


def test_one_check_in_for_the_day_counts_at_its_other_sessions(
    desk: Desk, door: Any, wati: Any, add_session: Any
) -> None:
    later = add_session("10:30", "12:00", title="Keuangan", counts_attendance=True)
    tomorrow = add_session("08:30", "10:00", title="Besok", day=2, counts_attendance=True)
    desk.save(mode="day")
    door.scan(wati)
    assert {row.session_id for row in attendances()} == {desk.session.id, later.id}
    assert tomorrow.id not in {row.session_id for row in attendances()}


def test_the_page_costs_the_same_statements_however_many_sessions(
    desk: Desk, add_session: Any, count_statements: Any
) -> None:
    costs = []
    for hour in (11, 14):
        desk.client.get(desk.base)
        count_statements()
        desk.client.get(desk.base)
        costs.append(count_statements())
        for quarter in range(3):
            add_session(f"{hour}:{quarter * 15:02}", f"{hour}:{quarter * 15 + 14:02}", title=f"Sesi {hour} {quarter}")
    assert costs[0] == costs[1]
