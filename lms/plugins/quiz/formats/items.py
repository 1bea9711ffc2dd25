"""A question as it stands in an office file, before its type, its key and its numbers are understood."""

from __future__ import annotations

from dataclasses import dataclass

from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.runs import NONE, Words


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An option, a pair, a step or an accepted answer. An empty one keeps its place, since keys are letters."""

    text: Words = NONE
    is_marked: bool = False  # a tick in its row or beside it
    is_bold_mark: bool = False  # its typed letter is bold, which is a key as bold words are
    weight: str = ""  # per cent
    feedback: Words = NONE
    partner: Words = NONE
    code: str = ""  # of the prompt and of the partner, in tables that pair by code
    partner_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question. `where` is its place in words; `kind` None means that its parts must tell the type."""

    where: str
    kind: QuestionKind | None = None
    number: int | None = None  # as the author numbered it, for lists of keys
    section: int = 0  # which part of the document
    text: Words = NONE
    entries: tuple[Entry, ...] = ()
    key: Words = NONE
    key_pairs: tuple[tuple[str, str], ...] = ()  # codes of prompts and partners
    explanation: Words = NONE
    model: Words = NONE
    mark: str = ""
    name: str = ""
    category: str = ""
    tags: str = ""
    pillar: str = ""
    objective: str = ""
    tolerance: str = ""
    units: str = ""
    rubric: str = ""
    settings: str = ""  # words of `settings.py`
    detail: str = ""  # JSON of what no column holds
    doubts: tuple[str, ...] = ()
