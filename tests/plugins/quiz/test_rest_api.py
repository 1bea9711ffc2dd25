"""The API of quizzes: reading results."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lms.core.accounts.models import Account
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.workshops.models import Workshop
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import Actor, Role, Scope
from lms.plugins.quiz import api_keys, rest_queries, results
from lms.plugins.quiz.analysis import analysis_of
from lms.plugins.quiz.cli_statistics import gain_json, statistics_json
from lms.plugins.quiz.gain import STORED_NOISE, paired_gain
from lms.plugins.quiz.rest_openapi import SERVER, document
from lms.plugins.quiz.statistics import Statistics
from tests.openapi_answers import PROBLEM
from tests.plugins.quiz.conftest import Course
from tests.plugins.quiz.rest_client import Program

pytestmark = pytest.mark.integration
RESULTS, STATISTICS = "/quizzes/{quiz_id}/results", "/quizzes/{quiz_id}/statistics"
QUIZZES, GAIN = "/workshops/{workshop_id}/quizzes", "/workshops/{workshop_id}/gain"


@pytest.fixture
def keyed(client: Any, course: Course, factories: Any) -> Callable[..., Program]:
    """`keyed(workshop=None, may_read=True, may_push=False)`: a program with a key of the course's organiser."""

    def make(*, workshop: Workshop | None = None, may_read: bool = True, may_push: bool = False) -> Program:
        account = factories.account()
        factories.grant(account, Role.PENYELENGGARA, Scope.ORGANISER, course.workshop.organiser_id)
        _key, token = api_keys.make_key(
            organiser_id=course.workshop.organiser_id,
            workshop=workshop,
            name="Dasbor",
            may_read=may_read,
            may_push=may_push,
            ends_at=now() + timedelta(days=30),
            actor=Actor(account_id=account.id),
        )
        return Program(client, token)

    return make


@pytest.fixture
def program(keyed: Callable[..., Program]) -> Program:
    return keyed()


@pytest.fixture
def tested(course: Course) -> Course:
    """Three people with both tests, one with the first alone, one in the middle of it."""
    course.open(course.pre)
    people = [course.person() for _ in range(3)]
    for person, right in zip(people, (3, 5, 8), strict=True):
        course.take(course.pre, person, right=right)
    course.take(course.pre, right=4)
    course.take(course.pre, right=4, hand_in=False)
    course.open(course.post)
    for person, right in zip(people, (9, 10, 8), strict=True):
        course.take(course.post, person, right=right)
    return course


def test_the_document_is_valid_openapi(client: Any) -> None:
    answer = client.get(f"{SERVER}/openapi.json")
    assert answer.status_code == 200
    OpenAPIV31SpecValidator(answer.get_json()).validate()


def test_every_route_of_the_api_is_in_the_document(app: Any) -> None:
    routes = {
        (rule.rule.removeprefix(SERVER).replace("<int:", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("quiz_api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in document()["paths"].items() for method in methods}


def test_the_workshops_and_quizzes_come_with_their_counts(program: Program, tested: Course) -> None:
    rows = program.get("/workshops").get_json()["workshops"]
    assert [(row["id"], row["title"]) for row in rows] == [(tested.workshop.id, tested.workshop.title)]
    quizzes = program.get(QUIZZES, workshop_id=tested.workshop.id).get_json()["quizzes"]
    found = {row["kind"]: row for row in quizzes}
    assert {kind: (row["state"], row["running"], row["finished"]) for kind, row in found.items()} == {
        "pre": ("open", 1, 4),
        "post": ("open", 0, 3),
        "evaluation": ("draft", 0, 0),
    }
    assert (found["pre"]["questions"], found["pre"]["pass_ratio"], found["evaluation"]["pass_ratio"]) == (15, 0.7, None)


def test_results_are_finished_attempts_without_names(program: Program, tested: Course) -> None:
    answer = program.get(RESULTS, quiz_id=tested.pre.id)
    rows = answer.get_json()["results"]
    assert [row["mark"] for row in rows] == [3, 5, 8, 4]
    assert rows[0]["score_ratio"] == 0.2
    assert {(row["state"], row["max_mark"], row["number"], row["provisional"]) for row in rows} == {
        ("submitted", 15, 1, False)
    }
    assert {(row["name"], row["organisation"]) for row in rows} == {(None, None)}
    people = [row.name for row in results.results_of(tested.workshop.id).people]
    assert people and not any(name in answer.text for name in people)


def test_people_who_cancelled_are_in_no_result(program: Program, tested: Course) -> None:
    one = tested.person()
    tested.take(tested.pre, one, right=1)
    assert one.id in [row["enrolment"] for row in program.get(RESULTS, quiz_id=tested.pre.id).get_json()["results"]]
    one.status = EnrolmentStatus.CANCELLED
    db.session.flush()
    assert one.id not in [row["enrolment"] for row in program.get(RESULTS, quiz_id=tested.pre.id).get_json()["results"]]


def test_results_come_in_pages_without_gap_or_repeat(
    program: Program, tested: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_queries, "PAGE", 3)
    first = program.get(RESULTS, quiz_id=tested.pre.id).get_json()
    second = program.get(RESULTS, quiz_id=tested.pre.id, query=f"after={first['next']}").get_json()
    assert [row["mark"] for row in first["results"] + second["results"]] == [3, 5, 8, 4]
    assert (first["next"], second["next"]) == (first["results"][-1]["attempt"], None)
    for typed in ("x", "-1", "99999999999", "1.5", "²"):
        answer = program.get(RESULTS, quiz_id=tested.pre.id, query=f"after={typed}")
        assert answer.get_json()["errors"][0]["field"] == "after"


def test_names_come_only_while_the_maker_of_the_key_may_see_them(program: Program, tested: Course) -> None:
    rows = program.get(RESULTS, quiz_id=tested.pre.id, query="names=1").get_json()["results"]
    names = {row.enrolment_id: (row.name, row.affiliation) for row in results.results_of(tested.workshop.id).people}
    assert [(row["name"], row["organisation"]) for row in rows] == [names[row["enrolment"]] for row in rows]
    caller = api_keys.authenticate(program.token)
    db.session.get_one(Account, caller.maker_id).is_active = False
    db.session.flush()
    answer = program.get(RESULTS, quiz_id=tested.pre.id, query="names=1")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "names_refused")
    assert program.get(RESULTS, quiz_id=tested.pre.id).status_code == 200


def test_statistics_have_the_keys_and_figures_of_the_command(program: Program, tested: Course) -> None:
    body = program.get(STATISTICS, quiz_id=tested.pre.id).get_json()
    found = analysis_of(tested.pre)
    expected = statistics_json(
        Statistics(slots=tuple(item.slot for item in found.items), total=found.totals[0].figures)
    )
    expected = json.loads(json.dumps(expected))
    assert body["total"] == expected["total"]
    assert [{key: row[key] for key in expected["slots"][0]} for row in body["slots"]] == expected["slots"]
    assert [row["code"] for row in body["slots"]] == [item.column.code for item in found.items]
    assert (body["people"], body["running"], body["waiting"], body["total"]["n"]) == (4, 1, 0, 4)


def test_statistics_of_a_quiz_that_nobody_took_are_null(program: Program, course: Course) -> None:
    body = program.get(STATISTICS, quiz_id=course.pre.id).get_json()
    assert (body["total"], body["people"], {row["facility"] for row in body["slots"]}) == (None, 0, {None})


def test_the_gain_has_the_keys_and_figures_of_the_command(program: Program, tested: Course) -> None:
    body = program.get(GAIN, workshop_id=tested.workshop.id).get_json()
    people = results.results_of(tested.workshop.id).people
    expected = gain_json(paired_gain([(row.pre, row.post) for row in people], noise=STORED_NOISE))
    assert {key: body[key] for key in expected} == expected
    assert set(body) == {*expected, "server_time"}
    assert (body["n_paired"], body["n_pre_only"], body["up"], body["same"]) == (3, 1, 2, 1)


def test_outside_the_scope_nothing_exists(keyed: Callable[..., Program], make_course: Any, factories: Any) -> None:
    own = keyed().get("/workshops").get_json()["workshops"][0]["id"]
    workshop = db.session.get_one(Workshop, own)
    sister = make_course(organiser=workshop.organiser)
    foreign = make_course()
    whole, one = keyed(), keyed(workshop=workshop)
    assert {row["id"] for row in whole.get("/workshops").get_json()["workshops"]} == {own, sister.workshop.id}
    assert [row["id"] for row in one.get("/workshops").get_json()["workshops"]] == [own]
    for program, other in ((whole, foreign), (one, foreign), (one, sister)):
        for path, real in (
            (RESULTS, {"quiz_id": other.pre.id}),
            (STATISTICS, {"quiz_id": other.pre.id}),
            (QUIZZES, {"workshop_id": other.workshop.id}),
            (GAIN, {"workshop_id": other.workshop.id}),
            ("/workshops/{workshop_id}/statements", {"workshop_id": other.workshop.id}),
        ):
            there = program.get(path, **real)
            missing = program.get(path, **dict.fromkeys(real, 999_999))
            assert (there.status_code, missing.status_code) == (404, 404)
            assert {**there.get_json(), "server_time": ""} == {**missing.get_json(), "server_time": ""}
    inside = whole.get("/workshops/{workshop_id}/statements", workshop_id=own, query=f"quiz={sister.pre.id}")
    assert inside.status_code == 404


def test_a_workshop_without_quizzes_is_out_of_every_scope(program: Program, tested: Course) -> None:
    tested.workshop.disabled_features = "quiz"
    db.session.flush()
    assert program.get("/workshops").get_json()["workshops"] == []
    assert program.get(GAIN, workshop_id=tested.workshop.id).status_code == 404
    assert program.get(RESULTS, quiz_id=tested.pre.id).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "lkq_" + "a" * 43, "a" * 43])
def test_without_a_genuine_key_nothing_is_told(client: Any, course: Course, token: str) -> None:
    for path in ("/workshops", f"/quizzes/{course.pre.id}/results", f"/workshops/{course.workshop.id}/statements"):
        answer = client.get(f"{SERVER}{path}", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
        assert answer.get_json()["code"] == "key_unknown"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_of_staff_opens_no_view_of_the_api(as_user: Any, course: Course) -> None:
    assert as_user.organiser(course.workshop).get(f"{SERVER}/workshops").status_code == 401


def test_a_key_opens_nothing_but_the_api(program: Program, course: Course) -> None:
    answer = program.client.get(f"/kelola/lokakarya/{course.workshop.id}/kuis", headers=program.headers())
    assert answer.status_code in {302, 401}


def test_a_key_does_only_what_it_may(keyed: Callable[..., Program]) -> None:
    pusher, reader = keyed(may_read=False, may_push=True), keyed()
    refused = pusher.get("/workshops"), reader.post("/questions", {"questions": [{}]})
    assert [(answer.status_code, answer.get_json()["code"]) for answer in refused] == [(403, "not_allowed")] * 2


def test_reading_costs_the_same_whatever_the_number_of_people(
    program: Program, tested: Course, count_statements: Any
) -> None:
    program.get("/workshops")
    counts = []
    for _ in range(2):
        count_statements()
        for path in (RESULTS, STATISTICS):
            program.get(path, quiz_id=tested.pre.id)
        program.get(GAIN, workshop_id=tested.workshop.id)
        counts.append(count_statements())
        tested.take(tested.pre, right=2)
    assert counts[0] == counts[1]


def test_many_requests_of_one_key_are_slowed_down_and_no_other_key(
    keyed: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "_REQUESTS", "3 per 10 minutes")
    busy, calm = keyed(), keyed()
    answers = [busy.get("/workshops") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert calm.get("/workshops").status_code == 200
