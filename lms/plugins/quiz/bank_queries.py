"""Reads of the question bank: pages, filters, tags, owners, versions, and equal questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from lms.core.workshops.models import Organiser
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz.bank import visible
from lms.plugins.quiz.bank_models import Key, Question, QuestionPicture, QuestionVersion, Tag
from lms.plugins.quiz.content import Content, from_json
from lms.plugins.quiz.enums import Pillar

PER_PAGE = 25
SHARED = "shared"  # the owner of questions that belong to all
_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows the bank; everything left out takes all that is not retired.

    `owner` is SHARED or the id of an organiser; `category_ids` are categories with all below them.
    """

    text: str = ""
    category_ids: frozenset[int] | None = None
    kind: str = ""
    pillar: Pillar | None = None
    tag: str = ""
    owner: str | int = ""
    needs_review: bool = False
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One version of a question with everything right about it, for staff."""

    version: QuestionVersion
    content: Content


def matching(actor: Actor, filters: Filters) -> sa.Select[Question]:
    """The questions that `actor` sees and `filters` leave, by code."""
    query = sa.select(Question).where(visible(actor), *_conditions(filters))
    return query.order_by(Question.code, Question.id)


def page_of(
    *,
    visible_to: Actor,
    text: str = "",
    pillar: Pillar | None = None,
    filters: Filters | None = None,
    page: int = 1,
) -> Pagination:
    """A page of the bank by code; `text` matches wording, code and tags. What was put away is left out by default."""
    chosen = filters or Filters()
    chosen = replace(chosen, text=text or chosen.text, pillar=chosen.pillar if pillar is None else pillar)
    query = matching(visible_to, chosen)
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=PER_PAGE, max_per_page=100, error_out=False)


def _conditions(filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    yield Question.retired_at.is_not(None) if filters.retired else Question.retired_at.is_(None)
    if filters.text:
        tagged = sa.exists().where(Tag.question_id == Question.id, Tag.name.icontains(filters.text, autoescape=True))
        found = Question.text.icontains(filters.text, autoescape=True)
        yield sa.or_(found, Question.code.icontains(filters.text, autoescape=True), tagged)
    if filters.category_ids is not None:
        yield Question.category_id.in_(filters.category_ids)
    if filters.kind:
        yield Question.kind == filters.kind
    if filters.pillar is not None:
        yield Question.pillar == filters.pillar
    if filters.tag:
        yield sa.exists().where(Tag.question_id == Question.id, sa.func.lower(Tag.name) == filters.tag.lower())
    if filters.owner:
        is_shared = filters.owner == SHARED
        yield Question.organiser_id.is_(None) if is_shared else Question.organiser_id == filters.owner
    if filters.needs_review:
        yield Question.needs_review.is_(True)


def tags_of(question_ids: Collection[int]) -> dict[int, list[str]]:
    """`{question id: its tags by name}`."""
    found: dict[int, list[str]] = {number: [] for number in question_ids}
    query = sa.select(Tag.question_id, Tag.name).where(Tag.question_id.in_(found)).order_by(Tag.name)
    for number, name in db.session.execute(query):
        found[number].append(name)
    return found


def owner_names(questions: Iterable[Question]) -> dict[int, str]:
    """`{organiser id: short name}` of the owners; one statement."""
    ids = {row.organiser_id for row in questions if row.organiser_id is not None}
    query = sa.select(Organiser.id, Organiser.short_name, Organiser.name).where(Organiser.id.in_(ids))
    return {number: short or name for number, short, name in db.session.execute(query)}


def like(fingerprint: str, *, visible_to: Actor, but: int | None = None) -> Question | None:
    """A question with equal content that `visible_to` sees, other than question `but`."""
    query = sa.select(Question).where(
        Question.fingerprint == fingerprint, visible(visible_to), Question.retired_at.is_(None)
    )
    return db.session.scalar(query.where(Question.id != (but or 0)).order_by(Question.id).limit(1))


def wordings_of(question_id: int) -> list[Wording]:
    """Every version, the newest first; one statement."""
    query = (
        sa.select(QuestionVersion, Key.content)
        .join(Key, Key.version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    )
    return [Wording(version=version, content=from_json(stored)) for version, stored in db.session.execute(query)]


def picture_of(question_id: int, sha: str) -> QuestionPicture | None:
    """A picture of any version of the question."""
    query = (
        sa.select(QuestionPicture)
        .join(QuestionVersion, QuestionVersion.id == QuestionPicture.version_id)
        .where(QuestionVersion.question_id == question_id, QuestionPicture.sha == sha)
    )
    return db.session.scalars(query.order_by(QuestionPicture.id.desc()).limit(1)).first()


def pictures_of(version_id: int) -> set[str]:
    """The SHA-256 of the pictures of a version."""
    return set(db.session.scalars(sa.select(QuestionPicture.sha).where(QuestionPicture.version_id == version_id)))
