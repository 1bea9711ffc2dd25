"""Questions of the bank in the staff search."""

from __future__ import annotations

from flask import url_for

from lms.kernel.declarations import Hit
from lms.kernel.permissions import Actor
from lms.plugins.quiz import bank_queries
from lms.plugins.quiz.permissions import MANAGE


def search_questions(text: str, *, actor: Actor, limit: int) -> list[Hit]:
    """Questions of the bank for the staff search."""
    if not actor.can(MANAGE):
        return []
    found = bank_queries.page_of(visible_to=actor, text=text).items[:limit]
    return [Hit(title=row.text, url=url_for("quiz.question", question_id=row.id), note=row.code) for row in found]
