"""The API of quizzes, /api/v1/kuis: a key of an organiser opens it, and nothing else does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.permissions import SEE_PARTICIPANTS
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.headers import max_body
from lms.kernel.permissions import Access, bearer, public
from lms.kernel.rest import ApiProblem, Problems, answer, kept_by_nobody
from lms.plugins.quiz import api_keys, rest_push, rest_queries, xapi
from lms.plugins.quiz.api_keys import Caller, KeyRightMissing
from lms.plugins.quiz.rest_openapi import JSON_LINES, SERVER, document
from lms.plugins.quiz.rest_schemas import QuestionsIn

MAX_PUSH = 20_000_000  # bytes: 200 questions with pictures
BIGGEST = 2**31 - 1  # of an integer column
PROBLEMS = Problems(
    titles={
        "key_unknown": _l("This key is not known"),
        "key_expired": _l("The time of this key is over"),
        "key_revoked": _l("This key was revoked"),
        "not_allowed": _l("This key may not do that"),
        "names_refused": _l("No names with this key"),
    },
    details={
        "not_found": _l("It does not exist, or this key does not reach it. /workshops lists what it reaches."),
        "method_not_allowed": _l("This address takes another method. /openapi.json tells which."),
        "too_large": _l("Send fewer questions at once."),
        "busy": _l("Much is going on right now. Try again in a moment."),
        "failed": _l("Nothing was changed. Try again in a moment; if it stays, tell who runs this site."),
    },
    unreadable=_l("What was sent cannot be read. /openapi.json tells what is expected."),
)
bp = Blueprint("quiz_api", __name__, url_prefix=SERVER)
PROBLEMS.register(bp)


def reader(token: str) -> Caller:
    """The caller, where its key may read. Raises KeyRefused."""
    caller = api_keys.authenticate(token)
    if not caller.may_read:
        raise KeyRightMissing(_l("This key may add questions, not read results. Ask the organiser for another one."))
    return _noted(caller)


def writer(token: str) -> Caller:
    """The caller, where its key may bring questions. Raises KeyRefused."""
    caller = api_keys.authenticate(token)
    if not caller.may_push:
        raise KeyRightMissing(_l("This key may read results, not add questions. Ask the organiser for another one."))
    return _noted(caller)


@bp.get("/workshops")
@bearer(reader)
def workshops(caller: Caller) -> Response:
    """The workshops that the key reaches."""
    return answer(workshops=[rest_queries.workshop_row(row) for row in rest_queries.workshops_in(caller)])


@bp.get("/workshops/<int:workshop_id>/quizzes")
@bearer(reader)
def quizzes(caller: Caller, workshop_id: int) -> Response:
    """The quizzes of a workshop, and how far people are."""
    workshop = rest_queries.workshop_in(caller, workshop_id)
    return answer(quizzes=rest_queries.quiz_rows(workshop.id))


@bp.get("/quizzes/<int:quiz_id>/results")
@bearer(reader)
def results(caller: Caller, quiz_id: int) -> Response:
    """Finished attempts; evaluations are anonymous and have none."""
    quiz = rest_queries.quiz_in(caller, quiz_id)
    has_names = _is_on("names")
    if has_names:
        _check_names(caller, quiz.access)
    rows, following = rest_queries.results_page(quiz.id, after=_number("after") or 0, has_names=has_names)
    return answer(results=rows, next=following)


@bp.get("/quizzes/<int:quiz_id>/statistics")
@bearer(reader)
def statistics(caller: Caller, quiz_id: int) -> Response:
    """Item and test statistics over first attempts."""
    return answer(**rest_queries.statistics_row(rest_queries.quiz_in(caller, quiz_id)))


@bp.get("/workshops/<int:workshop_id>/gain")
@bearer(reader)
def gain(caller: Caller, workshop_id: int) -> Response:
    """What people learnt between the two tests."""
    return answer(**rest_queries.gain_row(rest_queries.workshop_in(caller, workshop_id).id))


@bp.get("/workshops/<int:workshop_id>/statements")
@bearer(reader)
def statements(caller: Caller, workshop_id: int) -> Response:
    """xAPI statements, written while they are read."""
    workshop, number = rest_queries.workshop_in(caller, workshop_id), _number("quiz")
    if number is not None and rest_queries.quiz_in(caller, number).workshop_id != workshop.id:
        raise NotFound
    lines = xapi.lines(workshop, quiz_id=number, has_texts=_is_on("responses"))
    return kept_by_nobody(Response(stream_with_context(lines), mimetype=JSON_LINES))


@bp.post("/questions")
@max_body(MAX_PUSH)
@bearer(writer)
def questions(caller: Caller) -> Response:
    """Add questions; one verdict on each, and none stops another."""
    sent = PROBLEMS.body(QuestionsIn)
    verdicts: list[dict[str, Any]] = []
    good = []
    for index, raw in enumerate(sent.questions):
        try:
            good.append(rest_push.read(raw, index=index, organiser_id=caller.organiser_id))
        except RuleViolation as error:
            verdicts.append(rest_push.refused(raw, index=index, reason=str(error)))
    if good:
        with unit_of_work():
            verdicts += rest_push.add(good, caller=caller, source=sent.source)
    counts = Counter(verdict["outcome"] for verdict in verdicts)
    ordered = sorted(verdicts, key=lambda verdict: int(verdict["index"]))
    return answer(results=ordered, **{name: counts[name] for name in ("added", "known", "refused")})


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """OpenAPI 3.1, made from the models."""
    return jsonify(document())


def _noted(caller: Caller) -> Caller:
    if api_keys.is_use_due(caller):
        with unit_of_work():
            api_keys.note_use(caller)
    return caller


def _check_names(caller: Caller, access: Access) -> None:
    """Names are for keys of somebody who may see them now, not only when they made the key."""
    if not api_keys.maker_of(caller).can(SEE_PARTICIPANTS, access):
        detail = _l("Who made this key may not see the participants any more. Ask the organiser for a new key.")
        raise ApiProblem("names_refused", 403, detail)


def _is_on(name: str) -> bool:
    return request.args.get(name, "") == "1"


def _number(name: str) -> int | None:
    """A number of the query. Raises ApiProblem for anything else."""
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 11 and int(typed) <= BIGGEST):
        raise PROBLEMS.invalid(field=name, message=_("This value is not possible here."))
    return int(typed)
