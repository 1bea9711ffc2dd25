"""xAPI statements: what they say, what they keep to themselves, and that twice is once."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.people.models import Person
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, grading, quizzes, services, xapi
from lms.plugins.quiz.content import Content, Draft, Option, Text
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Attempt, Quiz
from lms.plugins.quiz.versions import Version
from lms.plugins.quiz.xapi_interactions import definition_of, response_of
from tests.plugins.quiz import samples
from tests.plugins.quiz.conftest import Course

TYPES = {"choice", "true-false", "fill-in", "long-fill-in", "numeric", "matching", "sequencing", "likert", "other"}
KINDS = {"assessment", "cmi.interaction", "course"}


def read(course: Course, **options: Any) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in xapi.lines(course.workshop, **options)]
    for row in rows:
        check(row)
    return rows


def check(row: dict[str, Any]) -> None:
    """The rules of the standard that a record store refuses a statement for."""
    assert set(row) <= {"id", "actor", "verb", "object", "result", "context", "timestamp"}
    assert str(uuid.UUID(row["id"])) == row["id"] and str(uuid.UUID(row["context"]["registration"]))
    assert set(row["actor"]) == {"objectType", "account"} and set(row["actor"]["account"]) == {"homePage", "name"}
    assert re.fullmatch(r"http://adlnet\.gov/expapi/verbs/[a-z]+", row["verb"]["id"])
    assert datetime.fromisoformat(row["timestamp"]).utcoffset() is not None
    for thing in (row["object"], *row["context"]["contextActivities"].get("parent", ())):
        assert re.fullmatch(r"http://localhost/xapi/\w+/[0-9/]+", thing["id"])
        assert thing["definition"]["type"].rpartition("/")[2] in KINDS
        assert thing["definition"].get("interactionType", "other") in TYPES
        for parts in ("choices", "scale", "source", "target"):
            names = [part["id"] for part in thing["definition"].get(parts, ())]
            assert len(set(names)) == len(names)
    result = row.get("result", {})
    assert set(result) <= {"score", "success", "completion", "response", "duration"}
    if score := result.get("score"):
        assert set(score) <= {"scaled", "raw", "max"}
        assert -1 <= score["scaled"] <= 1 and score["raw"] <= score["max"]


def verbs(rows: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(row["verb"]["id"].rpartition("/")[2] for row in rows))


def essay_quiz(course: Course) -> Quiz:
    contents = [Content(kind="essay", text=Text(source="Ceritakan.")), samples.short("LKSA")]
    questions = [
        bank.add(Draft(content=content), organiser_id=course.workshop.organiser_id, actor=SYSTEM)
        for content in contents
    ]
    return quizzes.add_quiz(
        workshop_id=course.workshop.id, kind=QuizKind.PRACTICE, title="Latihan", questions=questions
    )


def write(course: Course, quiz: Quiz, *texts: str) -> Attempt:
    attempt = services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    answers = []
    for number, slot in enumerate(attempt.layout, start=1):
        kind = grading.contents_of({slot["v"]})[slot["v"]].kind
        answers.append(services.Given(number=number, parts={"": [texts[kind == "shortanswer"]]}))
    services.save_answers(attempt_id=attempt.id, answers=answers)
    return services.submit(attempt_id=attempt.id)


@pytest.mark.integration
def test_an_attempt_tells_its_begin_its_answers_its_end_and_its_score(course: Course) -> None:
    course.open(course.pre, course.post)
    course.take(course.pre, right=12)
    rows = read(course)
    assert verbs(rows) == {"attempted": 1, "answered": 15, "completed": 1, "scored": 1}
    scored = next(row for row in rows if row["verb"]["display"]["en"] == "scored")
    assert scored["result"]["score"] == {"scaled": 0.8, "raw": 12.0, "max": 15.0}
    answered = [row for row in rows if row["verb"]["display"]["en"] == "answered"]
    assert Counter(row["result"]["success"] for row in answered) == {True: 12, False: 3}
    for row in answered:
        assert row["result"]["response"] in {part["id"] for part in row["object"]["definition"]["choices"]}
        assert row["context"]["contextActivities"]["parent"][0]["id"].endswith(f"/xapi/kuis/{course.pre.id}")
    assert len({(row["actor"]["account"]["name"], row["context"]["registration"]) for row in rows}) == 1
    person = course.person()
    course.take(course.post, person, right=15)
    course.take(course.post, right=2)
    assert {verb: count for verb, count in verbs(read(course, quiz_id=course.post.id)).items() if "ed" in verb} == {
        "attempted": 2,
        "answered": 30,
        "completed": 2,
        "scored": 2,
        "passed": 1,
        "failed": 1,
    }


@pytest.mark.integration
def test_reading_twice_gives_the_same_ids_and_marking_again_new_ones_to_what_changed(course: Course) -> None:
    course.open(course.post)
    attempt = course.take(course.post, right=12)
    first, second = read(course), read(course)
    assert first == second
    assert len({row["id"] for row in first}) == len(first)
    attempt.marks = ["0", *attempt.marks[1:]]
    attempt.mark, attempt.score_ratio = Decimal(11), Decimal("0.733333")
    db.session.flush()
    changed = {row["id"]: row["verb"]["display"]["en"] for row in read(course)}
    assert sorted(verb for key, verb in changed.items() if key not in {row["id"] for row in first}) == [
        "answered",
        "passed",
        "scored",
    ]


@pytest.mark.integration
def test_with_own_words_the_ids_stay_and_without_them_nothing_typed_is_told(course: Course) -> None:
    quiz = essay_quiz(course)
    course.open(quiz)
    write(course, quiz, "Saya Wati, nomor saya 0812", "nama anak: Budi")
    shown, hidden = read(course, has_texts=True), read(course)
    assert [row["id"] for row in shown] == [row["id"] for row in hidden]
    assert "Wati" not in json.dumps(hidden) and "Budi" not in json.dumps(hidden)
    responses = {row["result"].get("response") for row in shown if row["verb"]["display"]["en"] == "answered"}
    assert responses == {"Saya Wati, nomor saya 0812", "nama anak: Budi"}


@pytest.mark.integration
def test_what_waits_to_be_marked_has_no_score_yet(course: Course) -> None:
    quiz = essay_quiz(course)
    course.open(quiz)
    write(course, quiz, "Cerita", "LKSA")
    rows = read(course)
    assert verbs(rows) == {"attempted": 1, "answered": 2, "completed": 1}
    found = {
        row["object"]["definition"]["interactionType"]: row.get("result", {}) for row in rows if "parent" in str(row)
    }
    assert "success" not in found["long-fill-in"] and found["fill-in"]["success"] is True


@pytest.mark.integration
def test_an_attempt_that_runs_has_only_begun_and_people_who_cancelled_are_left_out(course: Course) -> None:
    course.open(course.pre)
    gone = course.person()
    course.take(course.pre, gone, right=3)
    course.take(course.pre, right=3, hand_in=False)
    gone.status = EnrolmentStatus.CANCELLED
    db.session.flush()
    assert verbs(read(course)) == {"attempted": 1}


@pytest.mark.integration
def test_nobody_is_named_and_the_actor_is_the_same_in_every_quiz(course: Course) -> None:
    person = course.person()
    row = db.session.get_one(Person, person.person_id)
    row.full_name, row.phone_e164, row.email = "Wati Lestari", "+6281234567890", "wati@contoh.id"
    db.session.flush()
    course.open(course.pre, course.post)
    for quiz in (course.pre, course.post):
        course.take(quiz, person, right=4)
    text = json.dumps(read(course, has_texts=True))
    assert not any(word in text for word in ("Wati", "Lestari", "81234", "contoh.id", person.ticket_code))
    names = {line["actor"]["account"]["name"] for line in read(course)}
    assert len(names) == 1 and not re.search(rf"\b{person.id}\b", names.pop())


@pytest.mark.integration
def test_a_large_workshop_is_read_in_rounds_without_gap(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.open(course.pre)
    for right in (1, 2, 3):
        course.take(course.pre, right=right)
    whole = read(course)
    monkeypatch.setattr(xapi, "AT_ONCE", 1)
    assert read(course) == whole
    assert verbs(whole)["scored"] == 3


@pytest.mark.integration
def test_the_committee_downloads_the_file_and_nobody_else(as_user: Any, course: Course) -> None:
    course.open(course.pre)
    course.take(course.pre, right=3)
    path = f"/kelola/lokakarya/{course.workshop.id}/kuis/hasil/xapi.jsonl"
    answer = as_user.committee(course.workshop).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    assert [json.loads(line) for line in answer.text.splitlines()] == read(course)
    assert "xapi-" in answer.headers["Content-Disposition"]
    assert as_user.door(course.workshop).get(path).status_code in {403, 404}
    other = course.factories.workshop()
    assert as_user.committee(other).get(path).status_code == 404
    assert path in as_user.committee(course.workshop).get(path.removesuffix("/xapi.jsonl")).text


def version(content: Content) -> Version:
    public = samples.KINDS[content.kind].public(content)
    return Version(id=1, question_id=1, kind=content.kind, public=public)


def flag(first: str, second: str) -> Content:
    made = tuple(Option(text=Text(source=t), fraction=Decimal(n == 0)) for n, t in enumerate((first, second)))
    return Content(kind="truefalse", text=samples.ASK, options=made)


PLAIN_RESPONSES: list[tuple[Content, Any, str]] = [
    (Content(kind="choice", text=samples.ASK, options=samples.options(1, 0)), 1, "2"),
    (samples.multiple("0.5", "0.5", "-1"), [0, 2], "1[,]3"),
    (flag("Benar", "Salah"), 0, "true"),
    (flag("Benar", "Salah"), 1, "false"),
    (flag("Salah", "Benar"), 0, "false"),
    (flag("Salah", "Benar"), 1, "true"),
    (samples.PAIRS, [2, None, 0], "1[.]3[,]3[.]1"),
    (samples.STEPS, [1, None, 0, 2], "3[,]1[,]4"),
    (Content(kind="likert", text=samples.ASK), 3, "4"),
    (samples.numerical(), "1,5", "1.5"),
]


@pytest.mark.parametrize(("content", "value", "expected"), PLAIN_RESPONSES)
def test_a_choice_is_told_as_the_standard_writes_it(content: Content, value: Any, expected: str) -> None:
    asked = version(content)
    assert response_of(asked, value, has_texts=False) == expected
    definition = definition_of(asked)
    assert definition["interactionType"] in TYPES
    named = {part["id"] for key in ("choices", "scale", "source", "target") for part in definition.get(key, ())}
    if named:
        assert set(re.split(r"\[[.,]\]", expected)) <= named


@pytest.mark.parametrize(
    ("content", "value", "expected"),
    [
        (samples.short("a"), "kata", "kata"),
        (Content(kind="essay", text=samples.ASK), "cerita", "cerita"),
        (samples.GAPS, [1, "1.5", None], "2[,]1.5[,]"),
        (samples.numerical(), "telepon 0812", "telepon 0812"),
        (samples.numerical(), "1.234", "1.234"),
    ],
)
def test_own_words_are_told_only_when_asked_for(content: Content, value: Any, expected: str) -> None:
    assert response_of(version(content), value, has_texts=False) is None
    assert response_of(version(content), value, has_texts=True) == expected


def test_no_definition_tells_what_is_right() -> None:
    right, wrong = samples.options(1, 0), samples.options(0, 1)
    single = Content(kind="choice", text=samples.ASK, options=right)
    assert definition_of(version(single)) == definition_of(version(replace(single, options=wrong)))
    swapped = tuple(reversed(samples.STEPS.steps))
    assert definition_of(version(samples.STEPS)) == definition_of(version(replace(samples.STEPS, steps=swapped)))
    assert "Dayak" not in str(definition_of(version(samples.GAPS)))
