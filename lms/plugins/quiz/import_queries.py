"""Reads of import and export: counts by type, the batch of an address, templates, and what a list is narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.quiz import bank_queries, categories
from lms.plugins.quiz.bank_forms import filters_of
from lms.plugins.quiz.bank_models import ImportBatch, Question
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.catalogue import FORMATS

MAX_EXPORT = 5000


@dataclass(frozen=True, kw_only=True)
class Template:
    """An empty file to fill in."""

    data: bytes
    media_type: str
    name: str


def batch_of(token: str) -> ImportBatch | None:
    """The file that was read under this token."""
    if not (token.isascii() and token.isalnum()):  # PostgreSQL refuses NUL
        return None
    return db.session.scalar(sa.select(ImportBatch).filter_by(token=token[:32]))


def counts_of(drafts: Iterable[Draft]) -> dict[str, int]:
    """How many of each type, only those that occur, in the order of the types."""
    counted = Counter(draft.content.kind for draft in drafts)
    known = [kind.value for kind in QuestionKind if kind.value in counted]
    return {kind: counted[kind] for kind in [*known, *sorted(set(counted) - set(known))]}


def template_of(ending: str) -> Template | None:
    """The Word or Excel template; None for another ending."""
    entry = FORMATS.get(ending)
    if entry is None or entry.template is None:
        return None
    return Template(data=entry.template(), media_type=entry.media_type, name=f"templat-soal.{ending}")


def chosen(actor: Actor, narrowed: Mapping[str, str], text: str) -> list[Question]:
    """The questions that an export takes: those of the list as its address narrows it, at most MAX_EXPORT."""
    filters = filters_of(narrowed, text, categories.tree(visible_to=actor))
    return list(db.session.scalars(bank_queries.matching(actor, filters).limit(MAX_EXPORT)))
