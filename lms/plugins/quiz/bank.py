"""The question bank: who sees what, the set that ships with the product, adding and changing questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import reach
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import SYSTEM, Actor, Scope
from lms.kernel.rich_text import plain
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.quiz.bank_models import Key, Question, QuestionPicture, QuestionVersion, Tag
from lms.plugins.quiz.content import Content, Draft, Option, Picture, Text, from_json, to_json
from lms.plugins.quiz.enums import Pillar, QuestionKind, TextFormat
from lms.plugins.quiz.errors import QuestionChanged
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.permissions import MANAGE

DATA = Path(__file__).parent / "data" / "bank.json"


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Question rows that `actor` may read: shared ones, and those of organisers they work for."""
    held = [grant for grant in actor.grants if grant.role in MANAGE.default_roles]
    if any(grant.scope is Scope.SITE for grant in held):
        return sa.true()
    own = [int(grant.ref) for grant in held if grant.scope is Scope.ORGANISER]
    through_workshops = sa.select(Workshop.organiser_id).where(reach(actor, MANAGE))
    return sa.or_(
        Question.organiser_id.is_(None),
        Question.is_shared,
        Question.organiser_id.in_(through_workshops),
        Question.organiser_id.in_(own),
    )


def may_read(actor: Actor, question_id: int) -> bool:
    """Whether `actor` sees this question in the bank."""
    return db.session.scalar(sa.select(Question.id).where(Question.id == question_id, visible(actor))) is not None


def fingerprint_of(content: Content) -> str:
    """Equal for equal questions, whatever their name and mark: how an import knows what is there already."""
    stored = {name: value for name, value in to_json(content).items() if name not in {"name", "mark"}}
    return hashlib.sha256(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def add(
    draft: Draft,
    *,
    organiser_id: int | None,
    actor: Actor,
    code: str = "",
    collection: str = "",
    session_code: str = "",
    source: str = "",
    needs_review: bool = False,
    category_id: int | None = None,
    is_audited: bool = True,
) -> Question:
    """Add a question. Raises RuleViolation for what its type refuses, and for a code that is taken.

    `is_audited` False is for imports, which leave one entry for all.
    """
    check(draft)
    code = code.strip() or f"S-{new_code(5)}"
    if db.session.scalar(sa.select(Question.id).filter_by(organiser_id=organiser_id, code=code)) is not None:
        raise RuleViolation(_("Another question has this code. Choose a different one."), "code")
    question = Question(
        organiser_id=organiser_id,
        code=code,
        kind=draft.content.kind,
        text="",
        collection=collection,
        session_code=session_code,
        pillar=draft.pillar,
        objective=draft.objective,
        source=source,
        needs_review=needs_review,
        category_id=category_id,
    )
    db.session.add(question)
    db.session.flush()
    _new_version(question, draft)
    _tag(question, draft.tags)
    if is_audited:
        audit.record(action="quiz.question_added", subject=question, actor=actor)
    return question


def change(
    question_id: int,
    draft: Draft,
    *,
    actor: Actor,
    source: str | None = None,
    category_id: int | None = None,
    needs_review: bool = False,
    based_on: int | None = None,
) -> Question:
    """Give a question a new version, when its content differs. Attempts keep the version that they saw.

    `based_on` is the version that the author saw; raises QuestionChanged when a later one is there already.
    """
    check(draft)
    # Without the key: answers that are saved meanwhile refer to the question and must not wait, nor wait in a circle.
    question = db.session.get_one(Question, question_id, with_for_update={"key_share": True}, populate_existing=True)
    if question.kind != draft.content.kind:
        raise RuleViolation(_("A question keeps its type. Add a new question instead."))
    if based_on is not None and based_on != question.version_id:
        raise QuestionChanged(
            _("Somebody else has changed this question meanwhile. Look at their version, then save yours again.")
        )
    question.pillar, question.objective, question.needs_review = draft.pillar, draft.objective, needs_review
    question.source = question.source if source is None else source
    question.category_id = category_id
    stored = from_json(db.session.get_one(Key, question.version_id).content)
    if draft.content != stored:
        _new_version(question, draft)
    _tag(question, draft.tags)
    audit.record(action="quiz.question_changed", subject=question, actor=actor, fields=("content",))
    return question


def check(draft: Draft) -> None:
    """Raises RuleViolation with every reason why the type refuses the question."""
    problems = kind_of(draft.content.kind).problems(draft.content)
    if not draft.content.text:
        problems = [_("The question has no text."), *problems]
    if problems:
        raise RuleViolation(" ".join(problems))


def _new_version(question: Question, draft: Draft) -> None:
    content, kind = draft.content, kind_of(draft.content.kind)
    public = kind.public(content)
    last = db.session.scalar(sa.select(sa.func.max(QuestionVersion.number)).filter_by(question_id=question.id)) or 0
    version = QuestionVersion(question_id=question.id, number=last + 1, public=public, created_at=now())
    db.session.add(version)
    db.session.flush()
    db.session.add(Key(version_id=version.id, content=to_json(content)))
    _keep_pictures(question, version, draft.pictures, json.dumps(public))
    question.version_id, question.fingerprint = version.id, fingerprint_of(content)
    question.text = plain(content.text.source, content.text.format.value)[:10_000] or content.name
    db.session.flush()


def _keep_pictures(question: Question, version: QuestionVersion, new: Sequence[Picture], public: str) -> None:
    """Store the pictures that came along, and carry those of the earlier version that the texts still name."""
    content = db.session.get_one(Key, version.id).content
    named = json.dumps(content)
    known = sa.select(QuestionPicture).join(QuestionVersion, QuestionVersion.id == QuestionPicture.version_id)
    known = known.where(QuestionVersion.question_id == question.id)
    rows = {row.sha: (row.stored, row.media_type) for row in db.session.scalars(known)}
    for picture in new:
        if f"picture:{picture.sha}" in named and picture.sha not in rows:
            stored = f"quiz/{question.id}/{picture.sha}"
            storage().put(stored, picture.data, content_type=picture.media_type)
            rows[picture.sha] = (stored, picture.media_type)
    for sha, (stored, media_type) in rows.items():
        if f"picture:{sha}" in named:
            row = QuestionPicture(version_id=version.id, sha=sha, stored=stored, media_type=media_type, is_public=False)
            row.is_public = f"picture:{sha}" in public
            db.session.add(row)


def _tag(question: Question, names: Sequence[str]) -> None:
    db.session.execute(sa.delete(Tag).where(Tag.question_id == question.id))
    for name in {name.strip()[:60]: None for name in names if name.strip()}:
        db.session.add(Tag(question_id=question.id, name=name))
    db.session.flush()


@cache
def _shipped() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return rows


def load_bank() -> int:
    """Add the shipped questions that the shared bank lacks, known by their code; how many were added."""
    present = set(db.session.scalars(sa.select(Question.code).where(Question.organiser_id.is_(None))))
    missing = [row for row in _shipped() if row["code"] not in present]
    for row in missing:
        add(
            Draft(content=shipped_content(row), pillar=Pillar(row.get("pillar", ""))),
            organiser_id=None,
            actor=SYSTEM,
            code=row["code"],
            collection=row["collection"],
            session_code=row.get("session", ""),
            source=row.get("source", ""),
            needs_review=row.get("needs_review", False),
            is_audited=False,
        )
    return len(missing)


def shipped_content(row: dict[str, Any]) -> Content:
    """A row of `bank.json` as a question."""
    kind = QuestionKind(row["kind"])
    options = tuple(
        Option(text=Text(source=text), fraction=Decimal(place == row.get("key")))
        for place, text in enumerate(row.get("options", ()), start=1)
    )
    return Content(
        kind=kind,
        text=Text(source=row["text"]),
        feedback=Text(source=row.get("explanation", "")),
        options=options,
        shuffles=kind is not QuestionKind.LIKERT,
    )


def collection(name: str) -> list[Question]:
    """The shared questions of a set, by code; loads the shipped bank when it is not there yet."""
    query = sa.select(Question).where(Question.collection == name, Question.organiser_id.is_(None))
    found = list(db.session.scalars(query.order_by(Question.code)))
    if not found and load_bank():
        return list(db.session.scalars(query.order_by(Question.code)))
    return found


def single_choice(text: str, options: Sequence[str], key: int, explanation: str = "") -> Content:
    """A plain single-choice question; `key` is the place of the right option, from 1."""
    return Content(
        kind=QuestionKind.SINGLE,
        text=Text(source=text, format=TextFormat.PLAIN),
        feedback=Text(source=explanation),
        options=tuple(
            Option(text=Text(source=option), fraction=Decimal(place == key))
            for place, option in enumerate(options, start=1)
        ),
    )
