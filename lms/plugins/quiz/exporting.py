"""Questions of the bank as files: everything that the format can say, and a note on what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.storage import storage
from lms.plugins.quiz import grading
from lms.plugins.quiz.bank_models import Category, Question, QuestionPicture, Tag
from lms.plugins.quiz.content import Draft, Fault, Picture
from lms.plugins.quiz.formats.catalogue import FORMATS


def drafts_of(questions: Sequence[Question]) -> list[Draft]:
    """Questions as an import would bring them, with category, tags and pictures; five statements."""
    ids = [row.id for row in questions]
    contents = grading.contents_of({row.version_id for row in questions})
    tags: dict[int, list[str]] = {}
    for question_id, name in db.session.execute(
        sa.select(Tag.question_id, Tag.name).where(Tag.question_id.in_(ids)).order_by(Tag.name)
    ):
        tags.setdefault(question_id, []).append(name)
    paths, pictures = _paths(questions), _pictures({row.version_id for row in questions})
    return [
        Draft(
            content=contents[row.version_id],
            where=row.code,
            category=paths.get(row.category_id or 0, ()),
            tags=tuple(tags.get(row.id, ())),
            pillar=row.pillar,
            objective=row.objective,
            pictures=tuple(pictures.get(row.version_id, ())),
        )
        for row in questions
    ]


def write(questions: Sequence[Question], *, format: str) -> tuple[bytes, list[Fault]]:
    """`(file, what was left out)`. Raises KeyError for a format that is not written."""
    writer = FORMATS[format].write
    if writer is None:
        raise KeyError(format)
    return writer(drafts_of(questions))


def _paths(questions: Sequence[Question]) -> dict[int, tuple[str, ...]]:
    if not any(row.category_id for row in questions):
        return {}
    rows = {row.id: row for row in db.session.scalars(sa.select(Category))}
    found: dict[int, tuple[str, ...]] = {}
    for number in {row.category_id for row in questions if row.category_id}:
        path: list[str] = []
        step: int | None = number
        while step is not None and step in rows and len(path) < 20:
            path.insert(0, rows[step].name)
            step = rows[step].parent_id
        found[number] = tuple(path)
    return found


def _pictures(version_ids: set[int]) -> dict[int, list[Picture]]:
    found: dict[int, list[Picture]] = {}
    query = sa.select(QuestionPicture).where(QuestionPicture.version_id.in_(version_ids)).order_by(QuestionPicture.id)
    for row in db.session.scalars(query):
        picture = Picture(sha=row.sha, media_type=row.media_type, data=storage().read(row.stored))
        found.setdefault(row.version_id, []).append(picture)
    return found
