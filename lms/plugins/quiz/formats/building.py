"""From an item of an office file to a question, or to the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from pydantic import ValidationError

from lms.plugins.quiz import content as shapes
from lms.plugins.quiz.content import Content, Draft, Fault, Reading
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.formats import answers, choices, figures, keys, kind_names
from lms.plugins.quiz.formats import settings as words_of_settings
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.items import Item
from lms.plugins.quiz.formats.limits import check_question_count
from lms.plugins.quiz.kinds.builtin import TYPES

_TYPES = {kind.key: kind for kind in TYPES}
_MAKERS = {
    QuestionKind.SINGLE: choices.single,
    QuestionKind.MULTIPLE: choices.multiple,
    QuestionKind.TRUE_FALSE: choices.true_false,
    QuestionKind.LIKERT: choices.likert,
    QuestionKind.SHORT: answers.short,
    QuestionKind.NUMERIC: answers.numeric,
    QuestionKind.MATCHING: answers.matching,
    QuestionKind.ORDERING: answers.ordering,
    QuestionKind.ESSAY: answers.essay,
    QuestionKind.DESCRIPTION: answers.description,
    QuestionKind.CLOZE: answers.cloze,
}
_TRUTHS = ({"benar", "salah"}, {"true", "false"}, {"b", "s"})
_PATH = re.compile(r"(?<!/)/(?!/)")
_LIST = re.compile(r"\s*;\s*")
_COMMAS = re.compile(r"\s*[,;]\s*")


def reading(items: Iterable[Item], faults: Iterable[Fault] = ()) -> Reading:
    """All items as questions and faults, in their order; faults of the file itself come last."""
    drafts: list[Draft] = []
    broken: list[Fault] = []
    for item in items:
        made = build(item)
        if isinstance(made, Draft):
            drafts.append(made)
            check_question_count(len(drafts))
        else:
            broken.append(made)
    paths = dict.fromkeys(draft.category for draft in drafts if draft.category)
    return Reading(drafts=tuple(drafts), faults=(*broken, *faults), categories=tuple(paths))


def build(item: Item) -> Draft | Fault:
    """One question, or why it is none."""
    try:
        kind = item.kind or _kind(item)
        content, doubts = _MAKERS[kind](item)
        content, more = _common(content, item)
        _check(content)
    except Broken as error:
        return Fault(where=item.where, reason=error.reason)
    except ValidationError:
        return Fault(where=item.where, reason=_("A text or a number of this question is too long. Shorten it."))
    return _draft(content, item, (*item.doubts, *doubts, *more))


def _kind(item: Item) -> QuestionKind:
    """The type that the parts of a question tell, where its author does not."""
    options = [entry for entry in item.entries if entry.text]
    if any(entry.partner for entry in item.entries):
        return QuestionKind.MATCHING
    if options:
        is_pair = {keys.plain(entry.text.line) for entry in options} in _TRUTHS and len(options) == 2
        return QuestionKind.TRUE_FALSE if is_pair else QuestionKind.SINGLE
    if not item.key:
        raise Broken(_("This question has neither options nor a key."))
    line = item.key.line
    if len(line) > 1 and keys.truth(line) is not None and not line.isdecimal():
        return QuestionKind.TRUE_FALSE
    if len(line) == 1 and line.isalpha():
        raise Broken(_("The key is %(letter)s, but the question has no options.", letter=line))
    return QuestionKind.NUMERIC if "±" in line or item.tolerance else QuestionKind.SHORT


def _common(content: Content, item: Item) -> tuple[Content, list[str]]:
    doubts = []
    mark = shapes.ONE
    if item.mark.strip():
        value = figures.plain(item.mark)
        if value is not None and 0 < value <= 1000:
            mark = value
        else:
            doubts.append(_("The mark “%(mark)s” is not a number above 0; 1 was taken.", mark=item.mark.strip()[:40]))
    name = " ".join(item.name.split())[:300]
    feedback = item.explanation.to_text()
    changed, unknown = words_of_settings.apply(content, item.settings)
    if unknown:
        doubts.append(_("The setting “%(setting)s” is not known and was left out.", setting=unknown[:60]))
    return replace(changed, mark=mark, name=name, feedback=feedback), doubts


def _check(content: Content) -> None:
    """Raises Broken where the type finds it unusable, ValidationError where something is out of bounds."""
    problems = _TYPES[content.kind].problems(content)
    if problems:
        raise Broken(" ".join(problems))
    shapes.from_json(shapes.to_json(content))


def _draft(content: Content, item: Item, doubts: Sequence[str]) -> Draft:
    pillar = kind_names.pillar_of_name(item.pillar) if item.pillar.strip() else Pillar.NONE
    if pillar is None:
        doubts = (*doubts, _("The pillar “%(pillar)s” is not known and was left out.", pillar=item.pillar[:60]))
    parts = (item.text, item.explanation, item.model, item.key)
    entries = [words for entry in item.entries for words in (entry.text, entry.feedback)]
    told = [doubt for words in (*parts, *entries) for doubt in words.doubts]
    named = "".join(text.source for text in shapes.texts_of(content))
    pictures = {picture.sha: picture for words in (*parts, *entries) for picture in words.pictures}
    return Draft(
        content=content,
        where=item.where,
        category=path(item.category),
        tags=tags(item.tags),
        pillar=pillar or Pillar.NONE,
        objective=item.objective.strip(),
        pictures=tuple(picture for sha, picture in pictures.items() if sha in named),
        doubts=tuple(dict.fromkeys((*doubts, *told, *_TYPES[content.kind].doubts(content)))),
    )


def path(raw: str) -> tuple[str, ...]:
    """A category such as "Manajemen / SOP"; a doubled slash is one that belongs to a name."""
    return tuple(part.strip().replace("//", "/") for part in _PATH.split(raw.strip()) if part.strip())


def tags(raw: str) -> tuple[str, ...]:
    """Tags between semicolons where there is one, else between commas."""
    parts = _LIST.split(raw) if ";" in raw else _COMMAS.split(raw)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
