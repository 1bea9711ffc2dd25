"""Attempts as xAPI 1.0.3 statements, for a learning record store. Nobody is named, and evaluations are not in it.

The id of a statement is made of what it says, so the same attempt read twice gives the same ids, and one that was
marked again gives new ids to what changed. The key of a question is in no statement.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.installation import settings
from lms.kernel.tokens import keyed
from lms.plugins.quiz import grading, versions
from lms.plugins.quiz.enums import QuizKind
from lms.plugins.quiz.models import Answer, AnswerLog, Attempt, Quiz
from lms.plugins.quiz.review import is_passed
from lms.plugins.quiz.sheets import CONFIRMED
from lms.plugins.quiz.versions import Version
from lms.plugins.quiz.xapi_interactions import definition_of, response_of

AT_ONCE = 100  # attempts a round, so that a large workshop needs no more memory than a small one
_VERBS = "http://adlnet.gov/expapi/verbs/"
_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Names:
    """How this installation names things for others: `base` is its address, `space` what ids are made in."""

    base: str
    space: uuid.UUID
    secret: bytes

    @classmethod
    def here(cls) -> Names:
        """Of the running installation."""
        base = settings().base_url
        return cls(base=base, space=uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/xapi"), secret=keyed("xapi"))

    def uri(self, *parts: object) -> str:
        """An address under the installation's; it names, and opens no page."""
        return "/".join([self.base, "xapi", *map(str, parts)])

    def id(self, *facts: object) -> str:
        """The same for the same facts; nobody outside can find the facts by trying."""
        return str(uuid.uuid5(self.space, self._sealed(json.dumps(facts, default=str))))

    def actor(self, enrolment_id: int) -> dict[str, Any]:
        """A person by a name that means nothing elsewhere, the same in every statement of the workshop."""
        name = self._sealed(f"actor:{enrolment_id}")[:32]
        return {"objectType": "Agent", "account": {"homePage": self.base, "name": name}}

    def _sealed(self, text: str) -> str:
        return hmac.digest(self.secret, text.encode(), hashlib.sha256).hex()


@dataclass(frozen=True, kw_only=True)
class _Slice:
    """Some attempts with all that their statements need."""

    attempts: Sequence[Attempt]
    values: dict[int, dict[int, Any]]
    moments: dict[tuple[int, int], datetime]  # by attempt and question: when the answer in force was given
    versions: dict[int, Version]


def lines(workshop: Workshop, *, quiz_id: int | None = None, has_texts: bool = False) -> Iterator[str]:
    """JSON lines of every attempt of confirmed participants, of one quiz when given; four statements a round.

    `has_texts` adds what people wrote in their own words, in which anything may stand.
    """
    names, quizzes = Names.here(), _quizzes(workshop.id, quiz_id)
    last = 0
    while attempts := _attempts(list(quizzes), after=last):
        found = _slice(attempts)
        for attempt in attempts:
            writer = _Writer(names, workshop, quizzes[attempt.quiz_id], attempt)
            for statement in writer.statements(found, has_texts=has_texts):
                yield json.dumps(statement, ensure_ascii=False, separators=(",", ":")) + "\n"
        last = attempts[-1].id


def _quizzes(workshop_id: int, quiz_id: int | None) -> dict[int, Quiz]:
    query = sa.select(Quiz).where(Quiz.workshop_id == workshop_id, Quiz.kind != QuizKind.EVALUATION)
    if quiz_id is not None:
        query = query.where(Quiz.id == quiz_id)
    return {quiz.id: quiz for quiz in db.session.scalars(query)}


def _attempts(quiz_ids: Sequence[int], *, after: int) -> list[Attempt]:
    query = (
        sa.select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.quiz_id.in_(quiz_ids), Attempt.id > after, *CONFIRMED)
    )
    return list(db.session.scalars(query.order_by(Attempt.id).limit(AT_ONCE)))


def _slice(attempts: Sequence[Attempt]) -> _Slice:
    over = [attempt for attempt in attempts if attempt.is_finished]
    ids = [attempt.id for attempt in over]
    given = (
        sa.select(AnswerLog.attempt_id, AnswerLog.question_id, AnswerLog.made_at, AnswerLog.at)
        .join(
            Answer,
            sa.and_(
                Answer.attempt_id == AnswerLog.attempt_id,
                Answer.question_id == AnswerLog.question_id,
                Answer.client_seq == AnswerLog.client_seq,
            ),
        )
        .where(AnswerLog.attempt_id.in_(ids))
    )
    return _Slice(
        attempts=attempts,
        values=grading.values_of(ids),
        moments={(attempt, question): made or at for attempt, question, made, at in db.session.execute(given)},
        versions=versions.versions_of({slot["v"] for attempt in over for slot in attempt.layout}),
    )


@dataclass(frozen=True)
class _Writer:
    """The statements of one attempt."""

    names: Names
    workshop: Workshop
    quiz: Quiz
    attempt: Attempt

    def statements(self, found: _Slice, *, has_texts: bool) -> Iterator[Statement]:
        """Begun; and, once it is over, each answer, the end, and the score where it is final."""
        yield self._said("attempted", self._test(), self.attempt.started_at)
        if not self.attempt.is_finished:
            return
        yield from self._answers(found, has_texts=has_texts)
        end = self.attempt.submitted_at or self.attempt.started_at
        seconds = max(0, int((end - self.attempt.started_at).total_seconds()))
        yield self._said("completed", self._test(), end, {"completion": True, "duration": f"PT{seconds}S"})
        if self.attempt.max_mark and self.attempt.mark is not None and not self.attempt.is_provisional:
            yield from self._scores(self.attempt.mark, self.attempt.max_mark, end)

    def _scores(self, mark: Decimal, most: Decimal, end: datetime) -> Iterator[Statement]:
        score = _score(mark, most)
        yield self._said("scored", self._test(), end, {"score": score}, facts=(mark, most))
        passed = is_passed(self.quiz, self.attempt)
        if passed is not None:
            result = {"score": score, "success": passed, "completion": True}
            facts = (mark, most, self.quiz.pass_ratio)
            yield self._said("passed" if passed else "failed", self._test(), end, result, facts=facts)

    def _answers(self, found: _Slice, *, has_texts: bool) -> Iterator[Statement]:
        marks = self.attempt.marks
        given = found.values[self.attempt.id]
        for place, slot in enumerate(self.attempt.layout):
            value, version = given.get(slot["q"]), found.versions.get(slot["v"])
            if value is None or version is None:
                continue
            mark = marks[place] if place < len(marks) else None
            result: dict[str, Any] = {}
            if mark is not None and version.type.is_scored:
                earned, most = Decimal(mark), Decimal(slot["m"])
                result = {"score": _score(earned, most), "success": earned >= most}
            response = response_of(version, value, has_texts=has_texts)
            if response is not None:
                result["response"] = response
            moment = found.moments.get((self.attempt.id, slot["q"])) or self.attempt.submitted_at
            asked = {
                "objectType": "Activity",
                "id": self.names.uri("soal", slot["q"], slot["v"]),
                "definition": definition_of(version),
            }
            facts = (slot["q"], slot["v"], value, mark, slot["m"])
            yield self._said("answered", asked, moment or self.attempt.started_at, result, facts=facts, within=True)

    def _said(
        self,
        verb: str,
        thing: dict[str, Any],
        moment: datetime,
        result: dict[str, Any] | None = None,
        *,
        facts: Sequence[object] = (),
        within: bool = False,
    ) -> Statement:
        """`facts` are what may change with a later marking; `within`: `thing` is a part of the test."""
        statement: Statement = {
            "id": self.names.id(verb, self.attempt.id, *facts),
            "actor": self.names.actor(self.attempt.enrolment_id),
            "verb": {"id": f"{_VERBS}{verb}", "display": {"en": verb}},
            "object": thing,
            "context": self._context(within=within),
            "timestamp": moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        if result:
            statement["result"] = result
        return statement

    def _context(self, *, within: bool) -> dict[str, Any]:
        activities = {"grouping": [self._course()]}
        if within:
            activities["parent"] = [self._test()]
        facts = {
            "percobaan": self.attempt.number,
            "paket": self.attempt.form.value,
            "keadaan": self.attempt.state.value,
        }
        return {
            "registration": self.names.id("registration", self.attempt.id),
            "platform": "Lokakarya",
            "contextActivities": activities,
            "extensions": {self.names.uri(name): value for name, value in facts.items()},
        }

    def _test(self) -> dict[str, Any]:
        return self._activity(self.names.uri("kuis", self.quiz.id), "assessment", self.quiz.title)

    def _course(self) -> dict[str, Any]:
        return self._activity(self.names.uri("lokakarya", self.workshop.id), "course", self.workshop.title)

    def _activity(self, uri: str, kind: str, title: str) -> dict[str, Any]:
        definition = {"type": f"{_ACTIVITIES}{kind}", "name": {"id": title}}
        return {"objectType": "Activity", "id": uri, "definition": definition}


def _score(mark: Decimal, most: Decimal) -> dict[str, float]:
    """`scaled` is from -1 to 1; without `min`, which raw would have to stay above."""
    if not most:
        return {"raw": float(mark)}
    scaled = min(Decimal(1), max(Decimal(-1), mark / most))
    return {"scaled": round(float(scaled), 6), "raw": float(mark), "max": float(most)}
