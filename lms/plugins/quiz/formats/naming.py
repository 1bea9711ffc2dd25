"""How a file that is written, or a report about one, calls a question."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.kernel import rich_text
from lms.plugins.quiz.content import Draft
from lms.plugins.quiz.enums import QuestionKind


def where_of(draft: Draft) -> str:
    """Where it came from, else its name, else the beginning of its text."""
    content = draft.content
    return draft.where or content.name or rich_text.plain(content.text.source[:2_000], content.text.format.value)[:60]


def kind_words(kind: str) -> str:
    """A type of question in plain words; a type of a plugin by its key."""
    words = {
        QuestionKind.SINGLE: _("single choice"),
        QuestionKind.MULTIPLE: _("several right options"),
        QuestionKind.TRUE_FALSE: _("true or false"),
        QuestionKind.SHORT: _("short answer"),
        QuestionKind.NUMERIC: _("number"),
        QuestionKind.MATCHING: _("matching"),
        QuestionKind.ORDERING: _("ordering"),
        QuestionKind.CLOZE: _("text with gaps"),
        QuestionKind.ESSAY: _("essay"),
        QuestionKind.DESCRIPTION: _("text to read"),
        QuestionKind.LIKERT: _("rating"),
    }
    return words[QuestionKind(kind)] if kind in set(QuestionKind) else kind
