"""Conditions as data, per role: who passes, and the words for who does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.kernel.permissions import SYSTEM, Role
from lms.plugins.certificates import criteria, eligibility, words
from lms.plugins.certificates.enums import PaperRole, Standing
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.checkin.enums import Method
from lms.plugins.checkin.models import Attendance


def ask(workshop: Any, role: PaperRole = PaperRole.PESERTA, **thresholds: Any) -> None:
    """`ask(workshop, quiz__gain="0.3")`."""
    wanted = {key.replace("__", "."): Decimal(value) for key, value in thresholds.items()}
    criteria.save_criteria(workshop_id=workshop.id, role=role, thresholds=wanted, actor=SYSTEM)


@pytest.fixture
def evidence_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the evidence port answer `{enrolment id: {key: value}}`, whichever plugin would be asked."""

    def answer(values: dict[int, dict[str, str]]) -> None:
        def collect(*, keys: Any, workshop_id: int, enrolment_ids: Any) -> dict[int, dict[str, Decimal]]:
            return {
                number: {key: Decimal(value) for key, value in values.get(number, {}).items() if key in keys}
                for number in enrolment_ids
            }

        monkeypatch.setattr(eligibility.evidence, "collect", collect)

    return answer


def test_c01_eligible_from_eighty_percent_and_seventy_points(add_person: Any, workshop: Any, evidence_of: Any) -> None:
    ask(workshop, checkin__attendance_ratio="0.8", quiz__posttest_score="0.7")
    people = [add_person(name) for name in ("Ani", "Budi", "Cici", "Dedi")]
    facts = [("0.8", "0.7"), ("0.79", "1"), ("1", "0.69"), ("0.5", None)]
    evidence_of(
        {
            person.id: {words.ATTENDANCE: ratio, **({words.SCORE: score} if score else {})}
            for person, (ratio, score) in zip(people, facts, strict=True)
        }
    )
    rows = eligibility.table_of(workshop, PaperRole.PESERTA).rows
    assert [(row.standing, row.reasons) for row in rows] == [
        (Standing.READY, ()),
        (Standing.LACKING, ("hadir 79% dari sesi, perlu 80%",)),
        (Standing.LACKING, ("nilai tes akhir 69%, perlu 70%",)),
        (Standing.LACKING, ("hadir 50% dari sesi, perlu 80%", "belum ada tes yang dinilai, perlu nilai 70%")),
    ]


@pytest.mark.parametrize(
    ("key", "threshold", "value", "is_met", "text"),
    [
        ("quiz.gain", "0.3", "0.3", True, "peningkatan dari tes awal ke tes akhir 0,3, perlu 0,3"),
        ("quiz.gain", "0.3", "-0.25", False, "peningkatan dari tes awal ke tes akhir -0,25, perlu 0,3"),
        ("quiz.gain", "0.3", None, False, "peningkatan belum ada, perlu 0,3: tes awal dan tes akhir harus dikerjakan"),
        ("quiz.best_score", "0.7", "0.655", False, "nilai kuis terbaik 65,5%, perlu 70%"),
        ("quiz.best_score", "0.7", None, False, "belum ada tes yang dinilai, perlu nilai 70%"),
        ("quiz.evaluation_done", "1", "1", True, "evaluasi sudah diisi"),
        ("quiz.evaluation_done", "1", None, False, "evaluasi belum diisi"),
        ("followup.plan_submitted", "1", "1", True, "RTL sudah dikumpulkan"),
        ("followup.plan_submitted", "1", None, False, "RTL belum dikumpulkan"),
        ("quiz.posttest_submitted", "1", None, False, "tes akhir belum dikumpulkan"),
        (
            "checkin.well_evidenced_ratio",
            "0.5",
            "0.25",
            False,
            "kehadiran dengan bukti cukup atau kuat 25%, perlu 50%",
        ),
    ],
)
def test_every_fact_has_its_words(
    add_person: Any,
    workshop: Any,
    evidence_of: Any,
    key: str,
    threshold: str,
    value: str | None,
    is_met: bool,
    text: str,
) -> None:
    ask(workshop, **{key.replace(".", "__"): threshold})
    person = add_person()
    evidence_of({person.id: {key: value} if value is not None else {}})
    (row,) = eligibility.table_of(workshop, PaperRole.PESERTA).rows
    assert [(fact.text, fact.is_met) for fact in row.facts] == [(text, is_met)]
    assert row.reasons == (() if is_met else (text,))


def test_the_strength_of_evidence_counts_sessions_that_staff_saw(
    add_person: Any, workshop: Any, add_session: Any, attend: Any
) -> None:
    from lms.kernel.db import db

    sessions = [add_session(workshop, hour) for hour in (8, 9, 10, 11)]
    person = add_person()
    attend(person, sessions[:2])  # entered by hand: weak
    for session in sessions[2:]:
        db.session.add(
            Attendance(
                workshop_id=workshop.id,
                session_id=session.id,
                enrolment_id=person.id,
                at=session.starts_at,
                method=Method.BADGE,
            )
        )
    db.session.flush()
    ask(workshop, checkin__well_evidenced_ratio="0.5", checkin__attendance_ratio="1")
    (row,) = eligibility.table_of(workshop, PaperRole.PESERTA).rows
    assert (row.standing, dict(row.values)[words.EVIDENCED]) == (Standing.READY, Decimal("0.5"))
    ask(workshop, checkin__well_evidenced_ratio="0.75")
    (row,) = eligibility.table_of(workshop, PaperRole.PESERTA).rows
    assert row.reasons == ("kehadiran dengan bukti cukup atau kuat 50%, perlu 75%",)


def test_each_role_has_conditions_of_its_own(add_person: Any, workshop: Any, evidence_of: Any) -> None:
    people = {role: add_person(role.value, role) for role in (Role.PESERTA, Role.NARASUMBER, Role.PANITIA)}
    evidence_of({})
    ask(workshop, PaperRole.PANITIA, quiz__evaluation_done=1)
    standings = {
        role: eligibility.table_of(workshop, PaperRole.of(role) or PaperRole.PESERTA).rows[0].standing
        for role in people
    }
    assert standings == {
        Role.PESERTA: Standing.READY,
        Role.NARASUMBER: Standing.READY,
        Role.PANITIA: Standing.LACKING,
    }


@pytest.mark.parametrize("role", [role for role in PaperRole if role is not PaperRole.PESERTA])
def test_by_default_only_participants_are_asked_anything(strict_workshop: Any, role: PaperRole) -> None:
    assert criteria.thresholds_of(strict_workshop.id, role) == {}
    assert criteria.thresholds_of(strict_workshop.id) == criteria.DEFAULTS


def test_a_threshold_of_nothing_asks_nothing(strict_workshop: Any, factories: Any) -> None:
    factories.enrolment(workshop=strict_workshop)
    ask(strict_workshop, checkin__attendance_ratio=0, quiz__posttest_submitted=0)
    (row,) = eligibility.table_of(strict_workshop, PaperRole.PESERTA).rows
    assert (row.standing, row.facts) == (Standing.READY, ())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("checkin__attendance_ratio", "1.01"),
        ("quiz__gain", "1.5"),
        ("checkin__exits", "-1"),
        ("checkin__exits", "NaN"),
        ("checkin__exits", "100001"),
    ],
)
def test_what_nobody_can_reach_is_refused(workshop: Any, key: str, value: str) -> None:
    with pytest.raises(CertificateRefused) as refused:
        ask(workshop, **{key: value})
    assert refused.value.field == key.replace("__", ".")


def test_a_copied_workshop_asks_the_same_of_every_role(workshop: Any) -> None:
    from lms.core.workshops.services import create_workshop
    from lms.kernel.db import unit_of_work

    ask(workshop, checkin__attendance_ratio="0.5")
    ask(workshop, PaperRole.PANITIA, quiz__evaluation_done=1)
    with unit_of_work():
        copy = create_workshop(
            organiser_id=workshop.organiser_id,
            title="Salinan",
            starts_on=workshop.starts_on,
            region_code="61.71",
            actor=SYSTEM,
            source_id=workshop.id,
        )
    for role in PaperRole:
        assert criteria.thresholds_of(copy.id, role) == criteria.thresholds_of(workshop.id, role)
    assert criteria.thresholds_of(copy.id, PaperRole.PANITIA) == {"quiz.evaluation_done": Decimal(1)}
