"""Many questions at once: what an import of a thousand needs, in a few statements a hundred."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.rich_text import plain
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.quiz import bank
from lms.plugins.quiz.bank_models import Category, Key, Question, QuestionPicture, QuestionVersion, Tag
from lms.plugins.quiz.content import Draft, to_json
from lms.plugins.quiz.kinds.registry import kind_of

CategoryPath = tuple[str, ...]
_SLICE = 200  # questions a round, so that no statement grows without bound
_DEPTH = 6
_NAME = 120


def add_many(
    drafts: Sequence[Draft], *, organiser_id: int | None, source: str = "", needs_review: bool = False
) -> list[Question]:
    """Add questions that `bank.check` has passed already, with their categories, tags and pictures.

    The caller leaves the one entry in the audit log that is for all.
    """
    categories = ensure_categories(organiser_id, {draft.category[:_DEPTH] for draft in drafts if draft.category})
    found: list[Question] = []
    for begin in range(0, len(drafts), _SLICE):
        part = drafts[begin : begin + _SLICE]
        questions = [
            _question(draft, organiser_id, categories, source=source, needs_review=needs_review or bool(draft.doubts))
            for draft in part
        ]
        db.session.add_all(questions)
        db.session.flush()
        _versions(questions, part)
        found += questions
    return found


def _question(
    draft: Draft, organiser_id: int | None, categories: dict[CategoryPath, int], *, source: str, needs_review: bool
) -> Question:
    content = draft.content
    return Question(
        organiser_id=organiser_id,
        code=f"S-{new_code(8)}",  # 32 ** 8: no two alike in any import that fits
        kind=content.kind,
        text=plain(content.text.source, content.text.format.value)[:10_000] or content.name,
        pillar=draft.pillar,
        objective=draft.objective[:160],
        source=source,
        needs_review=needs_review,
        category_id=categories.get(draft.category[:_DEPTH]) if draft.category else None,
        fingerprint=bank.fingerprint_of(content),
    )


def _versions(questions: Sequence[Question], drafts: Sequence[Draft]) -> None:
    versions = [
        QuestionVersion(
            question_id=question.id, number=1, public=kind_of(question.kind).public(draft.content), created_at=now()
        )
        for question, draft in zip(questions, drafts, strict=True)
    ]
    db.session.add_all(versions)
    db.session.flush()
    for question, version, draft in zip(questions, versions, drafts, strict=True):
        question.version_id = version.id
        db.session.add(Key(version_id=version.id, content=to_json(draft.content)))
        for name in {tag.strip()[:60] for tag in draft.tags if tag.strip()}:
            db.session.add(Tag(question_id=question.id, name=name))
        _pictures(question, version, draft)
    db.session.flush()


def _pictures(question: Question, version: QuestionVersion, draft: Draft) -> None:
    public = json.dumps(version.public)
    for picture in {picture.sha: picture for picture in draft.pictures}.values():
        stored = f"quiz/{question.id}/{picture.sha}"
        storage().put(stored, picture.data, content_type=picture.media_type)
        row = QuestionPicture(version_id=version.id, sha=picture.sha, stored=stored, media_type=picture.media_type)
        row.is_public = f"picture:{picture.sha}" in public
        db.session.add(row)


def ensure_categories(organiser_id: int | None, paths: Collection[CategoryPath]) -> dict[CategoryPath, int]:
    """`{path: id}` of categories that are there or are made now, each inside the one before it."""
    query = sa.select(Category).where(
        Category.organiser_id.is_(None) if organiser_id is None else Category.organiser_id == organiser_id
    )
    known = {(row.parent_id, row.name.casefold()): row.id for row in db.session.scalars(query)}
    found: dict[CategoryPath, int] = {}
    for path in sorted(paths):
        parent: int | None = None
        for name in path:
            wanted = name.strip()[:_NAME] or "-"
            key = (parent, wanted.casefold())
            if key not in known:
                row = Category(organiser_id=organiser_id, parent_id=parent, name=wanted)
                db.session.add(row)
                db.session.flush()
                known[key] = row.id
            parent = known[key]
        if parent is not None:
            found[path] = parent
    return found
